// A preset: a named set of columns with their synonyms, for one kind of file. Data, not code.
import type { FieldDefinition } from './field-definition.ts';

/** A column that a preset knows. `field` is its name everywhere; `header` stands over it in templates. */
export type PresetColumn = {
  field: string;
  header: string;
  /** Other headers that mean this field, compared like headers are: without case, spaces, dashes and underscores. */
  synonyms: readonly string[];
  /** True where a new person can't be made without it. */
  isRequired: boolean;
  /** True where the template has it, and so a file without a header at that position. */
  isInTemplate: boolean;
};

export type Preset = {
  name: string;
  title: string;
  columns: readonly PresetColumn[];
};

/** A field that a column can become, with the words by which a header is known. */
export type MappableField = {
  name: string;
  label: string;
  names: readonly string[];
  labels: readonly string[];
  synonyms: readonly string[];
  isRequired: boolean;
  isInTemplate: boolean;
};

/** The fields of the preset, in its order, then the site's own. */
export const mappableFields = (preset: Preset, definitions: readonly FieldDefinition[]): MappableField[] => [
  ...preset.columns.map((column) => ({
    name: column.field,
    label: column.header,
    names: [column.field, column.header],
    labels: [],
    synonyms: column.synonyms,
    isRequired: column.isRequired,
    isInTemplate: column.isInTemplate,
  })),
  ...definitions.map((definition) => ({
    name: definition.name,
    label: definition.label,
    names: [definition.name],
    labels: [definition.label],
    synonyms: [],
    isRequired: definition.required,
    isInTemplate: true,
  })),
];

/** An empty file to fill in: the preset's columns, then the site's own fields. A header alone. */
export const templateCsv = (preset: Preset, definitions: readonly FieldDefinition[]): string => {
  const columns = mappableFields(preset, definitions).filter((field) => field.isInTemplate);
  return `\ufeff${columns.map((field) => field.name).join(',')}\r\n`;
};
