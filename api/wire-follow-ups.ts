// Follow-ups over the wire: how far what a run waits for is, who is missing, and how it went from day to day.
import { z } from 'zod';
import { FOLLOW_UP_ENDS, FOLLOW_UP_STATES } from '../domain/follow-up.ts';
import { siteId, timestamp } from './wire-scalars.ts';

const followUpCountsSchema = z
  .object({
    invited: z.int().describe('People; the next four sum up to it'),
    mailWaiting: z.int(),
    mailSent: z.int(),
    mailUnsure: z.int().describe('It may have arrived or not: nobody is written twice'),
    unreachable: z.int().describe('No mail reaches them: no address, bounced, or not wanted'),
    received: z.int().describe('Photos that came: toReview + approved. With photosMissing it is invited'),
    toReview: z.int(),
    approved: z.int(),
    photosMissing: z.int(),
    cards: z.int().describe('cardsIssued + cardsMissing'),
    cardsIssued: z.int(),
    cardsMissing: z.int(),
    gone: z.int().describe('Archived meanwhile, or no longer invited: in none of the other counts'),
  })
  .meta({ id: 'FollowUpCounts' });

export const followUpSchema = z
  .object({
    state: z.enum(FOLLOW_UP_STATES),
    counts: followUpCountsSchema.nullable().describe('As they were counted last; null before the first time'),
    startedAt: timestamp,
    deadlineAt: timestamp.nullable(),
    nextReminderAt: timestamp.nullable(),
    remindersSent: z.int(),
    endedAt: timestamp.nullable(),
    endedBecause: z.enum(FOLLOW_UP_ENDS).nullable(),
    workflowId: z.string(),
  })
  .meta({ id: 'FollowUp' });

export const followUpDetailSchema = followUpSchema
  .extend({
    history: z
      .array(
        z.object({
          day: z.iso.date(),
          received: z.int(),
          approved: z.int(),
          issued: z.int(),
        }),
      )
      .describe(
        'By the end of each day (UTC), of those who are still active: photos that came, photos approved, cards issued',
      ),
  })
  .meta({ id: 'FollowUpDetail' });

/** What somebody can be missing. */
export const MISSING = ['photo', 'review', 'card', 'mail'] as const;

export const missingPersonSchema = z
  .object({
    id: z.int(),
    siteId,
    identifier: z.string().nullable(),
    displayName: z.string(),
    email: z.string().nullable(),
    missing: z.array(z.enum(MISSING)),
    invitationId: z.int().nullable(),
    lastMailAt: timestamp.nullable(),
  })
  .meta({ id: 'MissingPerson' });

export type FollowUpWire = z.infer<typeof followUpSchema>;
export type FollowUpDetail = z.infer<typeof followUpDetailSchema>;
export type MissingPerson = z.infer<typeof missingPersonSchema>;
