// Changes of one card: each is one statement, which does nothing where a bulk action holds the lock of the site.
//
// It locks the person first and then the card, in the order in which archiving does; of two who do the same at once the
// second finds it done. What it changes is told in the person's history. Numbers are decimal, as `cardIdReader` gives them.
import { type SQL, sql } from 'drizzle-orm';
import { Refusal } from '../../../domain/refusal.ts';
import type { Database } from '../../client.ts';
import { databaseFaultOf } from '../../sqlstate.ts';
import type { Holder } from '../people.ts';
import { isInUse } from './cards-in-use.ts';

/** Days, `YYYY-MM-DD`, both included; null for no limit. */
export type Days = { validFrom: string | null; validUntil: string | null };

/** What became of a change: written, held up by a run, or too late, because card or person have changed since they were read. */
export type CardEdit =
  | { kind: 'written'; id: number }
  | { kind: 'locked'; holder: Holder }
  | { kind: 'stale' };

type Whose = { personId: number; siteId: number };
type OfCard = Whose & { id: number };

/** Adds a card to an active person, pending or issued at once. Refuses with `conflict` a number that is in use. */
export const insertCard = (
  db: Database,
  whose: Whose,
  wanted: Days & { number: string; isIssued: boolean },
  byPersonId: number,
): Promise<CardEdit> =>
  change(
    db,
    whose,
    byPersonId,
    sql`${numberFreed(wanted.number)},
    was as materialized (select null::jsonb as state where false),
    written as (
      insert into card (person_id, site_id, root_id, number, status, valid_from, valid_until, issued_at)
      select w.id, w.site_id, w.root_id, ${wanted.number}::numeric, ${wanted.isIssued ? 'issued' : 'pending'},
        ${wanted.validFrom}::date, ${wanted.validUntil}::date, case when ${wanted.isIssued} then now() end
      from who w where (select count(*) from freed) > 0
      returning *
    )`,
  );

/** Issues a pending card in use. */
export const issueCard = (db: Database, card: OfCard, byPersonId: number): Promise<CardEdit> =>
  change(
    db,
    card,
    byPersonId,
    updated(card.id, sql`k.status = 'pending'`, sql`status = 'issued', issued_at = now()`),
  );

/** Revokes a card in use. */
export const revokeCard = (db: Database, card: OfCard, byPersonId: number): Promise<CardEdit> =>
  change(
    db,
    card,
    byPersonId,
    updated(card.id, sql`true`, sql`status = 'revoked', ended_at = now(), revoked_because = 'asked'`),
  );

/** Sets the days of a card in use. */
export const updateCardDays = (
  db: Database,
  card: OfCard,
  { validFrom, validUntil }: Days,
  byPersonId: number,
): Promise<CardEdit> =>
  change(
    db,
    card,
    byPersonId,
    updated(card.id, sql`true`, sql`valid_from = ${validFrom}::date, valid_until = ${validUntil}::date`),
  );

/**
 * Puts another card in the place of one in use: that is revoked, and the new one issued, or neither. In the place of
 * one that was never issued it counts for the run that brought that. Refuses with `conflict` a number that is in use.
 */
export const replaceCard = (
  db: Database,
  card: OfCard,
  wanted: Days & { number: string },
  byPersonId: number,
): Promise<CardEdit> =>
  change(
    db,
    card,
    byPersonId,
    sql`${numberFreed(wanted.number)},
    was as materialized (${lockedCard(card.id, sql`true`)}),
    ended as (
      update card k set status = 'revoked', ended_at = now(), revoked_because = 'replaced'
      from was where k.id = was.id
      returning k.*
    ),
    written as (
      insert into card (person_id, site_id, root_id, number, status, valid_from, valid_until, bulk_action_id, issued_at, replaces_id)
      select e.person_id, e.site_id, e.root_id, ${wanted.number}::numeric, 'issued', ${wanted.validFrom}::date,
        ${wanted.validUntil}::date, case when e.issued_at is null then e.bulk_action_id end, now(), e.id
      from ended e where (select count(*) from freed) > 0
      returning *
    )`,
  );

/** A card `k` as history has it. */
const state = sql`jsonb_build_object('id', k.id, 'number', k.number::text, 'status', k.status, 'validFrom', k.valid_from,
      'validUntil', k.valid_until)`;

/** A card in use of the person in `who`, as it is now, kept as it is until the statement ends. */
const lockedCard = (id: number, condition: SQL): SQL => sql`
      select k.id, ${state} as state from card k
      where k.id = ${id} and k.person_id in (select id from who) and ${isInUse('k')} and ${condition} for update`;

const updated = (id: number, condition: SQL, sets: SQL): SQL => sql`
    was as materialized (${lockedCard(id, condition)}),
    written as (
      update card k set ${sets} from was where k.id = was.id returning k.*
    )`;

/** A card that is over may still have the number: the sweep has not come by. Before the number is given away. */
const numberFreed = (number: string): SQL => sql`
    freed as materialized (select expire_cards(w.root_id, array[${number}::numeric]) from who w)`;

/** `parts` leave the card in `written` and, in `was (state)`, what it was. */
async function change(
  db: Database,
  { personId, siteId }: Whose,
  byPersonId: number,
  parts: SQL,
): Promise<CardEdit> {
  const rows = await db
    .execute<{ holder: string | null; granted_at: string | null; id: number | null }>(sql`
    with l as materialized (
      select holder, granted_at from edit_lock where site_id = ${siteId} for share
    ),
    who as materialized (
      select p.id, p.site_id, p.root_id from person p
      where p.id = ${personId} and p.status = 'active' and (select holder is null from l) for update
    ),
    ${parts},
    person_moved as (
      update person p set version = version + 1, updated_at = now()
      where p.id in (select person_id from written)
      returning p.id, p.version
    ),
    history as (
      insert into person_history (person_id, version, by_person_id, what, before, after)
      select m.id, m.version, ${byPersonId}, 'updated',
        coalesce((select jsonb_build_object('card', state) from was), '{}'),
        (select jsonb_build_object('card', ${state}) from written k)
      from person_moved m
    )
    select l.holder, l.granted_at, w.id::int from l left join written w on true`)
    .catch((error: unknown) => {
      throw asNumberTaken(error);
    });
  const [record] = rows;
  if (!record) throw new Error('a site has no edit lock');
  if (record.id !== null) return { kind: 'written', id: record.id };
  if (record.holder === null || record.granted_at === null) return { kind: 'stale' };
  return { kind: 'locked', holder: { bulkActionId: record.holder, since: new Date(record.granted_at) } };
}

/** Makes a `conflict` of a clash of numbers; gives every other error back as it is. */
const asNumberTaken = (error: unknown): unknown =>
  databaseFaultOf(error)?.constraint === 'card_number'
    ? new Refusal(
        'conflict',
        'A card in use has this number already. Revoke that card first, or use another number. Find it with ?number= in the list of cards.',
        { reason: 'key-taken', field: 'card_id' },
      )
    : error;
