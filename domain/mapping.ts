// Which column of a file is which field: by what the admin said, by the header's name, or by its synonyms.
import type { MatchKey, RunAction } from './bulk-action.ts';
import type { FieldDefinition } from './field-definition.ts';
import { columnList, headerKey, looksLikeRow } from './header.ts';
import { type MappableField, mappableFields, type Preset, templateFields } from './preset.ts';
import { Refusal, type RefusalCode } from './refusal.ts';
import { MENDED_COLUMN, PLAN_COLUMNS, RESULT_COLUMNS } from './table.ts';

export type MatchedBy = 'mapping' | 'name' | 'synonym';

/** A column of the file. `position` counts from 1. Several columns may be one field: see `resolveMapping`. */
export type ColumnMatch = {
  position: number;
  header: string;
  field: string | null;
  matchedBy: MatchedBy | null;
};

/** What would stop a run with this mapping before its first row. */
export type MappingFault = {
  code: Extract<RefusalCode, 'mapping' | 'missing-column'>;
  message: string;
};

export type ResolvedMapping = { columns: ColumnMatch[]; fields: MappableField[]; faults: MappingFault[] };

export type MappingRequest = {
  preset: Preset;
  definitions: readonly FieldDefinition[];
  /** Field → header, position from 1, or null for none. */
  mapping: Readonly<Record<string, string | null>>;
  hasHeader: boolean;
  /** The run's default action: creating needs more columns than updating. */
  action: RunAction;
  /** The keys by which a row's person is found, where they are not those of the preset. */
  matchBy?: readonly MatchKey[] | null | undefined;
  /** The template that the file fills in, of a preset with several. The file of the first may have all columns. */
  template?: string;
};

/** Columns that Muster writes and nobody means as a field. They can still be mapped by name. */
const IGNORED = new Set([...RESULT_COLUMNS, ...PLAN_COLUMNS, MENDED_COLUMN, 'status'].map(headerKey));

/**
 * Finds the field of each column, and what is missing or can't be. What the admin mapped comes first; then a header
 * that is a field's name, then one that is a custom field's label, then a synonym. Two columns with the same header
 * are one field: a row takes the one that is filled, and is refused where both are and differ. Two columns whose
 * different synonyms mean the same field are a fault, for only the admin knows which one is meant. Without header and
 * without mapping the order of the preset's template counts.
 */
export function resolveMapping(columns: readonly string[], request: MappingRequest): ResolvedMapping {
  const fields = fieldsOf(request);
  const matches: ColumnMatch[] = columns.map((header, i) => ({
    position: i + 1,
    header,
    field: null,
    matchedBy: null,
  }));
  const faults = mapAsTold(matches, fields, request);
  if (request.hasHeader) faults.push(...mapByHeader(matches, fields, request));
  else if (Object.keys(request.mapping).length === 0) mapByTemplate(matches, request);
  if (faults.length === 0) faults.push(...missingColumns(matches, fields, request));
  return { columns: matches, fields, faults };
}

function fieldsOf({ preset, definitions, template }: MappingRequest): MappableField[] {
  const fields = mappableFields(preset, definitions);
  if (template === undefined || template === preset.templates[0]) return fields;
  return fields.filter((field) => field.template === template || field.name === preset.matchBy[0]);
}

/** The same, refusing with the first fault. */
export function getMapping(columns: readonly string[], request: MappingRequest): ResolvedMapping {
  const resolved = resolveMapping(columns, request);
  const fault = resolved.faults[0];
  if (fault) throw new Refusal(fault.code, fault.message);
  return resolved;
}

function mapAsTold(matches: ColumnMatch[], fields: readonly MappableField[], request: MappingRequest) {
  const faults: MappingFault[] = [];
  for (const [name, column] of Object.entries(request.mapping)) {
    const field = fieldByKey(fields, name);
    if (!field) {
      const names = fields.map((candidate) => candidate.name).join(', ');
      faults.push(mappingFault(`There is no field “${name}” to map. Use one of: ${names}.`));
      continue;
    }
    if (column === null) continue;
    const found = columnsNamed(matches, column, request.hasHeader);
    if (found.length === 0) {
      faults.push(mappingFault(noSuchColumn(field.name, column, matches, fields, request.hasHeader)));
    }
    for (const match of found) {
      if (match.field !== null && match.field !== field.name) {
        faults.push(
          mappingFault(`Column ${match.position} is mapped to ${match.field} and to ${field.name}.`),
        );
      }
      match.field = field.name;
      match.matchedBy = 'mapping';
    }
  }
  return faults;
}

const isKnownTo = (fields: readonly MappableField[]) => (header: string) =>
  fields.some(({ names, labels, synonyms }) =>
    [...names, ...labels, ...synonyms].some((known) => headerKey(known) === headerKey(header)),
  );

/** A field by its name, else by the header that templates and exports give it. */
export const fieldByKey = (fields: readonly MappableField[], name: string) =>
  fields.find((field) => field.name === name) ??
  fields.find((field) => field.names.some((known) => headerKey(known) === headerKey(name)));

