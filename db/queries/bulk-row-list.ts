// The rows of a run, page by page, with what became of them.
import { type SQL, sql } from 'drizzle-orm';
import type { Outcome, Phase } from '../../domain/bulk-action.ts';
import type { Reason } from '../../domain/problems.ts';
import type { StoredChange } from '../../domain/row-change.ts';
import type { Database } from '../client.ts';
import { comparedChanges } from './planned-changes.ts';
import { appliedChange, latestRound, outcomeOf, plannedChange } from './row-changes.ts';

export type ListedRow = {
  rowNumber: number;
  /** Null where they were removed with everything else that identified the person. */
  cells: string[] | null;
  /** Cells that were mended in the plan, by position from 0, each as the file had it. */
  mended: Record<string, string> | null;
  personId: number | null;
  phase: Phase | null;
  outcome: Outcome | null;
  /** What is planned of a row that is open, or that was when its run was cancelled. */
  plannedOutcome: Outcome | null;
  reasons: Reason[];
  /** As planned while the row is open, as it was applied else. */
  change: StoredChange;
  /** What people were asked about the row the time before, where they were asked twice. */
  agreed: (StoredChange & { outcome: Outcome }) | null;
};

/** One reason for each value that a row `r` would have written and must not, be it forgotten since. */
const keptReasons = sql`(
  select coalesce(jsonb_agg(jsonb_build_object('code', k.code, 'field', k.field) order by k.code, k.field), '[]')
  from (
    select code, field from kept_values(r.kept) where field <> 'email_key'
    union all
    select c.key, f.field
    from jsonb_each(r.kept) as c cross join lateral jsonb_array_elements_text(c.value -> 'forgotten') as f (field)
  ) as k)`;

/**
 * The reasons of a row `r` with its plan `p`, as people see them: why its outcome is what it is, or what staging found
 * before it was checked; then what is kept of its person, unless the row was not processed at all. What a planned row
 * still waits for is nobody's business yet.
 */
export const shownReasons = sql`coalesce(
  case when p.row_number is null then r.problems when p.outcome is not null then p.reasons end, '[]')
  || case when r.kept is null or p.outcome = 'not-processed' then '[]' else ${keptReasons} end`;

/** Which rows are wanted. Of a run that waits, `outcomes` are those that are planned. */
export type RowFilter = {
  outcomes?: readonly Outcome[] | undefined;
  isWaiting?: boolean;
};

/** True for a row with its plan `p` that is wanted. */
export const isWanted = ({ outcomes, isWaiting = false }: RowFilter): SQL =>
  outcomes ? sql`${shownOutcome(isWaiting)} = any (${sql.param([...outcomes])}::text[])` : sql`true`;

/** The outcome of a row with its plan `p`; that which is planned where the run waits. */
export const shownOutcome = (isWaiting: boolean): SQL =>
  isWaiting ? sql`coalesce(p.outcome, ${outcomeOf(sql`p.phase`)})` : sql`p.outcome`;

/**
 * Rows by number: those after row `after`, `limit` at most. `isGrown`: those alone that would do something else than
 * people have agreed to. `numbers`: these alone.
 */
export async function listBulkRows(
  db: Database,
  bulkActionId: string,
  page: RowFilter & { isGrown?: boolean; after: number; limit: number; numbers?: readonly number[] },
): Promise<ListedRow[]> {
  const isGrown = sql`r.row_number in (
    select row_number from (${comparedChanges(bulkActionId, sql`(select number from round)`)}) as compared where is_grown)`;
  const rows = await db.execute<ListedRow>(sql`
    with round as materialized (select ${latestRound(bulkActionId)} as number)
    select r.row_number as "rowNumber", r.cells, r.mended, p.person_id as "personId", p.phase, p.outcome,
      case when p.outcome is null or p.outcome = 'not-processed' then ${outcomeOf(sql`coalesce(p.phase, planned.phase)`)} end
        as "plannedOutcome",
      ${shownReasons} as reasons,
      jsonb_build_object('before', coalesce(applied.before, planned.before),
        'after', coalesce(applied.after, planned.after)) as change,
      case when agreed.phase is not null then jsonb_build_object('outcome', ${outcomeOf(sql`agreed.phase`)},
        'before', agreed.before, 'after', agreed.after) end as agreed
    from bulk_row r
    left join bulk_plan p on p.bulk_action_id = r.bulk_action_id and p.row_number = r.row_number
    left join lateral (${plannedChange(bulkActionId, sql`(select number from round)`, IS_OPEN)}) as planned on true
    left join lateral (${plannedChange(bulkActionId, sql`(select number - 1 from round)`, IS_OPEN)}) as agreed on true
    left join lateral (${appliedChange(bulkActionId)}) as applied on true
    where r.bulk_action_id = ${bulkActionId} and r.row_number > ${page.after} and ${isWanted(page)}
      and ${page.isGrown ? isGrown : sql`true`}
      and ${page.numbers ? sql`r.row_number = any (${sql.param([...page.numbers])}::int[])` : sql`true`}
    order by r.row_number
    limit ${page.limit}`);
  return [...rows];
}

/** True for a row with its plan `p` that was not applied. */
export const IS_OPEN = sql`(p.outcome is null or p.outcome = 'not-processed')`;
