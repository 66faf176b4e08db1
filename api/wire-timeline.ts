// What goes over the wire of how a run went: its steps from the reading of its file to its report, and how fast it was.
import { z } from 'zod';
import { ENDING_MAILS, FOLLOW_UP_MAIL, STATE_OF_ASK_MAIL } from '../domain/run-mail.ts';
import { timestamp } from './wire-scalars.ts';

/** In the order in which they follow each other, as far as a run has them. */
export const TIMELINE_STEPS = [
  'read',
  'checked',
  'guards',
  'confirmed',
  'approved',
  'declined',
  'locked',
  'archive',
  'anonymize',
  'delete',
  'restore',
  'update',
  'create',
  'report',
  'follow-up',
] as const;
export type TimelineStepName = (typeof TIMELINE_STEPS)[number];

const timelineStepSchema = z
  .object({
    what: z.enum(TIMELINE_STEPS),
    state: z.enum(['done', 'now', 'to-come', 'left-out']).describe('left-out: the run ended before'),
    at: timestamp.nullable().describe('When it began; null where that is not known, or still to come'),
    endedAt: timestamp.nullable(),
    by: z.string().nullable().describe('Who confirmed, approved or declined; null once they are gone'),
    note: z.string().nullable().describe('What they wrote beside'),
    rows: z.int().nullable().describe('Rows that were read, checked, or have their outcome by this phase'),
    planned: z.int().nullable().describe('Of so many, by the plan'),
    sites: z.int().nullable().describe('Of the lock: how many sites it takes'),
  })
  .meta({ id: 'TimelineStep' });

const runMailSchema = z
  .object({
    what: z.enum([
      ...ENDING_MAILS,
      ...(Object.keys(STATE_OF_ASK_MAIL) as (keyof typeof STATE_OF_ASK_MAIL)[]),
      FOLLOW_UP_MAIL,
    ]),
    round: z.int().describe('Of asking; 0 for what is told at the end'),
    at: timestamp.describe('When it was written'),
    sent: z.int().describe('To so many the mail server has taken it'),
    waiting: z.int(),
    refused: z.int(),
    to: z.array(z.string()).describe('The names of readers whom you may read, the first few'),
    others: z.int().describe('How many readers there are beside them'),
  })
  .meta({ id: 'RunMail' });

export const runTimelineSchema = z
  .object({
    steps: z.array(timelineStepSchema),
    rate: z
      .object({
        everySeconds: z.int(),
        from: timestamp.nullable().describe('When the first row was written; null before'),
        points: z
          .array(z.object({ at: timestamp, rows: z.int() }))
          .describe('Rows that had their outcome in each such time; times without any are left out'),
      })
      .describe('How fast rows were written, since the plan was checked last'),
    mails: z.array(runMailSchema).describe('The mails about it to admins, the oldest first'),
    keptUntil: timestamp
      .nullable()
      .describe('When its rows and results go by themselves; null before its end, and once they are gone'),
    workflowUrl: z.string().nullable().describe('Its workflow in the Temporal UI, where that has an address'),
  })
  .meta({ id: 'RunTimeline' });

export type RunMail = z.infer<typeof runMailSchema>;
export type TimelineStep = z.infer<typeof timelineStepSchema>;
export type RunTimeline = z.infer<typeof runTimelineSchema>;
