// Users of a OneRoster bundle as rows of people: where they belong, and what stands in other words.
//
// https://www.imsglobal.org/oneroster-v11-final-csv-tables, 4.16 users.csv; 1.2 moves role and orgs to roles.csv.
import { cleaned } from '../cells.ts';
import { headerKey } from '../header.ts';
import type { TableRecord } from '../table.ts';
import type { OrgPlace } from './orgs.ts';

/** What other files of the bundle say of a user: by roles.csv, else by enrollments.csv. */
export type UserElsewhere = { orgIds: readonly string[]; role: string | null; isPrimary: boolean };

/** A user of orgs at several sites, none of which is the primary one: whoever is at one of them stays there. */
export type UserChoice = { id: string; siteIds: readonly number[] };
/** Of such users, by their ids, at which of those sites they are. */
export type Homes = ReadonlyMap<string, ReadonlySet<number>>;

export type UserColumns = {
  columns: readonly string[];
  /** Whether a user's site is to be chosen. */
  choice(record: TableRecord): UserChoice | null;
  /** The cells of a user, under those columns. A record that can't be read loses what may be a password. */
  cells(record: TableRecord, homes: Homes): string[];
};

/** Columns of users.csv that would be taken for something else here, and what they are called instead. */
const RENAMED: Readonly<Record<string, string>> = { role: 'schoolRole', identifier: 'userIdentifier' };
/** Passwords are nobody's here: they are not even read. */
const DROPPED: ReadonlySet<string> = new Set(['password']);

/** Columns behind those of the file, made from the whole bundle. */
const MADE = ['account_id', 'org_unit', 'action'] as const;

/** True for the header of users.csv as student systems make it; results of Muster have the columns behind it already. */
export function isUsersHeader(header: readonly string[]): boolean {
  const keys = new Set(header.map((name) => headerKey(name)));
  return keys.has(headerKey('sourcedId')) && !MADE.some((name) => keys.has(headerKey(name)));
}

/**
 * The columns of users.csv, with three more: the site, the org unit, and *archive* for whom the student system has marked
 * `tobedeleted`. A user of an org that is not here keeps its sourcedId in place of the site: that row is refused, and
 * says which.
 */
export function userColumns(
  header: readonly string[],
  places: ReadonlyMap<string, OrgPlace>,
  elsewhere: ReadonlyMap<string, UserElsewhere>,
): UserColumns {
  const keys = header.map((name) => headerKey(name));
  const at = (name: string) => keys.indexOf(headerKey(name));
  const kept = keys.flatMap((key, i) => (DROPPED.has(key) ? [] : [i]));
  const [id, status, orgs, primaryOrg, role] = [
    at('sourcedId'),
    at('status'),
    at('orgSourcedIds'),
    at('primaryOrgSourcedId'),
    at('role'),
  ];
  const addsRole = role < 0 && at('schoolRole') < 0;
  const own = kept.map((i) => RENAMED[keys[i] ?? ''] ?? header[i] ?? '');
  const columns = [...own, ...(addsRole ? ['schoolRole'] : []), ...MADE];

  const placeCells = (orgId: string | null): [string, string] => {
    if (orgId === null) return ['', ''];
    const place = places.get(orgId);
    return place ? [String(place.siteId), place.unit ?? ''] : [orgId, ''];
  };

  // As many cells too many as it has: behind the columns that were added, it would seem whole.
  const padded = (given: readonly string[]) =>
    given.length > header.length
      ? [
          ...given.slice(0, header.length),
          ...columns.slice(header.length).map(() => ''),
          ...given.slice(header.length),
        ]
      : [...given];

  const cellOf = (given: readonly string[], i: number) => (i < 0 ? '' : cleaned(given[i] ?? ''));
  /** Their orgs by users.csv, unless none of those is here and other files know more. */
  const orgsOf = (given: readonly string[]): readonly string[] => {
    const named = [cellOf(given, primaryOrg), ...cellOf(given, orgs).split(',')]
      .map((one) => one.trim())
      .filter((one) => one !== '');
    const told = elsewhere.get(cellOf(given, id))?.orgIds ?? [];
    return told.length > 0 && !named.some((one) => places.has(one)) ? told : named;
  };

  return {
    columns,
    choice({ cells: given }) {
      if (places.has(cellOf(given, primaryOrg))) return null;
      const siteIds = new Set(orgsOf(given).flatMap((one) => places.get(one)?.siteId ?? []));
      return siteIds.size > 1 ? { id: cellOf(given, id), siteIds: [...siteIds] } : null;
    },
    cells({ cells: given, fault }, homes) {
      // Where cells have moved, nobody can tell which of them would be the password.
      if (fault !== null || given.length > header.length)
        return kept.length === header.length
          ? padded(given)
          : [given[0] ?? '', ...columns.map(() => ''), 'left out: it may be a password'];
      const told = elsewhere.get(cellOf(given, id));
      const named = orgsOf(given);
      const at = homes.get(cellOf(given, id));
      // A person is at one site. Student systems give several in any order: that is no reason to move anybody.
      const home = at && named.find((one) => at.has(places.get(one)?.siteId ?? 0));
      const orgId = home ?? named.find((one) => places.has(one)) ?? named[0] ?? null;
      const isLeaving = cellOf(given, status).toLowerCase() === 'tobedeleted';
      return [
        ...kept.map((i) => given[i] ?? ''),
        ...(addsRole ? [told?.role ?? ''] : []),
        ...placeCells(orgId),
        isLeaving ? 'archive' : '',
      ];
    },
  };
}
