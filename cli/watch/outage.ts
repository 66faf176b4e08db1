// While the server is away: which faults pass by themselves, and what is said of them, once.
import { ApiProblem, Unreachable } from '../faults.ts';
import type { Report } from './report.ts';

export type Presence = {
  /** To be called when the server has answered. */
  isThere(): void;
  /** Says so the first time; until it is back, the same again is nothing new. */
  isAway(message: string): void;
  /** True for a fault after which trying again may help. */
  isPassing(error: unknown): boolean;
};

/** Faults of folders and drives that somebody may mend while the watcher waits. */
export const isOfFiles = (error: unknown): error is NodeJS.ErrnoException =>
  error instanceof Error && 'syscall' in error && 'code' in error;

export function openPresence(report: Report, url: string): Presence {
  let hasAnswered = false;
  let isSaidAway = false;
  return {
    isThere() {
      hasAnswered = true;
      if (isSaidAway) report({ event: 'back', message: `Muster at ${url} answers again.` });
      isSaidAway = false;
    },
    isAway(message) {
      if (!isSaidAway) report({ event: 'away', message });
      isSaidAway = true;
    },
    isPassing(error) {
      // A name that leads nowhere is a wrong setting, unless it has led there before.
      if (error instanceof Unreachable) return error.retrying !== 'in-vain' || hasAnswered;
      if (error instanceof ApiProblem) return error.status >= 500 || [408, 429].includes(error.status);
      return false;
    },
  };
}
