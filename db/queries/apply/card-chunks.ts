// Applying what a run makes of cards: one statement for the cards of a range, their people's history, outcomes and counts.
//
// Several rows may be for one person, each for a card of its own: the person's version counts each of them.
import { sql } from 'drizzle-orm';
import type { RowRange } from '../../../domain/batch.ts';
import { OUTCOME_OF_PHASE, type Outcome } from '../../../domain/bulk-action.ts';
import type { Database } from '../../client.ts';
import { cardOfRow, daysAfter, daysOfRun, isAsExpected, stateOf, target } from '../cards/card-moves.ts';
import { CHANGED_MEANWHILE, type ChunkOutcomes, type ChunkRun, outcomesOf, proof, told } from './chunks.ts';

/** Issues, revokes or sets back the cards of a range. Gives how many rows got which outcome: none where nothing was left to do. */
export async function applyCardChunk(db: Database, run: ChunkRun, range: RowRange): Promise<ChunkOutcomes> {
  const { bulkActionId, byPersonId } = run;
  const rows = await db.execute<{ outcome: Outcome; rows: number }>(sql`
    with lock as materialized (${proof(run)}),
    run as materialized (${daysOfRun(bulkActionId)}),
    chunk as materialized (
      select b.row_number, b.person_id, ${target} as status,
        ${stateOf('before', true)} as before, ${stateOf('after', true)} as after
      from bulk_plan b
      join bulk_row r on r.bulk_action_id = ${bulkActionId} and r.row_number = b.row_number
        and r.row_number between ${range.firstRow} and ${range.lastRow}
      join card k on k.id = ${cardOfRow} and k.person_id = b.person_id
      cross join lateral (${daysAfter}) as n
      where b.bulk_action_id = ${bulkActionId} and b.row_number between ${range.firstRow} and ${range.lastRow}
        and b.phase = 'update' and b.outcome is null and exists (select from lock)
        and ${isAsExpected} and (${target} = 'revoked' or n.valid_until is null or n.valid_until >= utc_today())
      order by b.person_id, b.row_number
      for update of k
    ),
    done as (
      update person p set version = p.version + g.cards, updated_at = now()
      from (
        select person_id, count(*)::int as cards, bool_and(status = 'revoked') as is_ending,
          array_agg(row_number) as row_numbers, array_agg(before) as befores, array_agg(after) as afters
        from chunk group by person_id
      ) as g
      where p.id = g.person_id and (p.status = 'active' or p.status = 'archived' and g.is_ending)
      returning p.id, p.version - g.cards as version, g.row_numbers, g.befores, g.afters
    ),
    -- By what each of them carries: joined to the chunk, each of these would be compared with each of those.
    moved as (
      update card k set status = c.status, valid_from = c.valid_from, valid_until = c.valid_until,
        issued_at = case c.status when 'issued' then coalesce(k.issued_at, now()) when 'revoked' then k.issued_at end,
        ended_at = case c.status when 'revoked' then now() end,
        revoked_because = case c.status when 'revoked' then 'asked' end
      from done d
      cross join lateral (
        select (after -> 'card' ->> 'id')::bigint as id, after -> 'card' ->> 'status' as status,
          (after -> 'card' ->> 'validFrom')::date as valid_from, (after -> 'card' ->> 'validUntil')::date as valid_until
        from unnest(d.afters) as a (after)
      ) as c
      where k.id = c.id
    ),
    history as (
      insert into person_history (person_id, version, by_person_id, bulk_action_id, row_number, what, before, after)
      select d.id, d.version + c.place, ${byPersonId}, ${bulkActionId}, c.row_number, 'updated', c.before, c.after
      from done d
      cross join lateral unnest(d.row_numbers, d.befores, d.afters) with ordinality as c (row_number, before, after, place)
    ),
    outcome as (
      update bulk_plan b set
        outcome = case when b.row_number in (select unnest(row_numbers) from done)
          then ${OUTCOME_OF_PHASE.update} else 'failed' end,
        reasons = case when b.row_number in (select unnest(row_numbers) from done)
          then b.reasons else ${CHANGED_MEANWHILE} end
      where b.bulk_action_id = ${bulkActionId} and b.row_number between ${range.firstRow} and ${range.lastRow}
        and b.phase = 'update' and b.outcome is null and exists (select from lock)
      returning b.outcome
    ),
    ${told(run)}
  `);
  return outcomesOf(rows);
}
