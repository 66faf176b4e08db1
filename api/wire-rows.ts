// What goes over the wire of the rows of a run: what became of each, or what is planned of it.
import { z } from 'zod';
import { OUTCOMES, PHASES } from '../domain/bulk-action.ts';
import { pageOf, reasonSchema } from './wire.ts';
import { fieldValue } from './wire-person.ts';

const values = z
  .record(z.string(), fieldValue.nullable())
  .nullable()
  .describe('By columns of an export; null for a value that is empty');

export const bulkRowSchema = z
  .object({
    row: z.int().describe('As a spreadsheet numbers it'),
    cells: z.array(z.string()).nullable().describe('null where the person was anonymized since'),
    mended: z
      .record(z.string(), z.string())
      .nullable()
      .describe('Cells that somebody has mended in the plan, by position from 0, each as the file had it'),
    personId: z.int().nullable(),
    outcome: z.enum(OUTCOMES).nullable().describe('null until it is known'),
    plannedOutcome: z
      .enum(OUTCOMES)
      .nullable()
      .describe('What a row without an outcome is planned to come to, or was when its run was cancelled'),
    phase: z.enum(PHASES).nullable(),
    reasons: z.array(reasonSchema),
    before: values.describe(
      'What the row changes, as it is before; null for somebody new, and where nothing changes',
    ),
    after: values.describe('The same columns after; null where the person goes, and where nothing changes'),
    agreed: z
      .object({ outcome: z.enum(OUTCOMES), before: values, after: values })
      .nullable()
      .describe('What people had agreed to, where the plan has grown since and the run asks again'),
  })
  .meta({ id: 'BulkRow' });

export const bulkRowPageSchema = pageOf(bulkRowSchema).extend({
  offset: z.int().nullable().describe('How many of the wanted rows are before the page, where that is known'),
  total: z
    .int()
    .nullable()
    .describe('How many rows are wanted in all, where an offset or a filter asked for them'),
});

export type BulkRow = z.infer<typeof bulkRowSchema>;
