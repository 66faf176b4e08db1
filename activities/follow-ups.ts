// Steps of a follow-up: taken up, counted, reminded, ended. What it sends has steps of its own.
import type { Database } from '../db/client.ts';
import { type CountedFollowUp, countFollowUp } from '../db/queries/follow-ups/follow-up-counts.ts';
import {
  type BegunFollowUp,
  beginFollowUp,
  type EndedFollowUp,
  endFollowUp,
  markInvited,
  markReminded,
  markWaiting,
} from '../db/queries/follow-ups/follow-ups.ts';
import type { FollowUpEnd } from '../domain/follow-up.ts';

type Id = { id: string };

/** `id`: the run's. All of them are safe to repeat. */
export const followUpActivities = ({ db }: { db: Database }) => ({
  /** Fixes when it reminds and ends. */
  beginFollowUp: ({ id }: Id): Promise<BegunFollowUp> => beginFollowUp(db, id),

  /** All of its invitations are written down. */
  noteInvited: ({ id }: Id): Promise<void> => markInvited(db, id),

  /** Its invitations have left. */
  noteWaiting: ({ id }: Id): Promise<void> => markWaiting(db, id),

  /** How far it is by now, from the database as the truth; null where it has ended. */
  countFollowUp: async ({ id }: Id): Promise<CountedFollowUp | null> => (await countFollowUp(db, id)) ?? null,

  /** So many of its reminders are written down. */
  noteReminded: ({ id, remindersSent }: Id & { remindersSent: number }): Promise<void> =>
    markReminded(db, id, remindersSent),

  /** Ends it; as complete only where nothing is missing. */
  endFollowUp: ({
    id,
    because,
    byPersonId,
  }: Id & { because: FollowUpEnd; byPersonId: number | null }): Promise<EndedFollowUp> =>
    endFollowUp(db, id, { because, byPersonId }),
});
