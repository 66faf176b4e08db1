// A OneRoster bundle, opened: its orgs and what its small tables say, and its users as a table that is read once.

import type { RunAction } from '../domain/bulk-action.ts';
import { cleaned } from '../domain/cells.ts';
import { headerKey } from '../domain/header.ts';
import {
  type BundleFile,
  type Manifest,
  NO_MANIFEST,
  readManifest,
  refuseDeltaSync,
} from '../domain/oneroster/manifest.ts';
import type { Org, OrgPlace } from '../domain/oneroster/orgs.ts';
import { type UserElsewhere, userColumns } from '../domain/oneroster/users.ts';
import { Refusal } from '../domain/refusal.ts';
import type { FileStore } from './file-store.ts';
import { openTable, type Table, type TableOptions } from './table.ts';
import { openZippedTables, type ZippedTables } from './zipped-tables.ts';

/** Users of whom other files are asked: kept in memory, some 150 bytes each. */
const ELSEWHERE_MAX = 1_000_000;

const ZIP_HEAD = Buffer.from([0x50, 0x4b, 0x03, 0x04]);

export type OneRosterBundle = {
  /** Those that are not marked `tobedeleted`. */
  orgs: Org[];
  /** The users, each with where they belong. To be called once. */
  openUsers(places: ReadonlyMap<string, OrgPlace>, options: TableOptions): Promise<Table>;
};

/**
 * Opens an upload as a bundle; undefined where it is a table itself. Refuses a zip that is neither, one without users, and
 * changes alone where a sync wants everybody.
 */
export async function findOneRoster(
  store: FileStore,
  key: string,
  action: RunAction,
): Promise<OneRosterBundle | undefined> {
  if (!(await store.readRange(key, 0, ZIP_HEAD.length)).equals(ZIP_HEAD)) return undefined;
  const tables = await openZippedTables(store, key);
  try {
    if (tables.isWorkbook) {
      tables.close();
      return undefined;
    }
    const manifest = await manifestOf(tables);
    refuseDeltaSync(manifest, action);
    const orgs = await orgsOf(tables, manifest);
    return {
      orgs,
      async openUsers(places, options) {
        const source = sourceOf(tables, manifest, 'users');
        if (source === undefined) throw noUsers();
        const table = await openTable(source, { ...options, headerRow: 1 });
        const elsewhere = await elsewhereOf(tables, manifest, table.columns);
        return withPlaces(table, userColumns(table.columns, places, elsewhere), tables.close);
      },
    };
  } catch (error) {
    tables.close();
    throw error;
  }
}

const noUsers = () =>
  new Refusal(
    'unreadable-file',
    'The zip is no OneRoster bundle: it has no users.csv. Upload the bundle as the student system makes it, or the table itself.',
  );

const sourceOf = (tables: ZippedTables, { absent }: Manifest, file: BundleFile) =>
  absent.has(file) ? undefined : tables.find(file);

async function manifestOf(tables: ZippedTables): Promise<Manifest> {
  const source = tables.find('manifest');
  if (source === undefined) return NO_MANIFEST;
  const pairs = new Map<string, string>();
  for await (const cell of rowsOf(await openTable(source, OPTIONS)))
    pairs.set(cell('propertyName'), cell('value'));
  return readManifest(pairs);
}

async function orgsOf(tables: ZippedTables, manifest: Manifest): Promise<Org[]> {
  const source = sourceOf(tables, manifest, 'orgs');
  if (source === undefined) return [];
  const orgs: Org[] = [];
  for await (const cell of rowsOf(await openTable(source, OPTIONS))) {
    if (cell('sourcedId') === '' || isLeaving(cell)) continue;
    orgs.push({
      sourcedId: cell('sourcedId'),
      name: cell('name'),
      type: cell('type'),
      parentId: cell('parentSourcedId'),
    });
  }
  return orgs;
}

/** What users.csv leaves to other files: role and org by 1.2; the school by enrollments where nothing else says it. */
async function elsewhereOf(
  tables: ZippedTables,
  manifest: Manifest,
  columns: readonly string[],
): Promise<Map<string, UserElsewhere>> {
  const told = new Map<string, UserElsewhere>();
  if (columns.some((column) => headerKey(column) === headerKey('orgSourcedIds'))) return told;
  const roles = sourceOf(tables, manifest, 'roles');
  if (roles) await noteRoles(told, await openTable(roles, OPTIONS));
  const enrollments = sourceOf(tables, manifest, 'enrollments');
  if (enrollments) await noteSchools(told, await openTable(enrollments, OPTIONS));
  return told;
}

async function noteRoles(told: Map<string, UserElsewhere>, table: Table): Promise<void> {
  for await (const cell of rowsOf(table)) {
    const id = cell('userSourcedId');
    if (id === '' || isLeaving(cell)) continue;
    if (told.has(id) && cell('roleType').toLowerCase() !== 'primary') continue;
    told.set(id, { orgId: cell('orgSourcedId') || null, role: cell('role') || null });
    refuseMany(told);
  }
}

async function noteSchools(told: Map<string, UserElsewhere>, table: Table): Promise<void> {
  for await (const cell of rowsOf(table)) {
    const id = cell('userSourcedId');
    const known = told.get(id);
    if (id === '' || isLeaving(cell) || (known && known.orgId !== null)) continue;
    told.set(id, { orgId: cell('schoolSourcedId') || null, role: known?.role ?? (cell('role') || null) });
    refuseMany(told);
  }
}

function refuseMany({ size }: Map<string, UserElsewhere>): void {
  if (size <= ELSEWHERE_MAX) return;
  throw new Refusal(
    'too-large',
    `The bundle says of more than ${ELSEWHERE_MAX.toLocaleString('en')} users in other files where they belong. Fill in primaryOrgSourcedId, or split the bundle.`,
  );
}

type Cell = (name: string) => string;

const isLeaving = (cell: Cell): boolean => cell('status').toLowerCase() === 'tobedeleted';

const OPTIONS: TableOptions = { headerRow: 1, encoding: null, delimiter: null, canBeEmpty: true };

/** Each row of a small table as what it says under a name; a row that can't be read says nothing. */
async function* rowsOf(table: Table): AsyncGenerator<Cell> {
  const places = new Map(table.columns.map((column, i) => [headerKey(column), i]));
  try {
    for await (const batch of table.rows)
      for (const { cells, fault } of batch)
        if (fault === null) yield (name) => cleaned(cells[places.get(headerKey(name)) ?? -1] ?? '');
  } finally {
    await table.close();
  }
}

function withPlaces(
  table: Table,
  { columns, cells }: ReturnType<typeof userColumns>,
  closeZip: () => void,
): Table {
  return {
    get format() {
      return table.format;
    },
    headerRow: table.headerRow,
    isEmpty: table.isEmpty,
    columns,
    rows: placedRows(table, cells),
    async close() {
      await table.close();
      closeZip();
    },
  };
}

async function* placedRows(table: Table, cells: ReturnType<typeof userColumns>['cells']): Table['rows'] {
  for await (const batch of table.rows) yield batch.map((record) => ({ ...record, cells: cells(record) }));
}
