// What goes over the wire where a source is told to look, to rest or to go on.
import { z } from 'zod';
import { timestamp } from './wire-scalars.ts';
import { sourceSchema } from './wire-sources.ts';

export const askedSourceSchema = sourceSchema
  .extend({
    runsMayStartAt: timestamp.nullable().describe('When its blackout hours are over; null: at once'),
  })
  .meta({ id: 'AskedSource' });

export const sourceRunSchema = z.strictObject({
  remaster: z.boolean().default(false).describe('The next file counts as the whole truth about its site'),
});
export const sourceBackfillSchema = z.strictObject({
  from: timestamp,
  to: timestamp.describe('Now, or earlier'),
});
export const sourcePauseSchema = z.strictObject({
  note: z
    .string()
    .trim()
    .min(1)
    .max(200)
    .nullable()
    .default(null)
    .describe('Why, for whoever sees it paused. It tells of nobody'),
});

export type AskedSource = z.infer<typeof askedSourceSchema>;
