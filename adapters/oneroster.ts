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
import { type Org, type OrgPlace, refuseManyOrgs } from '../domain/oneroster/orgs.ts';
import {
  type Homes,
  isUsersHeader,
  type UserChoice,
  type UserColumns,
  type UserElsewhere,
  userColumns,
} from '../domain/oneroster/users.ts';
import { Refusal } from '../domain/refusal.ts';
import type { FileStore } from './file-store.ts';
import { openTable, type Table, type TableOptions } from './table.ts';
import { openZippedTables, type ZippedTables } from './zipped-tables.ts';

/** Users of whom other files are asked: kept in memory, some 150 bytes each. */
const ELSEWHERE_MAX = 1_000_000;

/** A manifest has some thirty; what stands behind so many is none of its. */
const PROPERTIES_MAX = 1000;

const ZIP_HEAD = Buffer.from([0x50, 0x4b, 0x03, 0x04]);

/** Asks at which of several sites users are already. */
type FindHomes = (choices: readonly UserChoice[]) => Promise<Homes>;

/** Where orgs are here, and where their users are already. */
export type RosterPlaces = { places: ReadonlyMap<string, OrgPlace>; findHomes: FindHomes };

export type OneRosterBundle = {
  /** Those that are not marked `tobedeleted`. */
  orgs: Org[];
  /** The users, each with where they belong. To be called once. */
  openUsers(roster: RosterPlaces, options: TableOptions): Promise<Table>;
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
      async openUsers({ places, findHomes }, options) {
        const source = sourceOf(tables, manifest, 'users');
        if (source === undefined) throw noUsers();
        const table = await openTable(source, { ...options, headerRow: 1 });
        const elsewhere = await elsewhereOf(tables, manifest, table.columns);
        return withPlaces(table, userColumns(table.columns, places, elsewhere), findHomes, tables.close);
      },
    };
  } catch (error) {
    tables.close();
    throw error;
  }
}

/** A users.csv that was sent by itself reads as that of a bundle; any other table as it is. */
export const asUsers = (table: Table, { places, findHomes }: RosterPlaces): Table =>
  isUsersHeader(table.columns)
    ? withPlaces(table, userColumns(table.columns, places, new Map()), findHomes, () => {})
    : table;

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
    if (pairs.set(cell('propertyName'), cell('value')).size > PROPERTIES_MAX) break;
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
    refuseManyOrgs(orgs.length);
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
    const isPrimary = cell('roleType').toLowerCase() === 'primary';
    const known = told.get(id);
    if (known && !isPrimary) continue;
    // There may be a primary role at each org.
    const before = known?.isPrimary ? known : undefined;
    const orgIds = withOrg(before?.orgIds ?? [], cell('orgSourcedId'));
    told.set(id, { orgIds, role: before?.role ?? (cell('role') || null), isPrimary });
    refuseMany(told);
  }
}

async function noteSchools(told: Map<string, UserElsewhere>, table: Table): Promise<void> {
  const placed = new Set([...told].flatMap(([id, { orgIds }]) => (orgIds.length > 0 ? [id] : [])));
  for await (const cell of rowsOf(table)) {
    const id = cell('userSourcedId');
    if (id === '' || isLeaving(cell) || placed.has(id)) continue;
    const known = told.get(id);
    const orgIds = withOrg(known?.orgIds ?? [], cell('schoolSourcedId'));
    told.set(id, { orgIds, role: known?.role ?? (cell('role') || null), isPrimary: false });
    refuseMany(told);
  }
}

/** Nobody is at more orgs than so many by right. */
const ORGS_OF_USER_MAX = 20;

const withOrg = (orgIds: readonly string[], orgId: string): readonly string[] =>
  orgId === '' || orgIds.includes(orgId) || orgIds.length >= ORGS_OF_USER_MAX ? orgIds : [...orgIds, orgId];

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

function withPlaces(table: Table, users: UserColumns, findHomes: FindHomes, closeZip: () => void): Table {
  return {
    get format() {
      return table.format;
    },
    headerRow: table.headerRow,
    isEmpty: table.isEmpty,
    columns: users.columns,
    rows: placedRows(table, users, findHomes),
    async close() {
      await table.close();
      closeZip();
    },
  };
}

async function* placedRows(table: Table, users: UserColumns, findHomes: FindHomes): Table['rows'] {
  for await (const batch of table.rows) {
    const choices = batch.flatMap((record) => users.choice(record) ?? []);
    const homes: Homes = choices.length === 0 ? new Map() : await findHomes(choices);
    yield batch.map((record) => ({ ...record, cells: users.cells(record, homes) }));
  }
}
