// What a run asks people before it writes, and what they answer: each a statement that moves the run.
import { type SQL, sql } from 'drizzle-orm';
import { type Agreed, ANSWERED_IN, notAsked, OWN_APPROVAL, PLAN_HAS_CHANGED } from '../../domain/answers.ts';
import type { Ask } from '../../domain/ask.ts';
import { NO_COUNTS, OUTCOME_OF_PHASE, type State, type WaitingState } from '../../domain/bulk-action.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { Database } from '../client.ts';
import { auditNoted } from './audit-noted.ts';
import { webhooksNoted } from './webhook-deliveries.ts';

/** A run that waits: in which state, for which round of asking, and until when (milliseconds since 1970). */
export type Waiting = { state: WaitingState; round: number; untilMs: number };

/** Where a run stands with the people it asked. */
export type AskedRun = {
  ask: Ask | null;
  round: number;
  state: State;
  untilMs: number | null;
  rowsTotal: number;
};

/** How a row's planned phase counts: as the outcome that it leads to. */
const plannedOutcome = sql.join(
  Object.entries(OUTCOME_OF_PHASE).map(([phase, outcome]) => sql`when ${phase} then ${outcome}`),
  sql` `,
);

/** What others hear of a run that `moved` has set to wait. */
const WAITS = {
  runId: sql`id`,
  state: sql`state`,
  counts: sql`planned`,
  asked: { round: sql`ask_round`, ask: sql`ask`, until: sql`ask_until` },
};

/** A grace period lasts as long as the ask says; people have as long as it is set to answer. */
const untilOf = (state: WaitingState, ask: SQL, consentMinutes: number): SQL =>
  state === 'grace-period'
    ? sql`now() + make_interval(secs => 60 * (${ask} ->> 'graceMinutes')::numeric)`
    : sql`now() + make_interval(secs => ${consentMinutes * 60})`;

/**
 * Ends the check of a run that has to ask: the question enters the database, the lock goes, nothing is written to any
 * person. A second call changes nothing and gives the same. Throws where plan and rows don't add up.
 */
export async function askPeople(
  db: Database,
  bulkActionId: string,
  {
    state,
    round,
    ask,
    consentMinutes,
  }: { state: WaitingState; round: number; ask: Ask; consentMinutes: number },
): Promise<Waiting> {
  const asked = sql`${JSON.stringify(ask)}::jsonb`;
  const [waiting] = await db.execute<Waiting>(sql`
    with counted as materialized (
      select coalesce(outcome, case phase ${plannedOutcome} end) as outcome, count(*)::int as rows
      from bulk_plan where bulk_action_id = ${bulkActionId} group by 1
    ),
    moved as (
      update bulk_action set
        state = ${state}, checked_at = now(), ask_round = ${round}, ask = ${asked},
        ask_until = ${untilOf(state, asked, consentMinutes)},
        planned = ${JSON.stringify(NO_COUNTS)}::jsonb
          || (select coalesce(jsonb_object_agg(outcome, rows), '{}') from counted)
          || jsonb_build_object('total', (select coalesce(sum(rows), 0) from counted))
      where id = ${bulkActionId} and state = 'checking'
        and rows_total = (select coalesce(sum(rows), 0) from counted)
      returning id, state, ask_round, ask_until, ask, planned
    ),
    heard as (select ${webhooksNoted(WAITS)} as ids from moved),
    unlocked as (
      update edit_lock set holder = null, granted_at = null
      where holder = ${bulkActionId} and exists (select from moved)
    )
    select coalesce(m.state, a.state) as state, coalesce(m.ask_round, a.ask_round) as round,
      extract(epoch from coalesce(m.ask_until, a.ask_until)) * 1000 as "untilMs",
      (select pg_notify('bulk_action', id) from moved), (select ids from heard)
    from bulk_action a left join moved m on true
    where a.id = ${bulkActionId} and (m.id is not null or a.state = ${state} and a.ask_round = ${round})
  `);
  if (!waiting)
    throw new Error(`run ${bulkActionId} can't ask: its plan has not as many rows as were staged`);
  return { state: waiting.state, round: waiting.round, untilMs: Number(waiting.untilMs) };
}

/** What a run asks. Refuses with 'missing' one that does not exist. */
export async function getAskedRun(db: Database, bulkActionId: string): Promise<AskedRun> {
  const [run] = await db.execute<AskedRun>(sql`
    select ask, ask_round as round, state, extract(epoch from ask_until) * 1000 as "untilMs",
      coalesce(rows_total, 0) as "rowsTotal"
    from bulk_action where id = ${bulkActionId}
  `);
  if (!run) throw new Refusal('missing', `There is no run ${bulkActionId}.`);
  return { ...run, untilMs: run.untilMs === null ? null : Number(run.untilMs) };
}

export type Answer = { what: Agreed; round: number; byPersonId: number };

/**
 * Notes that somebody agrees, and moves the run to what comes next: another's approval, the grace period, the queue.
 * The same answer again changes nothing. Refuses with 'conflict' an answer to what the run does not ask (any more), and
 * the approval of one's own run or confirmation.
 */
