// What the outside may say to workflows and hear from them: names, ids, inputs, signals, updates, queries.

import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import {
  ACTION_WORDS,
  type Counts,
  type Kind,
  type Phase,
  type RunAction,
  type State,
} from '../domain/bulk-action.ts';
import type { FollowUpCounts, FollowUpEnd, FollowUpState } from '../domain/follow-up.ts';

/** Workflows and row work. */
export const TASK_QUEUE = 'muster';
/** Work on pictures, which takes cores: it keeps no row waiting. */
export const FILES_TASK_QUEUE = 'muster-files';

export const bulkActionWorkflowId = (bulkActionId: string) => `bulk-action/${bulkActionId}`;
export const editLocksWorkflowId = (rootId: number) => `edit-locks/${rootId}`;
export const outgoingMailWorkflowId = (mailId: number) => `outgoing-mail/${mailId}`;
export const webhookDeliveryWorkflowId = (deliveryId: string) => `webhook-delivery/${deliveryId}`;
export const followUpWorkflowId = (bulkActionId: string) => `follow-up/${bulkActionId}`;
export const cardholderMailsWorkflowId = (firstMailId: number) => `cardholder-mails/${firstMailId}`;
export const sourceScheduleId = (sourceId: number) => `source/${sourceId}`;
/** Temporal puts the time at which it was started behind it. */
export const sourceSyncWorkflowId = (sourceId: number) => `${SOURCE_SYNC_PREFIX}${sourceId}`;
/** By it a run knows that a sync has begun it. */
export const SOURCE_SYNC_PREFIX = 'source-sync/';
export const SWEEP_WORKFLOW_ID = 'sweep';
export const PURGE_WORKFLOW_ID = 'purge';

/** How operators find runs in the Temporal UI. */
export const SEARCH_ATTRIBUTES = {
  kind: defineSearchAttributeKey('BulkActionKind', SearchAttributeType.KEYWORD),
  state: defineSearchAttributeKey('BulkActionState', SearchAttributeType.KEYWORD),
  siteId: defineSearchAttributeKey('SiteId', SearchAttributeType.INT),
};

/** Only ids pass into a run; everything else is in the database. */
export type BulkActionInput = {
  id: string;
  siteId: number;
  rootId: number;
  kind: Kind;
  action: RunAction;
  /** Who started it; left out by runs of an older version. */
  byPersonId?: number | null;
  /** True for a run that stops at its plan. */
  isDryRun?: boolean;
  /** The upload is so small that a step of its own would take longer than the work. */
  isSmall: boolean;
  /** Set by continue-as-new alone: the lock that the run holds, and on which sites. */
  resume?: { token: number; siteIds: number[] };
};

/** With what a run’s workflow is started, whoever does it: by its id nobody does it twice. */
export const bulkActionStart = (run: BulkActionInput) => ({
  workflowId: bulkActionWorkflowId(run.id),
  args: [run] as [BulkActionInput],
  workflowIdReusePolicy: 'REJECT_DUPLICATE' as const,
  typedSearchAttributes: [
    { key: SEARCH_ATTRIBUTES.kind, value: run.kind },
    { key: SEARCH_ATTRIBUTES.state, value: 'staging' },
    { key: SEARCH_ATTRIBUTES.siteId, value: run.siteId },
  ],
  staticSummary: `${ACTION_WORDS[run.action]} · site ${run.siteId}`,
  priority: { fairnessKey: String(run.rootId) },
});

export type BulkActionResult = { state: State; counts: Counts | null };

export type BulkActionStatus = {
  state: State;
  phase: Phase | null;
  rowsDone: number;
  rowsTotal: number | null;
  isCancelling: boolean;
  isPaused: boolean;
  /** How often the run has asked people about its plan. */
  round: number;
};

/** Who asks, by id alone: names stay in the database. */
export type Asker = { byPersonId: number };
/** An answer to what the run asks; `round`: which asking it answers, so that no plan is agreed to that was not seen. */
export type Consenting = Asker & { round: number };

/** Who is told no, and why, is told so before anything is written down: the type of the failure. */
export const NOT_NOW = 'not-now';

