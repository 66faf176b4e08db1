// People by the many: searched page by page, and streamed for an export.
import { and, asc, type Column, eq, gt, type SQL, sql } from 'drizzle-orm';
import { emailKeyOf, type PersonField, type PersonStatus } from '../../domain/person.ts';
import type { Database } from '../client.ts';
import { person } from '../schema/people.ts';
import { type PersonRow, personColumns, personFrom } from './people.ts';

/** One `field=value` or `field~text`. An own field is told from a custom one by its name. */
export type PersonFilter =
  | { kind: 'own'; field: PersonField | 'status'; is: 'equal' | 'containing'; value: string }
  | { kind: 'custom'; name: string; is: 'equal' | 'containing'; value: string };

export type PeopleQuery = {
  /** The people of these sites and all below them. */
  siteIds: readonly number[];
  identifier?: string | undefined;
  email?: string | undefined;
  username?: string | undefined;
  /** Undefined for any. */
  status?: PersonStatus | undefined;
  /** Text that identifier, email, username or a name contains. */
  text?: string | undefined;
  filters?: readonly PersonFilter[];
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

/** All people that a query asks for, in batches, by site and identifier. Memory does not grow with their number. */
export async function* streamPeople(db: Database, query: PeopleQuery): AsyncGenerator<PersonRow[]> {
  const statement = sql`select person.* from person where ${conditionOf(query)} order by site_id, identifier, id`;
  for await (const batch of db.stream<Record<string, unknown>>(statement)) yield batch.map(personFrom);
}

function conditionOf(query: PeopleQuery): SQL | undefined {
  const { siteIds, identifier, email, username, status, text } = query;
  return and(
    sql`${person.siteId} in (select s.id from site s where s.path && ${sql.param([...siteIds])}::int[])`,
    identifier === undefined ? undefined : eq(person.identifier, identifier),
    email === undefined ? undefined : eq(person.emailKey, emailKeyOf(email)),
    username === undefined ? undefined : eq(person.username, username),
    status && eq(person.status, status),
    text === undefined ? undefined : isFound(text),
    ...(query.filters ?? []).map(filterCondition),
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
  const isEmail = filter.kind === 'own' && filter.field === 'email';
  const held =
    filter.kind === 'custom'
      ? sql`${person.fields} ->> ${filter.name}`
      : sql`${isEmail ? person.emailKey : COLUMNS[filter.field]}`;
  if (filter.is === 'containing') return sql`(${held}) ilike ${containing(filter.value)}`;
  return sql`(${held}) = ${isEmail ? emailKeyOf(filter.value) : filter.value}`;
}

/** A pattern for text that holds these characters, each of them meaning itself. */
const containing = (text: string) => `%${text.replace(/[\\%_]/g, '\\$&')}%`;
