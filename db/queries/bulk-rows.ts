// The rows of a run with what became of them, read in order for results.
import { sql } from 'drizzle-orm';
import type { Outcome } from '../../domain/bulk-action.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { ResultRow } from '../../domain/result.ts';
import type { Database } from '../client.ts';
import { shownReasons } from './bulk-row-list.ts';
import { DISCARDED } from './retention.ts';

/**
 * All rows of a run with their outcomes, in the order of the file, in batches: memory stays bounded. With `outcomes`,
 * those that have one of them. Refuses with 'gone' where the rows are removed before the first of them is read: from
 * then on the statement sees them all, whatever happens.
 */
export async function* streamBulkRows(
  db: Database,
  bulkActionId: string,
  { outcomes }: { outcomes?: readonly Outcome[] | undefined } = {},
): AsyncGenerator<ResultRow[]> {
  const isWanted = outcomes ? sql`p.outcome = any (${sql.param([...outcomes])}::text[])` : sql`true`;
  const batches = db.stream<ResultRow>(sql`
    select r.row_number as "rowNumber", r.cells, r.action, p.phase, p.outcome, ${shownReasons} as reasons
    from bulk_row r
    left join bulk_plan p on p.bulk_action_id = r.bulk_action_id and p.row_number = r.row_number
    where r.bulk_action_id = ${bulkActionId} and ${isWanted}
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
