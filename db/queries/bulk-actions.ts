// Bulk actions as the outside sees them: begun, listed, followed, asked to stop.
import { and, arrayOverlaps, desc, eq, inArray, type SQL, sql } from 'drizzle-orm';
import {
  type BulkActionOptions,
  type Counts,
  isWaiting,
  type Kind,
  NO_COUNTS,
  OUTCOMES,
  type Outcome,
  type State,
} from '../../domain/bulk-action.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { Grant, Permission } from '../../domain/rights.ts';
import { ENDING_MAILS } from '../../domain/run-mail.ts';
import type { Selection } from '../../domain/selection.ts';
import type { Database } from '../client.ts';
import { bulkAction, bulkTally } from '../schema/bulk-actions.ts';
import { followUp } from '../schema/follow-ups.ts';
import { outgoingMail } from '../schema/outgoing-mails.ts';
import { site } from '../schema/sites.ts';

/** The channel on which every statement that moves a run notifies, with the run's id. */
export const BULK_ACTION_CHANNEL = 'bulk_action';

export type BulkActionRow = typeof bulkAction.$inferSelect;
export type FollowUpRow = typeof followUp.$inferSelect;

/** A run with how far it is and what became of its mail. */
export type BulkActionView = {
  run: BulkActionRow;
  /** While people are asked, what the plan would make of the rows. */
  counts: Counts;
  /** Who has agreed in the present round of asking. A name is null once its person is gone. */
  consents: { what: 'confirmed' | 'approved'; by: string | null; byPersonId: number; at: string }[];
  /** The name of who has paused it. */
  pausedBy: string | null;
  /** The newest undo of it that has not been rejected. */
  undoneBy: string | null;
  mail: { state: 'waiting' | 'sent' | 'refused'; attempts: number; lastError: string | null } | null;
  /** What it still waits for, or waited for. */
  followUp: FollowUpRow | null;
};

export type NewBulkActionRow = {
  id: string;
  siteId: number;
  rootId: number;
  kind: Kind;
  preset: string;
  savedPreset?: string | null;
  options: BulkActionOptions;
  uploadIds: string[];
  fileName: string | null;
  isDryRun?: boolean;
  /** The run that it takes back. */
  undoesId?: string | null;
  /** The source that begins it, and what has come in. */
  sourceId?: number | null;
  sourceDeliveryId?: number | null;
  byPersonId: number;
  byName: string;
  notifyEmail: string | null;
  /** What the admin may do as the run begins, and the limits of the key; left out for runs that nobody asked for. */
  grants?: Grant[] | null;
  scopes?: Permission[] | null;
  idempotencyKey: string | null;
  requestHash: string;
};

/**
 * Begins a run: its row alone, with the selection where it has one; the workflow is started by the caller or by the
 * sweep. Undefined where this person has begun a run with this idempotency key before.
 */
export async function insertBulkAction(
  db: Database,
  wanted: NewBulkActionRow,
  selection?: Selection,
): Promise<BulkActionRow | undefined> {
  const run = db
    .insert(bulkAction)
    .values(wanted)
    .onConflictDoNothing({ target: [bulkAction.byPersonId, bulkAction.idempotencyKey] })
    .returning();
  if (!selection) return (await run)[0];
  const made = await db.execute(sql`
    with made as (${run.getSQL()}),
    chosen as (
      insert into bulk_selection (bulk_action_id, query)
      select id, ${JSON.stringify(selection)}::jsonb from made
    )
    select id from made`);
  if (made.length === 0) return undefined;
  const [row] = await db.select().from(bulkAction).where(eq(bulkAction.id, wanted.id));
  return row;
}

/** The run that this person has begun with this idempotency key, or undefined. */
export async function findByIdempotencyKey(
  db: Database,
  byPersonId: number,
  idempotencyKey: string,
): Promise<BulkActionRow | undefined> {
  const [found] = await db
    .select()
    .from(bulkAction)
    .where(and(eq(bulkAction.byPersonId, byPersonId), eq(bulkAction.idempotencyKey, idempotencyKey)));
  return found;
}

const tallies = sql<Record<string, number> | null>`case when ${bulkAction.counts} is null then (
  select json_object_agg(t.outcome, t.rows) from (
    select ${bulkTally.outcome} as outcome, sum(${bulkTally.rows}) as rows from ${bulkTally}
    where ${bulkTally.bulkActionId} = ${bulkAction.id} group by 1
  ) t) end`;

const shownName = (id: SQL): SQL => sql`(
  select coalesce(nullif(concat_ws(' ', p.first_name, p.last_name), ''), p.display_name, p.username, p.email)
  from person p where p.id = ${id})`;

const consents = sql<BulkActionView['consents']>`case when ${bulkAction.askRound} = 0 then '[]' else (
  select coalesce(json_agg(json_build_object(
    'what', c.what, 'by', ${shownName(sql`c.by_person_id`)}, 'byPersonId', c.by_person_id,
    'at', to_char(c.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) order by c.at), '[]')
  from consent c where c.bulk_action_id = ${bulkAction.id} and c.round = ${bulkAction.askRound}
    and c.what <> 'declined') end`;

