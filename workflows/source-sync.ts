// The story of a sync: look for files that are at rest, take them, run them part by part, put them away; then the next.

import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  ActivityFailure,
  ApplicationFailure,
  CancellationScope,
  ChildWorkflowCancellationType,
  type ChildWorkflowHandle,
  condition,
  continueAsNew,
  isCancellation,
  ParentClosePolicy,
  setHandler,
  startChild,
  workflowInfo,
} from '@temporalio/workflow';
import { PLACE_PROBLEM, type SourceRunBegun } from '../domain/sources/run.ts';
import type { DeliveryState } from '../domain/sources/source.ts';
import type { bulkAction } from './bulk-action.ts';
import {
  bulkActionStart,
  runAsksSignal,
  type SourceSyncInput,
  type SourceSyncResult,
  sourceSyncQuery,
} from './contract.ts';
import { placeRetry, placeSteps, smallSteps } from './proxies.ts';
import { SourceSync } from './source-sync-state.ts';
import { startMail } from './waits.ts';

/** A delivery to deal with: where it stands, and with which part it goes on. */
type Delivery = { id: number; state: DeliveryState; part: number };

/**
 * `changed`: somebody is at work on its files, it comes later; `held`: the source does nothing for the time being; `long`:
 * the history is, so the sync goes on in a new one.
 */
type Dealt = 'done' | 'changed' | 'held' | 'long';

export async function sourceSync(input: SourceSyncInput): Promise<SourceSyncResult> {
  const sync = setup(input);
  try {
    do {
      const isLong = await work(sync);
      if (isLong) return await continueAsNew<typeof sourceSync>({ ...input, knownPause: sync.knownPause });
    } while (await end(sync));
  } catch (error) {
    // Nothing is lost: the next sync goes on where this one stood, and a run of it goes on by itself.
    if (isCancellation(error)) await CancellationScope.nonCancellable(() => end(sync));
    throw error;
  }
  const { endedBecause, deliveries } = sync;
  return { endedBecause, deliveries };
}

function setup(input: SourceSyncInput): SourceSync {
  const sync = new SourceSync(input);
  setHandler(sourceSyncQuery, () => sync.status());
  setHandler(runAsksSignal, ({ bulkActionId }) => {
    sync.asking = bulkActionId;
  });
  return sync;
}

/** Deals with one delivery after the other until there is none. True where the history has become too long for more. */
async function work(sync: SourceSync): Promise<boolean> {
  try {
    for (;;) {
      const delivery = await nextDelivery(sync);
      if (delivery === null) return false;
      sync.deliveryId = delivery.id;
      const dealt = await deal(sync, delivery);
      sync.deliveryId = null;
      if (dealt === 'held') sync.endedBecause = 'paused';
      if (dealt === 'held' || dealt === 'long') return dealt === 'long';
      if (dealt === 'done') sync.deliveries += 1;
      if (sync.mustContinueAsNew) return true;
    }
  } catch (error) {
    await noteProblem(sync, error);
    return false;
  }
}

/** What one before has begun, else what is at rest; null where there is nothing to do (any more). */
async function nextDelivery(sync: SourceSync): Promise<Delivery | null> {
  const { id } = sync;
  for (;;) {
    sync.moveTo('beginning');
    const { workflowId } = workflowInfo();
    const start = await smallSteps.beginSourceSync({ id, workflowId, knownPause: sync.knownPause });
    if (start.what === 'end') {
      sync.endedBecause = start.because;
      return null;
    }
    sync.siteId = start.siteId;
    sync.knownPause = start.pausedAt;
    sync.failures = start.failures;
    if (start.askedAt !== null) await smallSteps.noteSyncBegun({ id, askedAt: start.askedAt });
    if (start.blackoutUntil === null) return start.begun ?? (await findAtRest(sync));
    await sync.waitUntil('blackout', start.blackoutUntil);
  }
}

/** Looks for files until some are at rest, and waits for those that still arrive. Null where there are none in time. */
async function findAtRest(sync: SourceSync): Promise<Delivery | null> {
  for (;;) {
    sync.moveTo('looking');
    const { id } = sync;
    const looked = await atPlace(sync, (options) =>
      placeSteps.lookAtSource.executeWithOptions(options, [{ id }]),
    );
    sync.isPlaceFine = true;
    if (looked.incomplete.length > 0)
      await send(sync, await smallSteps.noteIncomplete({ id, deliveryIds: looked.incomplete }));
    if (looked.deliveryId !== null) return { id: looked.deliveryId, state: 'arriving', part: 0 };
    sync.endedBecause = looked.waitMs === null ? 'done' : 'arriving';
    if (looked.waitMs === null || looked.waitMs > sync.arrivingLeftMs) return null;
    sync.arrivingLeftMs -= looked.waitMs;
    await sync.waitUntil('arriving', Date.now() + looked.waitMs);
  }
}

async function deal(sync: SourceSync, { id: deliveryId, state, part }: Delivery): Promise<Dealt> {
  const what = state === 'running' || state === 'settling' ? state : await take(sync, deliveryId);
  if (what === 'changed') return 'changed';
  if (what !== 'ended') {
    const dealt = what === 'settling' ? 'done' : await runParts(sync, deliveryId, part);
    if (dealt !== 'done') return dealt;
    sync.moveTo('settling');
    await atPlace(sync, (options) => placeSteps.settleDelivery.executeWithOptions(options, [{ deliveryId }]));
  }
  const { mailIds } = await smallSteps.noteDeliveryEnded({ deliveryId });
  await send(sync, { mailIds: [...sync.mailIds.splice(0), ...mailIds] });
  return 'done';
}

