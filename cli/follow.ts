// Following a run to its end, however often the API goes away in between.
import { setTimeout as sleep } from 'node:timers/promises';
import type { BulkAction } from '../api/wire.ts';
import { isFinal, isWaiting, type State } from '../domain/bulk-action.ts';
import type { Client } from './client.ts';
import { readEvents } from './events.ts';
import { ApiProblem, Unreachable } from './faults.ts';

/** An open stream that says nothing for so long is asked whether it still lives. */
const SILENCE_MS = 30_000;
const BETWEEN_STREAMS_MS = 250;
const BETWEEN_POLLS_MS = 1000;

/** States in which a run goes no further without a person. */
const isResting = (state: State): boolean => isFinal(state) || isWaiting(state);

export const runPath = (id: string, rest = ''): string => `/bulk-actions/${encodeURIComponent(id)}${rest}`;

export const getRun = (client: Client, id: string): Promise<BulkAction> => client.get(runPath(id));

/**
 * Waits until the run has ended or waits for a person, and gives it as it is then. `onRun` hears of it meanwhile.
 * Events are listened to and resumed after each cut; where they can't be had, the run is asked for once a second.
 * Throws `Unreachable` only after minutes without any answer.
 */
export async function followRun(
  client: Client,
  id: string,
  onRun: (run: BulkAction) => void,
): Promise<BulkAction> {
  let lastEventId = '';
  let canListen = true;
  let hasHeard = false;
  for (;;) {
    if (canListen) {
      const heard = await listen(client, id, lastEventId, onRun);
      lastEventId = heard.lastEventId;
      canListen = heard.canListen;
      hasHeard = heard.hasHeard;
    }
    // An event is a nudge; what the API says now is the truth.
    const run = await getRun(client, id);
    onRun(run);
    if (isResting(run.state)) return run;
    await sleep(canListen && hasHeard ? BETWEEN_STREAMS_MS : BETWEEN_POLLS_MS);
  }
}

type Heard = { lastEventId: string; canListen: boolean; hasHeard: boolean };

// One stream, until it says that the run rests, falls silent or breaks.
async function listen(
  client: Client,
  id: string,
  lastEventId: string,
  onRun: (run: BulkAction) => void,
): Promise<Heard> {
  const heard: Heard = { lastEventId, canListen: true, hasHeard: false };
  const silence = new AbortController();
  const timer = setTimeout(() => silence.abort(), SILENCE_MS);
  const resume: Record<string, string> = lastEventId ? { 'last-event-id': lastEventId } : {};
  const headers = { accept: 'text/event-stream', ...resume };
  const call = { path: runPath(id, '/events'), headers, signal: silence.signal, isRepeatable: false };
  try {
    await client.call(call, async ({ body, headers }) => {
      heard.canListen = headers.get('content-type')?.startsWith('text/event-stream') ?? false;
      if (!body || !heard.canListen) return;
      for await (const event of readEvents(body, lastEventId)) {
        heard.lastEventId = event.id;
        heard.hasHeard = true;
        timer.refresh();
        const run = runIn(event.data);
        if (!run) continue;
        onRun(run);
        if (isResting(run.state)) return;
      }
    });
  } catch (error) {
    if (error instanceof ApiProblem) heard.canListen = ![404, 405, 406, 501].includes(error.status);
    else if (!(error instanceof Unreachable) && !silence.signal.aborted) throw error;
  } finally {
    clearTimeout(timer);
    silence.abort();
  }
  return heard;
}

function runIn(data: string): BulkAction | undefined {
  try {
    const value = JSON.parse(data) as Partial<BulkAction> | null;
    if (value?.id && value.state && value.progress) return value as BulkAction;
  } catch {
    // Not a run: a greeting or a mark of the stream's own.
  }
  return undefined;
}
