// What becomes of the cards of people who are archived, and when an undo brings these people back.
import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../client.ts';
import { checking, isOpen, keptWith } from '../check/undo-parts.ts';
import { hasNotEnded, isInUse } from './cards-in-use.ts';

/** Part of a statement: the cards of the people in `done (id)` go out of use with them. By an array: each is a probe. */
export const cardsRevoked: SQL = sql`
    card_revoked as (
      update card k set
        status = case when k.valid_until < utc_today() then 'expired' else 'revoked' end,
        ended_at = case when k.valid_until < utc_today() then (k.valid_until + 1)::timestamp at time zone 'UTC' else now() end,
        revoked_because = case when k.valid_until < utc_today() then null else 'archived' end
      where k.person_id = any (array(select id from done)) and ${hasNotEnded('k')}
    )`;

/**
 * Part of a statement that takes back what a run has archived: the cards that went out of use in that moment are in use
 * again, but for those that are over, and those whose number somebody has by now. What went in one statement has one time.
 */
export const cardsReturned = (undoId: string): SQL => sql`
    card_returned as (
      update card k set status = case when k.issued_at is null then 'pending' else 'issued' end,
        ended_at = null, revoked_because = null
      where k.person_id = any (array(select id from done)) and k.status = 'revoked' and k.revoked_because = 'archived'
        and (k.valid_until is null or k.valid_until >= utc_today())
        and k.ended_at = (
          select h.at from person_history h
          where h.person_id = k.person_id and h.what = 'archived'
            and h.bulk_action_id = (select undoes_id from bulk_action where id = ${undoId})
          limit 1)
        and not exists (
          select from card o where o.root_id = k.root_id and o.number = k.number and o.status in ('pending', 'issued'))
    )`;

/** Notes on rows that bring somebody back that a card does not come back: its number is somebody's by now. Safe to repeat. */
export async function noteLostCards(db: Database, bulkActionId: string, undoesId: string): Promise<void> {
  await db.execute(sql`
    with run as (${checking(bulkActionId)}),
    lost as materialized (
      select distinct k.person_id
      from bulk_action u join card k on k.root_id = u.root_id and k.ended_at between u.locked_at and u.finished_at
      where u.id = ${undoesId} and k.status = 'revoked' and k.revoked_because = 'archived' and exists (
        select from card o where o.root_id = k.root_id and o.number = k.number and ${isInUse('o')})
    )
    update bulk_row r set kept = ${keptWith('not-undone', sql`'{"card_id": null}'::jsonb`)}
    where r.bulk_action_id = ${bulkActionId} and r.action = 'restore' and exists (select from run) and ${isOpen}
      and exists (select from lost) and r.person_id in (select person_id from lost)
  `);
}
