// The one connection by which the server speaks, held by whoever holds it for all tabs: opened again until it stands.

export type StreamMessage =
  | { kind: 'open' }
  | { kind: 'lost' }
  /** The session is over: connecting again is of no use until somebody has signed in. */
  | { kind: 'ended' }
  | { kind: 'run' | 'changed'; data: string };

const ADDRESS = '/v1/events';
/** The server says something every 15 seconds: who hears nothing for so long has lost it without a word. */
const SILENCE_MS = 40_000;
const RETRY_MS = 1000;
const RETRY_MS_MAX = 15_000;

export type Stream = {
  /** Opens it for this admin, where it is not open for them already. */
  openFor(who: string): void;
  /** What somebody who comes later has to know. */
  state(): StreamMessage | undefined;
  close(): void;
};

export function eventStream(onMessage: (message: StreamMessage) => void): Stream {
  let source: EventSource | undefined;
  let openedFor: string | undefined;
  let state: StreamMessage | undefined;
  let silence: ReturnType<typeof setTimeout> | undefined;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let waitMs = RETRY_MS;

  const say = (message: StreamMessage) => {
    if (message.kind !== 'run' && message.kind !== 'changed') {
      if (state?.kind === message.kind) return;
      state = message;
    }
    onMessage(message);
  };
  const heard = () => {
    clearTimeout(silence);
    silence = setTimeout(() => again(), SILENCE_MS);
  };
  const shut = () => {
    clearTimeout(silence);
    clearTimeout(retry);
    source?.close();
    source = undefined;
  };
  const again = () => {
    shut();
    say({ kind: 'lost' });
    retry = setTimeout(() => open(), waitMs);
    waitMs = Math.min(waitMs * 2, RETRY_MS_MAX);
  };
  const end = () => {
    shut();
    openedFor = undefined;
    say({ kind: 'ended' });
  };

  function open(): void {
    shut();
    const opened = new EventSource(ADDRESS);
    source = opened;
    heard();
    opened.onopen = () => {
      waitMs = RETRY_MS;
      heard();
      say({ kind: 'open' });
    };
    opened.onerror = () => {
      say({ kind: 'lost' });
      // Else the browser connects again by itself.
      if (opened.readyState === EventSource.CLOSED) void refused();
    };
    for (const kind of ['run', 'changed'] as const)
      opened.addEventListener(kind, ({ data }: MessageEvent<string>) => {
        heard();
        say({ kind, data });
      });
    opened.addEventListener('alive', heard);
    opened.addEventListener('end', end);
  }

  /** An answer that is no stream: the session is over, or something in between does not reach the server. */
  async function refused(): Promise<void> {
    const status = await fetch('/v1/session', { credentials: 'same-origin' }).then(
      (response) => response.status,
      () => 0,
    );
    if (status === 401) end();
    else again();
  }

  return {
    openFor(who) {
      if (openedFor === who) return;
      openedFor = who;
      waitMs = RETRY_MS;
      open();
    },
    state: () => state,
    close() {
      shut();
      openedFor = undefined;
    },
  };
}
