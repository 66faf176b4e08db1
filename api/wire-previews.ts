// What goes over the wire where a file is looked at before anything runs.
import { z } from 'zod';
import { askedOptionsSchema, bulkActionSchema, presetName, reasonSchema } from './wire.ts';
import { fieldValue } from './wire-person.ts';
import { siteId } from './wire-scalars.ts';

/** What stops a file, or a run with these settings, before its first row. */
export const faultSchema = z.object({
  code: z.string(),
  message: z.string(),
  title: z.string().describe('What it is, in the language asked for'),
  hint: z.string().describe('What to do about any fault of this code, in the language asked for'),
});

export const previewRequestSchema = z.object({
  site: siteId,
  preset: presetName.default('people'),
  options: askedOptionsSchema.default({}),
  rows: z.int().min(1).max(200).default(20),
});
export const previewSchema = z
  .object({
    format: bulkActionSchema.shape.format,
    headerRow: z.int().nullable(),
    columns: z.array(
      z.object({
        position: z.int().describe('From 1'),
        header: z.string(),
        samples: z.array(z.string()),
        field: z.string().nullable().describe('The field it becomes under these settings'),
        matchedBy: z.enum(['mapping', 'name', 'synonym']).nullable(),
      }),
    ),
    fields: z.array(
      z.object({ name: z.string(), label: z.string(), isRequired: z.boolean(), column: z.int().nullable() }),
    ),
    rows: z.array(
      z.object({
        row: z.int(),
        cells: z.array(z.string()),
        values: z.record(z.string(), fieldValue.nullable()),
        reasons: z.array(reasonSchema),
      }),
    ),
    faults: z.array(faultSchema).describe('What would stop a run with these settings before its first row'),
  })
  .meta({ id: 'Preview' });

export type Preview = z.infer<typeof previewSchema>;