export async function recordConsent(
  db: Database,
  bulkActionId: string,
  { what, round, byPersonId }: Answer,
  consentMinutes: number,
): Promise<AskedRun> {
  const next = sql`case
    when ${what} = 'confirmed' and jsonb_array_length(ask -> 'approvals') > 0 then 'awaiting-approval'
    when (ask ->> 'graceMinutes')::numeric > 0 then 'grace-period' else 'queued' end`;
  const audited = auditNoted({
    what: `run.${what}`,
    byPersonId: sql`${byPersonId}`,
    runId: sql`id`,
    rootId: sql`root_id`,
    siteId: sql`site_id`,
    details: sql`jsonb_build_object('round', ask_round)`,
  });
  const [noted] = await db.execute<{ isNoted: boolean; isOwn: boolean; isRepeated: boolean }>(sql`
    with run as materialized (
      -- A run that nobody has started is nobody's own.
      select id, state, coalesce(by_person_id = ${byPersonId}, false) or exists (
          select from consent c where c.bulk_action_id = id and c.round = ask_round and c.by_person_id = ${byPersonId}
        ) as is_own
      from bulk_action where id = ${bulkActionId} for update
    ),
    given as (
      insert into consent (bulk_action_id, round, what, by_person_id)
      select id, ${round}, ${what}, ${byPersonId} from run
      where state = ${ANSWERED_IN[what]} and (${what} = 'confirmed' or not is_own)
        and exists (select from bulk_action a where a.id = ${bulkActionId} and a.ask_round = ${round})
      on conflict do nothing
      returning bulk_action_id
    ),
    moved as (
      update bulk_action set
        state = ${next},
        ask_until = case ${next}
          when 'grace-period' then ${untilOf('grace-period', sql`ask`, consentMinutes)}
          when 'awaiting-approval' then ${untilOf('awaiting-approval', sql`ask`, consentMinutes)} end
      where id = ${bulkActionId} and exists (select from given)
      returning id, root_id, site_id, state, ask_round, ask_until, ask, planned
    ),
    heard as (select ${webhooksNoted(WAITS)} as ids from moved where state <> 'queued')
    select exists (select from moved) as "isNoted", r.is_own as "isOwn",
      exists (
        select from consent c where c.bulk_action_id = r.id and c.round = ${round} and c.what = ${what}
          and c.by_person_id = ${byPersonId}
      ) as "isRepeated",
      (select pg_notify('bulk_action', id) from moved), (select ids from heard), (select ${audited} from moved)
    from run r
  `);
  const run = await getAskedRun(db, bulkActionId);
  if (noted?.isNoted || noted?.isRepeated) return run;
  throw new Refusal('conflict', whyNot(run, { what, round, byPersonId }, noted?.isOwn ?? false));
}

/** Keeps what somebody wrote beside their approval. */
export async function noteConsent(
  db: Database,
  bulkActionId: string,
  { round, byPersonId, note }: Omit<Answer, 'what'> & { note: string },
): Promise<void> {
  await db.execute(sql`
    update consent set note = ${note}
    where bulk_action_id = ${bulkActionId} and round = ${round} and what = 'approved' and by_person_id = ${byPersonId}`);
}

/**
 * Notes that somebody declines to approve, why, and that the run shall stop. False where the run does not wait for
 * approval in this round, or it is their own.
 */
export async function declineApproval(
  db: Database,
  bulkActionId: string,
  { round, byPersonId, note }: Omit<Answer, 'what'> & { note: string },
): Promise<boolean> {
  const audited = auditNoted({
    what: 'run.declined',
    byPersonId: sql`${byPersonId}`,
    runId: sql`id`,
    rootId: sql`root_id`,
    siteId: sql`site_id`,
    details: sql`jsonb_build_object('round', ask_round)`,
  });
  const rows = await db.execute(sql`
    with moved as (
      update bulk_action a set cancel_requested_at = coalesce(cancel_requested_at, now())
      where a.id = ${bulkActionId} and a.state = 'awaiting-approval' and a.ask_round = ${round}
        and a.by_person_id is distinct from ${byPersonId} and not exists (
          select from consent c
          where c.bulk_action_id = a.id and c.round = a.ask_round and c.by_person_id = ${byPersonId})
      returning a.id, a.root_id, a.site_id, a.ask_round
    ),
    declined as (
      insert into consent (bulk_action_id, round, what, by_person_id, note)
      select id, ask_round, 'declined', ${byPersonId}, ${note} from moved
      on conflict do nothing
    )
    select (select pg_notify('bulk_action', id) from moved), (select ${audited} from moved) from moved`);
  return rows.length > 0;
}

/** Ends the grace period of a run that nobody has stopped. A second call changes nothing. */
export async function endGrace(db: Database, bulkActionId: string, round: number): Promise<void> {
  await db.execute(sql`
    with moved as (
      update bulk_action set state = 'queued', ask_until = null
      where id = ${bulkActionId} and state = 'grace-period' and ask_round = ${round}
      returning id, root_id, site_id
    )
    select pg_notify('bulk_action', id), ${auditNoted({
      what: 'run.released',
      runId: sql`id`,
      rootId: sql`root_id`,
      siteId: sql`site_id`,
    })} from moved
  `);
}

function whyNot(run: AskedRun, { what, round }: Answer, isOwn: boolean): string {
  if (run.round > round) return PLAN_HAS_CHANGED;
  if (what === 'approved' && run.state === 'awaiting-approval' && isOwn) return OWN_APPROVAL;
  return notAsked(what, run.state);
}