/** Agrees to the plan. Refused, with the reason, where the run does not ask that, or has asked anew since. */
export const confirmUpdate = defineUpdate<void, [Consenting]>('confirm');
/** Approves the plan of somebody else. */
export const approveUpdate = defineUpdate<void, [Consenting]>('approve');
/** Holds the run at the next chunk's edge. Refused where it is paused already, or has ended. */
export const pauseUpdate = defineUpdate<void, [Asker]>('pause');
export const resumeUpdate = defineUpdate<void, [Asker]>('resume');
/** The rows of a dry run were mended while it asked in this round: it checks them again. */
export const mendedSignal = defineSignal<[{ round: number }]>('mended');
/** Asks the run to stop at the next chunk's edge. Refused, with the reason, where it has ended. */
export const cancelUpdate = defineUpdate<void, [{ byPersonId: number | null }]>('cancel');
export const statusQuery = defineQuery<BulkActionStatus>('status');
/** Sent by `edit-locks` when a request is granted. */
export const lockGrantedSignal = defineSignal<[{ token: number }]>('lock-granted');

export type EditLocksInput = {
  rootId: number;
  /** Set by continue-as-new alone. */
  state?: EditLocksState;
  /** How often holders are looked after: one that ended without giving back is found within this time. */
  watchEveryMs?: number;
};
/** A request for a set of sites, granted whole. */
export type LockRequest = { bulkActionId: string; siteIds: number[] };
export type LockHolder = LockRequest & { token: number };
export type EditLocksState = { holders: LockHolder[]; waiting: LockRequest[] };

export const requestLockSignal = defineSignal<[LockRequest]>('request');
export const releaseLockSignal = defineSignal<[{ bulkActionId: string }]>('release');
export const editLocksQuery = defineQuery<EditLocksState>('locks');

export type OutgoingMailInput = { mailId: number };

export type CardholderMailsInput = {
  mailIds: readonly number[];
  /** How long to wait before the first of them may leave. */
  delayMs?: number;
};

export type WebhookDeliveryInput = {
  /** The message's id. */
  id: string;
  /** How long after each failed attempt the next one is made. */
  gapsMs?: readonly number[];
};

/** Has a message tried at once, and for another day if that fails. */
export const tryNowSignal = defineSignal('try-now');

/** The kind by which operators find follow-ups in the Temporal UI. */
export const FOLLOW_UP_KIND = 'follow-up';

export type FollowUpInput = {
  /** The run's id, its site and its organisation. */
  id: string;
  siteId: number;
  rootId: number;
  /** The least time between two counts, however many nudges come. */
  countEveryMs?: number;
  /** Events after which it goes on in a new history, if the server does not want it sooner. */
  historyEventsMax?: number;
};

export type FollowUpResult = { endedBecause: FollowUpEnd | null; counts: FollowUpCounts | null };

/** How a follow-up stands; moments in milliseconds since 1970. */
export type FollowUpProgress = {
  state: FollowUpState;
  counts: FollowUpCounts | null;
  deadlineAt: number | null;
  nextReminderAt: number | null;
  remindersSent: number;
};

/** Something may have come, or gone, or be due: the follow-up looks into the database. */
export const nudgeSignal = defineSignal('nudge');
/** Ends a follow-up before its time. Refused, with the reason, where it has ended. */
export const closeUpdate = defineUpdate<void, [Asker]>('close');
export const progressQuery = defineQuery<FollowUpProgress>('progress');

export type SourceSyncInput = {
  id: number;
  /** Left out: as every sync has it. */
  patience?: Partial<SyncPatience>;
  /** Set by continue-as-new alone: the pause of which somebody who asked for the sync knew. */
  knownPause?: number | null;
};

/** How long a sync waits, and for what. */
export type SyncPatience = {
  /** For files that still arrive: then the next sync goes on. */
  arrivingMs: number;
  /** How often its place is tried before that counts as a failure. */
  placeTries: number;
  /** Between two looks at a run whose end nobody tells: at first, and at last. */
  lookMs: number;
  lookMsMax: number;
};

/** `arriving`: nothing was at rest; `failed`: the place could not be used; `another`: some other sync was at work. */
export type SyncEnd = 'done' | 'arriving' | 'failed' | 'paused' | 'another' | 'gone';
export type SourceSyncResult = { endedBecause: SyncEnd; deliveries: number };

export const SYNC_STATES = [
  'beginning',
  'blackout',
  'looking',
  'arriving',
  'taking',
  'running',
  'asking',
  'settling',
  'ended',
] as const;
export type SyncState = (typeof SYNC_STATES)[number];

/** How a sync stands; moments in milliseconds since 1970. */
export type SourceSyncStatus = {
  state: SyncState;
  deliveryId: number | null;
  bulkActionId: string | null;
  /** When it goes on, where it waits for a moment. */
  until: number | null;
  /** Deliveries that it has dealt with. */
  deliveries: number;
};

/** Sent by a run to the sync that began it, each time it begins to wait for people. */
export const runAsksSignal = defineSignal<[{ bulkActionId: string }]>('run-asks');
export const sourceSyncQuery = defineQuery<SourceSyncStatus>('sync');