/** The columns that a mapping means: a header as it stands, else as it is compared, else a position. */
export function columnsNamed<Column extends { position: number; header: string }>(
  matches: readonly Column[],
  column: string,
  hasHeader: boolean,
): Column[] {
  const wanted = column.trim();
  if (hasHeader && wanted !== '') {
    const exact = matches.filter((match) => match.header === wanted);
    if (exact.length > 0) return exact;
    const alike = matches.filter((match) => headerKey(match.header) === headerKey(wanted));
    if (alike.length > 0) return alike;
  }
  return /^\d+$/.test(wanted) ? matches.filter((match) => match.position === Number(wanted)) : [];
}

function noSuchColumn(
  field: string,
  column: string,
  matches: readonly ColumnMatch[],
  fields: readonly MappableField[],
  hasHeader: boolean,
) {
  if (hasHeader) {
    return `The file has no column “${column}” to map ${field} to. ${columnList(matches, isKnownTo(fields))}`;
  }
  return `Without a header, columns are named by position: ${field} can’t be mapped to “${column}”. Use 1 to ${matches.length}.`;
}

function mapByHeader(matches: ColumnMatch[], fields: readonly MappableField[], request: MappingRequest) {
  const told = new Set(Object.keys(request.mapping).map((name) => fieldByKey(fields, name)?.name ?? name));
  const open = fields.filter((field) => field.isFoundByHeader && !told.has(field.name));
  const isFree = (match: ColumnMatch) =>
    match.field === null && match.header !== '' && !IGNORED.has(headerKey(match.header));
  const faults: MappingFault[] = [];
  const isTaken = new Set<string>();
  for (const [matchedBy, keysOf] of [
    ['name', (field: MappableField) => field.names],
    ['name', (field: MappableField) => field.labels],
    ['synonym', (field: MappableField) => field.synonyms],
  ] as const) {
    for (const field of open) {
      if (isTaken.has(field.name)) continue;
      const keys = new Set(keysOf(field).map(headerKey));
      const found = matches.filter((match) => isFree(match) && keys.has(headerKey(match.header)));
      if (found.length === 0) continue;
      isTaken.add(field.name);
      if (new Set(found.map((match) => headerKey(match.header))).size > 1) {
        faults.push(ambiguous(field.name, found));
      }
      for (const match of found) Object.assign(match, { field: field.name, matchedBy });
    }
  }
  return faults;
}

function mapByTemplate(matches: ColumnMatch[], { preset, definitions, template }: MappingRequest): void {
  const order = templateFields(preset, template ?? preset.templates[0], definitions);
  for (const [i, match] of matches.entries()) {
    const field = order[i];
    if (field) Object.assign(match, { field: field.name, matchedBy: 'name' });
  }
}

function missingColumns(
  matches: readonly ColumnMatch[],
  fields: readonly MappableField[],
  request: MappingRequest,
): MappingFault[] {
  const mapped = new Set(matches.map((match) => match.field));
  const missing = (message: string): MappingFault[] => [
    { code: 'missing-column', message: `${message} ${howToMap(matches, fields, request.hasHeader)}` },
  ];
  const lacks = ({ name }: MappableField) => !mapped.has(name);
  const always = fields.filter((field) => isAlwaysNeeded(field, request) && lacks(field));
  if (always.length > 0) return missing(`The file lacks a column for: ${headersOf(always)}.`);
  const keys: readonly string[] = request.matchBy ?? request.preset.matchBy;
  if (!keys.some((key) => mapped.has(key)))
    return missing(`No column is mapped to ${keys.join(' or ')}, so nobody can be found.`);
  if (request.action !== 'create' || mapped.has('action') || isFurther(request)) return [];
  const lacking = fields.filter((field) => field.required !== 'never' && lacks(field));
  if (lacking.length === 0) return [];
  return missing(`People can’t be created without a column for: ${headersOf(lacking)}.`);
}

const isAlwaysNeeded = ({ name, required }: MappableField, request: MappingRequest): boolean =>
  required === 'always' ||
  (!isFurther(request) && request.preset.rules.some((rule) => rule.required.includes(name)));

const headersOf = (fields: readonly MappableField[]): string => fields.map(({ header }) => header).join(', ');

/** True for a file beside the one that has a row for each person. */
const isFurther = ({ preset, template }: MappingRequest): boolean =>
  template !== undefined && template !== preset.templates[0];

function howToMap(
  matches: readonly ColumnMatch[],
  fields: readonly MappableField[],
  hasHeader: boolean,
): string {
  if (!hasHeader) return `Name the position of each field, from 1 to ${matches.length}.`;
  if (looksLikeRow(matches)) {
    return 'The header looks like a person. If the file has no header, say so and name the position of each field; if it stands further down, say in which row.';
  }
  return `${columnList(matches, isKnownTo(fields))} Name the column of the field, or mend the header.`;
}

const ambiguous = (field: string, found: readonly ColumnMatch[]): MappingFault => {
  const names = found.map((match) => `“${match.header}” (column ${match.position})`).join(' and ');
  return mappingFault(
    `${names} can both be ${field}. Say which one is: map ${field} to one of them, or to none.`,
  );
};

const mappingFault = (message: string): MappingFault => ({ code: 'mapping', message });
