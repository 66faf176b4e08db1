// The preview of an upload: its first rows as a run with these settings would read them. Nothing is written.
import type { BulkActionOptions } from '../domain/bulk-action.ts';
import type { FieldValue } from '../domain/field-definition.ts';
import type { Language } from '../domain/language.ts';
import { type MatchedBy, type ResolvedMapping, resolveMapping } from '../domain/mapping.ts';
import { loadPasswordJudge } from '../domain/password.ts';
import { type Preset, providedFields } from '../domain/preset.ts';
import { type Reason, refusalWordsOf, withHint } from '../domain/problems.ts';
import { Refusal, type RefusalCode } from '../domain/refusal.ts';
import type { PlacedDefinition, RowPlaces } from '../domain/rows/places.ts';
import { requiredFieldsOf } from '../domain/rows/readers.ts';
import { compileRowReader } from '../domain/rows/row.ts';
import type { PasswordDesk, RowSetup, StagedRow } from '../domain/rows/staged-row.ts';
import { mappingFor, templateOf, unfitFile } from '../domain/rows/template-files.ts';
import type { TableFormat, TableRecord } from '../domain/table.ts';
import { type ByteSource, noRowBelow, openTable, type Table, type TableOptions } from './table.ts';

export type PreviewRequest = {
  source: ByteSource;
  /** How it is opened, where it is more than a table. */
  open?: ((options: TableOptions) => Promise<Table>) | undefined;
  options: BulkActionOptions;
  preset: Preset;
  places: RowPlaces;
  /** How many rows are shown. */
  rows: number;
  /** Of the reasons. */
  language?: Language;
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
  faults: FileFault[];
};

/** What stops a file before its first row; title and hint are in the language asked for. */
export type FileFault = { code: string; message: string; title: string; hint: string };

const SAMPLES = 3;

/** Reads the beginning of an upload. What would stop the run is among the faults: nothing is refused by throwing. */
export async function previewTable(request: PreviewRequest): Promise<Preview> {
  let table: Table;
  try {
    const canBeEmpty = request.preset.templates.length > 1;
    const { open = (options) => openTable(request.source, options) } = request;
    table = await open({ ...request.options, canBeEmpty });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { ...EMPTY, faults: [faultOf(error, request.language)] };
  }
  try {
    const { rows, faults } = await firstRows(table, request);
    const preview = await previewOf(table, rows, request);
    return { ...preview, faults: [...preview.faults, ...faults] };
  } finally {
    await table.close();
  }
}

const EMPTY: Preview = { format: null, headerRow: null, columns: [], fields: [], rows: [], faults: [] };

/** The first rows; of a short file that ends as it must not, also what is wrong with its end. */
async function firstRows(
  table: Table,
  { rows: count, language }: PreviewRequest,
): Promise<{ rows: TableRecord[]; faults: Preview['faults'] }> {
  const rows: TableRecord[] = [];
  try {
    for await (const batch of table.rows) {
      rows.push(...batch.slice(0, count - rows.length));
      if (rows.length >= count) break;
    }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { rows, faults: [faultOf(error, language)] };
  }
  return { rows, faults: [] };
}

async function previewOf(
  table: Table,
  records: readonly TableRecord[],
  request: PreviewRequest,
): Promise<Preview> {
  const { preset, options } = request;
  const file = { columns: table.columns, hasHeader: table.headerRow !== null };
  const mappingRequest = { ...options, preset, definitions: request.places.definitions };
  const found = file.hasHeader ? templateOf(file, mappingRequest) : preset.templates[0];
  const template = found ?? preset.templates[0];
  // The other files are not there to be looked at: what belongs to them is no fault of this one.
  const alike = preset.templates.map((name) => ({ file, template: name }));
  const resolved = resolveMapping(file.columns, {
    ...mappingRequest,
    hasHeader: file.hasHeader,
    mapping: mappingFor({ file, template }, alike, mappingRequest),
    template,
  });
  const places = withProvidedFields(request, resolved);
  const faults: Preview['faults'] = [
    ...(found === null ? [unfitFile(preset)] : resolved.faults),
    ...(table.isEmpty && template === preset.templates[0] ? [noRowBelow(table.headerRow)] : []),
  ].map((fault) => faultOf(fault, request.language));
  const requiredFields = requiredFieldsOf(preset, template);
  const setup = { preset, options, columns: resolved.columns, places, requiredFields };
  const { rows, cells } = await readRows(records, setup, request, faults);
  return {
    format: table.format,
    headerRow: table.headerRow,
    columns: resolved.columns.map((column, i) => ({ ...column, samples: samplesOf(cells, i) })),
    fields: resolved.fields.map(({ name, label, required }) => {
      const column = resolved.columns.find((candidate) => candidate.field === name);
      return { name, label, isRequired: required !== 'never', column: column?.position ?? null };
    }),
    rows,
    faults,
  };
}