const pausedBy = sql<string | null>`case when ${bulkAction.pausedById} is not null
  then ${shownName(sql`${bulkAction.pausedById}`)} end`;

const undoneBy = sql<string | null>`(
  select u.id from bulk_action u where u.undoes_id = ${bulkAction.id} and u.state <> 'rejected'
  order by u.created_at desc, u.id desc limit 1)`;

const mail = {
  state: outgoingMail.state,
  attempts: outgoingMail.attempts,
  lastError: outgoingMail.lastError,
};

/** Runs by id. The cost does not grow with their rows. */
export async function listBulkActionsById(db: Database, ids: readonly string[]): Promise<BulkActionView[]> {
  return select(db, inArray(bulkAction.id, [...ids]), ids.length);
}

/** The run of this id; refuses with `missing`. */
export async function getBulkAction(db: Database, id: string): Promise<BulkActionView> {
  const [found] = await select(db, eq(bulkAction.id, id), 1);
  if (!found) throw new Refusal('missing', 'There is no such run.');
  return found;
}

/**
 * The runs of these sites and all below them, newest first: those before the run `after`, `limit` at most; with `q` those
 * whose file’s name has it, and the one of that id.
 */
export async function listBulkActions(
  db: Database,
  topSiteIds: readonly number[],
  page: {
    state?: State | undefined;
    kind?: Kind | undefined;
    q?: string | undefined;
    after?: string | undefined;
    limit: number;
  },
): Promise<BulkActionView[]> {
  if (topSiteIds.length === 0) return [];
  const before = page.after
    ? sql`(${bulkAction.createdAt}, ${bulkAction.id}) < (select o.created_at, o.id from bulk_action o where o.id = ${page.after})`
    : undefined;
  const isBelow = inArray(
    bulkAction.siteId,
    db
      .select({ id: site.id })
      .from(site)
      .where(arrayOverlaps(site.path, [...topSiteIds])),
  );
  const isWanted = and(
    isBelow,
    before,
    page.state && eq(bulkAction.state, page.state),
    page.kind && eq(bulkAction.kind, page.kind),
    page.q !== undefined ? isCalled(page.q) : undefined,
  );
  return select(db, isWanted, page.limit);
}

const isCalled = (q: string): SQL =>
  sql`(strpos(lower(${bulkAction.fileName}), lower(${q}::text)) > 0 or ${bulkAction.id} = lower(${q}::text))`;

async function select(db: Database, where: SQL | undefined, limit: number): Promise<BulkActionView[]> {
  const rows = await db
    .select({ run: bulkAction, tallies, consents, pausedBy, undoneBy, mail, followUp })
    .from(bulkAction)
    .leftJoin(followUp, eq(followUp.bulkActionId, bulkAction.id))
    .leftJoin(
      outgoingMail,
      // One at most: the mail that says how it ended, not those by which it asked.
      and(eq(outgoingMail.bulkActionId, bulkAction.id), inArray(outgoingMail.what, [...ENDING_MAILS])),
    )
    .where(where)
    .orderBy(desc(bulkAction.createdAt), desc(bulkAction.id))
    .limit(limit);
  return rows.map(({ tallies: sums, ...view }) => ({
    ...view,
    counts: view.run.counts ?? plannedCounts(view.run) ?? countsOf(view.run, sums ?? {}),
  }));
}

const plannedCounts = ({ state, planned }: BulkActionRow): Counts | null =>
  isWaiting(state) ? planned : null;

const countsOf = (run: BulkActionRow, sums: Readonly<Partial<Record<Outcome, number>>>): Counts => ({
  ...NO_COUNTS,
  ...Object.fromEntries(OUTCOMES.map((outcome) => [outcome, sums[outcome] ?? 0])),
  total: run.rowsTotal ?? 0,
});

/** Notes that a run shall stop, and says so on its channel. False where it has ended already. */
export async function requestCancel(db: Database, id: string): Promise<boolean> {
  const rows = await db.execute(sql`
    with asked as (
      update bulk_action set cancel_requested_at = coalesce(cancel_requested_at, now())
      where id = ${id} and finished_at is null
      returning id
    )
    select pg_notify(${BULK_ACTION_CHANNEL}, id) from asked`);
  return rows.length > 0;
}

/** What somebody who is held up by a run is told of it. */
export async function findHoldingRun(
  db: Database,
  id: string,
): Promise<{ byName: string | null; rowsDone: number; rowsTotal: number | null } | undefined> {
  const [found] = await db
    .select({
      byName: bulkAction.byName,
      rowsTotal: bulkAction.rowsTotal,
      rowsDone: sql<number>`coalesce((select sum(t.rows) from bulk_tally t where t.bulk_action_id = ${id}), 0)::int`,
    })
    .from(bulkAction)
    .where(eq(bulkAction.id, id));
  return found;
}
