// A draft of an import: what its owner has answered so far, so that it can be taken up in another browser.
import type { BulkActionOptions } from './bulk-action.ts';

/** The steps of an import before there is a run. */
export const DRAFT_STEPS = ['upload', 'configure', 'preview'] as const;
export type DraftStep = (typeof DRAFT_STEPS)[number];

export type DraftSettings = {
  step: DraftStep;
  /** A built-in preset, or one that the site has saved. */
  preset: string;
  /** What was chosen; what was not is as the preset has it. */
  options: Partial<BulkActionOptions>;
};

/** Answers that a site is offered the next time: which field each header became (null: left out), and options. */
export type RememberedAnswers = {
  columns: Record<string, string | null>;
  options: Partial<BulkActionOptions>;
};
