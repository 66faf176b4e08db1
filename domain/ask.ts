// What a run asks people before it writes: whether it must, why, and who has to answer.
import type { WaitingState } from './bulk-action.ts';
import type { Approvable, Assessment, TrippedLimit } from './safeguards.ts';

/** It is a dry run; a limit was passed; it would do more than was agreed to; or an action needs it on its site. */
export const WHYS = ['dry-run', 'limits', 'grown', 'approval', 'grace'] as const;
export type Why = (typeof WHYS)[number];

/** What a run asks. */
export type Ask = {
  why: Why[];
  tripped: TrippedLimit[];
  /** What another admin must approve. */
  approvals: Approvable[];
  graceMinutes: number;
  /** Rows that would now do something that was not agreed to, and rows that no longer do what was. */
  grown: number;
  shrunk: number;
  /** What was agreed to in earlier rounds about the same plan, and is not asked again. */
  settled: Settled;
};

/** `graceMinutes`: the longest time in which it could be stopped; left out by runs that were asked without one. */
type Settled = { tripped: TrippedLimit[]; approvals: Approvable[]; graceMinutes?: number };

/**
 * What has to be asked about a plan, or undefined where it may be applied. `agreed` is what was asked and agreed to
 * before, with how the plan has changed since: a plan that has only shrunk needs no more than was asked then.
 */
export function askFor(
  { tripped, approvals, graceMinutes }: Assessment,
  isDryRun: boolean,
  agreed?: { ask: Ask; grown: number; shrunk: number },
): Ask | undefined {
  const { grown = 0, shrunk = 0 } = agreed ?? {};
  const isNew = agreed === undefined || grown > 0;
  const settled: Settled = isNew ? { tripped: [], approvals: [] } : settledBy(agreed.ask);
  const newlyTripped = tripped.filter((one) => !settled.tripped.some(isSameLimit(one)));
  const newApprovals = approvals.filter((one) => !settled.approvals.includes(one));
  const newGrace = graceMinutes > (settled.graceMinutes ?? 0) ? graceMinutes : 0;
  const why: Why[] = [
    ...(isDryRun && agreed === undefined ? (['dry-run'] as const) : []),
    ...(grown > 0 ? (['grown'] as const) : []),
    ...(newlyTripped.length > 0 ? (['limits'] as const) : []),
    ...(newApprovals.length > 0 ? (['approval'] as const) : []),
    ...(newGrace > 0 ? (['grace'] as const) : []),
  ];
  if (why.length === 0) return undefined;
  return {
    why,
    tripped: newlyTripped,
    approvals: newApprovals,
    graceMinutes: newGrace,
    grown,
    shrunk,
    settled,
  };
}

const settledBy = ({ tripped, approvals, graceMinutes, settled }: Ask): Settled => ({
  tripped: [...settled.tripped, ...tripped],
  approvals: [...settled.approvals, ...approvals],
  graceMinutes: Math.max(settled.graceMinutes ?? 0, graceMinutes),
});

/** Where a run that asks waits first. What needs nobody's word but another admin's is not confirmed before. */
export function firstWait({ why }: Ask): WaitingState {
  if (why.includes('dry-run') || why.includes('limits') || why.includes('grown'))
    return 'awaiting-confirmation';
  return why.includes('approval') ? 'awaiting-approval' : 'grace-period';
}

const isSameLimit =
  (one: TrippedLimit) =>
  (other: TrippedLimit): boolean =>
    one.limited === other.limited && one.siteId === other.siteId;
