// How a tab hears what the one connection of the browser brings: from a shared worker, else from the tab that leads.
import { eventStream, type StreamMessage } from './event-stream.ts';
import type { TabMessage } from './events-worker.ts';

export type Line = {
  /** Says who is signed in; again whenever that may have changed. */
  hello(who: string): void;
  /** The tab goes, perhaps to come back. */
  bye(): void;
};

export function openLine(onMessage: (message: StreamMessage) => void): Line {
  if ('SharedWorker' in window) return bySharedWorker(onMessage);
  return byLeader(onMessage);
}

function bySharedWorker(onMessage: (message: StreamMessage) => void): Line {
  const worker = new SharedWorker(new URL('./events-worker.ts', import.meta.url), {
    type: 'module',
    name: 'muster-events',
  });
  worker.port.onmessage = ({ data }: MessageEvent<StreamMessage>) => onMessage(data);
  const say = (message: TabMessage) => worker.port.postMessage(message);
  return { hello: (who) => say({ hello: who }), bye: () => say('bye') };
}

/** Phones have no shared workers: one tab holds the connection and tells the others, until it is closed. */
function byLeader(onMessage: (message: StreamMessage) => void): Line {
  const channel = new BroadcastChannel('muster-events');
  const stream = eventStream((message) => {
    channel.postMessage(message);
    onMessage(message);
  });
  let who: string | undefined;
  let isLeading = !('locks' in navigator);
  let leave = () => {};
  channel.onmessage = ({ data }: MessageEvent<StreamMessage | TabMessage>) => {
    if (data === 'bye') return;
    if (!('hello' in data)) onMessage(data);
    else if (isLeading) {
      const state = stream.state();
      if (state) channel.postMessage(state);
      stream.openFor(data.hello);
    }
  };
  const lead = () => {
    isLeading = true;
    if (who !== undefined) stream.openFor(who);
  };
  const queue = () => {
    if (!('locks' in navigator)) return;
    void navigator.locks.request('muster-events', () => {
      lead();
      return new Promise<void>((resolve) => {
        leave = resolve;
      });
    });
  };
  queue();
  return {
    hello(said) {
      who = said;
      if (isLeading) stream.openFor(said);
      else channel.postMessage({ hello: said } satisfies TabMessage);
    },
    bye() {
      stream.close();
      leave();
    },
  };
}