/** Reads the files. What is not to be run is put away with that. */
async function take(sync: SourceSync, deliveryId: number): Promise<'ready' | 'ended' | 'changed'> {
  sync.moveTo('taking');
  const { what } = await atPlace(sync, (options) =>
    placeSteps.takeDelivery.executeWithOptions(options, [{ deliveryId }]),
  );
  return what;
}

/** Runs the parts in their order, each once the one before has completed. */
async function runParts(sync: SourceSync, deliveryId: number, first: number): Promise<Dealt> {
  for (let part: number | null = first; part !== null; ) {
    const begun = await smallSteps.beginSourceRun({ deliveryId, part, knownPause: sync.knownPause });
    if (begun.what === 'blackout') {
      await sync.waitUntil('blackout', begun.until);
      continue;
    }
    if (begun.what === 'held') {
      await send(sync, begun);
      return 'held';
    }
    if (begun.what === 'refused') {
      sync.mailIds.push(...begun.mailIds);
      return 'done';
    }
    if (!(await followRun(sync, begun.run, { deliveryId, part }))) return 'long';
    const ended: { nextPart: number | null; mailIds: number[] } = await smallSteps.endSourceRun({
      deliveryId,
      part,
    });
    sync.mailIds.push(...ended.mailIds);
    part = ended.nextPart;
  }
  return 'done';
}

/**
 * Has a run started and waits for its end, whoever started it and however often it asks: what the database says counts.
 * False where the history has become too long to wait any more.
 */
async function followRun(
  sync: SourceSync,
  run: SourceRunBegun,
  place: { deliveryId: number; part: number },
): Promise<boolean> {
  sync.moveTo('running', run.id);
  const child = await startRun(run);
  let isClosed = false;
  const close = () => {
    isClosed = true;
  };
  child?.result().then(close, close);
  const { lookMs, lookMsMax } = sync.patience;
  // Of a child its end and its questions are heard of: looking is for what got lost.
  const gapMsMax = child ? 10 * lookMsMax : lookMsMax;
  let gapMs = child ? lookMsMax : lookMs;
  const isToldOf = () => sync.asking === run.id;
  if (child) await condition(() => isClosed || isToldOf(), gapMs);
  for (let toldRound: number | null = null; ; ) {
    sync.asking = null;
    const wasClosed = isClosed;
    const { isEnded, asksRound } = await smallSteps.lookAtRun(place);
    if (isEnded) return true;
    sync.moveTo(asksRound === null ? 'running' : 'asking', run.id);
    if (asksRound !== null && asksRound !== toldRound) await send(sync, await smallSteps.pauseForRun(place));
    toldRound = asksRound;
    if (sync.mustContinueAsNew) return false;
    await condition(() => isToldOf() || isClosed !== wasClosed, gapMs);
    gapMs = Math.min(2 * gapMs, gapMsMax);
  }
}

/** Undefined where it is started already: by the sweep, or by a sync before. */
async function startRun(run: SourceRunBegun): Promise<ChildWorkflowHandle<typeof bulkAction> | undefined> {
  try {
    return await startChild<typeof bulkAction>('bulkAction', {
      ...bulkActionStart(run),
      // Whatever becomes of the sync, nobody but an admin stops a run.
      parentClosePolicy: ParentClosePolicy.ABANDON,
      cancellationType: ChildWorkflowCancellationType.ABANDON,
    });
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return undefined;
    throw error;
  }
}

type StepOptions = { retry: ReturnType<typeof placeRetry> };

/** Takes a step at the source's place. What is no fault of the place, an outage of the database for one, is waited for. */
async function atPlace<Result>(
  sync: SourceSync,
  step: (options: StepOptions) => Promise<Result>,
): Promise<Result> {
  for (;;) {
    try {
      return await step({ retry: placeRetry(sync.patience.placeTries) });
    } catch (error) {
      if (!(error instanceof ActivityFailure) || isCancellation(error)) throw error;
      const { cause } = error;
      if (cause instanceof ApplicationFailure && (cause.nonRetryable || cause.type === PLACE_PROBLEM))
        throw error;
    }
  }
}

/** What ends a sync and is no bug: its place can't be used, a step has refused to go on, or its source is gone. */
async function noteProblem(sync: SourceSync, error: unknown): Promise<void> {
  const cause = error instanceof ActivityFailure ? error.cause : undefined;
  const isKnown = cause instanceof ApplicationFailure && (cause.nonRetryable || cause.type === PLACE_PROBLEM);
  if (!isKnown) throw error;
  sync.isPlaceFine = false;
  sync.endedBecause = cause.type === 'missing' ? 'gone' : 'failed';
  if (sync.endedBecause === 'gone') return;
  const [detail] = (cause.details ?? []) as { code?: string }[];
  const code = cause.type === PLACE_PROBLEM ? detail?.code : cause.type;
  const { id, failures } = sync;
  const failed = { id, code: code ?? 'unreachable', message: cause.message, failures };
  await send(sync, await smallSteps.notePlaceFailed(failed));
}

/** Lets go of the source. True where somebody has asked for it to look once more meanwhile. */
async function end(sync: SourceSync): Promise<boolean> {
  const { id, isPlaceFine } = sync;
  sync.deliveryId = null;
  sync.moveTo('ended');
  const { workflowId } = workflowInfo();
  return smallSteps.endSourceSync({ id, workflowId, isPlaceFine });
}

async function send({ id }: SourceSync, { mailIds }: { mailIds: readonly number[] }): Promise<void> {
  for (const mailId of new Set(mailIds)) await startMail(mailId, `Mail: source ${id}`);
}
