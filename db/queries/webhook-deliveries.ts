// Messages to webhooks: made by the statement that changes a run, tried again until one arrives, kept to be looked at.
import { and, desc, eq, lt, type SQL, sql } from 'drizzle-orm';
import { Refusal } from '../../domain/refusal.ts';
import { type DeliveryState, TEST_EVENT, type WebhookPayload } from '../../domain/webhook.ts';
import type { Database } from '../client.ts';
import { webhookDelivery } from '../schema/webhooks.ts';

/** Messages that one step starts at most; the sweep finds the others. */
const STARTED_MAX = 200;

const NONE = sql`null`;

/** What a run has come to, as the statement has it that makes it so. `asked`: only where it waits for people. */
type Happened = {
  runId: SQL;
  state: SQL;
  counts: SQL;
  errorCode?: SQL;
  cancelReason?: SQL;
  asked?: { round: SQL; ask: SQL; until: SQL };
};

/**
 * Makes a message for every webhook that wants to hear of it; an array of their ids, to be started. For a statement
 * that moves a run: select it in a part of its own from the rows that were moved, and read that part, or it never runs.
 * A state of the same run (and round) that was told is not told again.
 */
export const webhooksNoted = ({ runId, state, counts, errorCode, cancelReason, asked }: Happened): SQL =>
  sql`(note_webhooks(${runId}, ${state}, ${counts}, ${errorCode ?? NONE}::text, ${cancelReason ?? NONE}::text,
    ${asked?.round ?? NONE}::integer, ${asked?.ask ?? NONE}::jsonb, ${asked?.until ?? NONE}::timestamptz))[1:${sql.raw(String(STARTED_MAX))}]`;

/** The messages about a run that wait, as an array of ids. */
export const waitingOf = (runId: SQL): SQL => sql`array(
  select d.id from webhook_delivery d where d.bulk_action_id = ${runId} and d.state = 'waiting' limit ${STARTED_MAX})`;

/** The messages about a run that wait to be sent. */
export async function listWaitingDeliveries(db: Database, bulkActionId: string): Promise<string[]> {
  const [row] = await db.execute<{ ids: string[] }>(sql`select ${waitingOf(sql`${bulkActionId}`)} as ids`);
  return row?.ids ?? [];
}

export type DeliveryRow = {
  id: string;
  event: string;
  bulkActionId: string | null;
  state: DeliveryState;
  attempts: number;
  lastStatus: number | null;
  lastError: string | null;
  nextAttemptAt: Date | null;
  createdAt: Date;
  settledAt: Date | null;
};

const columns = {
  id: webhookDelivery.id,
  event: webhookDelivery.event,
  bulkActionId: webhookDelivery.bulkActionId,
  state: webhookDelivery.state,
  attempts: webhookDelivery.attempts,
  lastStatus: webhookDelivery.lastStatus,
  lastError: webhookDelivery.lastError,
  nextAttemptAt: webhookDelivery.nextAttemptAt,
  createdAt: webhookDelivery.createdAt,
  settledAt: webhookDelivery.settledAt,
};

/** The messages of a webhook, newest first. */
export async function listDeliveries(
  db: Database,
  webhookId: number,
  page: { before: string | undefined; state: DeliveryState | undefined; limit: number },
): Promise<DeliveryRow[]> {
  return db
    .select(columns)
    .from(webhookDelivery)
    .where(
      and(
        eq(webhookDelivery.webhookId, webhookId),
        page.before === undefined ? undefined : lt(webhookDelivery.id, page.before),
        page.state && eq(webhookDelivery.state, page.state),
      ),
    )
    .orderBy(desc(webhookDelivery.id))
    .limit(page.limit);
}

/** Makes a message that tells of nothing but itself. */
export async function insertTestDelivery(db: Database, webhookId: number): Promise<DeliveryRow> {
  const payload = sql`jsonb_build_object('type', ${TEST_EVENT}::text,
    'timestamp', to_char(now() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
    'data', jsonb_build_object('webhook', ${webhookId}::bigint))`;
  const [made] = await db
    .insert(webhookDelivery)
    .values({ webhookId, event: TEST_EVENT, payload })
    .returning(columns);
  if (!made) throw new Error('a message was not made');
  return made;
}

