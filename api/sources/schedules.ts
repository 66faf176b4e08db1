// The Schedules of sources in Temporal: each follows its row, and is looked at, triggered and taken away here.
import {
  type Client,
  ScheduleAlreadyRunning,
  ScheduleNotFoundError,
  type ScheduleOptions,
  ScheduleOverlapPolicy,
  type ScheduleSpec,
} from '@temporalio/client';
import type { Database } from '../../db/client.ts';
import { deleteRemovedSource, noteScheduled } from '../../db/queries/sources/source-states.ts';
import { findSource, getSource, type SourceRow } from '../../db/queries/sources/sources.ts';
import { Refusal } from '../../domain/refusal.ts';
import { plainCron } from '../../domain/sources/cron.ts';
import { pauseWords } from '../../domain/sources/pause-words.ts';
import { nextLooks, type SourceSchedule } from '../../domain/sources/schedule.ts';
import {
  SEARCH_ATTRIBUTES,
  sourceScheduleId,
  sourceSyncWorkflowId,
  TASK_QUEUE,
} from '../../workflows/contract.ts';
import { isUnanswered } from '../runs.ts';

/** How a source's Schedule stands. */
export type SourceLook = {
  /** When it looks next, soonest first; nothing where it is paused. */
  nextAt: Date[];
  /** Whether a sync of it is under way. */
  isRunning: boolean;
  /** True where Temporal holds it still: as its source says, by an operator, or because a sync broke. */
  isHeld: boolean;
};

export type SourceSchedules = {
  /**
   * Makes the Schedule what the source is by now, or takes it away with the last of a source that is removed. Safe to
   * repeat, and by two at once. Throws where Temporal is away.
   */
  ensure(id: number): Promise<void>;
  /** Makes the Schedules of these that have none at all: one that is there is left as it is. Throws as above. */
  restore(ids: readonly number[]): Promise<number[]>;
  /** Has it look now, unless it is at it. Throws where Temporal is away. */
  trigger(id: number): Promise<void>;
  /** Has it look once for each time at which it would have, one after another. Refuses with `invalid` too many, or none. */
  backfill(id: number, from: Date, to: Date): Promise<void>;
  /** Whether a sync of it is under way. Throws where Temporal is away. */
  isRunning(id: number): Promise<boolean>;
  /** Undefined where Temporal is away, or does not know it. */
  look(id: number): Promise<SourceLook | undefined>;
};

/** What a source missed while Temporal or all workers were away is made up for within this time, once. */
const CATCH_UP_WINDOW = '1 hour';
/** A reply does not wait longer than this: the change is in the database, and the sweep follows it later. */
const CALL_TIMEOUT_MS = 3_000;
/** Reading does not keep anybody waiting for what it can do without. */
const LOOK_TIMEOUT_MS = 2_000;
/** So often one source is written in a row, should it be changed all the while: the sweep does the rest. */
const WRITES_MAX = 5;
/** More looks than this at once are a mistake: each of them takes whatever is there. */
const BACKFILL_LOOKS_MAX = 100;

/** `timeoutMs`: how long one call may take, of several steps as it may be. */
type Means = { db: Database; timeoutMs?: number };

/** Schedules over a client of Temporal and the database. */
export function temporalSourceSchedules(
  client: Client,
  { db, timeoutMs = CALL_TIMEOUT_MS }: Means,
): SourceSchedules {
  const within = <Result>(work: () => Promise<Result>, ms = timeoutMs) =>
    client.connection.withDeadline(Date.now() + ms, work);
  const ensure = (id: number) => within(() => follow(client, db, id));
  return {
    ensure,
    restore: (ids) => restore(client, db, ids),
    async trigger(id) {
      const tell = () => within(() => handleOf(client, id).trigger(ScheduleOverlapPolicy.SKIP));
      await orAnew(tell, () => ensure(id));
    },
    async backfill(id, from, to) {
      const { schedule } = await getSource(db, id);
      refuseBackfill(schedule, from, to, new Date());
      const past = { start: from, end: to, overlap: ScheduleOverlapPolicy.BUFFER_ALL };
      await orAnew(
        () => within(() => handleOf(client, id).backfill(past)),
        () => ensure(id),
      );
    },
    async isRunning(id) {
      try {
        const { info } = await within(() => handleOf(client, id).describe());
        return info.runningActions.length > 0;
      } catch (error) {
        if (error instanceof ScheduleNotFoundError) return false;
        throw error;
      }
    },
    async look(id) {
      try {
        const { info, state } = await within(
          () => handleOf(client, id).describe(),
          Math.min(LOOK_TIMEOUT_MS, timeoutMs),
        );
        return {
          nextAt: state.paused ? [] : info.nextActionTimes,
          isRunning: info.runningActions.length > 0,
          isHeld: state.paused,
        };
      } catch (error) {
        if (error instanceof ScheduleNotFoundError || isUnanswered(error)) return undefined;
        throw error;
      }
    },
  };
}

