// The edit locks of one organisation: a queue of requests, granted whole, and a watch over those who hold them.
import {
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

/** How often holders are looked after: one that ended without giving back is found within this time. */
const WATCH_EVERY = '20 seconds';

type Message = { kind: 'request'; request: LockRequest } | { kind: 'release'; bulkActionId: string };

export async function editLocks({ rootId, state }: EditLocksInput): Promise<void> {
  const inbox: Message[] = [];
  // Synchronous, and before the first await: a signal is on the list before anything else can happen.
  setHandler(requestLockSignal, (request) => void inbox.push({ kind: 'request', request }));
  setHandler(releaseLockSignal, ({ bulkActionId }) => void inbox.push({ kind: 'release', bulkActionId }));
  const locks: EditLocksState = state ?? { holders: await smallSteps.listHolders({ rootId }), waiting: [] };
  setHandler(editLocksQuery, () => locks);

  for (;;) {
    const isToldSomething = await waitForMessage(locks, inbox);
    if (!isToldSomething) await takeBackFromTheDead(locks);
    while (inbox.length > 0) await take(locks, inbox.splice(0));
    await grantNext(rootId, locks);
    setCurrentDetails(describeLocks(locks));
    if (workflowInfo().continueAsNewSuggested && inbox.length === 0) {
      await condition(allHandlersFinished);
      if (inbox.length === 0) await continueAsNew<typeof editLocks>({ rootId, state: locks });
    }
  }
}

/** Waits for a message; while somebody holds or waits for a lock, at most until the next look after them. */
async function waitForMessage(locks: EditLocksState, inbox: Message[]): Promise<boolean> {
  const isIdle = locks.holders.length === 0 && locks.waiting.length === 0;
  if (!isIdle) return condition(() => inbox.length > 0, WATCH_EVERY);
  await condition(() => inbox.length > 0);
  return true;
}

async function take(locks: EditLocksState, messages: Message[]): Promise<void> {
  for (const message of messages) {
    if (message.kind === 'release') {
      await letGo(locks, message.bulkActionId);
      continue;
    }
    const { request } = message;
    const holder = locks.holders.find(({ bulkActionId }) => bulkActionId === request.bulkActionId);
    if (holder) await tellGranted(locks, holder);
    else if (!locks.waiting.some(({ bulkActionId }) => bulkActionId === request.bulkActionId))
      locks.waiting.push(request);
  }
}

async function letGo(locks: EditLocksState, bulkActionId: string): Promise<void> {
  await smallSteps.release({ bulkActionId });
  locks.holders = locks.holders.filter((holder) => holder.bulkActionId !== bulkActionId);
  locks.waiting = locks.waiting.filter((request) => request.bulkActionId !== bulkActionId);
}

async function grantNext(rootId: number, locks: EditLocksState): Promise<void> {
  for (const request of listGrantable(locks.holders, locks.waiting)) {
    const grant = await smallSteps.grant(request);
    if (grant.kind === 'held') {
      // The database knows a holder that this queue does not: it is looked after from now on.
      await adopt(rootId, locks);
      continue;
    }
    const holder = { ...request, token: grant.token };
    locks.waiting = locks.waiting.filter((other) => other !== request);
    locks.holders.push(holder);
    await tellGranted(locks, holder);
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
