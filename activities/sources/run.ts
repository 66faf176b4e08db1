// The steps by which a source runs what it has taken: may it, begin, look at the run, and what comes of its end.
import type { Database } from '../../db/client.ts';
import { ownUploads } from '../../db/queries/sources/deliveries.ts';
import {
  findBegunDelivery,
  findDelivery,
  findLastRows,
  findNextPart,
  findPartRun,
  listPartFiles,
  noteRunBegun,
  noteRunRows,
  noteRunsEnded,
} from '../../db/queries/sources/delivery-runs.ts';
import { noteSourceMail } from '../../db/queries/sources/source-mails.ts';
import { noteSourceBegun, pauseSource, resumeSource } from '../../db/queries/sources/source-states.ts';
import { findSource, type SourceRow } from '../../db/queries/sources/sources.ts';
import { claimSync, clearPlaceProblem, releaseSync } from '../../db/queries/sources/syncs.ts';
import { isFinal, isWaiting } from '../../domain/bulk-action.ts';
import { Refusal } from '../../domain/refusal.ts';
import { PLACE_PROBLEM_CODES } from '../../domain/sources/place-problems.ts';
import { rowsMinAfter, type SourceRunAsked, type SourceRunBegun } from '../../domain/sources/run.ts';
import { blackoutEndsAt } from '../../domain/sources/schedule.ts';
import type { DeliveryState } from '../../domain/sources/source.ts';
import { failDelivery, failPlace, pauseForOwner, tellEnded, tellGood } from './failures.ts';

export type SourceRunDeps = {
  db: Database;
  clock(): Date;
  /** Puts a run into the database, or finds the one that was put there before for the same part. */
  beginRun(asked: SourceRunAsked): Promise<SourceRunBegun>;
  /** Whether the workflow of a sync is running. */
  isSyncAlive(workflowId: string): Promise<boolean>;
  /** Has the Schedule of a source follow what the database says of it. */
  ensureSchedule(sourceId: number): Promise<void>;
};

/** A delivery that a sync before has begun with: how far it is, and which of its parts is under way. */
export type BegunDelivery = { id: number; state: DeliveryState; part: number };

export type SyncStart =
  | { what: 'end'; because: 'gone' | 'paused' | 'another' }
  | {
      what: 'go';
      siteId: number;
      /** When somebody asked for it; null where it was the clock. In milliseconds since 1970, as all moments here. */
      askedAt: number | null;
      /** Since when the source is paused that was asked to look all the same. */
      pausedAt: number | null;
      blackoutUntil: number | null;
      begun: BegunDelivery | null;
      /** Syncs in a row that had failed by now. */
      failures: number;
    };

/** `held`: the source does nothing for the time being, the delivery stays as it is. */
export type PartStart =
  | { what: 'run'; run: SourceRunBegun }
  | { what: 'blackout'; until: number }
  | { what: 'held'; mailIds: number[] }
  | { what: 'refused'; mailIds: number[] };

type Part = { deliveryId: number; part: number };

