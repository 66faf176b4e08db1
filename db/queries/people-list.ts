// People by the many: searched page by page, and streamed for an export.
import { and, asc, eq, gt, ne, type SQL, sql } from 'drizzle-orm';
import { emailKeyOf, type PersonStatus } from '../../domain/person.ts';
import type { PersonFilter } from '../../domain/person-filter.ts';
import type { Database } from '../client.ts';
import { person } from '../schema/people.ts';
import { filterCondition, textCondition } from './person-filters.ts';
import { type PersonRow, personColumns, personFrom } from './person-row.ts';

export type PeopleQuery = {
  /** The people of these sites and all below them. */
  siteIds: readonly number[];
  identifier?: string | undefined;
  email?: string | undefined;
  username?: string | undefined;
  /** Undefined for any. */
  status?: PersonStatus | undefined;
  /** Leaves out anonymized people. */
  isNamed?: boolean;
  /** Words that identifier, email, username and names contain together, or the number of a card. */
  text?: string | undefined;
  filters?: readonly PersonFilter[];
  /** None but these. */
  personIds?: readonly number[] | undefined;
  /** All but these. */
  exceptIds?: readonly number[] | undefined;
};

/** The people that a query asks for, by id: those after `after`, `limit` at most. */
export async function listPeople(
  db: Database,
  query: PeopleQuery,
  page: { after?: number | undefined; limit: number },
): Promise<PersonRow[]> {
  return db
    .select(personColumns)
    .from(person)
    .where(and(conditionOf(query), gt(person.id, page.after ?? 0)))
    .orderBy(asc(person.id))
    .limit(page.limit);
}

/** A person with what an export says beside: what it names is found by an import of the same site. */
export type ExportedPerson = PersonRow & {
  /** The email of the supervisor, where that is somebody active; it tells people of all sites apart. */
  managerEmail: string | null;
};

/**
 * All people that a query asks for, in batches, by site and identifier. Memory does not grow with their number.
 * An org unit whose name means a nearer one at the person's site is left out.
 */
export async function* streamPeople(db: Database, query: PeopleQuery): AsyncGenerator<ExportedPerson[]> {
  const statement = sql`
    select person.*,
      (select b.email from person b where b.id = person.supervisor_id and b.status = 'active') as manager_email,
      (select case when near.id = person.org_unit_id then o.name end
        from org_unit o join site s on s.id = person.site_id, lateral (
          select n.id from org_unit n where n.site_id = any (s.path) and n.name = o.name
          order by array_position(s.path, n.site_id) desc limit 1
        ) as near
        where o.id = person.org_unit_id) as org_unit
    from person where ${conditionOf(query)} order by site_id, identifier, id`;
  for await (const batch of db.stream<Record<string, unknown>>(statement))
    yield batch.map((record) => ({
      ...personFrom(record),
      managerEmail: record['manager_email'] as string | null,
    }));
}

/** True for a `person` whom a query asks for. */
export function conditionOf(query: PeopleQuery): SQL | undefined {
  const { siteIds, identifier, email, username, status, text, personIds, exceptIds } = query;
  return and(
    sql`${person.siteId} in (select s.id from site s where s.path && ${sql.param([...siteIds])}::int[])`,
    identifier === undefined ? undefined : eq(person.identifier, identifier),
    email === undefined ? undefined : eq(person.emailKey, emailKeyOf(email)),
    username === undefined ? undefined : eq(person.username, username),
    status && eq(person.status, status),
    query.isNamed ? ne(person.status, 'anonymized') : undefined,
    text === undefined ? undefined : textCondition(text, siteIds),
    ...(query.filters ?? []).map(filterCondition),
    personIds && sql`${person.id} = any (${sql.param([...personIds])}::bigint[])`,
    exceptIds && sql`${person.id} <> all (${sql.param([...exceptIds])}::bigint[])`,
  );
}
