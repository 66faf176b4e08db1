// What goes over the wire of beginning a run on photos.
import { z } from 'zod';
import { limitsSchema } from './wire-asks.ts';
import { siteId } from './wire-scalars.ts';

export const newPhotosRunSchema = z
  .strictObject({
    site: siteId,
    kind: z.literal('photos'),
    files: z.array(z.string()).length(1).describe('The zip'),
    options: z.strictObject({
      match: z
        .string()
        .min(1)
        .max(200)
        .describe(
          'The field whose value is the name of each file, without folders and ending: identifier, email, username or a unique field',
        ),
      existing: z
        .enum(['overwrite', 'keep'])
        .default('overwrite')
        .describe('What becomes of a photo that somebody has already'),
      expect: z.int().min(0).nullable().default(null).describe('The pictures that the zip must have'),
      limits: limitsSchema.optional().describe('The most that the run may do before it asks'),
      maxChangePercent: z.number().min(0).max(100).optional().describe('Short for limits.changed.percent'),
      replacesLimits: z
        .boolean()
        .default(false)
        .describe('These limits stand in place of the site’s: takes the right safeguards:override'),
    }),
    dryRun: z.boolean().default(false).describe('Stop at the plan: it waits to be confirmed or cancelled'),
  })
  .meta({ id: 'NewPhotosRun' });

export type NewPhotosRun = z.input<typeof newPhotosRunSchema>;
export type NewPhotosRunRead = z.output<typeof newPhotosRunSchema>;
