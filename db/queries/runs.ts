// A run seen from its workflow: what its steps need to know, and the moves of its state.
import { sql } from 'drizzle-orm';
import {
  type Action,
  type BulkActionOptions,
  type Counts,
  type Kind,
  NO_COUNTS,
  type Phase,
  type State,
} from '../../domain/bulk-action.ts';
import { Refusal, type RefusalDetails } from '../../domain/refusal.ts';
import type { Database } from '../client.ts';
import type { UniqueField } from './check/claims.ts';

export type Run = {
  id: string;
  siteId: number;
  rootId: number;
  state: State;
  options: BulkActionOptions;
  action: Action;
  rowsTotal: number | null;
  lockSiteIds: number[] | null;
  byPersonId: number | null;
  isCancelRequested: boolean;
  uniqueFields: UniqueField[];
  preset: string;
  /** The fields that a column of the file is mapped to. */
  mapped: string[];
};

/** Reads a run with the unique fields of the sites that it touches. Refuses one that does not exist. */
export async function getRun(db: Database, id: string): Promise<Run> {
  const [run] = await db.execute<Omit<Run, 'action'>>(sql`
    select a.id, a.site_id as "siteId", a.root_id as "rootId", a.state, a.options, a.rows_total as "rowsTotal",
      a.lock_site_ids as "lockSiteIds", a.by_person_id as "byPersonId",
      a.cancel_requested_at is not null as "isCancelRequested", a.preset,
      array(select c ->> 'field' from jsonb_array_elements(a.columns) as c where c ->> 'field' is not null) as mapped,
      (select coalesce(jsonb_agg(jsonb_build_object('id', f.id, 'name', f.name, 'siteIds', o.ids) order by f.id), '[]')
        from field_definition f join site h on h.id = f.site_id and h.root_id = a.root_id
        cross join lateral (
          select jsonb_agg(s.id) as ids from site s
          where s.id = any (a.lock_site_ids) and f.site_id = any (s.path)
        ) as o
        where f.is_unique and o.ids is not null) as "uniqueFields"
    from bulk_action a where a.id = ${id}
  `);
  if (!run) throw new Refusal('missing', `There is no run ${id}.`);
  return { ...run, action: run.options.action };
}

/** Notes the phase under way, for those who watch; writes nothing where it is noted already. */
export async function updateRunPhase(db: Database, id: string, phase: Phase): Promise<void> {
  await db.execute(sql`
    with moved as (
      update bulk_action set phase = ${phase}
      where id = ${id} and state = 'applying' and phase is distinct from ${phase}
      returning id
    )
    select pg_notify('bulk_action', id) from moved
  `);
}

export type Ending =
  | { state: 'completed' }
  | { state: 'cancelled' }
  | { state: 'rejected'; code: string; message: string; details: RefusalDetails };

/** How a run ended. `mailId` is the mail that says so, or null where there is nobody to tell. */
export type Ended = { state: State; counts: Counts; mailId: number | null };

/**
 * Ends a run: its final state, its counts and its mail enter the database in one statement, and its lock goes
 * with them. A second call changes nothing and gives the same. Throws where a row has no outcome: none is lost.
 */
