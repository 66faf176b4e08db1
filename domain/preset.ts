// A preset: a named set of columns with their synonyms, for one kind of file. Data, not code.
import type { BulkActionOptions, MatchKey, RunAction } from './bulk-action.ts';
import type { FieldDefinition } from './field-definition.ts';
import { PERSON_FIELDS, type PersonField } from './person.ts';
import { EXTRA_FIELDS } from './rows/extras.ts';

/** When a row must have a value for a column: always, for a new person, or never. */
export type Requirement = 'always' | 'to-create' | 'never';

/** A column that a preset knows. `field` is its name everywhere; `header` stands over it in templates. */
export type PresetColumn = {
  field: string;
  header: string;
  /** What stands in it, in a sentence for the documentation. */
  about: string;
  /** Other headers that mean this field, compared like headers are: without case, spaces, dashes and underscores. */
  synonyms: readonly string[];
  required: Requirement;
  /** The template that has it, and so a file without a header at that position; null for none. */
  template: string | null;
  /** Takes letters, digits, dots, hyphens and underscores only. */
  isPlain?: true;
  /** A custom field that the preset brings along: made for the organisation once a file maps this column. */
  definition?: ProvidedField;
};

/** A custom field as a preset brings it along. */
export type ProvidedField = Pick<FieldDefinition, 'type' | 'unique' | 'pattern' | 'choices'> & {
  label: string;
};

/** Where a row has this value for the field, it needs more: values for other fields, an org unit that is a leaf. */
export type PresetRule = {
  field: string;
  value: string;
  required: readonly string[];
  isLeafNeeded: boolean;
};

/** What a preset's rows are read, matched and checked by. */
export type Preset = {
  name: string;
  title: string;
  /** What it is for, in a sentence. */
  about: string;
  /**
   * The names of its templates; a run takes one file of each. The first has a row for each person. The others begin
   * with the column of the first key in `matchBy`, by which their rows are joined to those of the first.
   */
  templates: readonly [string, ...string[]];
  columns: readonly PresetColumn[];
  rules: readonly PresetRule[];
  /** What its rows may ask for. The first is what they ask for unless the run or the row says otherwise. */
  actions: readonly [RunAction, ...RunAction[]];
  /** The keys by which a row's person is found: the first of them that the row has. */
  matchBy: readonly [MatchKey, ...MatchKey[]];
  /** What becomes of a row that would create somebody who exists. */
  duplicates: 'rejected' | 'skipped';
  /** Options that a run has unless it is told otherwise. */
  options: Partial<BulkActionOptions>;
  /** Its file may be a zip of several tables, read together as this standard has them. */
  bundle?: 'oneroster';
};

/** A field that a column can become, with the words by which a header is known. */
export type MappableField = {
  name: string;
  /** What people read for it, and what stands over it in a template. */
  label: string;
  header: string;
  names: readonly string[];
  labels: readonly string[];
  synonyms: readonly string[];
  required: Requirement;
  template: string | null;
  /** False for a field that only a mapping leads to, whatever the headers say. */
  isFoundByHeader: boolean;
};

/** A definition, with the sites on which it holds where these are not all that a row may name. */
type Definition = FieldDefinition & { siteIds?: readonly number[] | null };

/**
 * The fields of the preset, in its order, then the site's own but for those that the preset has brought along, then all
 * other fields of a person, which a mapping may name.
 */
export function mappableFields(preset: Preset, definitions: readonly Definition[]): MappableField[] {
  const own = new Set(preset.columns.map((column) => column.field));
  const names = [...new Set(definitions.map(({ name }) => name))].filter((name) => !own.has(name));
  const others = OTHER_FIELDS.filter((field) => !own.has(field) && !names.includes(field));
  return [
    ...preset.columns.map((column) => presetField(column, definitions)),
    ...names.map((name) =>
      siteField(
        preset,
        definitions.filter((definition) => definition.name === name),
      ),
    ),
    ...others.map(otherField),
  ];
}

const OTHER_FIELDS: readonly string[] = ['account_id', 'action', ...PERSON_FIELDS, ...EXTRA_FIELDS];

const presetField = (column: PresetColumn, definitions: readonly Definition[]): MappableField => ({
  name: column.field,
  label: column.header,
  header: column.header,
  names: [column.field, column.header],
  labels: definitions.filter(({ name }) => name === column.field).map(({ label }) => label),
  synonyms: column.synonyms,
  required: column.required,
  template: column.template,
  isFoundByHeader: true,
});

/** Sites beside each other may have fields of one name: they are one column. */
const siteField = (preset: Preset, [first, ...others]: readonly Definition[]): MappableField => {
  const { name, label } = first as Definition;
  const all = [first as Definition, ...others];
  return {
    name,
    label,
    header: name,
    names: [name],
    labels: [...new Set(all.map((definition) => definition.label))],
    synonyms: [],
    required: all.some(({ required, siteIds }) => required && !siteIds) ? 'to-create' : 'never',
    template: preset.templates[0],
    isFoundByHeader: true,
  };
};

const otherField = (name: string): MappableField => ({
  name,
  label: name,
  header: name,
  names: [name],
  labels: [],
  synonyms: [],
  required: 'never',
  template: null,
  isFoundByHeader: false,
});

/** The columns of a template, in order: the joining key first where it is not the first template. */
export function templateFields(
  preset: Preset,
  template: string,
  definitions: readonly FieldDefinition[],
): MappableField[] {
  const fields = mappableFields(preset, definitions);
  const own = fields.filter((field) => field.template === template);
  const key = fields.find((field) => field.name === preset.matchBy[0]);
  return template === preset.templates[0] || key === undefined ? own : [key, ...own];
}

/** An empty file to fill in: the template's columns, then the site's own fields in the first one. A header alone. */
export const templateCsv = (
  preset: Preset,
  template: string,
  definitions: readonly FieldDefinition[],
): string => {
  const headers = templateFields(preset, template, definitions).map((field) => field.header);
  return `\ufeff${headers.join(',')}\r\n`;
};

/** The fields that the preset brings along, of those that columns are mapped to. */
export const providedFields = (
  preset: Preset,
  mapped: readonly (string | null)[],
): { name: string; field: ProvidedField }[] =>
  preset.columns.flatMap(({ field: name, definition }) =>
    definition && mapped.includes(name) ? [{ name, field: definition }] : [],
  );

/** The own fields beside the identifier that a new person must have. */
export const requiredToCreate = (preset: Preset): PersonField[] =>
  PERSON_FIELDS.filter(
    (field) =>
      field !== 'identifier' &&
      preset.columns.some((column) => column.field === field && column.required === 'to-create'),
  );
