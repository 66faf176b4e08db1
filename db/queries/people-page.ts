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

/** Further down, it is worth counting from which end a page is nearer. */
const FAR_OFFSET = 5_000;

/** The people of a query in an order, those without a value for it last, then by id: `limit` of them behind the first `offset`. */
export async function listPeoplePage(
  db: Database,
  query: PeopleQuery,
  { order, offset, limit }: { order: PeopleOrder; offset: number; limit: number },
): Promise<PersonRow[]> {
  const ids = await idsOfPage(db, query, { order, offset, limit });
  if (ids.length === 0) return [];
  const rows = await db.select(personColumns).from(person).where(inArray(person.id, ids));
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.flatMap((id) => byId.get(id) ?? []);
}

async function idsOfPage(
  db: Database,
  query: PeopleQuery,
  { order, offset, limit }: { order: PeopleOrder; offset: number; limit: number },
): Promise<number[]> {
  const read = async (isBackwards: boolean, from: number, count: number) => {
    const found = await db.execute<{ id: number }>(sql`
      select person.id from person where ${conditionOf(query)}
      order by ${orderOf(order, isBackwards)} limit ${count} offset ${from}`);
    return [...found].map(({ id }) => id);
  };
  if (offset < FAR_OFFSET) return read(false, offset, limit);
  // A sort that keeps the first few of many is quick, and which end they are the first of is all the same to it.
  const people = await countPeople(db, query);
  const behind = people - offset - limit;
  if (behind > offset) return read(false, offset, limit);
  const backwards = await read(true, Math.max(0, behind), limit + Math.min(0, behind));
  return backwards.reverse();
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
        else case when exists (select from invitation i where i.person_id = w.id and i.state = 'open')
          then 'invited' else 'none' end end as photo,
      (select count(*)::int from card c where c.person_id = w.id and c.status in ('pending', 'issued')) as cards
    from unnest(${sql.param([...personIds])}::bigint[]) as w (id)
    left join lateral (
      select id, state from photo
      where person_id = w.id and kind = 'cardholder' and state in ('waiting', 'approved')
      order by state desc limit 1
    ) as o on true`);
  return [...rows];
}
