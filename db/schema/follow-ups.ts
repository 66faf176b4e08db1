// Follow-ups: what a run waits for after its rows. What they count is in the tables of invitations, photos and cards.
import { sql } from 'drizzle-orm';
import {
  bigint,
  check,
  index,
  integer,
  jsonb,
  pgTable,
  smallint,
  text,
  timestamp,
} from 'drizzle-orm/pg-core';
import type { FollowUpCounts, FollowUpEnd, FollowUpState } from '../../domain/follow-up.ts';
import { runId } from './bulk-actions.ts';
import { site } from './sites.ts';

export const followUp = pgTable(
  'follow_up',
  {
    bulkActionId: runId().primaryKey(),
    siteId: integer()
      .notNull()
      .references(() => site.id),
    rootId: integer().notNull(),
    state: text().$type<FollowUpState>().notNull().default('inviting'),
    endedBecause: text().$type<FollowUpEnd>(),
    /** Set, as are the reminders, as soon as its workflow has taken it up: settings that change later change neither. */
    deadlineAt: timestamp({ withTimezone: true }),
    /** When all of its invitations were written down: from then on it does not read the rows of its run. */
    invitedAt: timestamp({ withTimezone: true }),
    /** When reminders are due, in order; the first `remindersSent` have left. */
    remindersAt: timestamp({ withTimezone: true }).array(),
    remindersSent: smallint().notNull().default(0),
    /** As they were counted last. */
    counts: jsonb().$type<FollowUpCounts>(),
    countedAt: timestamp({ withTimezone: true }),
    startedAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
    endedAt: timestamp({ withTimezone: true }),
    closedById: bigint({ mode: 'number' }),
  },
  (t) => [
    index('follow_up_open').on(t.startedAt).where(sql`${t.state} <> 'ended'`),
    index('follow_up_site').on(t.siteId, t.startedAt),
    check('follow_up_state', sql`${t.state} in ('inviting', 'waiting', 'ended')`),
    check('follow_up_ended', sql`(${t.state} = 'ended') = (${t.endedAt} is not null)`),
  ],
);
