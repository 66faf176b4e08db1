// The steps as workflows call them: how long each may take, how often it is tried.
import { ActivityCancellationType, proxyActivities, proxyLocalActivities } from '@temporalio/workflow';
import type { Activities } from '../activities/index.ts';
import { FILES_TASK_QUEUE } from './contract.ts';

// An outage is tried again for as long as it lasts; only a refusal ends a step.
const untilItWorks = { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '30s' } as const;

/** So often, and no more. */
export const placeRetry = (tries: number) => ({ ...untilItWorks, maximumAttempts: tries });

/** Steps over many rows. A worker that dies with one is noticed by its missing heartbeats. */
export const steps = proxyActivities<Activities>({
  startToCloseTimeout: '6h',
  heartbeatTimeout: '15s',
  retry: untilItWorks,
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
});

/** Steps over pictures, done by the workers that are there for them. */
export const fileSteps = proxyActivities<Activities>({
  taskQueue: FILES_TASK_QUEUE,
  startToCloseTimeout: '12h',
  heartbeatTimeout: '15s',
  retry: untilItWorks,
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
});

/** The same steps inside the workflow's own task, for runs so small that being scheduled would take longest. */
export const smallSteps = proxyLocalActivities<Activities>({
  startToCloseTimeout: '1m',
  retry: { ...untilItWorks, initialInterval: '200ms' },
  // A run that ends while its staging still writes would leave rows behind that nobody knows of.
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
});

/** Steps that touch a few rows. One that died with its worker is taken again after this time: somebody may be waiting. */
export const briefSteps = proxyActivities<Activities>({
  startToCloseTimeout: '30s',
  retry: untilItWorks,
});

/** The round of the sweep: many small things, one after the other. */
export const sweepSteps = proxyActivities<Activities>({
  startToCloseTimeout: '2m',
  retry: untilItWorks,
});

/** Steps at the place of a source, which may be far away: tried for some minutes, for what fails there is the source's to tell. */
export const placeSteps = proxyActivities<Activities>({
  startToCloseTimeout: '6h',
  heartbeatTimeout: '15s',
  retry: placeRetry(12),
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
});
