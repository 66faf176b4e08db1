// The life of a bulk action: its kinds, actions, states, phases and outcomes, and what a run is asked to do.

import type { Limits } from './limits.ts';
import type { Permission } from './rights.ts';

/** What a run works on. Kinds share the pipeline and differ in how rows are staged, checked and applied. */
export const KINDS = ['people', 'photos', 'cards', 'roles', 'undo'] as const;
export type Kind = (typeof KINDS)[number];
/** What an undo takes back in the end, however many undos stand between. */
export type UndoableKind = Exclude<Kind, 'undo'>;

/** What a row asks for. The run has a default; a mapped action column wins over it, row by row. */
export const ACTIONS = [
  'create-or-update',
  'create',
  'update',
  'archive',
  'restore',
  'anonymize',
  'delete',
] as const;
export type Action = (typeof ACTIONS)[number];

/** What runs of a kind other than people do: one thing to all that their rows are about. */
const KIND_ACTIONS = ['add-photos', 'issue-cards', 'revoke-cards', 'change-roles', 'undo'] as const;
type KindAction = (typeof KIND_ACTIONS)[number];

/**
 * What a run may be asked to do: an action for all rows that say none themselves; or sync, which creates and updates who
 * is in the file and archives who is not; or, for runs of other kinds alone, what these do.
 */
export const RUN_ACTIONS = [...ACTIONS, 'sync', ...KIND_ACTIONS] as const;
export type RunAction = (typeof RUN_ACTIONS)[number];

const isKindAction = (action: RunAction): action is KindAction =>
  (KIND_ACTIONS as readonly RunAction[]).includes(action);

/** What rows of a run ask for that say nothing themselves. */
export const rowActionOf = (action: RunAction): Action =>
  action === 'sync' ? 'create-or-update' : isKindAction(action) ? 'update' : action;

/** The actions whose rows say what a person shall be; the others name their person alone. */
export const WRITING_ACTIONS = ['create-or-update', 'create', 'update'] as const satisfies readonly Action[];

export const isWritingAction = (action: RunAction): boolean =>
  (WRITING_ACTIONS as readonly Action[]).includes(rowActionOf(action));

/** Actions in words, as headings and mails show them. */
export const ACTION_WORDS = {
  'create-or-update': 'Create and Update',
  create: 'Create',
  update: 'Update',
  archive: 'Archive',
  restore: 'Restore',
  anonymize: 'Anonymize',
  delete: 'Delete',
  sync: 'Sync',
  'add-photos': 'Add photos',
  'issue-cards': 'Issue cards',
  'revoke-cards': 'Revoke cards',
  'change-roles': 'Change roles',
  undo: 'Undo',
} as const satisfies Record<RunAction, string>;

/** The order in which planned rows are applied: what frees a key comes before what takes it. */
export const PHASES = ['archive', 'anonymize', 'delete', 'hand-over', 'restore', 'update', 'create'] as const;
export type Phase = (typeof PHASES)[number];

/**
 * The phases in the order of their turns. Updates and creates share one: what frees a key that a row of the other takes
 * goes by the phase hand-over, so neither can disturb the other.
 */
export const TURNS = [
  ['archive'],
  ['anonymize'],
  ['delete'],
  ['hand-over'],
  ['restore'],
  ['update', 'create'],
] as const satisfies readonly (readonly Phase[])[];

/** Every row ends with exactly one of these. */
export const OUTCOMES = [
  'created',
  'updated',
  'archived',
  'restored',
  'anonymized',
  'deleted',
  'unchanged',
  'skipped',
  'rejected',
  'failed',
  'not-processed',
] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** Outcomes that need somebody: the rows of `failed.csv`, and exit code 2. */
export const FAILED_OUTCOMES = ['rejected', 'failed', 'not-processed'] as const satisfies readonly Outcome[];

/** The outcome that a row gets when its phase succeeds. */
export const OUTCOME_OF_PHASE = {
  archive: 'archived',
  anonymize: 'anonymized',
  delete: 'deleted',
  'hand-over': 'updated',
  restore: 'restored',
  update: 'updated',
  create: 'created',
} as const satisfies Record<Phase, Outcome>;

/** The right that a planned row needs on its site. */
export const PERMISSION_OF_PHASE = {
  archive: 'people:archive',
  anonymize: 'people:anonymize',
  delete: 'people:delete',
  'hand-over': 'people:update',
  restore: 'people:restore',
  update: 'people:update',
  create: 'people:create',
} as const satisfies Record<Phase, Permission>;

export const STATES = [
  'staging',
  'checking',
  'awaiting-confirmation',
  'awaiting-approval',
  'grace-period',
  'queued',
  'applying',
  'completed',
  'rejected',
  'cancelled',
] as const;
export type State = (typeof STATES)[number];

/** The moves between states. A state that leads nowhere is final. */
export const MOVES = {
  staging: ['queued', 'checking', 'rejected', 'cancelled'],
  queued: ['checking', 'cancelled', 'rejected'],
  checking: [
    'applying',
    'awaiting-confirmation',
    'awaiting-approval',
    'grace-period',
    'queued',
    'completed',
    'rejected',
    'cancelled',
  ],
  'awaiting-confirmation': ['checking', 'awaiting-approval', 'grace-period', 'queued', 'cancelled'],
  'awaiting-approval': ['grace-period', 'queued', 'cancelled'],
  'grace-period': ['queued', 'cancelled'],
  // Back to the queue: a run that was paused for long, or has lost its lock, asks for it again.
  applying: ['completed', 'queued', 'cancelled'],
  completed: [],
  rejected: [],
  cancelled: [],
} as const satisfies Record<State, readonly State[]>;

