// What is said to an answer that a run does not take in: in the same words wherever it is turned away.
import type { State, WaitingState } from './bulk-action.ts';

/** How people agree to what a run asks. */
export type Agreed = 'confirmed' | 'approved';

/** The state in which a run waits for each. */
export const ANSWERED_IN = {
  confirmed: 'awaiting-confirmation',
  approved: 'awaiting-approval',
} as const satisfies Record<Agreed, WaitingState>;

export const OWN_APPROVAL =
  'Nobody approves what they started or confirmed themselves. Ask another admin with the right to.';

export const PLAN_HAS_CHANGED = 'The plan has changed since you saw it. Look at it again, then answer.';

const WANTED = { confirmed: 'confirmation', approved: 'approval' } as const satisfies Record<Agreed, string>;

/** To an answer that the run does not wait for. */
export const notAsked = (what: Agreed, state: State): string =>
  `The run does not wait for ${WANTED[what]}: it is ${state}.`;
