// What a run or its follow-up is, as server-sent events: as it is now, whenever it has moved, until it has ended.
import { createSession } from 'better-sse';
import type { Request, Response } from 'express';
import type { BulkActionView } from '../db/queries/bulk-actions.ts';
import { isFinal } from '../domain/bulk-action.ts';
import { toBulkAction } from './present.ts';
import { toFollowUp } from './present-follow-up.ts';
import type { ProgressHub } from './progress-hub.ts';

const KEEP_ALIVE_MS = 10_000;
/** Whoever follows is looked at again so often: a run may take longer than a session, or wait for days. */
const RECHECK_MS = 30_000;

/** Who follows a run; `mayStill` throws once they may not any more. */
type Follower = { request: Request; response: Response; mayStill: () => Promise<unknown> };

/** What is shown of a run, and whether nothing more is to come. */
type Shown = { body: object; isLast: boolean };

/**
 * Sends `progress` events and at last `end`. A client that comes back with `Last-Event-ID` is sent the newest state:
 * it has missed nothing that this does not say.
 */
export const sendEvents = (hub: ProgressHub, bulkActionId: string, follower: Follower) =>
  sendShown(hub, bulkActionId, follower, (view) => {
    const body = toBulkAction(view);
    return { body, isLast: isFinal(body.state) };
  });

/** The same of what a run waits for after its rows. */
export const sendFollowUpEvents = (hub: ProgressHub, bulkActionId: string, follower: Follower) =>
  sendShown(hub, bulkActionId, follower, ({ followUp }) =>
    followUp ? { body: toFollowUp(followUp), isLast: followUp.state === 'ended' } : undefined,
  );

async function sendShown(
  hub: ProgressHub,
  bulkActionId: string,
  { request, response, mayStill }: Follower,
  show: (view: BulkActionView) => Shown | undefined,
): Promise<void> {
  const session = await createSession(request, response, {
    keepAlive: KEEP_ALIVE_MS,
    // Proxies hold back what they think is a page.
    headers: { 'Cache-Control': 'no-store, no-transform', 'X-Accel-Buffering': 'no' },
  });
  let sent = '';
  let count = Number(session.lastId) || 0;
  const stop = hub.watch(bulkActionId, {
    onView(view) {
      const shown = show(view);
      if (!shown) return;
      const { body, isLast } = shown;
      const text = JSON.stringify(body);
      if (text === sent || !session.isConnected) return;
      sent = text;
      count += 1;
      session.push(body, 'progress', String(count));
      if (!isLast) return;
      session.push(body, 'end', String(count));
      leave();
    },
    onClose: () => response.end(),
  });
  // Without a word: whoever connects again is told why not.
  const recheck = setInterval(() => void mayStill().catch(leave), RECHECK_MS).unref();
  function leave(): void {
    clearInterval(recheck);
    stop();
    response.end();
  }
  session.once('disconnected', leave);
}