export async function endRun(db: Database, id: string, ending: Ending): Promise<Ended> {
  const error = ending.state === 'rejected' ? ending : { code: null, message: null, details: null };
  const [ended] = await db.execute<{ state: State; counts: Counts | null; mailId: number | null }>(sql`
    with counted as materialized (
      select outcome, count(*)::int as rows from bulk_plan where bulk_action_id = ${id} group by outcome
    ),
    done as (
      update bulk_action a set
        state = ${ending.state}, phase = null, finished_at = now(),
        error_code = ${error.code}, error_message = ${error.message},
        error_details = ${error.details === null ? null : JSON.stringify(error.details)}::jsonb,
        counts = ${JSON.stringify(NO_COUNTS)}::jsonb
          || (select coalesce(jsonb_object_agg(outcome, rows), '{}') from counted)
          || jsonb_build_object('total', (select coalesce(sum(rows), 0) from counted))
      where a.id = ${id} and a.finished_at is null
        and not exists (select from counted where outcome is null)
        and (${ending.state} <> 'completed' or a.rows_total = (select coalesce(sum(rows), 0) from counted))
      returning a.id, a.state, a.notify_email, a.counts
    ),
    mail as (
      insert into outgoing_mail (bulk_action_id, what, to_address)
      select id, state, notify_email from done where notify_email is not null
      on conflict (bulk_action_id, what) do nothing
      returning id
    ),
    unlocked as (
      update edit_lock set holder = null, granted_at = null
      where holder = ${id} and exists (select from done)
    ),
    forgotten as (
      -- Nothing of a rejected run was written, and a staging that was cut off left no rows: nothing is kept.
      delete from bulk_row where bulk_action_id = ${id} and exists (select from done)
        and (${ending.state} = 'rejected' or not exists (select from counted))
    )
    select
      coalesce((select state from done), a.state) as state,
      coalesce((select counts from done), a.counts) as counts,
      coalesce((select id from mail), (select m.id from outgoing_mail m where m.bulk_action_id = ${id} limit 1)) as "mailId",
      (select pg_notify('bulk_action', id) from done)
    from bulk_action a where a.id = ${id}
  `);
  if (!ended) throw new Refusal('missing', `There is no run ${id}.`);
  if (ended.counts === null) throw new Error(`run ${id} can't end: rows without an outcome are left`);
  return { state: ended.state, counts: ended.counts, mailId: ended.mailId };
}

/**
 * Gives every row that has no outcome the outcome *not processed*: those that were planned, and those that were
 * staged but never checked. Rows of a staging that never came to its end are no rows yet. Safe to repeat.
 */
export async function abandonOpenRows(db: Database, id: string): Promise<void> {
  await db.execute(sql`
    with run as (
      select staged_at from bulk_action where id = ${id} and finished_at is null for update
    ),
    planned as (
      update bulk_plan set outcome = 'not-processed', reasons = '[{"code": "cancelled"}]', phase = null,
        person_id = case when person_version is not null then person_id end
      where bulk_action_id = ${id} and outcome is null and exists (select from run)
      returning outcome
    ),
    staged as (
      insert into bulk_plan (bulk_action_id, row_number, outcome, reasons)
      select bulk_action_id, row_number, 'not-processed', '[{"code": "cancelled"}]' from bulk_row r
      where r.bulk_action_id = ${id} and exists (select from run where staged_at is not null)
        and not exists (select from bulk_plan b where b.bulk_action_id = r.bulk_action_id and b.row_number = r.row_number)
      returning outcome
    )
    insert into bulk_tally (bulk_action_id, outcome, rows)
    select ${id}, outcome, count(*) from (select * from planned union all select * from staged) as o group by outcome
  `);
}

export type UnstartedRun = { id: string; siteId: number; rootId: number; kind: Kind; action: Action };

/** Runs that were committed and whose workflow was never started, for the sweep; the youngest are left to the API. */
export async function listUnstartedRuns(db: Database, olderThanSeconds: number): Promise<UnstartedRun[]> {
  const rows = await db.execute<UnstartedRun>(sql`
    select id, site_id as "siteId", root_id as "rootId", kind, options ->> 'action' as action
    from bulk_action
    where finished_at is null and workflow_started_at is null
      and created_at < now() - make_interval(secs => ${olderThanSeconds})
    order by created_at limit 100
  `);
  return [...rows];
}

/** Runs that are open in the database though their workflow was started long enough ago to look after them. */
export async function listOpenRuns(db: Database): Promise<string[]> {
  const rows = await db.execute<{ id: string }>(sql`
    select id from bulk_action
    where finished_at is null and workflow_started_at < now() - interval '2 minutes'
    order by created_at limit 500
  `);
  return [...rows].map((row) => row.id);
}

/** Notes that the run's workflow exists. */
export async function markRunStarted(db: Database, id: string): Promise<void> {
  await db.execute(sql`
    update bulk_action set workflow_started_at = now() where id = ${id} and workflow_started_at is null
  `);
}
