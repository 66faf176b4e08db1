// Ending in the middle of things: what waits for the network is left, what moves files is done to its end.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '../client.ts';
import { ApiProblem } from '../faults.ts';
import type { Presence } from './outage.ts';

/** Thrown in place of what was waited for, once it was said to stop. */
export class Stopped extends Error {
  constructor() {
    super('Stopped.');
    this.name = 'Stopped';
  }
}

/** Waits for the work, or for the signal to stop. */
function unlessStopped<Result>(stop: AbortSignal, work: Promise<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    const onStop = () => reject(new Stopped());
    if (stop.aborted) onStop();
    stop.addEventListener('abort', onStop, { once: true });
    work.then(resolve, reject).finally(() => stop.removeEventListener('abort', onStop));
  });
}

/** A client whose calls end at once when it is said to stop, and tell whether the server is there. */
export function stoppableClient(client: Client, stop: AbortSignal, presence: Presence): Client {
  const within = <Result>(work: () => Promise<Result>): Promise<Result> =>
    unlessStopped(stop, stop.aborted ? Promise.reject(new Stopped()) : work()).then(
      (result) => {
        presence.isThere();
        return result;
      },
      (error: unknown) => {
        if (error instanceof ApiProblem && error.status < 500) presence.isThere();
        throw error;
      },
    );
  return {
    url: client.url,
    call: (call, consume) => within(() => client.call(call, consume)),
    get: (path, query) => within(() => client.get(path, query)),
    post: (path, body, key) => within(() => client.post(path, body, key)),
    patch: (path, body) => within(() => client.patch(path, body)),
    remove: (path, query) => within(() => client.remove(path, query)),
    list: (path, query, max) => within(() => client.list(path, query, max)),
  };
}

/** Sleeps; wakes early when it is said to stop. */
export const pause = (stop: AbortSignal, ms: number): Promise<void> =>
  sleep(ms, undefined, { signal: stop }).catch(() => {
    throw new Stopped();
  });
