// A run as server-sent events: what it is now, whenever it has moved, until it has ended.
import { createSession } from 'better-sse';
import type { Request, Response } from 'express';
import { isFinal } from '../domain/bulk-action.ts';
import { toBulkAction } from './present.ts';
import type { ProgressHub } from './progress-hub.ts';

const KEEP_ALIVE_MS = 10_000;

/**
 * Sends `progress` events and at last `end`. A client that comes back with `Last-Event-ID` is sent the newest state:
 * it has missed nothing that this does not say.
 */
export async function sendEvents(
  hub: ProgressHub,
  bulkActionId: string,
  request: Request,
  response: Response,
): Promise<void> {
  const session = await createSession(request, response, {
    keepAlive: KEEP_ALIVE_MS,
    // Proxies hold back what they think is a page.
    headers: { 'Cache-Control': 'no-cache, no-transform', 'X-Accel-Buffering': 'no' },
  });
  let sent = '';
  let count = Number(session.lastId) || 0;
  const stop = hub.watch(bulkActionId, {
    onView(view) {
      const run = toBulkAction(view);
      const text = JSON.stringify(run);
      if (text === sent || !session.isConnected) return;
      sent = text;
      count += 1;
      session.push(run, 'progress', String(count));
      if (!isFinal(run.state)) return;
      session.push(run, 'end', String(count));
      stop();
      response.end();
    },
    onClose: () => response.end(),
  });
  session.once('disconnected', stop);
}
