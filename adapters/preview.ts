// The preview of an upload: its first rows as a run with these settings would read them. Nothing is written.
import type { BulkActionOptions } from '../domain/bulk-action.ts';
import type { FieldDefinition, FieldValue } from '../domain/field-definition.ts';
import { type MatchedBy, type ResolvedMapping, resolveMapping } from '../domain/mapping.ts';
import type { Preset } from '../domain/preset.ts';
import { type Reason, withHint } from '../domain/problems.ts';
import { Refusal } from '../domain/refusal.ts';
import { compileRowReader, type StagedRow } from '../domain/row.ts';
import type { TableFormat, TableRecord } from '../domain/table.ts';
import { type ByteSource, openTable, type Table } from './table.ts';

export type PreviewRequest = {
  source: ByteSource;
  options: BulkActionOptions;
  preset: Preset;
  definitions: readonly FieldDefinition[];
  /** The run's site, and the sites that its rows may name. */
  siteId: number;
  siteIds: ReadonlySet<number>;
  /** How many rows are shown. */
  rows: number;
};

export type Preview = {
  format: TableFormat | null;
  headerRow: number | null;
  columns: {
    position: number;
    header: string;
    samples: string[];
    field: string | null;
    matchedBy: MatchedBy | null;
  }[];
  fields: { name: string; label: string; isRequired: boolean; column: number | null }[];
  rows: {
    row: number;
    cells: string[];
    values: Record<string, FieldValue | null>;
    reasons: (Reason & { hint: string })[];
  }[];
  faults: { code: string; message: string }[];
};

const SAMPLES = 3;

/** Reads the beginning of an upload. What would stop the run is among the faults: nothing is refused by throwing. */
export async function previewTable(request: PreviewRequest): Promise<Preview> {
  let table: Table;
  try {
    table = await openTable(request.source, request.options);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { ...EMPTY, faults: [faultOf(error)] };
  }
  try {
    return previewOf(table, await firstRows(table, request.rows), request);
  } finally {
    await table.close();
  }
}

const EMPTY: Preview = { format: null, headerRow: null, columns: [], fields: [], rows: [], faults: [] };

async function firstRows(table: Table, count: number): Promise<TableRecord[]> {
  const rows: TableRecord[] = [];
  for await (const batch of table.rows) {
    rows.push(...batch.slice(0, count - rows.length));
    if (rows.length >= count) break;
  }
  return rows;
}

function previewOf(table: Table, records: readonly TableRecord[], request: PreviewRequest): Preview {
  const { preset, definitions, options } = request;
  const { mapping, action } = options;
  const hasHeader = table.headerRow !== null;
  const resolved = resolveMapping(table.columns, { preset, definitions, mapping, hasHeader, action });
  const faults: Preview['faults'] = [...resolved.faults];
  return {
    format: table.format,
    headerRow: table.headerRow,
    columns: resolved.columns.map((column, i) => ({ ...column, samples: samplesOf(records, i) })),
    fields: resolved.fields.map(({ name, label, isRequired }) => {
      const column = resolved.columns.find((candidate) => candidate.field === name);
      return { name, label, isRequired, column: column?.position ?? null };
    }),
    rows: readRows(records, resolved, request, faults),
    faults,
  };
}

const samplesOf = (records: readonly TableRecord[], column: number): string[] =>
  records
    .map((record) => record.cells[column]?.trim() ?? '')
    .filter((cell) => cell !== '')
    .slice(0, SAMPLES);

function readRows(
  records: readonly TableRecord[],
  { columns }: ResolvedMapping,
  { definitions, options, siteId, siteIds }: PreviewRequest,
  faults: Preview['faults'],
): Preview['rows'] {
  const setup = { columns, definitions, siteId, siteIds };
  let read: (record: TableRecord) => StagedRow;
  try {
    read = compileRowReader({ ...setup, clearBlank: options.clearBlank });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    faults.push(faultOf(error));
    read = compileRowReader({ ...setup, clearBlank: [] });
  }
  return records.map((record) => {
    const row = read(record);
    return {
      row: row.rowNumber,
      cells: row.cells,
      values: valuesOf(row, columns, siteId),
      reasons: (row.problems ?? []).map(withHint),
    };
  });
}

/** What the row says, by field: what it leaves as it is has no key, and null clears. */
function valuesOf(
  row: StagedRow,
  columns: ResolvedMapping['columns'],
  siteId: number,
): Record<string, FieldValue | null> {
  const own = {
    identifier: row.identifier,
    email: row.email,
    username: row.username,
    first_name: row.firstName,
    last_name: row.lastName,
    display_name: row.displayName,
    action: row.action,
  };
  const values: Record<string, FieldValue | null> = {};
  for (const [field, value] of Object.entries(own))
    if (value !== null) values[field] = value === '' ? null : value;
  const hasSite = columns.some((column) => column.field === 'account_id');
  if (hasSite || row.siteId !== siteId) values['account_id'] = row.siteId;
  return { ...values, ...row.fields };
}

const faultOf = (refusal: Refusal) => ({ code: refusal.code, message: refusal.message });
