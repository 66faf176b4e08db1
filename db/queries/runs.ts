// A run seen from its workflow: what its steps need to know, and the moves of its state.
import { type SQL, sql } from 'drizzle-orm';
import {
  type BulkActionOptions,
  type CancelReason,
  type Counts,
  DEFAULT_OPTIONS,
  type Kind,
  NO_COUNTS,
  type Phase,
  type RunAction,
  type State,
  type UndoableKind,
} from '../../domain/bulk-action.ts';
import { Refusal, type RefusalDetails } from '../../domain/refusal.ts';
import type { Database } from '../client.ts';
import { auditNoted } from './audit-noted.ts';
import type { UniqueField } from './check/claims.ts';
import { selectionRemoved } from './selection.ts';
import { sourcePeopleNoted } from './sources/source-people.ts';
import { undoneKind } from './undone-kind.ts';
import { waitingOf, webhooksNoted } from './webhook-deliveries.ts';

export type Run = {
  id: string;
  siteId: number;
  rootId: number;
  kind: Kind;
  state: State;
  isDryRun: boolean;
  /** The run that this one takes back. */
  undoesId: string | null;
  /** What kind that one is of, or the first of them where undos were undone. */
  undoneKind: UndoableKind | null;
  /** The source that has begun it. */
  sourceId: number | null;
  /** How often people were asked about the plan. */
  askRound: number;
  options: BulkActionOptions;
  action: RunAction;
  rowsTotal: number | null;
  lockSiteIds: number[] | null;
  byPersonId: number | null;
  isCancelRequested: boolean;
  isPaused: boolean;
  uniqueFields: UniqueField[];
  preset: string;
  /** The fields that a column of the file is mapped to. */
  mapped: string[];
};