export const sourceRunActivities = (deps: SourceRunDeps) => ({
  /**
   * Whether a sync may go on, and with what. `knownPause`: the pause of which somebody who asked for the sync knew. What
   * a sync before has begun is dealt with even while the source is paused, as far as its run has begun. Safe to repeat.
   */
  async beginSourceSync({
    id,
    workflowId,
    knownPause,
  }: {
    id: number;
    workflowId: string;
    knownPause: number | null;
  }): Promise<SyncStart> {
    const { db } = deps;
    const source = await findSource(db, id);
    if (!source) return { what: 'end', because: 'gone' };
    if (!(await claim(deps, id, workflowId))) return { what: 'end', because: 'another' };
    const delivery = await findBegunDelivery(db, id);
    const pausedAt = source.pausedAt?.getTime() ?? null;
    const isAsked = source.askedAt !== null;
    const mayBegin = pausedAt === null || pausedAt === knownPause || isAsked;
    const mustEnd = delivery !== undefined && delivery.state !== 'taken';
    if (!mayBegin && !mustEnd) return { what: 'end', because: 'paused' };
    return {
      what: 'go',
      siteId: source.siteId,
      askedAt: source.askedAt?.getTime() ?? null,
      pausedAt: isAsked ? pausedAt : knownPause,
      blackoutUntil: mustEnd ? null : blackoutOf(deps, source),
      begun: delivery ? { id: delivery.id, state: delivery.state, part: delivery.part } : null,
      failures: source.failures,
    };
  },

  /** Notes that what was asked for at this moment is being done. Safe to repeat. */
  async noteSyncBegun({ id, askedAt }: { id: number; askedAt: number }): Promise<void> {
    await noteSourceBegun(deps.db, id, new Date(askedAt));
  },

  /** Ends a sync. True where somebody has asked for one meanwhile. Safe to repeat. */
  async endSourceSync({
    id,
    workflowId,
    isPlaceFine,
  }: {
    id: number;
    workflowId: string;
    isPlaceFine: boolean;
  }): Promise<boolean> {
    if (isPlaceFine) await clearPlaceProblem(deps.db, id, PLACE_PROBLEM_CODES);
    return releaseSync(deps.db, id, workflowId);
  },

  /** Tells of sets that have waited too long for the rest of their files, of each once. Safe to repeat. */
  async noteIncomplete({
    id,
    deliveryIds,
  }: {
    id: number;
    deliveryIds: readonly number[];
  }): Promise<{ mailIds: number[] }> {
    const mailIds: number[] = [];
    for (const deliveryId of deliveryIds) {
      const occasion = `delivery-${deliveryId}`;
      const news = { sourceId: id, what: 'source-incomplete', occasion, deliveryId } as const;
      mailIds.push(...(await noteSourceMail(deps.db, news)));
    }
    return { mailIds };
  },

  /** Begins the run of a part, or finds the one that was begun before; says why not where it may not. Safe to repeat. */
  async beginSourceRun({
    deliveryId,
    part,
    knownPause,
  }: Part & { knownPause: number | null }): Promise<PartStart> {
    const { db } = deps;
    const delivery = await findDelivery(db, deliveryId);
    const source = delivery && (await findSource(db, delivery.sourceId));
    if (!source) return { what: 'held', mailIds: [] };
    const before = await findPartRun(db, deliveryId, part);
    if (before) {
      await noteRunBegun(db, { deliveryId, part, runId: before.id });
      const { id, siteId, rootId, kind, action, isDryRun, byPersonId } = before;
      return { what: 'run', run: { id, siteId, rootId, kind, action, isDryRun, byPersonId, isSmall: false } };
    }
    const pausedAt = source.pausedAt?.getTime() ?? null;
    if (pausedAt !== null && pausedAt !== knownPause) return { what: 'held', mailIds: [] };
    const until = blackoutOf(deps, source);
    if (until !== null) return { what: 'blackout', until };
    try {
      // Whoever owns the source by now has taken its files.
      await ownUploads(db, deliveryId);
      const run = await deps.beginRun(await askedFor(db, source, { ...delivery, part }));
      await noteRunBegun(db, { deliveryId, part, runId: run.id });
      return { what: 'run', run };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (error.details['isOwnersLack'])
        return { what: 'held', mailIds: await pauseForOwner(deps, source, deliveryId, error) };
      const { code, message } = error;
      const problem = { code, message };
      return {
        what: 'refused',
        mailIds: await failDelivery(deps, source, { deliveryId, problem }),
      };
    }
  },

  /** How the run of a part stands: whether it has ended, and which of its questions it waits for, if any. */
  async lookAtRun({ deliveryId, part }: Part): Promise<{ isEnded: boolean; asksRound: number | null }> {
    const run = await findPartRun(deps.db, deliveryId, part);
    // Where it is gone, its source is.
    if (!run) return { isEnded: true, asksRound: null };
    return { isEnded: isFinal(run.state), asksRound: isWaiting(run.state) ? run.askRound : null };
  },

  /** Pauses the source of a run that asks, and notes a mail that says so. Safe to repeat. */
  async pauseForRun({ deliveryId, part }: Part): Promise<{ mailIds: number[] }> {
    const { db } = deps;
    const delivery = await findDelivery(db, deliveryId);
    const run = await findPartRun(db, deliveryId, part);
    if (!delivery || !run || !isWaiting(run.state)) return { mailIds: [] };
    const { sourceId } = delivery;
    await pauseSource(db, sourceId, { reason: 'run-asks', byPersonId: null, forRunId: run.id });
    await deps.ensureSchedule(sourceId);
    const occasion = `run-${run.id}-${run.askRound}`;
    const data = { runId: run.id };
    return {
      mailIds: await noteSourceMail(db, { sourceId, what: 'source-asks', occasion, deliveryId, data }),
    };
  },

  /**
   * Notes how the run of a part ended: one that completed lets the source go on that it had paused by a question; any
   * other fails the delivery. Gives the part that comes next. Safe to repeat.
   */
  async endSourceRun({ deliveryId, part }: Part): Promise<{ nextPart: number | null; mailIds: number[] }> {
    const { db } = deps;
    const delivery = await findDelivery(db, deliveryId);
    const source = delivery && (await findSource(db, delivery.sourceId));
    const run = source && (await findPartRun(db, deliveryId, part));
    if (!run) return { nextPart: null, mailIds: [] };
    if (run.state !== 'completed') {
      const mailIds = await failDelivery(deps, source, { deliveryId, run });
      return { nextPart: null, mailIds };
    }
    await noteRunRows(db, deliveryId, part);
    if (await resumeSource(db, source.id, { by: null, onlyFor: run.id }))
      await deps.ensureSchedule(source.id);
    const nextPart = await findNextPart(db, deliveryId, part);
    if (nextPart !== null) return { nextPart, mailIds: [] };
    const mailIds = await tellGood(deps, source, deliveryId);
    await noteRunsEnded(db, deliveryId, { outcome: 'imported', problem: null });
    return { nextPart, mailIds };
  },

  /** What is left to do for a delivery whose files are put away. Safe to repeat. */
  async noteDeliveryEnded({ deliveryId }: { deliveryId: number }): Promise<{ mailIds: number[] }> {
    const delivery = await findDelivery(deps.db, deliveryId);
    const source = delivery && (await findSource(deps.db, delivery.sourceId));
    return { mailIds: source ? await tellEnded(deps, source, delivery) : [] };
  },

  /** Notes that the place of a source could not be used, for as long as was tried. Safe to repeat. */
  async notePlaceFailed({
    id,
    code,
    message,
    failures,
  }: {
    id: number;
    code: string;
    message: string;
    failures: number;
  }): Promise<{ mailIds: number[] }> {
    const source = await findSource(deps.db, id);
    return { mailIds: source ? await failPlace(deps, source, { code, message }, failures) : [] };
  },
});

