// Runs that have ended, with rows of every fate, put straight into the database: what is left of them is what matters.
import { randomBytes } from 'node:crypto';
import { sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { DEFAULT_OPTIONS, type Outcome, type Phase } from '../../domain/bulk-action.ts';
import type { Reason } from '../../domain/problems.ts';
import type { TestOrganisation } from './runs.ts';

/** A row by its cells; what its columns became is read off the mapping, unless `read` says otherwise. */
export type EarlierRow = {
  cells: string[];
  personId?: number | null;
  supervisorId?: number | null;
  outcome: Outcome | null;
  phase?: Phase;
  reasons?: readonly Reason[] | null;
  siteId?: number;
  read?: Record<string, unknown>;
};

const OWN = ['identifier', 'email', 'username', 'first_name', 'last_name', 'display_name'];

/** A run over a file with these columns; null for a column that became no field. Gives its id; rows are 2, 3, … */
export async function addEarlierRun(
  db: Database,
  { rootId, siteId, adminId }: TestOrganisation,
  columns: readonly (string | null)[],
  rows: readonly EarlierRow[],
  { byPersonId = adminId, isOpen = false }: { byPersonId?: number; isOpen?: boolean } = {},
): Promise<string> {
  const id = randomBytes(5).toString('hex');
  const headers = columns.map((field, i) => ({ header: field ?? `column ${i}`, field }));
  const state = isOpen ? 'awaiting-confirmation' : 'completed';
  await db.execute(sql`
    insert into bulk_action (id, site_id, root_id, kind, preset, options, upload_ids, state, rows_total, columns,
      by_person_id, by_name, notify_email, finished_at)
    values (${id}, ${siteId}, ${rootId}, 'people', 'people', ${JSON.stringify(DEFAULT_OPTIONS)}::jsonb, '{}', ${state},
      ${rows.length}, ${JSON.stringify(headers)}::jsonb, ${byPersonId}, 'Somebody', 'somebody@example.org',
      ${isOpen ? null : sql`now()`})`);
  const staged = rows.map((row, i) => ({
    ...stagedOf(columns, row),
    row_number: i + 2,
    bulk_action_id: id,
    site_id: row.siteId ?? siteId,
  }));
  await db.execute(sql`
    insert into bulk_row select * from json_populate_recordset(null::bulk_row, ${JSON.stringify(staged)}::json)`);
  const plans = rows.map((row, i) => ({
    bulk_action_id: id,
    row_number: i + 2,
    phase: row.phase,
    person_id: row.personId,
    supervisor_id: row.supervisorId,
    outcome: row.outcome,
    reasons: row.reasons,
  }));
  await db.execute(sql`
    insert into bulk_plan select * from jsonb_populate_recordset(null::bulk_plan, ${JSON.stringify(plans)}::jsonb)`);
  return id;
}

function stagedOf(columns: readonly (string | null)[], { cells, read = {} }: EarlierRow) {
  const given = columns.map((field, i) => [field, cells[i]] as const);
  const own = given.filter(([field]) => field !== null && OWN.includes(field));
  const custom = given.filter(([field]) => field !== null && !OWN.includes(field));
  const email = given.find(([field]) => field === 'email')?.[1];
  return {
    cells,
    ...Object.fromEntries(own),
    ...(email !== undefined && { email_key: email.toLowerCase() }),
    ...(custom.length > 0 && { fields: Object.fromEntries(custom) }),
    ...read,
  };
}

export type LeftRow = {
  cells: string[] | null;
  reasons: Reason[] | null;
  outcome: Outcome | null;
  rest: string;
};

/** What is left of the rows of a run, in order; `rest`: all else that the row holds but its numbers, as text. */
export async function listLeft(db: Database, id: string): Promise<LeftRow[]> {
  const rows = await db.execute<LeftRow>(sql`
    select r.cells, b.reasons, b.outcome, concat_ws(' ', r.identifier, r.email, r.email_key, r.username, r.first_name,
      r.last_name, r.display_name, r.fields, r.extras, r.problems, r.kept) as rest
    from bulk_row r join bulk_plan b using (bulk_action_id, row_number)
    where r.bulk_action_id = ${id} order by r.row_number`);
  return [...rows];
}
