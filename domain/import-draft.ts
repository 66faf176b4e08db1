// A draft of an import: what its owner has answered so far, so that it can be taken up in another browser.
import type { BulkActionOptions } from './bulk-action.ts';

/** The steps of an import before there is a run. */
export const DRAFT_STEPS = ['upload', 'configure', 'preview'] as const;
export type DraftStep = (typeof DRAFT_STEPS)[number];

/** What somebody chose for columns of a file: the field, or null to leave it out, by the column's header or position. */
export type ColumnChoices = Readonly<Record<string, string | null>>;

/** An upload of a draft, and the template that it fills in where the preset has several. */
export type DraftFile = { id: string; slot: string | null };

export type DraftSettings = {
  step: DraftStep;
  /** A built-in preset, or one that the site has saved. */
  preset: string;
  /** What was chosen; what was not is as remembered, else as the preset has it. */
  options: Partial<BulkActionOptions>;
  /** By slot; '' for that of a preset with one template. */
  choices: Readonly<Record<string, ColumnChoices>>;
  /** Whether what the site remembers counts. */
  usesRemembered: boolean;
  /** Whether the answers are to be remembered for the site. */
  remembers: boolean;
  /** The rows of the first file, as they were counted last; null until then. */
  rows: number | null;
};

export const NEW_DRAFT: Omit<DraftSettings, 'preset'> = {
  step: 'upload',
  options: {},
  choices: {},
  usesRemembered: true,
  remembers: true,
  rows: null,
};

/** Answers that a site is offered the next time: which field each header became (null: left out), and options. */
export type RememberedAnswers = {
  columns: Record<string, string | null>;
  options: Partial<BulkActionOptions>;
};

/** Options of which the next file of the kind is likely to want the same. What removes people is not among them. */
export const REMEMBERED_OPTIONS = [
  'existing',
  'invite',
  'cardIdType',
] as const satisfies readonly (keyof BulkActionOptions)[];
