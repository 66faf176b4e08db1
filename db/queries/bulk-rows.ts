// The rows of a run with what became of them, read in order for results.
import { sql } from 'drizzle-orm';
import { Refusal } from '../../domain/refusal.ts';
import type { ResultRow } from '../../domain/result.ts';
import type { Database } from '../client.ts';
import { IS_OPEN, isWanted, type RowFilter, shownOutcome, shownReasons } from './bulk-row-list.ts';
import { DISCARDED } from './retention.ts';
import { latestRound, plannedChange } from './row-changes.ts';

/**
 * All wanted rows of a run with their outcomes, in the order of the file, in batches: memory stays bounded. With `isPlan`
 * each has what it would change. Refuses with 'gone' where the rows are removed before the first of them is read: from
 * then on the statement sees them all, whatever happens.
 */
export async function* streamBulkRows(
  db: Database,
  bulkActionId: string,
  { isPlan = false, ...filter }: RowFilter & { isPlan?: boolean } = {},
): AsyncGenerator<ResultRow[]> {
  const round = sql`(select number from round)`;
  const batches = db.stream<ResultRow>(sql`
    with round as materialized (select ${latestRound(bulkActionId)} as number)
    select r.row_number as "rowNumber", r.cells, r.mended, r.action, p.phase,
      ${shownOutcome(filter.isWaiting ?? false)} as outcome, ${shownReasons} as reasons
      ${isPlan ? sql`, jsonb_build_object('before', planned.before, 'after', planned.after) as change` : sql``}
    from bulk_row r
    left join bulk_plan p on p.bulk_action_id = r.bulk_action_id and p.row_number = r.row_number
    ${isPlan ? sql`left join lateral (${plannedChange(bulkActionId, round, IS_OPEN)}) as planned on true` : sql``}
    where r.bulk_action_id = ${bulkActionId} and ${isWanted(filter)}
    order by r.row_number
  `);
  let isSure = false;
  for await (const batch of batches) {
    if (!isSure) await refuseDiscarded(db, bulkActionId);
    isSure = true;
    yield batch;
  }
  if (!isSure) await refuseDiscarded(db, bulkActionId);
}

async function refuseDiscarded(db: Database, bulkActionId: string): Promise<void> {
  const found = await db.execute(
    sql`select from bulk_action where id = ${bulkActionId} and discarded_at is not null`,
  );
  if (found.length > 0) throw new Refusal('gone', DISCARDED);
}
