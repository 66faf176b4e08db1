// The lanes of a worker: as many connections to the mail server as it may have, lent to whoever has mails to send.
import { type Lane, openLane } from './cardholder-lane.ts';
import type { MailSettings } from './transport.ts';

export type Lanes = {
  readonly count: number;
  /** A lane that nobody else has; first come, first served. */
  take(): Promise<Lane>;
  give(lane: Lane): void;
  close(): void;
};

/** Nothing is connected yet. */
export function openLanes(settings: MailSettings, count: number): Lanes {
  const all = Array.from({ length: count }, () => openLane(settings));
  const free = [...all];
  const waiting: ((lane: Lane) => void)[] = [];
  return {
    count,
    take() {
      const lane = free.pop();
      return lane ? Promise.resolve(lane) : new Promise((resolve) => waiting.push(resolve));
    },
    give(lane) {
      const next = waiting.shift();
      if (next) next(lane);
      else free.push(lane);
    },
    close() {
      for (const lane of all) lane.close();
    },
  };
}
