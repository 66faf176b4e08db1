// What goes over the wire of a run that asks: limits, what the plan passes, who has agreed, and the answer.
import { z } from 'zod';
import { WHYS } from '../domain/ask.ts';
import { LIMITED, type Limited } from '../domain/limits.ts';
import { APPROVABLE } from '../domain/safeguards.ts';
import { siteId, timestamp } from './wire-scalars.ts';

export const limitSchema = z
  .strictObject({
    people: z.int().min(0).nullish().describe('At most so many people'),
    percent: z.number().min(0).max(100).nullish().describe('At most this share of the active people'),
  })
  .meta({ id: 'Limit' });
export const limitsSchema = z
  .strictObject(
    Object.fromEntries(LIMITED.map((name) => [name, limitSchema.optional()])) as Record<
      Limited,
      z.ZodOptional<typeof limitSchema>
    >,
  )
  .meta({ id: 'Limits' });

const trippedSchema = z.object({
  limited: z.enum(LIMITED),
  limit: limitSchema,
  actual: z.int().describe('The people whom the plan concerns'),
  activePeople: z.int(),
  siteId: siteId.nullable().describe('The site that says the limit; null for the run’s own'),
});
const consentSchema = z.object({
  what: z.enum(['confirmed', 'approved']),
  by: z.string().nullable().describe('Their name; null once they are gone'),
  byPersonId: z.int(),
  at: timestamp,
});
export const askSchema = z
  .object({
    round: z.int().describe('How often it has asked; an answer names the round that it answers'),
    why: z.array(z.enum(WHYS)),
    tripped: z.array(trippedSchema).describe('The limits that the plan passes'),
    approvals: z.array(z.enum(APPROVABLE)).describe('What another admin must approve'),
    graceMinutes: z.number(),
    grown: z.int().describe('Rows that would do something that was not agreed to'),
    shrunk: z.int().describe('Rows that no longer do all that was agreed to'),
    until: timestamp.nullable().describe('Then the run is cancelled; in the grace period, then it goes on'),
    consents: z.array(consentSchema).describe('Who has agreed in this round'),
  })
  .meta({ id: 'Ask' });
/** The body of confirm and approve. */
export const answerSchema = z
  .strictObject({
    round: z.int().optional().describe('The round of asking that this answers; left out: the present one'),
  })
  .default({});

const note = z.string().trim().max(1000);
const round = answerSchema.unwrap().shape.round;
/** The body of approve: with what it says to who asked. */
export const approvalSchema = z
  .strictObject({ round, note: note.optional().describe('To who started the run; kept with the approval') })
  .default({});
/** The body of decline. */
export const declineSchema = z.strictObject({
  round,
  note: note.min(1).describe('Why, to who started the run; kept with the run'),
});