const handleOf = (client: Client, id: number) => client.schedule.getHandle(sourceScheduleId(id));

/** Does it; where there is no such Schedule, as when Temporal's data were lost, it is made first. */
async function orAnew(work: () => Promise<void>, make: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof ScheduleNotFoundError)) throw error;
    await make();
    await work();
  }
}

/**
 * Whoever writes reads the row again behind it: where two write at once and the older one is last, that one finds that
 * the source has moved on, and writes what it is by now.
 */
async function follow(client: Client, db: Database, id: number): Promise<void> {
  let row = await findSource(db, id, { isRemovedToo: true });
  for (let writes = 0; writes < WRITES_MAX; writes += 1) {
    if (!row || row.removedAt !== null) return takeAway(client, db, id);
    await write(client, row);
    const now = await findSource(db, id, { isRemovedToo: true });
    if (now?.version === row.version) return noteScheduled(db, id, row.version);
    row = now;
  }
}

async function write(client: Client, row: SourceRow): Promise<void> {
  const options = scheduleOf(row);
  const { scheduleId, ...rest } = options;
  const update = () => client.schedule.getHandle(scheduleId).update(() => rest);
  await update().catch(async (error: unknown) => {
    if (!(error instanceof ScheduleNotFoundError)) throw error;
    if (!(await made(client, options))) await update();
  });
}

/** False where one is there already. */
async function made(client: Client, options: ScheduleOptions): Promise<boolean> {
  try {
    await client.schedule.create(options);
    return true;
  } catch (error) {
    if (error instanceof ScheduleAlreadyRunning) return false;
    throw error;
  }
}

/** The source's row goes with its Schedule, but not before a sync that is under way has put its files in their place. */
async function takeAway(client: Client, db: Database, id: number): Promise<void> {
  const handle = handleOf(client, id);
  try {
    const { info, state } = await handle.describe();
    if (info.runningActions.length > 0) {
      if (!state.paused) await handle.pause('The source is removed; this goes when its last sync has ended.');
      return;
    }
    await handle.delete();
  } catch (error) {
    if (!(error instanceof ScheduleNotFoundError)) throw error;
  }
  await deleteRemovedSource(db, id);
}

async function restore(client: Client, db: Database, ids: readonly number[]): Promise<number[]> {
  if (ids.length === 0) return [];
  const there = new Set<string>();
  for await (const { scheduleId } of client.schedule.list()) there.add(scheduleId);
  const restored: number[] = [];
  for (const id of ids) {
    if (there.has(sourceScheduleId(id))) continue;
    const row = await findSource(db, id);
    if (row && (await made(client, scheduleOf(row)))) restored.push(id);
  }
  return restored;
}

/** All that Temporal knows of a source: numbers and times, never its name. */
function scheduleOf({ id, siteId, schedule, pauseReason }: SourceRow) {
  return {
    scheduleId: sourceScheduleId(id),
    spec: specOf(schedule),
    policies: {
      overlap: ScheduleOverlapPolicy.SKIP,
      catchupWindow: CATCH_UP_WINDOW,
      pauseOnFailure: true,
    },
    state:
      pauseReason === null
        ? { paused: false, note: 'Follows its source in Muster: change it there.' }
        : { paused: true, note: `${pauseWords(pauseReason, 'en')} (in Muster, not here)` },
    action: {
      type: 'startWorkflow',
      workflowType: 'sourceSync',
      workflowId: sourceSyncWorkflowId(id),
      taskQueue: TASK_QUEUE,
      args: [{ id }],
      staticSummary: `Source ${id} · site ${siteId}`,
      typedSearchAttributes: [{ key: SEARCH_ATTRIBUTES.siteId, value: siteId }],
    },
  } as const satisfies ScheduleOptions;
}

const specOf = ({ when, timeZone, jitterSeconds }: SourceSchedule): ScheduleSpec => ({
  ...(when.kind === 'cron'
    ? { cronExpressions: [plainCron(when.cron)], timezone: timeZone }
    : { intervals: [{ every: when.everyMinutes * 60_000 }] }),
  jitter: jitterSeconds * 1000,
});

/** Refuses with `invalid` looks that are yet to come, that there are none of, or too many. */
function refuseBackfill(schedule: SourceSchedule, from: Date, to: Date, now: Date): void {
  const refuse = (message: string): never => {
    throw new Refusal('invalid', message, { field: 'from' });
  };
  if (to > now) refuse('What is yet to come can’t be made up for. Let `to` be now or earlier.');
  if (from >= to) refuse('`from` must be before `to`.');
  const looks = nextLooks(schedule, new Date(from.getTime() - 1), BACKFILL_LOOKS_MAX + 1).filter(
    (at) => at <= to,
  );
  if (looks.length === 0)
    refuse('The schedule has no look between these times. Take more time in, or run it now.');
  if (looks.length > BACKFILL_LOOKS_MAX)
    refuse(
      `That would be more than ${BACKFILL_LOOKS_MAX} looks, one after another. Take less time in, or run it now.`,
    );
}
