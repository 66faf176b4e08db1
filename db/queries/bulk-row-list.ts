// The rows of a run, page by page, with what became of them.
import { sql } from 'drizzle-orm';
import type { Outcome, Phase } from '../../domain/bulk-action.ts';
import type { Reason } from '../../domain/problems.ts';
import type { Database } from '../client.ts';

export type ListedRow = {
  rowNumber: number;
  /** Null where they were removed with everything else that identified the person. */
  cells: string[] | null;
  personId: number | null;
  phase: Phase | null;
  outcome: Outcome | null;
  reasons: Reason[];
};

/**
 * The reasons of a row `r` with its plan `p`, as people see them: why its outcome is what it is, or what staging found
 * before it was checked. What a planned row still waits for is nobody's business yet.
 */
export const shownReasons = sql`coalesce(
  case when p.row_number is null then r.problems when p.outcome is not null then p.reasons end, '[]')`;

/** Rows by number: those after row `after`, `limit` at most; with `outcomes`, those that have one of them. */
export async function listBulkRows(
  db: Database,
  bulkActionId: string,
  page: { outcomes?: readonly Outcome[] | undefined; after: number; limit: number },
): Promise<ListedRow[]> {
  const isWanted = page.outcomes
    ? sql`p.outcome = any (${sql.param([...page.outcomes])}::text[])`
    : sql`true`;
  const rows = await db.execute<ListedRow>(sql`
    select r.row_number as "rowNumber", r.cells, p.person_id as "personId", p.phase, p.outcome,
      ${shownReasons} as reasons
    from bulk_row r
    left join bulk_plan p on p.bulk_action_id = r.bulk_action_id and p.row_number = r.row_number
    where r.bulk_action_id = ${bulkActionId} and r.row_number > ${page.after} and ${isWanted}
    order by r.row_number
    limit ${page.limit}`);
  return [...rows];
}
