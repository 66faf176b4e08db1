// The sweep as a workflow: started by a schedule, so that one runs at a time however many workers there are.
import { sweepSteps } from './proxies.ts';

/** One round: see activities/sweep.ts. */
export async function sweep(): Promise<void> {
  await sweepSteps.sweep();
}
