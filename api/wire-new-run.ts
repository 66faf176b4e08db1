// What a request to begin a run says, by the kind of the run.
import { z } from 'zod';
import { askedOptionsSchema, presetName } from './wire.ts';
import { newCardsRunSchema } from './wire-cards.ts';
import { newPhotosRunSchema } from './wire-photos.ts';
import { newRolesRunSchema } from './wire-roles.ts';
import { siteId } from './wire-scalars.ts';
import { selectionSchema } from './wire-selection.ts';

const newPeopleRunSchema = z
  .strictObject({
    site: siteId,
    kind: z.literal('people').default('people'),
    preset: presetName.default('people'),
    files: z.array(z.string()).max(10).default([]).describe('One, or as many as the preset has templates'),
    selection: selectionSchema
      .optional()
      .describe(
        'In place of files: people to be archived, restored, anonymized or deleted, as options.action says',
      ),
    options: askedOptionsSchema.default({}),
    dryRun: z.boolean().default(false).describe('Stop at the plan: it waits to be confirmed or cancelled'),
  })
  .refine(({ files, selection }) => files.length > 0 || selection !== undefined, {
    path: ['files'],
    error: 'Name the files, or say by selection whom the run is for.',
  })
  .refine(({ files, selection }) => files.length === 0 || selection === undefined, {
    path: ['selection'],
    error: 'A run reads files or is for a selection. Leave one of them out.',
  });

/** By its kind; a body that says none is one on people. */
export const newBulkActionSchema = z.preprocess(
  (body) =>
    typeof body === 'object' && body !== null && !('kind' in body) ? { ...body, kind: 'people' } : body,
  z.discriminatedUnion('kind', [
    newPeopleRunSchema,
    newPhotosRunSchema,
    newCardsRunSchema,
    newRolesRunSchema,
  ]),
);

export type NewPeopleRunRead = z.output<typeof newPeopleRunSchema>;
export type NewBulkActionRead = z.output<typeof newBulkActionSchema>;
