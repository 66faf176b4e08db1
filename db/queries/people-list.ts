// People by the many: searched page by page, and streamed for an export.
import { and, asc, type Column, eq, gt, ne, type SQL, sql } from 'drizzle-orm';
import { assertNever } from '../../domain/assert-never.ts';
import { emailKeyOf, type PersonField, type PersonStatus } from '../../domain/person.ts';
import type { PersonFilter, Place } from '../../domain/person-filter.ts';
import type { Database } from '../client.ts';
import { person } from '../schema/people.ts';
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
  /** Text that identifier, email, username or a name contains. */
  text?: string | undefined;
  filters?: readonly PersonFilter[];
  /** None but these. */
  personIds?: readonly number[] | undefined;
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
  const { siteIds, identifier, email, username, status, text, personIds } = query;
  return and(
    sql`${person.siteId} in (select s.id from site s where s.path && ${sql.param([...siteIds])}::int[])`,
    identifier === undefined ? undefined : eq(person.identifier, identifier),
    email === undefined ? undefined : eq(person.emailKey, emailKeyOf(email)),
    username === undefined ? undefined : eq(person.username, username),
    status && eq(person.status, status),
    query.isNamed ? ne(person.status, 'anonymized') : undefined,
    text === undefined ? undefined : isFound(text),
    ...(query.filters ?? []).map(filterCondition),
    personIds && sql`${person.id} = any (${sql.param([...personIds])}::bigint[])`,
  );
}

const searched: readonly Column[] = [
  person.identifier,
  person.email,
  person.username,
  person.displayName,
  person.firstName,
  person.lastName,
];

const isFound = (text: string): SQL => {
  const pattern = containing(text);
  const inColumns = searched.map((column) => sql`${column} ilike ${pattern}`);
  const inName = sql`concat_ws(' ', ${person.firstName}, ${person.lastName}) ilike ${pattern}`;
  return sql`(${sql.join([...inColumns, inName], sql` or `)})`;
};

const COLUMNS: Readonly<Record<PersonField | 'status', Column>> = {
  identifier: person.identifier,
  email: person.email,
  username: person.username,
  first_name: person.firstName,
  last_name: person.lastName,
  display_name: person.displayName,
  status: person.status,
};

function filterCondition(filter: PersonFilter): SQL {
  if (filter.kind === 'place') {
    const { value } = filter;
    const fits = (name: SQL) =>
      filter.is === 'equal' ? sql`${name} = ${value}` : sql`${name} ilike ${containing(value)}`;
    return placeCondition(filter.place, fits);
  }
  const isEmail = filter.kind === 'own' && filter.field === 'email';
  const held =
    filter.kind === 'custom'
      ? sql`${person.fields} ->> ${filter.name}`
      : sql`${isEmail ? person.emailKey : COLUMNS[filter.field]}`;
  if (filter.is === 'containing') return sql`(${held}) ilike ${containing(filter.value)}`;
  return sql`(${held}) = ${isEmail ? emailKeyOf(filter.value) : filter.value}`;
}

function placeCondition(place: Place, fits: (name: SQL) => SQL): SQL {
  switch (place) {
    case 'org_unit':
      return sql`${person.orgUnitId} in (select o.id from org_unit o where ${fits(sql`o.name`)})`;
    case 'supervisor':
      return sql`exists (
        select from person s where s.id = ${person.supervisorId} and ${fits(sql`s.identifier`)})`;
    case 'role':
      return sql`exists (
        select from role_assignment a join role r on r.id = a.role_id
        where a.person_id = ${person.id} and ${fits(sql`r.name`)})`;
    default:
      return assertNever(place);
  }
}

/** A pattern for text that holds these characters, each of them meaning itself. */
const containing = (text: string) => `%${text.replace(/[\\%_]/g, '\\$&')}%`;
