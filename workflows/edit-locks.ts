// The edit locks of one organisation: a queue of requests, granted whole, and a watch over those who hold them.
import {
  ActivityFailure,
  ApplicationFailure,
  allHandlersFinished,
  condition,
  continueAsNew,
  getExternalWorkflowHandle,
  setCurrentDetails,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import { listGrantable } from '../domain/lock-queue.ts';
import {
  bulkActionWorkflowId,
  type EditLocksInput,
  type EditLocksState,
  editLocksQuery,
  type LockRequest,
  lockGrantedSignal,
  releaseLockSignal,
  requestLockSignal,
} from './contract.ts';
import { briefSteps, smallSteps } from './proxies.ts';

/** How often holders are looked after, unless the input says otherwise. */
const WATCH_EVERY_MS = 20_000;

type Grant = Awaited<ReturnType<typeof smallSteps.grant>>;
type Message = { kind: 'request'; request: LockRequest } | { kind: 'release'; bulkActionId: string };

export async function editLocks(input: EditLocksInput): Promise<void> {
  const { rootId, state, watchEveryMs = WATCH_EVERY_MS } = input;
  const inbox: Message[] = [];
  // Synchronous, and before the first await: a signal is on the list before anything else can happen.
  setHandler(requestLockSignal, (request) => void inbox.push({ kind: 'request', request }));
  setHandler(releaseLockSignal, ({ bulkActionId }) => void inbox.push({ kind: 'release', bulkActionId }));
  const locks: EditLocksState = state ?? { holders: await smallSteps.listHolders({ rootId }), waiting: [] };
  setHandler(editLocksQuery, () => locks);

  let watchAt = Date.now() + watchEveryMs;
  for (;;) {
    if (isIdle(locks)) {
      await condition(() => inbox.length > 0);
      watchAt = Date.now() + watchEveryMs;
    } else await condition(() => inbox.length > 0, Math.max(1, watchAt - Date.now()));
    while (inbox.length > 0) await take(locks, inbox.splice(0));
    await grantNext(rootId, locks);
    // By the clock, not by silence: in a busy organisation somebody always has something to say.
    if (Date.now() >= watchAt) {
      await takeBackFromTheDead(locks);
      await grantNext(rootId, locks);
      watchAt = Date.now() + watchEveryMs;
    }
    setCurrentDetails(describeLocks(locks));
    if (workflowInfo().continueAsNewSuggested && inbox.length === 0) {
      await condition(allHandlersFinished);
      if (inbox.length === 0) await continueAsNew<typeof editLocks>({ ...input, state: locks });
    }
  }
}

const isIdle = ({ holders, waiting }: EditLocksState): boolean =>
  holders.length === 0 && waiting.length === 0;

async function take(locks: EditLocksState, messages: Message[]): Promise<void> {
  for (const message of messages) {
    if (message.kind === 'release') await letGo(locks, message.bulkActionId);
    else ask(locks, message.request);
  }
}

/** A holder that asks again has missed its grant, or lost its lock: it is served anew, before all others. */
function ask(locks: EditLocksState, request: LockRequest): void {
  const isOther = ({ bulkActionId }: LockRequest) => bulkActionId !== request.bulkActionId;
  if (!locks.holders.every(isOther)) {
    locks.holders = locks.holders.filter(isOther);
    locks.waiting = [request, ...locks.waiting.filter(isOther)];
  } else if (locks.waiting.every(isOther)) locks.waiting.push(request);
}

async function letGo(locks: EditLocksState, bulkActionId: string): Promise<void> {
  await smallSteps.release({ bulkActionId });
  locks.holders = locks.holders.filter((holder) => holder.bulkActionId !== bulkActionId);
  locks.waiting = locks.waiting.filter((request) => request.bulkActionId !== bulkActionId);
}

/** Grants all that can be granted: a request that comes to nothing makes way for those behind it. */
async function grantNext(rootId: number, locks: EditLocksState): Promise<void> {
  const tried = new Set<LockRequest>();
  for (;;) {
    const request = listGrantable(locks.holders, locks.waiting).find((one) => !tried.has(one));
    if (!request) return;
    tried.add(request);
    await grantOne(rootId, locks, request);
  }
}

async function grantOne(rootId: number, locks: EditLocksState, request: LockRequest): Promise<void> {
  const grant = await grantUnlessRefused(request);
  if (grant?.kind === 'held') {
    // The database knows a holder that this queue does not: it is looked after from now on.
    await adopt(rootId, locks);
    return;
  }
  locks.waiting = locks.waiting.filter((other) => other !== request);
  if (!grant) return;
  const holder = { ...request, token: grant.token };
  locks.holders.push(holder);
  await tellGranted(locks, holder);
}

/** Undefined for a request that can never be granted: it must not take the queue of all others with it. */
async function grantUnlessRefused(request: LockRequest): Promise<Grant | undefined> {
  try {
    return await smallSteps.grant({ ...request });
  } catch (error) {
    const cause = error instanceof ActivityFailure ? error.cause : error;
    if (cause instanceof ApplicationFailure && cause.nonRetryable) return undefined;
    throw error;
  }
}

async function adopt(rootId: number, locks: EditLocksState): Promise<void> {
  const known = new Set(locks.holders.map(({ bulkActionId }) => bulkActionId));
  const holders = await smallSteps.listHolders({ rootId });
  locks.holders.push(...holders.filter(({ bulkActionId }) => !known.has(bulkActionId)));
}

/** A requester that is gone takes nobody with it: its lock goes back. */
async function tellGranted(
  locks: EditLocksState,
  holder: { bulkActionId: string; token: number },
): Promise<void> {
  const run = getExternalWorkflowHandle(bulkActionWorkflowId(holder.bulkActionId));
  try {
    await run.signal(lockGrantedSignal, { token: holder.token });
  } catch (error) {
    if (!(error instanceof ApplicationFailure)) throw error;
    await letGo(locks, holder.bulkActionId);
  }
}

/** Runs that were closed, terminated or timed out without giving back: it is done for them. */
async function takeBackFromTheDead(locks: EditLocksState): Promise<void> {
  const bulkActionIds = [...locks.holders, ...locks.waiting].map(({ bulkActionId }) => bulkActionId);
  const ended = await briefSteps.findEndedRuns({ bulkActionIds });
  for (const bulkActionId of ended) await letGo(locks, bulkActionId);
}

function describeLocks({ holders, waiting }: EditLocksState): string {
  const line = (place: string, { bulkActionId, siteIds }: LockRequest) =>
    `| ${place} | bulk-action/${bulkActionId} | ${siteIds.length > 10 ? `${siteIds.length} sites` : siteIds.join(', ')} |`;
  const lines = [
    ...holders.map((holder) => line('holds', holder)),
    ...waiting.slice(0, 50).map((request, place) => line(`waits, ${place + 1}.`, request)),
  ];
  if (lines.length === 0) return 'Nobody holds or waits for a lock.';
  return ['| | run | sites |', '|---|---|---|', ...lines].join('\n');
}
