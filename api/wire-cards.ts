// What goes over the wire of cards: each by itself, and runs on many.
import { z } from 'zod';
import { CARD_ID_TYPES } from '../domain/bulk-action.ts';
import { CARD_ACTIONS, CARD_STATUSES, REVOKED_BECAUSE } from '../domain/card.ts';
import { limitsSchema } from './wire-asks.ts';
import { siteId, timestamp } from './wire-scalars.ts';
import { selectionSchema } from './wire-selection.ts';

/** The longest way to write a number: 16 hexadecimal digits in pairs, with marks between them. */
const NUMBER_LENGTH_MAX = 60;

const cardNumberSchema = z.object({
  decimal: z.string().describe('Without leading zeros; up to 20 digits, so it is no JSON number'),
  hex: z.string().describe('The same in hexadecimal: capitals, without leading zeros'),
});

export const cardSchema = z
  .object({
    id: z.int(),
    personId: z.int(),
    identifier: z.string().nullable().describe('Of the person'),
    personName: z.string().describe('Of the person, as it is shown; empty for none'),
    siteId,
    number: cardNumberSchema,
    status: z
      .enum(CARD_STATUSES)
      .describe(
        'pending: known, not handed out yet. Of a card that is revoked or expired the number is free',
      ),
    validFrom: z.iso.date().nullable().describe('The first day, in UTC; null for no limit'),
    validUntil: z.iso.date().nullable().describe('The last day, in UTC; null for no limit'),
    issuedAt: timestamp.nullable(),
    endedAt: timestamp.nullable().describe('When it was revoked, or its last day was over'),
    revokedBecause: z.enum(REVOKED_BECAUSE).nullable(),
    replacesId: z.int().nullable().describe('The card whose place it took'),
    bulkActionId: z.string().nullable().describe('The run that brought it'),
    createdAt: timestamp,
  })
  .meta({ id: 'Card' });

const given = {
  number: z
    .string()
    .trim()
    .min(1)
    .max(NUMBER_LENGTH_MAX)
    .describe('Its digits, as text: a JSON number may lose some'),
  type: z.enum(CARD_ID_TYPES).default('decimal').describe('How the digits are meant'),
};
const day = z.iso.date().nullable();

export const newCardSchema = z
  .strictObject({
    personId: z.int().positive(),
    ...given,
    validFrom: day.default(null),
    validUntil: day.default(null),
    issue: z.boolean().default(false).describe('Issued at once; else it is pending'),
  })
  .meta({ id: 'NewCard' });

export const replacementSchema = z
  .strictObject({
    ...given,
    validFrom: day.optional().describe('Left out: that of the card whose place it takes'),
    validUntil: day.optional().describe('Left out: that of the card whose place it takes'),
  })
  .meta({ id: 'CardReplacement' });

export const cardPatchSchema = z
  .strictObject({ validFrom: day.optional(), validUntil: day.optional() })
  .meta({ id: 'CardPatch' });

export const newCardsRunSchema = z
  .strictObject({
    site: siteId,
    kind: z.literal('cards'),
    selection: selectionSchema.optional().describe('Whose cards; or name a run in options.of'),
    options: z.strictObject({
      action: z.enum(CARD_ACTIONS),
      of: z
        .string()
        .max(40)
        .optional()
        .describe('A run of the same site that has ended: the cards that it brought'),
      cardValidFrom: z.iso
        .date()
        .optional()
        .describe('The first day of cards that have none; a card’s own wins'),
      cardValidUntil: z.iso
        .date()
        .optional()
        .describe('The last day of cards that have none; a card’s own wins'),
      limits: limitsSchema.optional().describe('The most that the run may do before it asks'),
      maxChangePercent: z.number().min(0).max(100).optional().describe('Short for limits.changed.percent'),
      replacesLimits: z
        .boolean()
        .default(false)
        .describe('These limits stand in place of the site’s: takes the right safeguards:override'),
    }),
    dryRun: z.boolean().default(false).describe('Stop at the plan: it waits to be confirmed or cancelled'),
  })
  .refine(({ selection, options }) => (selection === undefined) !== (options.of === undefined), {
    error: 'Say whose cards: a run in options.of, or people in selection; one of the two.',
  })
  .refine(
    ({ options: { action, cardValidFrom, cardValidUntil } }) =>
      action === 'issue-cards' || (cardValidFrom === undefined && cardValidUntil === undefined),
    { error: 'Days are given to cards that are issued. Leave cardValidFrom and cardValidUntil out.' },
  )
  .refine(
    ({ options: { cardValidFrom, cardValidUntil } }) =>
      cardValidFrom === undefined || cardValidUntil === undefined || cardValidFrom <= cardValidUntil,
    { error: 'The last day of the cards is before the first. Correct one of them.' },
  )
  .meta({ id: 'NewCardsRun' });

export type Card = z.infer<typeof cardSchema>;
export type NewCard = z.input<typeof newCardSchema>;
export type CardReplacement = z.input<typeof replacementSchema>;
export type CardPatch = z.input<typeof cardPatchSchema>;
export type NewCardsRun = z.input<typeof newCardsRunSchema>;
export type NewCardsRunRead = z.output<typeof newCardsRunSchema>;
