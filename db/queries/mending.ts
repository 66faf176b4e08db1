// Mending rows of a plan: what is read of them, and the one statement that changes them and has the run checked again.
import { sql } from 'drizzle-orm';
import type { Reason } from '../../domain/problems.ts';
import type { StagedRow } from '../../domain/rows/staged-row.ts';
import type { Database } from '../client.ts';
import { auditNoted } from './audit-noted.ts';

/** A row as it can be mended. `was`: its cells as text, by which nobody's change in between is lost. */
export type MendableRow = {
  rowNumber: number;
  cells: string[];
  was: string;
  mended: Record<string, string> | null;
  problems: Reason[] | null;
  /** Why it is refused; what staging found where it has no plan. */
  reasons: Reason[] | null;
};

/** The rows with these numbers whose cells are there, in order. */
export async function listMendableRows(
  db: Database,
  bulkActionId: string,
  numbers: readonly number[],
): Promise<MendableRow[]> {
  const rows = await db.execute<MendableRow>(sql`
    select r.row_number as "rowNumber", r.cells, r.cells::text as was, r.mended, r.problems,
      coalesce(p.reasons, r.problems) as reasons
    from bulk_row r
    left join bulk_plan p on p.bulk_action_id = r.bulk_action_id and p.row_number = r.row_number
    where r.bulk_action_id = ${bulkActionId} and r.row_number = any (${sql.param([...numbers])}::int[])
      and r.cells is not null and r.person_id is null
    order by r.row_number`);
  return [...rows];
}

/** A row as it was read again, and what its cells were. */
export type MendedRow = { row: StagedRow; was: string; mended: Record<string, string> };

/**
 * Writes mended rows and sends their run back to its check, which asks anew: both happen, or neither. Gives how many rows
 * were changed; null where the run does not ask in this round (any more), or may have applied rows by now.
 */
export async function mendRows(
  db: Database,
  bulkActionId: string,
  {
    round,
    byPersonId,
    rows,
    field,
  }: { round: number; byPersonId: number; rows: readonly MendedRow[]; field: string },
): Promise<number | null> {
  const given = rows.map(({ row, was, mended }) => ({ ...row, was, mended }));
  const audited = auditNoted({
    what: 'run.mended',
    byPersonId: sql`${byPersonId}`,
    runId: sql`id`,
    rootId: sql`root_id`,
    siteId: sql`site_id`,
    details: sql`jsonb_build_object('round', ${round}::int, 'field', ${field}::text, 'rows', (select count(*) from changed))`,
  });
  const [done] = await db.execute<{ rows: number | null }>(sql`
    with moved as (
      update bulk_action set state = 'checking', ask = null, ask_until = null
      where id = ${bulkActionId} and state = 'awaiting-confirmation' and ask_round = ${round}
        and is_dry_run and ask -> 'why' ? 'dry-run' and paused_at is null and cancel_requested_at is null
      returning id, root_id, site_id
    ),
    given as materialized (
      select * from jsonb_to_recordset(${JSON.stringify(given)}::text::jsonb) as g (
        "rowNumber" int, cells json, was text, mended jsonb, action text, "siteId" int, identifier text, email text,
        "emailKey" text, username text, "firstName" text, "lastName" text, "displayName" text, fields jsonb,
        extras jsonb, problems jsonb)
    ),
    changed as (
      update bulk_row r set
        cells = g.cells, mended = g.mended, action = g.action, site_id = g."siteId", identifier = g.identifier,
        email = g.email, email_key = g."emailKey", username = g.username, first_name = g."firstName",
        last_name = g."lastName", display_name = g."displayName", fields = nullif(g.fields, 'null'),
        extras = nullif(g.extras, 'null'), problems = nullif(g.problems, 'null'),
        -- Decided anew by the check.
        kept = null
      from given g
      where r.bulk_action_id = ${bulkActionId} and r.row_number = g."rowNumber" and r.cells::text = g.was
        and exists (select from moved)
      returning 1
    )
    select (select count(*)::int from changed) as rows, pg_notify('bulk_action', id), ${audited} from moved`);
  return done?.rows ?? null;
}

/** Runs whose rows were mended and that have not begun their check: their workflow may not have heard of it. */
export async function listUnheardMendings(db: Database): Promise<{ id: string; round: number }[]> {
  const rows = await db.execute<{ id: string; round: number }>(sql`
    select id, ask_round as round from bulk_action
    where finished_at is null and state = 'checking' and ask is null and ask_round > 0 and checked_at is not null
    limit 100`);
  return [...rows];
}

/** Whether a cell of any row of the run was mended. */
export async function hasMendedRows(db: Database, bulkActionId: string): Promise<boolean> {
  const rows = await db.execute(
    sql`select from bulk_row where bulk_action_id = ${bulkActionId} and mended is not null limit 1`,
  );
  return rows.length > 0;
}
