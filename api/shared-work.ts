// Work that several ask for at once: done once for all of them, kept where that is worth it, stopped when all have left.

export type Shared = {
  /** Does the work; a signal stops it. */
  run<Result>(signal: AbortSignal, work: () => Promise<Result>): Promise<Result>;
};

export type SharedWork<Value> = {
  /** What is kept under a key, or is being worked on; else it is worked out. `left`: whoever asked waits no longer. */
  get(key: string, left: AbortSignal, work: () => Promise<Value>): Promise<Value>;
  /** What is kept under a key and done. */
  peek(key: string): Promise<Value> | undefined;
  /** Whoever asks from now on gets it anew; that of an age, in ms, may stay while it is younger. */
  forget(youngerMs?: number): void;
};

type Entry<Value> = {
  value: Promise<Value>;
  begunAt: number;
  isDone: boolean;
  waiting: number;
  stop: AbortController;
};

export function sharedWork<Value>({
  run,
  max,
  keptMs,
  isWorth,
}: Shared & {
  /** Kept at most. */
  max: number;
  /** For so long at most. */
  keptMs: number;
  /** Whether a value is kept, that took so long. */
  isWorth: (value: Value, tookMs: number) => boolean;
}): SharedWork<Value> {
  const entries = new Map<string, Entry<Value>>();
  const found = (key: string): Entry<Value> | undefined => {
    const entry = entries.get(key);
    if (entry?.isDone && Date.now() - entry.begunAt > keptMs) {
      entries.delete(key);
      return undefined;
    }
    return entry;
  };
  const begin = (key: string, work: () => Promise<Value>): Entry<Value> => {
    const stop = new AbortController();
    const begunAt = Date.now();
    const entry: Entry<Value> = {
      value: run(stop.signal, work),
      begunAt,
      isDone: false,
      waiting: 0,
      stop,
    };
    const drop = () => {
      if (entries.get(key) === entry) entries.delete(key);
    };
    entry.value.then((value) => {
      entry.isDone = true;
      if (!isWorth(value, Date.now() - begunAt)) drop();
    }, drop);
    entries.set(key, entry);
    for (const [oldest, { isDone }] of entries) if (isDone && entries.size > max) entries.delete(oldest);
    return entry;
  };
  return {
    async get(key, left, work) {
      left.throwIfAborted();
      const entry = found(key) ?? begin(key, work);
      entry.waiting += 1;
      const leave = () => {
        entry.waiting -= 1;
        if (entry.waiting > 0 || entry.isDone) return;
        if (entries.get(key) === entry) entries.delete(key);
        entry.stop.abort();
      };
      left.addEventListener('abort', leave, { once: true });
      try {
        return await entry.value;
      } finally {
        left.removeEventListener('abort', leave);
      }
    },
    peek: (key) => {
      const entry = found(key);
      return entry?.isDone ? entry.value : undefined;
    },
    forget(youngerMs = 0) {
      const now = Date.now();
      for (const [key, { begunAt }] of entries) if (now - begunAt >= youngerMs) entries.delete(key);
    },
  };
}