/** The places as they would be once the run has made the fields that the preset brings along. */
function withProvidedFields({ preset, places }: PreviewRequest, { columns }: ResolvedMapping): RowPlaces {
  const mapped = columns.map(({ field }) => field);
  const lacking = providedFields(preset, mapped).filter(
    ({ name }) => !places.definitions.some((definition) => definition.name === name),
  );
  const provided = lacking.map(
    ({ name, field }): PlacedDefinition => ({
      id: '',
      siteId: places.siteId,
      name,
      required: false,
      siteIds: null,
      ...field,
    }),
  );
  return { ...places, definitions: [...places.definitions, ...provided] };
}

const samplesOf = (rows: readonly string[][], column: number): string[] =>
  rows
    .map((cells) => cells[column]?.trim() ?? '')
    .filter((cell) => cell !== '')
    .slice(0, SAMPLES);

/** The rows as they are shown: `cells` are theirs, without passwords. */
async function readRows(
  records: readonly TableRecord[],
  setup: RowSetup,
  { language }: PreviewRequest,
  faults: Preview['faults'],
): Promise<{ rows: Preview['rows']; cells: string[][] }> {
  const withPassword = new Set<StagedRow>();
  const passwords = await openDesk(setup, withPassword);
  let read: (record: TableRecord) => StagedRow;
  try {
    read = compileRowReader({ ...setup, passwords });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    faults.push(faultOf(error, language));
    read = compileRowReader({ ...setup, passwords, options: { ...setup.options, clearBlank: [] } });
  }
  const staged = records.map(read);
  const rows = staged.map((row) => ({
    row: row.rowNumber,
    cells: row.cells,
    values: { ...valuesOf(row, setup), ...(withPassword.has(row) && { password: true }) },
    reasons: (row.problems ?? []).map((reason) => withHint(reason, language)),
  }));
  return { rows, cells: staged.map((row) => row.cells) };
}

async function openDesk({ columns }: RowSetup, rows: Set<StagedRow>): Promise<PasswordDesk | undefined> {
  if (!columns.some((column) => column.field === 'password')) return undefined;
  return { isTooEasy: await loadPasswordJudge(), keep: (row) => rows.add(row) };
}

/** What the row says, by field: what it leaves as it is has no key, and null clears. */
function valuesOf(row: StagedRow, { columns, places }: RowSetup): Record<string, FieldValue | null> {
  const { extras } = row;
  const said = {
    identifier: row.identifier,
    email: row.email,
    username: row.username,
    first_name: row.firstName,
    last_name: row.lastName,
    display_name: row.displayName,
    action: row.action,
    org_unit: extras?.orgUnit ?? null,
    supervisor: extras?.supervisor?.value ?? null,
    role: extras?.roles?.join('; ') ?? null,
    card_id: extras?.card?.number ?? null,
    card_valid_until: extras?.card?.validUntil ?? null,
    send_invitation: extras?.sendInvitation ?? null,
  };
  const values: Record<string, FieldValue | null> = {};
  for (const [field, value] of Object.entries(said))
    if (value !== null) values[field] = value === '' ? null : value;
  const hasSite = columns.some((column) => column.field === 'account_id');
  if (hasSite || row.siteId !== places.siteId) values['account_id'] = row.siteId;
  return { ...values, ...row.fields };
}

export function faultOf(
  { code, message }: { code: RefusalCode; message: string },
  language?: Language,
): FileFault {
  const { title, hint } = refusalWordsOf(code, language);
  return { code, message, title, hint };
}