/** The states in which a run waits for people, or for the time in which they can stop it. It holds no lock then. */
export const WAITING_STATES = [
  'awaiting-confirmation',
  'awaiting-approval',
  'grace-period',
] as const satisfies readonly State[];
export type WaitingState = (typeof WAITING_STATES)[number];

export const isWaiting = (state: State): state is WaitingState =>
  (WAITING_STATES as readonly State[]).includes(state);

/** True where nothing more happens to the rows of a run in this state. */
export const isFinal = (state: State): boolean => MOVES[state].length === 0;

/** Why a run was cancelled: somebody asked or declined it, nobody answered in time, or its workflow was lost. */
export const CANCEL_REASONS = ['asked', 'declined', 'timed-out', 'gone'] as const;
export type CancelReason = (typeof CANCEL_REASONS)[number];

/** How many rows have each outcome, and how many rows there are in all. */
export type Counts = Record<Outcome, number> & { total: number };

export const NO_COUNTS: Counts = Object.freeze({
  created: 0,
  updated: 0,
  archived: 0,
  restored: 0,
  anonymized: 0,
  deleted: 0,
  unchanged: 0,
  skipped: 0,
  rejected: 0,
  failed: 0,
  'not-processed': 0,
  total: 0,
});

/** Rows that have an outcome: the sum over all outcomes. Equals `total` when a run has ended. */
export const rowsDone = (counts: Counts): number =>
  OUTCOMES.reduce((sum, outcome) => sum + counts[outcome], 0);

/** What happens to a person who exists already: nothing, only empty values are filled, or the file wins. */
export const EXISTING_MODES = ['overwrite', 'keep', 'fill-missing'] as const;
export type ExistingMode = (typeof EXISTING_MODES)[number];

/** What undoing a run makes of the people whom it created. */
export const CREATED_MODES = ['archive', 'delete'] as const;
export type CreatedMode = (typeof CREATED_MODES)[number];

/** What becomes of people who are absent from the file of a sync. */
export const ABSENT_MODES = ['archive', 'delete', 'keep'] as const;
export type AbsentMode = (typeof ABSENT_MODES)[number];

export const INVITE_MODES = ['none', 'new', 'all'] as const;
export type InviteMode = (typeof INVITE_MODES)[number];

/** By what a row's person is found. */
export const MATCH_KEYS = ['identifier', 'email', 'username'] as const;
export type MatchKey = (typeof MATCH_KEYS)[number];

export const CARD_ID_TYPES = ['decimal', 'hex'] as const;
export type CardIdType = (typeof CARD_ID_TYPES)[number];

/** Roles, by their ids: each person of the run is given the first, and the second are taken. */
export type RoleChange = { add: readonly number[]; remove: readonly number[] };

/**
 * What a run was asked to do, fixed when it starts.
 * `mapping` leads from a field's name to a column: a header, or a position from 1 where there is no header, or
 * null for none; fields it does not name are matched by header name and synonyms.
 */
export type BulkActionOptions = {
  action: RunAction;
  existing: ExistingMode;
  /** True where the file wins even over values that were edited by hand and that the site protects. */
  overwriteEdited: boolean;
  /** Of an undo: what becomes of people whom the run created. */
  undoCreated: CreatedMode;
  /** The most that the run may do before it asks. */
  limits: Limits;
  /** True where these limits stand in place of the site's, and not beside them: they may be looser. */
  replacesLimits: boolean;
  invite: InviteMode;
  /** Of a run on photos: the field whose value is the name of each file, without its ending. */
  photoMatch: string | null;
  /** Of a run on roles: what is given and taken, by the ids of roles. */
  roles: RoleChange | null;
  /** Of a run on cards: the run whose cards it issues; null where people are chosen. */
  cardsOfId: string | null;
  /** The row at which the header stands, from 1; null where the file has none. Rows above it are ignored. */
  headerRow: number | null;
  mapping: Readonly<Record<string, string | null>>;
  /** Fields whose blank cell clears the value; everywhere else a blank cell leaves it as it is. */
  clearBlank: readonly string[];
  /** Of a sync: what becomes of people who are not in the file. */
  absent: AbsentMode;
  /** Among whom: all of the site, or those whom the last good file of the run's source was about. Only sources say that. */
  absentAmong: 'site' | 'source';
  /** The least rows that the file may have, or null: fewer, and it looks cut off. */
  rowsMin: number | null;
  /** The word that the file's last line begins with, which says how many rows it has; null where it has no such line. */
  trailer: string | null;
  /** Rows that the file must have (header and empty rows not counted), or null for any number. */
  expect: number | null;
  /** The keys by which a row's person is found: the first of them that the row has. Null: as the preset says. */
  matchBy: readonly MatchKey[] | null;
  cardIdType: CardIdType;
  /** Days of the cards that the rows bring, `YYYY-MM-DD`, both included; null for no limit. A row's own day wins. */
  cardValidFrom: string | null;
  cardValidUntil: string | null;
  /** Forced encoding and delimiter; null finds them. */
  encoding: string | null;
  delimiter: string | null;
};

export const DEFAULT_OPTIONS: BulkActionOptions = Object.freeze({
  action: 'create-or-update',
  existing: 'overwrite',
  overwriteEdited: false,
  undoCreated: 'archive',
  limits: {},
  replacesLimits: false,
  invite: 'none',
  photoMatch: null,
  roles: null,
  cardsOfId: null,
  headerRow: 1,
  mapping: {},
  clearBlank: [],
  absent: 'archive',
  absentAmong: 'site',
  rowsMin: null,
  trailer: null,
  expect: null,
  matchBy: null,
  cardIdType: 'decimal',
  cardValidFrom: null,
  cardValidUntil: null,
  encoding: null,
  delimiter: null,
});
