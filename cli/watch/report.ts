// What the watcher says: a line for each thing that happened, for people or for programs.
import type { Counts } from '../../domain/bulk-action.ts';
import { complain, say } from '../output.ts';
import { plain } from '../text.ts';

/** One thing that happened. `event` is stable: programs decide by it. */
export type Happening = {
  event:
    | 'settings'
    | 'accepted'
    | 'moved'
    | 'results'
    | 'asks'
    | 'refused'
    | 'left'
    | 'trouble'
    | 'away'
    | 'back'
    | 'note';
  message: string;
  /** The name that the file came under. */
  file?: string;
  run?: string;
  /** Where something was put. */
  path?: string;
  code?: string;
  counts?: Counts;
  /** With `settings` alone. */
  settings?: Readonly<Record<string, string | number | null>>;
};

export type Report = (happening: Happening) => void;

const TROUBLES: readonly Happening['event'][] = ['refused', 'asks', 'trouble', 'away'];

/** Lines with their time: as JSON to stdout, or in words, of which those that need somebody go to stderr. */
export function openReport(isJson: boolean, clock: () => Date = () => new Date()): Report {
  return (happening) => {
    const at = clock().toISOString();
    if (isJson) process.stdout.write(`${JSON.stringify({ at, ...happening })}\n`);
    else {
      const line = `${at.slice(0, 19)}Z ${plain(happening.message)}`;
      if (TROUBLES.includes(happening.event)) complain(line);
      else say(line);
    }
  };
}

/** A report that leaves out what it has said of a subject before, until that changes or is forgotten. */
export function sayingOnce(report: Report) {
  const said = new Map<string, string>();
  return {
    say(subject: string, happening: Happening): void {
      if (said.get(subject) === happening.message) return;
      said.set(subject, happening.message);
      report(happening);
    },
    /** True where something had been said of it. */
    forget: (subject: string): boolean => said.delete(subject),
  };
}

export type SaidOnce = ReturnType<typeof sayingOnce>;
