// What the outside may say to workflows and hear from them: names, ids, inputs, signals, updates, queries.

import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { Action, Counts, Kind, Phase, State } from '../domain/bulk-action.ts';

/** Workflows and row work. */
export const TASK_QUEUE = 'muster';

export const bulkActionWorkflowId = (bulkActionId: string) => `bulk-action/${bulkActionId}`;
export const editLocksWorkflowId = (rootId: number) => `edit-locks/${rootId}`;
export const outgoingMailWorkflowId = (mailId: number) => `outgoing-mail/${mailId}`;
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
  action: Action;
  /** The upload is so small that a step of its own would take longer than the work. */
  isSmall: boolean;
  /** Set by continue-as-new alone: the lock that the run holds, and on which sites. */
  resume?: { token: number; siteIds: number[] };
};

export type BulkActionResult = { state: State; counts: Counts | null };

export type BulkActionStatus = {
  state: State;
  phase: Phase | null;
  rowsDone: number;
  rowsTotal: number | null;
  isCancelling: boolean;
};

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
