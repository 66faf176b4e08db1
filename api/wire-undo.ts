// What goes over the wire of undoing a run.
import { z } from 'zod';
import { CREATED_MODES } from '../domain/bulk-action.ts';
import { limitsSchema } from './wire-asks.ts';

export const newUndoSchema = z
  .strictObject({
    created: z
      .enum(CREATED_MODES)
      .default('archive')
      .describe('What becomes of people whom the run created. Deleting them can’t be undone'),
    dryRun: z.boolean().default(false).describe('Stop at the plan: it waits to be confirmed or cancelled'),
    limits: limitsSchema.optional().describe('The most that the undo may do before it asks'),
    maxChangePercent: z.number().min(0).max(100).optional().describe('Short for limits.changed.percent'),
    replacesLimits: z
      .boolean()
      .optional()
      .describe('These limits stand in place of the site’s: takes the right safeguards:override'),
  })
  .default({ created: 'archive', dryRun: false })
  .meta({ id: 'NewUndo' });

export type NewUndo = z.input<typeof newUndoSchema>;
export type NewUndoRead = z.output<typeof newUndoSchema>;