/** Reads a run with the unique fields of the sites that it touches. Refuses one that does not exist. */
export async function getRun(db: Database, id: string): Promise<Run> {
  const [run] = await db.execute<Omit<Run, 'action'>>(sql`
    select a.id, a.site_id as "siteId", a.root_id as "rootId", a.kind, a.state, a.options,
      a.is_dry_run as "isDryRun", a.undoes_id as "undoesId",
      ${undoneKind} as "undoneKind", a.source_id as "sourceId", a.ask_round as "askRound", a.rows_total as "rowsTotal",
      a.lock_site_ids as "lockSiteIds", a.by_person_id as "byPersonId",
      a.cancel_requested_at is not null as "isCancelRequested", a.paused_at is not null as "isPaused", a.preset,
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
  // A run of an older version has no value for options that are new since.
  return { ...run, options: { ...DEFAULT_OPTIONS, ...run.options }, action: run.options.action };
}

/**
 * Notes the phase under way, for those who watch; writes nothing where it is noted already. True where the run may go
 * on: nobody holds it.
 */
export async function updateRunPhase(db: Database, id: string, phase: Phase): Promise<boolean> {
  const [run] = await db.execute<{ mayGoOn: boolean }>(sql`
    with moved as (
      update bulk_action set phase = ${phase}
      where id = ${id} and state = 'applying' and phase is distinct from ${phase}
      returning id
    )
    select paused_at is null as "mayGoOn", (select pg_notify('bulk_action', id) from moved)
    from bulk_action where id = ${id}
  `);
  return run?.mayGoOn ?? false;
}

export type Ending =
  | { state: 'completed' }
  | { state: 'cancelled'; because?: CancelReason }
  | { state: 'rejected'; code: string; message: string; details: RefusalDetails };

/**
 * How a run ended. `mailId` is the mail that says so, or null where there is nobody to tell; `deliveryIds`: webhooks';
 * `followsUp`: something is still to be waited for.
 */
export type Ended = {
  state: State;
  counts: Counts;
  mailId: number | null;
  deliveryIds: string[];
  followsUp: boolean;
};

/**
 * Follows up the run `done` where it invites, or has brought cards that are not handed out. A run that was stopped invites
 * nobody: whoever goes on with it has the rest, and the invitations, in a run of its own.
 */
const followedUp = sql`
    followed_up as (
      insert into follow_up (bulk_action_id, site_id, root_id)
      select d.id, d.site_id, d.root_id from done d
      where d.state = 'completed' and d.kind = 'people' and (
        d.options ->> 'invite' <> 'none'
        or d.columns @> '[{"field": "send_invitation"}]' and exists (
          select from bulk_row r where r.bulk_action_id = d.id and r.extras -> 'sendInvitation' = 'true')
        or exists (select from card c where c.bulk_action_id = d.id and c.status = 'pending'))
      on conflict (bulk_action_id) do nothing
      returning bulk_action_id
    )`;

/** Why a run is cancelled: whoever declines it has asked for that, too. */
function cancelReasonOf(ending: Ending, id: string): SQL {
  if (ending.state !== 'cancelled') return sql`null`;
  if (ending.because !== undefined && ending.because !== 'asked') return sql`${ending.because}`;
  return sql`case when exists (
          select from consent c where c.bulk_action_id = ${id} and c.what = 'declined') then 'declined' else 'asked' end`;
}

/**
 * Ends a run: its final state, its counts, its mail and what follows enter the database in one statement, and its lock
 * goes with them. A second call changes nothing and gives the same. Throws where a row has no outcome: none is lost.
 */
export async function endRun(db: Database, id: string, ending: Ending): Promise<Ended> {
  const error = ending.state === 'rejected' ? ending : { code: null, message: null, details: null };
  const noted = webhooksNoted({
    runId: sql`id`,
    state: sql`state`,
    counts: sql`counts`,
    errorCode: sql`error_code`,
    cancelReason: sql`cancel_reason`,
  });
  const audited = auditNoted({
    what: sql`'run.' || state`,
    runId: sql`id`,
    rootId: sql`root_id`,
    siteId: sql`site_id`,
    details: sql`jsonb_strip_nulls(jsonb_build_object(
      'counts', counts, 'code', error_code, 'reason', cancel_reason))`,
  });
  const [ended] = await db.execute<Omit<Ended, 'counts'> & { counts: Counts | null }>(sql`
    with counted as materialized (
      select outcome, count(*)::int as rows from bulk_plan where bulk_action_id = ${id} group by outcome
    ),
    done as (
      update bulk_action a set
        state = ${ending.state}, phase = null, finished_at = now(), paused_at = null, paused_by_id = null,
        cancel_reason = ${cancelReasonOf(ending, id)},
        error_code = ${error.code}, error_message = ${error.message},
        error_details = ${error.details === null ? null : JSON.stringify(error.details)}::jsonb,
        counts = ${JSON.stringify(NO_COUNTS)}::jsonb
          || (select coalesce(jsonb_object_agg(outcome, rows), '{}') from counted)
          || jsonb_build_object('total', (select coalesce(sum(rows), 0) from counted))
      where a.id = ${id} and a.finished_at is null
        and not exists (select from counted where outcome is null)
        and (${ending.state} <> 'completed' or a.rows_total = (select coalesce(sum(rows), 0) from counted))
      returning a.id, a.root_id, a.site_id, a.kind, a.state, a.options, a.columns, a.notify_email, a.counts, a.error_code,
        a.cancel_reason, a.undoes_id
    ),
    ${followedUp},
    ${sourcePeopleNoted(id)},
    mail as (
      insert into outgoing_mail (bulk_action_id, what, to_address)
      select id, state, notify_email from done where notify_email is not null
      on conflict (bulk_action_id, what, round, to_address) do nothing
      returning id
    ),
    heard as (select ${noted} as ids from done),
    unlocked as (
      update edit_lock set holder = null, granted_at = null
      where holder = ${id} and exists (select from done)
    ),
    ${selectionRemoved('done')},
    forgotten as (
      -- Nothing of a rejected run was written, and a staging that was cut off left no rows: nothing is kept.
      delete from bulk_row where bulk_action_id = ${id} and exists (select from done)
        and (${ending.state} = 'rejected' or not exists (select from counted))
    )
    select
      coalesce((select state from done), a.state) as state,
      coalesce((select counts from done), a.counts) as counts,
      coalesce((select id from mail),
        (select m.id from outgoing_mail m where m.bulk_action_id = ${id} and m.what = a.state and a.finished_at is not null limit 1)) as "mailId",
      coalesce((select ids from heard), ${waitingOf(sql`${id}`)}) as "deliveryIds",
      exists (select from followed_up)
        or exists (select from follow_up f where f.bulk_action_id = ${id} and f.state <> 'ended') as "followsUp",
      (select pg_notify('bulk_action', id) from done),
      (select ${audited} from done)
    from bulk_action a where a.id = ${id}
  `);
  if (!ended) throw new Refusal('missing', `There is no run ${id}.`);
  if (ended.counts === null) throw new Error(`run ${id} can't end: rows without an outcome are left`);
  const { state, counts, mailId, deliveryIds, followsUp } = ended;
  return { state, counts, mailId, deliveryIds, followsUp };
}

/**
 * Gives every row that has no outcome the outcome *not processed*: those that were planned, and those that were
 * staged but never checked. Rows of a staging that never came to its end are no rows yet. Of rows that were not made from
 * a file, and never checked, nothing stays of people who were forgotten meanwhile: only plans lead to rows then. Safe to
 * repeat.
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
      insert into bulk_plan (bulk_action_id, row_number, person_id, outcome, reasons)
      select bulk_action_id, row_number, person_id, 'not-processed', '[{"code": "cancelled"}]' from bulk_row r
      where r.bulk_action_id = ${id} and exists (select from run where staged_at is not null)
        and not exists (select from bulk_plan b where b.bulk_action_id = r.bulk_action_id and b.row_number = r.row_number)
      returning outcome
    ),
    forgotten as (
      update bulk_row r set cells = null, identifier = null, email = null, email_key = null, username = null,
        first_name = null, last_name = null, display_name = null, fields = null, extras = null, kept = null
      where r.bulk_action_id = ${id} and r.person_id is not null and exists (select from run)
        and not exists (select from bulk_plan b where b.bulk_action_id = r.bulk_action_id and b.row_number = r.row_number)
        and not exists (select from person p where p.id = r.person_id and p.status <> 'anonymized')
    )
    insert into bulk_tally (bulk_action_id, outcome, rows)
    select ${id}, outcome, count(*) from (select * from planned union all select * from staged) as o group by outcome
  `);
}

export type UnstartedRun = {
  id: string;
  siteId: number;
  rootId: number;
  kind: Kind;
  action: RunAction;
  isDryRun: boolean;
  byPersonId: number | null;
};

/** Runs that were committed and whose workflow was never started, for the sweep; the youngest are left to the API. */
export async function listUnstartedRuns(db: Database, olderThanSeconds: number): Promise<UnstartedRun[]> {
  const rows = await db.execute<UnstartedRun>(sql`
    select id, site_id as "siteId", root_id as "rootId", kind, options ->> 'action' as action,
      is_dry_run as "isDryRun", by_person_id as "byPersonId"
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

/**
 * Runs that shall stop since so long and have not: one that waits for people, or is paused, hears of it only by being
 * told, and whoever was to tell it may have crashed.
 */
export async function listUnheardCancels(db: Database, olderThanSeconds: number): Promise<string[]> {
  const rows = await db.execute<{ id: string }>(sql`
    select id from bulk_action
    where finished_at is null and cancel_requested_at < now() - make_interval(secs => ${olderThanSeconds})
    order by cancel_requested_at limit 100
  `);
  return [...rows].map((row) => row.id);
}

/** Notes that the run's workflow exists. */
export async function markRunStarted(db: Database, id: string): Promise<void> {
  await db.execute(sql`
    update bulk_action set workflow_started_at = now() where id = ${id} and workflow_started_at is null
  `);
}