/** Has a message of a webhook wait again, whatever became of it, under its own id. Undefined where there is none. */
export async function resendDelivery(
  db: Database,
  webhookId: number,
  id: string,
): Promise<DeliveryRow | undefined> {
  const [waiting] = await db
    .update(webhookDelivery)
    .set({ state: 'waiting', settledAt: null, nextAttemptAt: sql`now()` })
    .where(and(eq(webhookDelivery.id, id), eq(webhookDelivery.webhookId, webhookId)))
    .returning(columns);
  return waiting;
}

/** Messages that wait and that nobody has tried for as long after it was time, those that are longest overdue first. */
export async function listOverdueDeliveries(
  db: Database,
  overdueSeconds: number,
  limit = 500,
): Promise<string[]> {
  const rows = await db.execute<{ id: string }>(sql`
    select id from webhook_delivery
    where state = 'waiting' and next_attempt_at < now() - make_interval(secs => ${overdueSeconds})
    order by next_attempt_at limit ${limit}
  `);
  return rows.map((row) => row.id);
}

export type DeliveryToMake = {
  state: DeliveryState;
  payload: WebhookPayload;
  url: string;
  isEnabled: boolean;
  /** What signs it, the newest secret first. */
  secrets: string[];
};

/** A message with where it goes. Refuses with 'missing' one that is gone, or whose webhook is. */
export async function getDeliveryToMake(db: Database, id: string): Promise<DeliveryToMake> {
  const [found] = await db.execute<DeliveryToMake>(sql`
    select d.state, d.payload, w.url, w.is_enabled as "isEnabled",
      case when w.former_secret_until > now() then array[w.secret, w.former_secret] else array[w.secret] end as secrets
    from webhook_delivery d join webhook w on w.id = d.webhook_id where d.id = ${id}
  `);
  if (!found) throw new Refusal('missing', `There is no message ${id}.`);
  return found;
}

/** How an attempt fared. `error` says what kind of fault it was, and nothing of what was answered. */
export type Attempt = {
  status: number | null;
  error: string | null;
  /** What the message is now. */
  state: DeliveryState;
  /** When it is tried again, if it waits. */
  nextInMs: number | null;
};

/** Notes an attempt. Changes nothing where the message is settled by now. */
export async function markDeliveryAttempt(
  db: Database,
  id: string,
  { status, error, state, nextInMs }: Attempt,
): Promise<void> {
  await db.execute(sql`
    update webhook_delivery set
      state = ${state}, attempts = attempts + 1, last_status = ${status}::int, last_error = ${error}::text,
      next_attempt_at = now() + make_interval(secs => ${nextInMs}::double precision / 1000),
      settled_at = case when ${state} <> 'waiting' then now() end
    where id = ${id} and state = 'waiting'
  `);
}

/** Settles a message that nobody tries to send any longer, and says why; its last error stays, unless it has none. */
export async function giveUpDelivery(db: Database, id: string, reason: string): Promise<void> {
  await db.execute(sql`
    update webhook_delivery set
      state = 'failed', settled_at = now(), next_attempt_at = null,
      last_error = ${reason} || coalesce(' Before: ' || last_error, '')
    where id = ${id} and state = 'waiting'
  `);
}

/**
 * The receiver does not want to hear any more: the message has failed, and the webhook is disabled. One that leads
 * elsewhere by now stays as it is.
 */
export async function markGone(db: Database, id: string, url: string, error: string): Promise<void> {
  await db.execute(sql`
    with failed as (
      update webhook_delivery set
        state = 'failed', attempts = attempts + 1, last_status = 410, last_error = ${error},
        next_attempt_at = null, settled_at = now()
      where id = ${id} and state = 'waiting'
      returning webhook_id
    )
    update webhook w set is_enabled = false, disabled_reason = ${error}
    from failed f where w.id = f.webhook_id and w.url = ${url} and w.is_enabled
  `);
}

/** Removes messages that were settled more than `days` ago, `limit` at most. Gives how many. */
export async function deleteOldDeliveries(db: Database, days: number, limit: number): Promise<number> {
  const rows = await db.execute(sql`
    delete from webhook_delivery where id in (
      select id from webhook_delivery where settled_at < now() - make_interval(days => ${days})
      order by settled_at limit ${limit}
    )
    returning 1
  `);
  return rows.length;
}
