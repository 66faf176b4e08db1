// The shape of what mails about sources say, in each language.

import type { CancelReason } from '../../../domain/bulk-action.ts';
import type { PauseReason, SourceMail } from '../../../domain/sources/source.ts';

type Names = readonly string[];

export type SourceWords = {
  imported: {
    subject(done: number, inNeed: number): string;
    sameSubject: string;
    headline(files: number): string;
    sameHeadline(files: number): string;
    same: string;
    /** What the mail before told is over. */
    after: Record<Exclude<SourceMail, 'source-imported'>, string>;
    needAdvice: string;
  };
  failed: {
    subject(names: Names): string;
    headline(names: Names): string;
    causes: Record<CancelReason, string>;
    /** By the run itself, or by those of the set that came before. */
    writtenBefore: string;
    nothingWritten: string;
    /** Files of runs that were not begun. */
    notRun(names: Names): string;
    /** Of a run that is told of no further. */
    cancelled: string;
    unknown: string;
    fileAdvice: string;
    /** Of a file too, where the source is paused. */
    pausedAdvice: string;
    placeAdvice(failuresMax: number): string;
  };
  asks: {
    subject(title: string, rows: number): string;
    headline(title: string): string;
    /** Of a run that asks nothing: it goes on by itself, and can be stopped until then. */
    graceSubject(title: string, rows: number, until: Date): string;
    graceHeadline(title: string, until: Date): string;
    unwritten: string;
    answerBy(until: Date): string;
    goesOn(until: Date): string;
    /** What the source does meanwhile. */
    paused: string;
    waits: string;
  };
  paused: {
    subject: Record<PauseReason, string>;
    headline: string;
    untilThen: string;
    whyTitle: string;
    why: Record<PauseReason, (failures: number) => string>;
    advice: Record<PauseReason, string>;
  };
  stale: {
    subject(since: Date): string;
    headline(since: Date): string;
    expected(hours: number): string;
    looks(schedule: string): string;
    looked(at: Date): string;
    neverLooked: string;
    isPaused: string;
    whyTitle: string;
    advice: string;
    pausedAdvice: string;
  };
  incomplete: {
    subject(missing: Names): string;
    headline: string;
    come(names: Names): string;
    waits(missing: Names, since: Date | null): string;
    untilThen: string;
    advice: string;
  };
  needTitle: string;
  commands: Record<'test' | 'resume' | 'runNow' | 'look', string>;
  facts: Record<'source' | 'files' | 'isIn' | 'came' | 'runs', string>;
  viewSource: string;
  closing: string;
};