/** Whether this sync is the one that works on the source; it takes over from one whose workflow is gone. */
async function claim(
  { db, isSyncAlive }: SourceRunDeps,
  sourceId: number,
  workflowId: string,
): Promise<boolean> {
  const holder = await claimSync(db, sourceId, workflowId, null);
  if (holder === null || holder === workflowId) return holder !== null;
  if (await isSyncAlive(holder)) return false;
  return (await claimSync(db, sourceId, workflowId, holder)) === workflowId;
}

const blackoutOf = ({ clock }: SourceRunDeps, { schedule }: SourceRow): number | null =>
  blackoutEndsAt(schedule, clock())?.getTime() ?? null;

/** What the run of a part is asked for: its files, and how many rows they must have. */
async function askedFor(
  db: Database,
  source: SourceRow,
  { id: deliveryId, part, isRemaster }: { id: number; part: number; isRemaster: boolean },
): Promise<SourceRunAsked> {
  const settings = source.parts[part];
  if (!settings)
    throw new Refusal('conflict', 'The source was changed and has no such part any more. Deliver it anew.');
  const files = await listPartFiles(db, deliveryId, part);
  const last = isRemaster ? null : await findLastRows(db, source.id, part);
  return {
    sourceId: source.id,
    deliveryId,
    part,
    siteId: source.siteId,
    byPersonId: source.byPersonId,
    settings,
    uploadIds: files.flatMap(({ uploadId }) => uploadId ?? []),
    isRemaster,
    rowsMin: rowsMinAfter(last, source.fewerRowsPercentMax),
    trailer: source.rowCount?.kind === 'trailer' ? source.rowCount.word : null,
    expect: files[0]?.rowsTold ?? null,
  };
}
