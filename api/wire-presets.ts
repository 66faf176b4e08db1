// What goes over the wire of presets: the built-in ones, and those that sites save.
import { z } from 'zod';
import { MATCH_KEYS, RUN_ACTIONS } from '../domain/bulk-action.ts';
import { askedOptionsSchema, bulkActionOptionsSchema, presetName } from './wire.ts';
import { siteId } from './wire-scalars.ts';

const savedOptionsSchema = bulkActionOptionsSchema
  .partial()
  .meta({ id: 'PresetOptions', description: 'What a run by the preset has unless it is asked otherwise' });

export const presetSchema = z
  .object({
    name: z.string(),
    title: z.string(),
    about: z.string(),
    siteId: siteId.nullable().describe('The site that has saved it; null for a built-in one'),
    base: z.string().nullable().describe('The built-in preset that it is made from; null for a built-in one'),
    templates: z.array(z.string()).describe('A run takes one file of each; the first has the people'),
    columns: z.array(
      z.object({
        field: z.string(),
        header: z.string(),
        about: z.string(),
        synonyms: z.array(z.string()),
        required: z
          .enum(['always', 'to-create', 'never'])
          .describe('When a row must have a value: always, for a new person, or never'),
        template: z.string().nullable().describe('The template that has it'),
      }),
    ),
    actions: z
      .array(z.enum(RUN_ACTIONS))
      .describe('What its rows may ask for; the first unless told otherwise'),
    matchBy: z
      .array(z.enum(MATCH_KEYS))
      .describe('The keys by which people are found: the first that a row has'),
    duplicates: z
      .enum(['rejected', 'skipped'])
      .describe('What becomes of a row that would create somebody who exists'),
    options: savedOptionsSchema,
  })
  .meta({ id: 'Preset' });

export const newPresetSchema = z.strictObject({
  siteId,
  name: presetName
    .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'Use lower-case words, with hyphens between them.')
    .describe('Lower-case words, with hyphens between them'),
  base: z.string().max(60).default('people').describe('A built-in preset'),
  options: askedOptionsSchema.default({}),
});

export type PresetWire = z.infer<typeof presetSchema>;
