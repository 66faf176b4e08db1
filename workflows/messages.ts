// What people may say to a run while it is on, and what it answers to those it can't follow.
import { ApplicationFailure, setHandler } from '@temporalio/workflow';
import { type Agreed, ANSWERED_IN, notAsked, OWN_APPROVAL, PLAN_HAS_CHANGED } from '../domain/answers.ts';
import { isFinal, isWaiting } from '../domain/bulk-action.ts';
import {
  approveUpdate,
  type BulkActionInput,
  type Consenting,
  cancelUpdate,
  confirmUpdate,
  lockGrantedSignal,
  mendedSignal,
  NOT_NOW,
  pauseUpdate,
  resumeUpdate,
  statusQuery,
} from './contract.ts';
import { briefSteps } from './proxies.ts';
import { Run } from './run.ts';

/** Makes the run and registers its handlers, before anything is awaited, so that no message is missed. */
export function setup(input: BulkActionInput): Run {
  const run = new Run(input);
  const { id } = input;
  setHandler(statusQuery, () => run.status());
  setHandler(lockGrantedSignal, ({ token }) => {
    run.grantedToken = token;
  });
  setHandler(mendedSignal, ({ round }) => run.checkAgain(round));
  setHandler(cancelUpdate, (_by) => run.cancel(), { validator: (_by) => refuseEnded(run) });
  setHandler(pauseUpdate, (_by) => run.pause(), { validator: (_by) => refuseEnded(run) });
  setHandler(
    resumeUpdate,
    async (_by) => {
      const { state, round, untilMs } = await briefSteps.resume({ id });
      // An answer may have come first: then it has said until when.
      if (state === run.state && round === run.round) run.untilMs = untilMs;
      run.resume();
    },
    { validator: (_by) => refuseEnded(run) },
  );
  setHandler(confirmUpdate, (answer) => consent(run, 'confirmed', answer), {
    validator: ({ round }) => refuseAnswer(run, 'confirmed', round),
  });
  setHandler(approveUpdate, (answer) => consent(run, 'approved', answer), {
    validator({ round, byPersonId }) {
      refuseAnswer(run, 'approved', round);
      if (byPersonId === run.input.byPersonId || byPersonId === run.confirmedBy) refuse(OWN_APPROVAL);
    },
  });
  return run;
}

async function consent(run: Run, what: Agreed, { round, byPersonId }: Consenting): Promise<void> {
  const standing = await briefSteps.consent({ id: run.input.id, what, round, byPersonId });
  if (what === 'confirmed') run.confirmedBy = byPersonId;
  // A pause or the end may have come first.
  if (!isWaiting(run.state)) return;
  if (isWaiting(standing.state) && standing.untilMs !== null)
    run.waitFor({ state: standing.state, round: standing.round, untilMs: standing.untilMs });
  else run.moveTo(standing.state);
}

function refuseEnded(run: Run): void {
  if (isFinal(run.state)) refuse(`The run has ended: it is ${run.state}.`);
}

function refuseAnswer(run: Run, what: Agreed, round: number): void {
  if (run.state !== ANSWERED_IN[what]) refuse(notAsked(what, run.state));
  if (run.isEnding) refuse('It is too late for that: the run ends just now.');
  if (round !== run.round) refuse(PLAN_HAS_CHANGED);
}

function refuse(message: string): never {
  throw ApplicationFailure.create({ message, type: NOT_NOW, nonRetryable: true });
}
