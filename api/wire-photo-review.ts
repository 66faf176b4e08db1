// Photos on the wire: as they are shown, decided about and taken back.
import { z } from 'zod';
import { DECLINE_REASONS, NOTE_LENGTH_MAX, PHOTO_CHECKS, PHOTO_STATES } from '../domain/photo.ts';
import { siteId, timestamp } from './wire-scalars.ts';

const SIDE_MAX = 100_000;
/** How many photos one request may decide about. */
const REVIEWED_MAX = 500;

export const photoId = z.string().min(1).max(64);
export const declineReason = z.enum(DECLINE_REASONS);

const cropSchema = z
  .strictObject({
    left: z.int().min(0).max(SIDE_MAX),
    top: z.int().min(0).max(SIDE_MAX),
    width: z.int().min(1).max(SIDE_MAX),
    height: z.int().min(1).max(SIDE_MAX),
  })
  .describe('The part of the picture that goes on the card, in its pixels')
  .meta({ id: 'Crop' });

export const photoSchema = z
  .object({
    id: z.string(),
    siteId,
    state: z.enum(PHOTO_STATES),
    person: z
      .object({
        id: z.int(),
        identifier: z.string().nullable(),
        displayName: z.string(),
        orgUnit: z.string().nullable(),
      })
      .nullable()
      .describe('null: kept when its person was anonymized'),
    invitedAt: timestamp.nullable(),
    createdAt: timestamp.describe('When it came'),
    runId: z.string().nullable().describe('The run that brought it'),
    mediaType: z.string(),
    bytes: z.int(),
    width: z.int().nullable(),
    height: z.int().nullable(),
    crop: cropSchema.nullable().describe('null: all of it'),
    checks: z
      .record(z.enum(PHOTO_CHECKS), z.enum(['fine', 'warning']))
      .nullable()
      .describe('What pixels alone can tell'),
    warnings: z.int().describe('How many of the checks warn'),
    pictureUrl: z.string(),
    thumbnailUrl: z.string(),
    decidedAt: timestamp.nullable(),
    decidedBy: z.string().nullable(),
    reasons: z.array(declineReason).describe('Why it was sent back'),
    note: z.string().nullable().describe('What the admin wrote to the cardholder'),
    reconsiderUntil: timestamp
      .nullable()
      .describe('Until then the decision can be taken back: the mail leaves afterwards'),
  })
  .meta({ id: 'Photo' });

export const turnSchema = z.strictObject({
  quarters: z.int().min(1).max(3).describe('Clockwise, in quarters of a turn'),
});

export const approvalSchema = z.strictObject({ crop: cropSchema.optional() }).default({});

const note = z
  .string()
  .trim()
  .max(NOTE_LENGTH_MAX)
  .transform((text) => (text === '' ? null : text))
  .nullable()
  .default(null)
  .describe('What the cardholder is told beside; nobody else reads it');
const reasons = z
  .array(declineReason)
  .max(DECLINE_REASONS.length)
  .default([])
  .transform((given) => DECLINE_REASONS.filter((reason) => given.includes(reason)));

const saysWhy = (given: { reasons: readonly string[]; note: string | null }): boolean =>
  given.reasons.length > 0 || given.note !== null;
const SAY_WHY = {
  message: 'Say why: at least one reason, or a note. See GET /v1/photos/decline-reasons.',
  path: ['reasons'],
};

export const sendBackSchema = z.strictObject({ reasons, note }).refine(saysWhy, SAY_WHY);

const ids = z.array(photoId).min(1).max(REVIEWED_MAX);
export const reviewSchema = z.discriminatedUnion('decision', [
  z.strictObject({ decision: z.literal('approve'), ids }),
  z.strictObject({ decision: z.literal('send-back'), ids, reasons, note }).refine(saysWhy, SAY_WHY),
]);

/** Somebody’s decision about a photo, or what else has ended its waiting. */
export const decisionSchema = z.object({
  state: z.enum(['approved', 'declined', 'replaced']),
  by: z.string().nullable(),
  at: timestamp.nullable(),
});

const REVIEW_OUTCOMES = ['decided', 'not-waiting', 'locked', 'not-active', 'missing'] as const;

export const reviewedSchema = z.object({
  items: z.array(
    z.object({
      id: z.string(),
      outcome: z
        .enum(REVIEW_OUTCOMES)
        .describe(
          'not-waiting: `decision` says who was quicker, and what they decided. locked: `runId` is changing the people of ' +
            'the site. not-active: the person is archived. All but the decided are as they were',
        ),
      decision: decisionSchema.optional(),
      runId: z.string().optional(),
    }),
  ),
  decided: z.int(),
});

export const declineReasonsSchema = z.object({
  items: z.array(
    z.object({
      reason: declineReason,
      label: z.string().describe('As admins choose it'),
      sentence: z.string().describe('As the cardholder reads it'),
    }),
  ),
});

export const photoCountsSchema = z.object({ waiting: z.int().describe('Photos that wait for a look') });

export type Photo = z.infer<typeof photoSchema>;
export type Reviewed = z.infer<typeof reviewedSchema>;
