// The one bridge from activities to Temporal: refusals become final failures, outages lose what they carried.

import { Context } from '@temporalio/activity';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import type { ActivityExecuteInput, ActivityInboundCallsInterceptor, Next } from '@temporalio/worker';
import { PlaceProblem } from '../adapters/sources/problem.ts';
import { tellable } from '../adapters/tellable-error.ts';
import { databaseFaultOf, QUERY_CANCELED } from '../db/sqlstate.ts';
import { Refusal } from '../domain/refusal.ts';
import { PLACE_PROBLEM } from '../domain/sources/run.ts';

/**
 * Wraps every activity of a worker. A Refusal fails for good, its code the failure's type, so that a workflow can
 * tell it from an outage; anything else is left to be tried again, without statements' parameters in its words.
 */
export class ActivityBridge implements ActivityInboundCallsInterceptor {
  async execute(input: ActivityExecuteInput, next: Next<ActivityInboundCallsInterceptor, 'execute'>) {
    try {
      return await next(input);
    } catch (error) {
      if (error instanceof Refusal)
        throw ApplicationFailure.create({
          message: error.message,
          type: error.code,
          nonRetryable: true,
          details: [error.details],
        });
      // Its words name no file and nothing secret. Tried again, as often as the step is: it may pass.
      if (error instanceof PlaceProblem)
        throw ApplicationFailure.create({
          message: error.message,
          type: PLACE_PROBLEM,
          details: [{ code: error.code }],
        });
      const { cancellationSignal, cancelled } = Context.current();
      if (cancellationSignal.aborted && isAbort(error)) return cancelled;
      if (error instanceof CancelledFailure || error instanceof ApplicationFailure) throw error;
      throw tellable(error);
    }
  }
}

/** What streams, sleeps and statements throw when the signal that they were given is aborted. */
function isAbort(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return (
    error.name === 'AbortError' || databaseFaultOf(error)?.code === QUERY_CANCELED || isAbort(error.cause)
  );
}
