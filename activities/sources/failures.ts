// What follows where a source fails: it is counted and told, and a source that should not go on is paused.
import type { Database } from '../../db/client.ts';
import {
  type DeliveryRow,
  findPartRun,
  noteRunsEnded,
  type PartRun,
} from '../../db/queries/sources/delivery-runs.ts';
import { noteSourceMail } from '../../db/queries/sources/source-mails.ts';
import { noteSourceFailed, pauseSource } from '../../db/queries/sources/source-states.ts';
import { getSource, type SourceRow } from '../../db/queries/sources/sources.ts';
import type { CancelReason } from '../../domain/bulk-action.ts';
import type { Refusal } from '../../domain/refusal.ts';
import { type DeliveryProblemCode, deliveryProblem } from '../../domain/sources/delivery-problems.ts';
import { looksCutOff } from '../../domain/sources/run.ts';
import { FAILURES_MAX, type PauseReason } from '../../domain/sources/source.ts';

type Means = { db: Database; ensureSchedule(sourceId: number): Promise<void> };
type Problem = { code: string; message: string };

/** A delivery that came to nothing: by its run, or by what was wrong before there was one. */
type Failed = { deliveryId: number; run: PartRun } | { deliveryId: number; problem: Problem };

/**
 * Notes that the runs of a delivery have come to nothing, pauses a source whose file looks cut off, and gives the mails to
 * send. That it failed once more is counted as its files are put away. Safe to repeat.
 */
export async function failDelivery(means: Means, source: SourceRow, failed: Failed): Promise<number[]> {
  const { db } = means;
  const { deliveryId } = failed;
  const problem = 'run' in failed ? problemOf(failed.run) : failed.problem;
  const isCancelled = 'run' in failed && failed.run.state === 'cancelled';
  const mailIds = await tellFailed(means, source, deliveryId, problem);
  await noteRunsEnded(db, deliveryId, { outcome: isCancelled ? 'cancelled' : 'failed', problem });
  return mailIds;
}

/** Tells of a delivery that came to nothing. Of a file that looks cut off, which pauses its source, one mail tells all. */
async function tellFailed(
  means: Means,
  source: SourceRow,
  deliveryId: number,
  problem: Problem,
): Promise<number[]> {
  const news = { sourceId: source.id, occasion: `delivery-${deliveryId}`, deliveryId };
  const reason = 'fewer-rows';
  if (looksCutOff(problem.code) && (await pause(means, source, { reason, ...problem })))
    return noteSourceMail(means.db, { ...news, what: 'source-paused', data: { reason, ...problem } });
  return noteSourceMail(means.db, { ...news, what: 'source-failed', data: problem });
}

/**
 * What is left to do for a delivery whose files are put away: it is told of where that has not been done, and a source that
 * has failed time and again is paused. Gives the mails to send. Safe to repeat.
 */
export async function tellEnded(
  means: Means,
  source: SourceRow,
  { id: deliveryId, part, outcome, problemCode, problemMessage }: DeliveryRow,
): Promise<number[]> {
  if (outcome === 'imported' || outcome === 'same') return tellGood(means, source, deliveryId);
  if (outcome !== 'failed' && outcome !== 'gone') return [];
  const problem = { code: problemCode ?? outcome, message: problemMessage ?? '' };
  // The run that has found it cut off has told so; by now somebody may have looked, and set the source going again.
  const isTold = looksCutOff(problem.code) && (await findPartRun(means.db, deliveryId, part)) !== undefined;
  const mailIds = isTold ? [] : await tellFailed(means, source, deliveryId, problem);
  const { failures } = source;
  if (outcome !== 'failed' || failures < FAILURES_MAX) return mailIds;
  return [...mailIds, ...(await pauseForFailures(means, source, { ...problem, failures, deliveryId }))];
}

/** Tells of a good delivery, as far as the source tells of such. */
export const tellGood = ({ db }: Means, { id }: SourceRow, deliveryId: number): Promise<number[]> =>
  noteSourceMail(db, {
    sourceId: id,
    what: 'source-imported',
    occasion: `delivery-${deliveryId}`,
    deliveryId,
  });

/** The place could not be used: it is counted, and told once the source is paused for it. Safe to repeat. */
export async function failPlace(
  means: Means,
  source: SourceRow,
  problem: Problem,
  before: number,
): Promise<number[]> {
  const failures =
    source.failures > before ? source.failures : await noteSourceFailed(means.db, source.id, problem);
  return failures < FAILURES_MAX ? [] : pauseForFailures(means, source, { ...problem, failures });
}

async function pauseForFailures(
  means: Means,
  source: SourceRow,
  failing: Problem & { failures: number; deliveryId?: number },
): Promise<number[]> {
  const { code, message } = failing;
  const reason = 'failures';
  if (!(await pause(means, source, { reason, code, message }))) return [];
  return tellPaused(means, source, { reason, ...failing });
}

/** Who set the source up may not begin its runs any more: it waits for somebody who may. */
export async function pauseForOwner(
  means: Means,
  source: SourceRow,
  deliveryId: number,
  { code, message }: Refusal,
): Promise<number[]> {
  const pausing = { reason: 'owner', code, message } as const;
  if (!(await pause(means, source, pausing))) return [];
  return tellPaused(means, source, { ...pausing, deliveryId });
}

/** Pauses a source that goes on, or was paused for the same just now. False where something else had paused it. */
async function pause(
  { db, ensureSchedule }: Means,
  { id }: SourceRow,
  pausing: Problem & { reason: PauseReason },
): Promise<boolean> {
  await pauseSource(db, id, { ...pausing, byPersonId: null });
  await ensureSchedule(id);
  const { pauseReason, problemMessage } = await getSource(db, id);
  return pauseReason === pausing.reason && problemMessage === pausing.message;
}

async function tellPaused(
  { db }: Means,
  { id }: SourceRow,
  data: Problem & { reason: PauseReason; failures?: number; deliveryId?: number },
): Promise<number[]> {
  // Of each pause once.
  const { pausedAt } = await getSource(db, id);
  const occasion = `pause-${pausedAt?.getTime() ?? 0}`;
  const { deliveryId } = data;
  return noteSourceMail(db, {
    sourceId: id,
    what: 'source-paused',
    occasion,
    ...(deliveryId !== undefined && { deliveryId }),
    data,
  });
}

const problemOf = ({ state, cancelReason, errorCode, errorMessage }: PartRun): Problem =>
  state === 'cancelled'
    ? deliveryProblem(CANCELLED[cancelReason ?? 'asked'])
    : { code: errorCode ?? 'invalid', message: errorMessage ?? '' };

const CANCELLED = {
  asked: 'run-cancelled',
  declined: 'run-cancelled',
  'timed-out': 'run-unanswered',
  gone: 'run-gone',
} as const satisfies Record<CancelReason, DeliveryProblemCode>;
