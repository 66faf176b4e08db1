// What goes over the wire of imports that are being prepared: drafts, what a site remembers, and a file read through.
import { z } from 'zod';
import { DRAFT_STEPS } from '../domain/import-draft.ts';
import { askedOptionsSchema, bulkActionSchema, presetName } from './wire.ts';
import { faultSchema } from './wire-previews.ts';
import { siteId, timestamp } from './wire-scalars.ts';

const fieldChosen = z.string().max(200).nullable();
const columnName = z.string().max(500);

const draftSettingsSchema = z
  .strictObject({
    step: z.enum(DRAFT_STEPS).describe('How far its owner was'),
    preset: presetName,
    options: askedOptionsSchema.describe(
      'What was chosen; what was not is as remembered, else as the preset has it',
    ),
    choices: z
      .record(z.string().max(60), z.record(columnName, fieldChosen))
      .describe(
        'By template, or “” where there is one: what was chosen for columns, by header or position. null: left out',
      ),
    usesRemembered: z.boolean().describe('Whether what the site remembers counts'),
    remembers: z.boolean().describe('Whether the answers are to be remembered for the site'),
    rows: z.int().min(0).nullable().describe('The rows of the first file, as they were counted last'),
  })
  .meta({ id: 'DraftSettings' });

export const importDraftSchema = z
  .object({
    id: z.string(),
    siteId,
    settings: draftSettingsSchema,
    files: z.array(
      z.object({
        id: z.string(),
        name: z.string(),
        bytes: z.int(),
        slot: z.string().nullable().describe('The template that it fills in, of a preset with several'),
      }),
    ),
    bulkActionId: z.string().nullable().describe('The run, dry or not, that came of it'),
    version: z.int().describe('Counts the changes'),
    createdAt: timestamp,
    updatedAt: timestamp,
  })
  .meta({ id: 'ImportDraft' });

export const newImportDraftSchema = z.strictObject({ siteId, preset: presetName.default('people') });

export const importDraftPatchSchema = z.strictObject({
  version: z.int().describe('The version that was read: refused with 409 where it has moved on'),
  settings: draftSettingsSchema.optional().describe('All of them'),
  files: z
    .array(z.strictObject({ id: z.string().max(40), slot: z.string().max(60).nullable().default(null) }))
    .max(10)
    .optional()
    .describe('All of them; one that is left out is deleted'),
  bulkActionId: z.string().max(40).nullable().optional(),
});

export const rememberedAnswersSchema = z
  .strictObject({
    columns: z
      .record(columnName, fieldChosen)
      .describe(
        'Header → field, or null for one that was left out. Of headers that look like a row none is kept',
      ),
    options: askedOptionsSchema,
  })
  .meta({ id: 'RememberedAnswers' });

export const uploadLimitsSchema = z
  .object({ bytesMax: z.int(), zipBytesMax: z.int().describe('Of a file whose name ends in .zip') })
  .meta({ id: 'UploadLimits' });

export const fileReadingRequestSchema = z.strictObject({
  site: siteId,
  preset: presetName.default('people'),
  options: askedOptionsSchema
    .default({})
    .describe('Without headerRow the header is looked for in the first rows'),
});
export const fileReadingSchema = z
  .object({
    format: bulkActionSchema.shape.format,
    headerRow: z.int().nullable().describe('Where the header stands; null where there is none'),
    template: z.string().nullable().describe('The template that it fills in, by its columns; null for none'),
    columns: z.int(),
    rows: z.int().describe('Below the header; blank ones are none'),
    head: z
      .array(z.object({ row: z.int(), cells: z.array(z.string()) }))
      .describe('The first rows of the file, whatever stands in them'),
    letters: z
      .array(z.string())
      .describe('Names of the file by whose letters one sees whether it reads well'),
    faults: z.array(faultSchema).describe('Why it can’t be read; in each case nothing would be written'),
  })
  .meta({ id: 'FileReading' });

export type ImportDraft = z.infer<typeof importDraftSchema>;
export type DraftSettingsWire = z.infer<typeof draftSettingsSchema>;
export type ImportDraftPatch = z.input<typeof importDraftPatchSchema>;
export type RememberedAnswersWire = z.infer<typeof rememberedAnswersSchema>;
export type FileReading = z.infer<typeof fileReadingSchema>;
