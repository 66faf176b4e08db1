// People as a table shows them: any page of any order, how many there are, and what stands beside each of them.
import { and, inArray, type SQL, sql } from 'drizzle-orm';
import type { PhotoStanding } from '../../domain/person-filter.ts';
import type { Database } from '../client.ts';
import { person } from '../schema/people.ts';
import { conditionOf, type PeopleQuery } from './people-list.ts';
import { type PersonRow, personColumns } from './person-row.ts';

export const PEOPLE_ORDERS = ['name', 'identifier', 'email', 'created', 'updated'] as const;
export type PeopleOrder = { by: (typeof PEOPLE_ORDERS)[number]; isDescending: boolean };

/** Names as people write them: accents and case beside their letters, whatever the database's own order is. */
const LETTERS = sql.raw('collate "und-x-icu"');
const KEYS: Readonly<Record<PeopleOrder['by'], readonly SQL[]>> = {
  name: [
    sql`coalesce(${person.lastName}, ${person.displayName}, ${person.firstName}, ${person.identifier}) ${LETTERS}`,
    sql`${person.firstName} ${LETTERS}`,
  ],
  identifier: [sql`${person.identifier}`],
  email: [sql`${person.emailKey}`],
  created: [sql`${person.createdAt}`],
  updated: [sql`${person.updatedAt}`],
};

/** Which stretch of an order is wanted: all of it, or so many from its beginning or its end. */
export type PeopleStretch = { order: PeopleOrder; isFromEnd?: boolean; limit?: number };

/**
 * The ids of the people of a query in an order, those without a value for it last, then by id. Counted from the end, too,
 * they stand in the order. As bytes: of a million people they are eight megabytes.
 */
export async function listPeopleIds(
  db: Database,
  query: PeopleQuery,
  { order, isFromEnd = false, limit }: PeopleStretch,
): Promise<Float64Array> {
  // A sort that keeps the first few of many is quick, and which end they are the first of is all the same to it.
  const [found] = await db.execute<{ ids: Buffer | null }>(sql`
    select string_agg(int8send(id), ''::bytea) as ids from (
      select person.id from person where ${conditionOf(query)}
      order by ${orderOf(order, isFromEnd)} ${limit === undefined ? sql`` : sql`limit ${limit}`}
    ) as wanted`);
  const ids = idsIn(found?.ids ?? Buffer.alloc(0));
  return isFromEnd ? ids.reverse() : ids;
}

function idsIn(bytes: Buffer): Float64Array {
  const ids = new Float64Array(bytes.length / 8);
  // By halves: whole ones would be a million objects on their way.
  for (let i = 0; i < ids.length; i++)
    ids[i] = bytes.readInt32BE(8 * i) * 2 ** 32 + bytes.readUInt32BE(8 * i + 4);
  return ids;
}

/** These people, in this order; those who are no longer there, or at none of these sites any more, are left out. */
export async function listPeopleByIds(
  db: Database,
  { siteIds }: Pick<PeopleQuery, 'siteIds'>,
  ids: readonly number[],
): Promise<PersonRow[]> {
  if (ids.length === 0) return [];
  const rows = await db
    .select(personColumns)
    .from(person)
    .where(and(inArray(person.id, [...ids]), conditionOf({ siteIds })));
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.flatMap((id) => byId.get(id) ?? []);
}

function orderOf({ by, isDescending }: PeopleOrder, isBackwards: boolean): SQL {
  const way = isDescending === isBackwards ? sql`asc` : sql`desc`;
  const nulls = isBackwards ? sql`nulls first` : sql`nulls last`;
  const keys = KEYS[by].map((key) => sql`${key} ${way} ${nulls}`);
  return sql.join([...keys, sql`person.id ${way}`], sql`, `);
}

/** How many people a query finds. */
export async function countPeople(db: Database, query: PeopleQuery): Promise<number> {
  const [found] = await db.execute<{ people: number }>(
    sql`select count(*)::int as people from person where ${and(conditionOf(query))}`,
  );
  return found?.people ?? 0;
}

/** `photoId`: of the photo that stands for them, the one that waits for a look before the approved one. */
export type PersonBeside = {
  personId: number;
  photo: PhotoStanding;
  photoId: string | null;
  cards: number;
};

/** What a list shows beside these people, in no order. */
export async function listBeside(db: Database, personIds: readonly number[]): Promise<PersonBeside[]> {
  const rows = await db.execute<PersonBeside>(sql`
    select w.id as "personId", o.id as "photoId",
      case o.state when 'waiting' then 'in-review' when 'approved' then 'approved'
        else case when not exists (select from invitation i where i.person_id = w.id and i.state = 'open') then 'none'
          when exists (select from photo d where d.person_id = w.id and d.kind = 'cardholder' and d.state = 'declined')
          then 'sent-back' else 'invited' end end as photo,
      (select count(*)::int from card c where c.person_id = w.id and c.status in ('pending', 'issued')) as cards
    from unnest(${sql.param([...personIds])}::bigint[]) as w (id)
    left join lateral (
      select id, state from photo
      where person_id = w.id and kind = 'cardholder' and state in ('waiting', 'approved')
      order by state desc limit 1
    ) as o on true`);
  return [...rows];
}
