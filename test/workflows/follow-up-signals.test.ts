// Ten thousand photos for one follow-up, each told by a signal: none is missed, and no history grows without end.
import { expect, test } from 'vitest';
import { followUpWorkflowId, nudgeSignal, progressQuery } from '../../workflows/contract.ts';
import { startPretendedFollowUp } from '../support/pretended-follow-ups.ts';
import { useTemporal } from '../support/temporal.ts';

const temporal = useTemporal();

const PHOTOS = 10_000;
/** The server gives up on a step of a workflow during which more than a hundred signals come. */
const AT_ONCE = 80;
const EVENTS_MAX = 1_000;
/** What a history may grow beyond that: the signals that come while it is about to go on in a new one. */
const OVERSHOOT = 500;

test('over several histories, while they come as fast as they are taken', async () => {
  const { id, handle, pretended, done } = await startPretendedFollowUp(
    temporal,
    { invited: PHOTOS },
    { countEveryMs: 500, historyEventsMax: EVENTS_MAX },
  );
  const latest = temporal.client.workflow.getHandle(followUpWorkflowId(id));
  const received = async () => (await latest.query(progressQuery)).counts?.received;
  const cardholder = async () => {
    // As the page does it: the database first, then the signal.
    pretended.received += 1;
    await latest.signal(nudgeSignal);
  };
  for (let sent = 0; sent < PHOTOS; sent += AT_ONCE) {
    await Promise.all(Array.from({ length: AT_ONCE }, cardholder));
    // Answered once all of these are taken in.
    await received();
  }
  await expect.poll(received, { timeout: 60_000 }).toBe(PHOTOS);
  const lengths: number[] = [];
  const query = `WorkflowId = '${followUpWorkflowId(id)}'`;
  for await (const { historyLength } of temporal.client.workflow.list({ query })) lengths.push(historyLength);
  expect(lengths.length).toBeGreaterThan(3);
  expect(Math.max(...lengths)).toBeLessThan(EVENTS_MAX + OVERSHOOT);
  expect(done.invite).toBe(1);
  pretended.approved = PHOTOS;
  await latest.signal(nudgeSignal);
  expect(await handle.result()).toMatchObject({
    endedBecause: 'complete',
    counts: { approved: PHOTOS },
  });
}, 300_000);
