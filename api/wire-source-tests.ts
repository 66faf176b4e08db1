// What goes over the wire where the way to a source is tried: what it would be, and what was found there.
import { z } from 'zod';
import { siteId, timestamp } from './wire-scalars.ts';
import { placeSchema, secretSchema, sourceFields, sourceSecret } from './wire-sources.ts';

const tested = {
  place: placeSchema,
  parts: sourceFields.parts,
  readiness: sourceFields.readiness,
  rowCount: sourceFields.rowCount,
};
export const newSourceTestSchema = z.strictObject({
  siteId,
  place: placeSchema,
  secret: secretSchema.nullable().default(null),
  parts: tested.parts.optional(),
  readiness: tested.readiness.default({ kind: 'rest', restSeconds: 60 }),
  rowCount: tested.rowCount.default(null),
});
export const sourceTestSchema = z
  .strictObject({ ...tested, secret: sourceSecret })
  .partial()
  .describe('What is to be tried in place of what is saved; nothing is saved');

const problem = z.object({ code: z.string(), message: z.string() });

export const sourceTestResultSchema = z
  .object({
    ok: z.boolean().describe('Whether its files can be listed'),
    problem: problem.nullable().describe('Why they can’t'),
    hostKeys: z
      .array(z.string())
      .nullable()
      .describe('What an SFTP server shows where none of its keys is pinned yet: compare, then save them'),
    canMove: z
      .boolean()
      .nullable()
      .describe('Whether files are moved when they are done; an address has none to move'),
    files: z.array(
      z.object({
        name: z.string(),
        bytes: z.int(),
        modifiedAt: timestamp.nullable(),
        use: z.enum(['import', 'marker', 'row-count', 'none']),
        part: z.int().nullable().describe('The part that would take it, from 0; null for none'),
        pattern: z.int().nullable().describe('By which pattern of that part, from 0'),
        set: z
          .string()
          .nullable()
          .describe('What its pattern’s wildcards stand for: files with the same belong together'),
      }),
    ),
    filesTotal: z.int().describe('How many are there; the first 200 of them are listed'),
    sets: z.array(
      z.object({
        set: z.string(),
        files: z.array(z.string()),
        state: z
          .enum(['ready', 'arriving', 'waiting'])
          .describe(
            'arriving: it changed a moment ago, as far as the place tells; waiting: something is missing',
          ),
        missing: z.array(z.string()).describe('Patterns of what is missing'),
      }),
    ),
  })
  .meta({ id: 'SourceTest' });

export type SourceTest = z.infer<typeof sourceTestResultSchema>;
export type NewSourceTestAsked = z.input<typeof newSourceTestSchema>;
