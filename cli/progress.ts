// How far a thing is: a bar on a terminal, a line now and then elsewhere, always on stderr.
import type { SingleBar } from 'cli-progress';
import { complain, isTerminal } from './output.ts';
import { formatBytes, formatCount, rowsOf } from './text.ts';

export type Step = {
  /** What is going on, in words: `Applying`. */
  label: string;
  done: number;
  /** Null where nobody knows yet. */
  total: number | null;
  unit: 'rows' | 'bytes';
};

export type Progress = {
  show(step: Step): void;
  /** Says a line in between, without tearing the bar. */
  note(line: string): void;
  /** Takes the bar away. What comes after starts on a clean line. */
  end(): void;
};

const LINE_EVERY_SHARE = 0.1;
const LINE_EVERY_MS = 1000;
/** The bar shows shares in fine steps, whatever is counted. */
const BAR_STEPS = 1000;

/** Progress as fits where stderr leads; mute for programs, unless a person watches them. */
export async function openProgress({ isJson }: { isJson: boolean }): Promise<Progress> {
  if (isTerminal(process.stderr)) {
    const { default: cliProgress } = await import('cli-progress');
    return barProgress(() => new cliProgress.SingleBar(barOptions(cliProgress.Format.BarFormat)));
  }
  return isJson ? { show() {}, note() {}, end() {} } : lineProgress(complain, Date.now);
}

/** A line where the label changes, and then at each tenth, no more than one a second. */
export function lineProgress(print: (line: string) => void, now: () => number): Progress {
  let label: string | undefined;
  let toldShare = 0;
  let toldAt = 0;
  const tell = (step: Step, share: number) => {
    label = step.label;
    toldShare = share;
    toldAt = now();
    print(stepLine(step));
  };
  return {
    show(step) {
      const share = shareOf(step);
      const isNew = step.label !== label;
      const isFurther = share - toldShare >= LINE_EVERY_SHARE && now() - toldAt >= LINE_EVERY_MS;
      if (isNew || isFurther) tell(step, share);
    },
    note: print,
    end() {},
  };
}

/** `Applying: 62,000 of 100,000 rows`. */
export function stepLine({ label, done, total, unit }: Step): string {
  if (total === null) return done > 0 ? `${label}: ${amountOf(done, unit)}` : label;
  const [so, all] =
    unit === 'bytes' ? [formatBytes(done), formatBytes(total)] : [formatCount(done), rowsOf(total)];
  return `${label}: ${so} of ${all}`;
}

const amountOf = (amount: number, unit: Step['unit']) =>
  unit === 'bytes' ? formatBytes(amount) : rowsOf(amount);

const shareOf = ({ done, total }: Step): number => (total ? Math.min(1, done / total) : 0);

function barProgress(open: () => SingleBar): Progress {
  let bar: SingleBar | undefined;
  let last: Step | undefined;
  const end = () => {
    bar?.stop();
    bar = undefined;
  };
  const show = (step: Step) => {
    const value = Math.round(shareOf(step) * BAR_STEPS);
    const payload = { line: stepLine(step) };
    last = step;
    if (bar) return bar.update(value, payload);
    bar = open();
    bar.start(BAR_STEPS, value, payload);
  };
  const note = (line: string) => {
    const isShown = bar !== undefined;
    end();
    complain(line);
    if (isShown && last) show(last);
  };
  return { show, note, end };
}

type BarFormat = typeof import('cli-progress').Format.BarFormat;

const barOptions = (formatBar: BarFormat) => ({
  stream: process.stderr,
  clearOnComplete: true,
  hideCursor: true,
  barsize: 28,
  barCompleteChar: '█',
  barIncompleteChar: '░',
  format: (
    options: Parameters<BarFormat>[1],
    { progress }: { progress: number },
    { line }: { line?: string },
  ) => `${formatBar(progress, options)} ${String(Math.floor(progress * 100)).padStart(3)}%  ${line ?? ''}`,
});
