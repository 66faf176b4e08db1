// From a follow-up's row to its shape on the wire.
import type { FollowUpRow } from '../db/queries/bulk-actions.ts';
import { followUpWorkflowId } from '../workflows/contract.ts';
import type { FollowUpWire } from './wire-follow-ups.ts';

export const toFollowUp = (row: FollowUpRow): FollowUpWire => ({
  state: row.state,
  counts: row.counts,
  startedAt: row.startedAt.toISOString(),
  deadlineAt: row.deadlineAt?.toISOString() ?? null,
  nextReminderAt: remindsSomebody(row) ? (row.remindersAt?.[row.remindersSent]?.toISOString() ?? null) : null,
  remindersSent: row.remindersSent,
  endedAt: row.endedAt?.toISOString() ?? null,
  endedBecause: row.endedBecause,
  workflowId: followUpWorkflowId(row.bulkActionId),
});

/** Cards remind nobody: they are issued by the office itself. */
const remindsSomebody = ({ state, counts }: FollowUpRow): boolean =>
  state !== 'ended' && (counts === null || counts.photosMissing > 0);
