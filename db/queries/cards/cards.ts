// Cards as they are read: one, those of somebody, and lists. Numbers are decimal, as `cardIdReader` gives them.
import { type SQL, sql } from 'drizzle-orm';
import type { CardStatus, RevokedBecause } from '../../../domain/card.ts';
import type { Database } from '../../client.ts';
import { isInUse, statusToday } from './cards-in-use.ts';

export type CardRow = {
  id: number;
  personId: number;
  /** Of the person; null once they are anonymized. */
  identifier: string | null;
  /** Of the person, as it is shown; '' for none. */
  personName: string;
  siteId: number;
  rootId: number;
  number: string;
  /** As it is today: a card whose last day is over is expired, be it that the sweep has not come by. */
  status: CardStatus;
  validFrom: string | null;
  validUntil: string | null;
  bulkActionId: string | null;
  createdAt: Date;
  issuedAt: Date | null;
  endedAt: Date | null;
  revokedBecause: RevokedBecause | null;
  replacesId: number | null;
};

type CardRecord = Omit<CardRow, 'createdAt' | 'issuedAt' | 'endedAt'> & {
  createdAt: string;
  issuedAt: string | null;
  endedAt: string | null;
};

/** The columns of a card `k` with its person `p`. A card that is over ended with its last day. */
const COLUMNS = sql`k.id::int, k.person_id::int as "personId", p.identifier,
  coalesce(p.display_name, concat_ws(' ', p.first_name, p.last_name)) as "personName", k.site_id as "siteId", k.root_id as "rootId",
  k.number::text, ${statusToday('k')} as status, k.valid_from::text as "validFrom", k.valid_until::text as "validUntil",
  k.bulk_action_id as "bulkActionId", k.created_at as "createdAt", k.issued_at as "issuedAt",
  case when ${statusToday('k')} <> k.status then (k.valid_until + 1)::timestamp at time zone 'UTC' else k.ended_at end as "endedAt",
  k.revoked_because as "revokedBecause", k.replaces_id::int as "replacesId"`;

const cardFrom = (record: CardRecord): CardRow => ({
  ...record,
  createdAt: new Date(record.createdAt),
  issuedAt: record.issuedAt === null ? null : new Date(record.issuedAt),
  endedAt: record.endedAt === null ? null : new Date(record.endedAt),
});

/** The card of this id, or undefined. */
export async function findCard(db: Database, id: number): Promise<CardRow | undefined> {
  const [found] = await db.execute<CardRecord>(
    sql`select ${COLUMNS} from card k join person p on p.id = k.person_id where k.id = ${id}`,
  );
  return found && cardFrom(found);
}

export type CardQuery = {
  /** Cards of these sites and all below them. */
  siteIds: readonly number[];
  personId?: number | undefined;
  status?: CardStatus | undefined;
  number?: string | undefined;
  /** Of the run that brought them. */
  bulkActionId?: string | undefined;
};

/** The cards that a query asks for, by id: those after `after`, `limit` at most. */
export async function listCards(
  db: Database,
  { siteIds, personId, status, number, bulkActionId }: CardQuery,
  page: { after: number; limit: number },
): Promise<CardRow[]> {
  const conditions: SQL[] = [
    sql`k.site_id in (select s.id from site s where s.path && ${sql.param([...siteIds])}::int[])`,
    ...(personId === undefined ? [] : [sql`k.person_id = ${personId}`]),
    ...(status === undefined ? [] : [sql`${statusToday('k')} = ${status}`]),
    ...(number === undefined ? [] : [sql`k.number = ${number}::numeric`]),
    ...(bulkActionId === undefined ? [] : [sql`k.bulk_action_id = ${bulkActionId}`]),
  ];
  const rows = await db.execute<CardRecord>(sql`
    select ${COLUMNS} from card k join person p on p.id = k.person_id
    where k.id > ${page.after} and ${sql.join(conditions, sql` and `)} order by k.id limit ${page.limit}`);
  return [...rows].map(cardFrom);
}

/** The cards of a person, those in use alone or all, the newest first. */
export async function listCardsOfPerson(
  db: Database,
  personId: number,
  which: 'in-use' | 'all',
): Promise<CardRow[]> {
  const rows = await db.execute<CardRecord>(sql`
    select ${COLUMNS} from card k join person p on p.id = k.person_id
    where k.person_id = ${personId} and ${which === 'in-use' ? isInUse('k') : sql`true`} order by k.id desc`);
  return [...rows].map(cardFrom);
}

/** How many cards a run has brought; counted up to `max`. */
export async function countCardsOfRun(db: Database, bulkActionId: string, max: number): Promise<number> {
  const [counted] = await db.execute<{ cards: number }>(sql`
    select count(*)::int as cards
    from (select from card where bulk_action_id = ${bulkActionId} limit ${max}) as counted`);
  return counted?.cards ?? 0;
}
