// What happens by the clock, whatever is set up: the Schedules of the sweep and the purge.
import { type Client, ScheduleAlreadyRunning, ScheduleOverlapPolicy } from '@temporalio/client';
import { PURGE_WORKFLOW_ID, SWEEP_WORKFLOW_ID, TASK_QUEUE } from '../workflows/contract.ts';

/** Each in a workflow of its own. */
const SCHEDULES = [
  {
    scheduleId: 'sweep',
    workflowType: 'sweep',
    workflowId: SWEEP_WORKFLOW_ID,
    every: '1 minute',
    staticSummary: 'Finds what a crash left between two steps and sets it going again',
  },
  {
    scheduleId: 'purge',
    workflowType: 'purge',
    workflowId: PURGE_WORKFLOW_ID,
    every: '1 hour',
    staticSummary: 'Removes results of runs that were kept long enough',
  },
] as const;

/** Sees to it that all schedules are there. Safe to repeat, and by several workers at once. */
export async function ensureSchedules(client: Client): Promise<void> {
  for (const { scheduleId, every, ...action } of SCHEDULES)
    try {
      await client.schedule.create({
        scheduleId,
        spec: { intervals: [{ every }] },
        policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: every },
        action: { type: 'startWorkflow', taskQueue: TASK_QUEUE, ...action },
      });
    } catch (error) {
      if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    }
}
