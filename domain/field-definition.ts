// A site's own fields on people: their types and rules.

export const FIELD_TYPES = ['text', 'number', 'date', 'boolean', 'choice'] as const;
export type FieldType = (typeof FIELD_TYPES)[number];

/** A custom field. It belongs to a site and holds for the sites below it too. `name` is unique along that path. */
export type FieldDefinition = {
  id: string;
  siteId: number;
  /** lower_snake_case: the key in a person's `fields`, the column of an export. */
  name: string;
  label: string;
  type: FieldType;
  required: boolean;
  unique: boolean;
  /** A whole-value regular expression of linear time (RE2 syntax), or null. */
  pattern: string | null;
  choices: readonly string[] | null;
};

/** A custom field's value as stored and as the API gives it. Dates are YYYY-MM-DD. */
export type FieldValue = string | number | boolean;

/** Longest value of a text field, in characters; of a unique one, whose values are kept in an index. */
export const TEXT_LENGTH_MAX = 4000;
export const UNIQUE_LENGTH_MAX = 500;
