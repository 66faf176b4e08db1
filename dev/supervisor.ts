// Keeps parts running: starts them in order, starts again one that ends by itself, stops all in reverse order.
import { setTimeout as sleep } from 'node:timers/promises';

/** A program of this machine that other parts need. `start` gives it back once it works. */
export interface Part {
  name: string;
  start(): Promise<RunningPart>;
}

export interface RunningPart {
  pid: number;
  /** Says how it ended, whoever ended it; never fails. */
  exited: Promise<string>;
  stop(): Promise<void>;
}

export interface SupervisorOptions {
  /** Gets a line whenever a part has ended by itself and when it is back. */
  report: (line: string) => void;
  /** Called when a part has a new pid. */
  onChange?: () => void | Promise<void>;
  firstDelayMs?: number;
  longestDelayMs?: number;
  /** A part that has run this long starts again with the first delay. */
  healthyAfterMs?: number;
}

export interface Supervisor {
  /** Fails where the first start does; from then on the part is started again for ever. Parts may start side by side. */
  start(part: Part): Promise<void>;
  pids(): Record<string, number>;
  stop(): Promise<void>;
}

interface Supervised {
  part: Part;
  running: RunningPart | undefined;
  /** Resolves when nobody will start this part any more. */
  done: Promise<void>;
  stopping: AbortController;
}

export function supervise(given: SupervisorOptions): Supervisor {
  const parts: Supervised[] = [];
  const options = { ...given, onChange: oneByOne(given) };
  return {
    async start(part) {
      const stopping = new AbortController();
      const supervised: Supervised = { part, running: undefined, done: Promise.resolve(), stopping };
      // Its place in the order is that of the call, however long its start takes.
      parts.push(supervised);
      const running = await part.start();
      if (stopping.signal.aborted) return running.stop();
      supervised.running = running;
      supervised.done = keepRunning(supervised, options);
      await options.onChange();
    },
    pids() {
      const known = parts.filter(({ running }) => running !== undefined);
      return Object.fromEntries(known.map(({ part, running }) => [part.name, running?.pid ?? 0]));
    },
    async stop() {
      for (const supervised of parts.splice(0).reverse()) {
        supervised.stopping.abort();
        await supervised.running?.stop();
        await supervised.done;
      }
    },
  };
}

/** Parts come back side by side: each is told of once the one before has been, and a fault of that stops none. */
function oneByOne({ onChange, report }: SupervisorOptions): () => Promise<void> {
  let last = Promise.resolve();
  return () => {
    last = last
      .then(() => onChange?.())
      .catch((error: unknown) => report(`What runs could not be noted: ${(error as Error).message}`));
    return last;
  };
}

async function keepRunning(supervised: Supervised, options: SupervisorOptions): Promise<void> {
  const { part, stopping } = supervised;
  const { firstDelayMs = 250, longestDelayMs = 10_000, healthyAfterMs = 30_000 } = options;
  let delayMs = firstDelayMs;
  while (supervised.running) {
    const startedAt = Date.now();
    const end = await supervised.running.exited;
    supervised.running = undefined;
    if (stopping.signal.aborted) return;
    if (Date.now() - startedAt > healthyAfterMs) delayMs = firstDelayMs;
    options.report(`${part.name} ended (${end}) and is started again …`);
    while (!supervised.running) {
      await sleep(delayMs, undefined, { signal: stopping.signal }).catch(() => {});
      if (stopping.signal.aborted) return;
      delayMs = Math.min(delayMs * 2, longestDelayMs);
      supervised.running = await startAgain(part, options);
    }
    if (stopping.signal.aborted) return supervised.running.stop();
    options.report(`${part.name} is back, pid ${supervised.running.pid}.`);
    await options.onChange?.();
  }
}

async function startAgain(part: Part, options: SupervisorOptions): Promise<RunningPart | undefined> {
  try {
    return await part.start();
  } catch (error) {
    options.report(`${part.name} did not start: ${(error as Error).message}`);
    return undefined;
  }
}
