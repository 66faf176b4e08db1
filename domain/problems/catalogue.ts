// The codes that rows and requests can be given, and the shape of what is said of each. No other code is ever given.
import type { RefusalCode, RefusalDetails } from '../refusal.ts';

/** What the row itself shows: its shape, its cells, and who and what they name. */
export const ROW_CODES = [
  'too-many-cells',
  'unclosed-quote',
  'columns-differ',
  'unreadable-character',
  'required',
  'cannot-clear',
  'too-long',
  'not-an-email',
  'domain-not-allowed',
  'not-a-number',
  'not-a-date',
  'ambiguous-date',
  'not-a-boolean',
  'not-a-choice',
  'pattern-mismatch',
  'special-characters',
  'not-a-card-id',
  'card-id-too-large',
  'card-days',
  'weak-password',
  'unknown-action',
  'unsupported-action',
  'unknown-site',
  'unknown-field-here',
  'unknown-org-unit',
  'not-a-leaf',
  'unknown-supervisor',
  'own-supervisor',
  'supervisor-elsewhere',
  'unknown-role',
  'role-not-yours',
  'no-details',
  'file-rows-differ',
  'no-key',
  'name-twice',
  'other-parent',
  'org-unit-circle',
  'unknown-permission',
  'other-permissions',
  'not-a-picture',
  'picture-too-large',
  'too-many-pixels',
  'broken-picture',
] as const;

/** What only shows beside the people who are there, the other rows, or while the row is applied. */
export const PLAN_CODES = [
  'nobody-found',
  'several-found',
  'person-exists',
  'person-archived',
  'not-archived',
  'already-archived',
  'already-active',
  'kept-existing',
  'kept-edited-by-hand',
  'edited-since',
  'not-undone',
  'cannot-undo',
  'same-as-row',
  'person-twice',
  'actions-conflict',
  'key-twice',
  'key-taken',
  'needs-row',
  'not-allowed',
  'absent',
  'absent-with-role',
  'absent-unclear',
  'supervisor-failed',
  'person-gone',
  'last-admin',
  'nobody-by-name',
  'several-match',
  'photo-twice',
  'photo-kept',
  'picture-not-read',
  'no-card',
  'card-revoked',
  'card-expired',
  'changed-meanwhile',
  'changed-since-plan',
  'refused-by-database',
  'cancelled',
] as const;

export const PROBLEM_CODES = [...ROW_CODES, ...PLAN_CODES] as const;
export type ProblemCode = (typeof PROBLEM_CODES)[number];

/**
 * A row's problem or the reason of its outcome, as data. `field` is a field's name, never a header.
 * `value` is the cell as given, cut to 200 characters, and left out where it must not be shown.
 * `rows` names the other rows of the file that are involved.
 */
export type Reason = {
  code: ProblemCode;
  field?: string;
  value?: string;
  rows?: number[];
  /** What the hint needs to be precise, free of any language: choices, the pattern, a number, a name of the API. */
  expected?: string;
};

/** Why a cell can't be taken, with what its hint needs: a reason before it knows its row. */
export type CellProblem = { readonly code: ProblemCode; readonly expected?: string };

/** What is said of a problem in one language. */
export type ProblemWords = {
  /** What is so, for the documentation. */
  means: string;
  /** What to do, for the admin who reads the row: a sentence or two, without blame. */
  hint: (reason: Reason) => string;
};

/** Codes that are no refusal: what broke, and what only the command line can say. */
export const FAULT_CODES = [
  'internal',
  'unavailable',
  'unreachable',
  'interrupted',
  'unexpected',
  'limit-passed',
  'plan-grown',
  'awaiting-approval',
  'grace-period',
] as const;
export type FaultCode = (typeof FAULT_CODES)[number];

/** What is said of a refusal in one language. */
export type RefusalWords = {
  /** A heading of a few words. */
  title: string;
  /** What is so, for the documentation. */
  means: string;
  /** What to do, in general. */
  hint: string;
  /** What is so and what to do in this very case, where the details say enough. */
  detail?: (details: RefusalDetails) => string | undefined;
};

export type RefusalCatalogue = Record<RefusalCode | FaultCode, RefusalWords>;
