// What goes over the wire: the shapes of requests and replies, from which OpenAPI and the clients' types are made.
import { z } from 'zod';
import {
  ABSENT_MODES,
  ACTIONS,
  CANCEL_REASONS,
  CARD_ID_TYPES,
  CREATED_MODES,
  EXISTING_MODES,
  INVITE_MODES,
  KINDS,
  MATCH_KEYS,
  OUTCOMES,
  PHASES,
  RUN_ACTIONS,
  STATES,
} from '../domain/bulk-action.ts';
import { askSchema, limitsSchema } from './wire-asks.ts';
import { followUpSchema } from './wire-follow-ups.ts';
import { decisionSchema } from './wire-photo-review.ts';
import { siteId, timestamp, trailerWord } from './wire-scalars.ts';

/** A page of a list. `next` is the cursor of the following page, or null at the end. */
export const pageOf = <Item extends z.ZodType>(item: Item) =>
  z.object({ items: z.array(item), next: z.string().nullable() });

export const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.string().describe('Stable: programs decide by it'),
    detail: z.string().describe('What is wrong, then what to do'),
    hint: z
      .string()
      .optional()
      .describe('What to do about any problem of this code, in the language asked for'),
    instance: z.string().optional(),
    requestId: z.string().optional(),
    errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
    /** With 423. */
    lock: z
      .object({
        bulkActionId: z.string(),
        by: z.string().nullable(),
        rowsDone: z.int(),
        rowsTotal: z.int().nullable(),
        since: timestamp,
      })
      .optional(),
    bulkActionId: z
      .string()
      .optional()
      .describe('With 409: the run that is in the way, such as the one that the Idempotency-Key has begun'),
    /** With 409, of a photo that somebody has decided about before. */
    decision: decisionSchema.optional(),
  })
  .meta({ id: 'Problem' });

export const fileSchema = z
  .object({ id: z.string(), name: z.string(), bytes: z.int(), sha256: z.string() })
  .meta({ id: 'File' });

export const bulkActionOptionsSchema = z
  .object({
    action: z.enum(RUN_ACTIONS).describe('What becomes of rows that do not say it themselves'),
    existing: z
      .enum(EXISTING_MODES)
      .describe(
        'What happens to people who are there: the file wins, they stay as they are, or only gaps are filled',
      ),
    overwriteEdited: z
      .boolean()
      .describe('The file wins even over values that were edited by hand and that the site protects'),
    undoCreated: z.enum(CREATED_MODES).describe('Of an undo: what becomes of people whom the run created'),
    limits: limitsSchema.describe('The most that the run may do before it asks, beside what the site says'),
    replacesLimits: z
      .boolean()
      .describe(
        'These limits stand in place of the site’s, looser ones too: takes the right safeguards:override',
      ),
    invite: z.enum(INVITE_MODES),
    photoMatch: z
      .string()
      .nullable()
      .describe('Of a run on photos: the field whose value is the name of each file, without its ending'),
    roles: z
      .object({ add: z.array(z.int()).readonly(), remove: z.array(z.int()).readonly() })
      .nullable()
      .describe('Of a run on roles: what is given and taken, by the ids of roles'),
    cardsOfId: z.string().nullable().describe('Of a run on cards: the run whose cards it issues'),
    headerRow: z.int().min(1).max(1000).nullable().describe('null: the file has no header'),
    mapping: z
      .record(z.string(), z.string().nullable())
      .describe('Field → column: a header, a position from 1 where there is no header, or null for none'),
    clearBlank: z.array(z.string()).describe('Fields whose blank cell clears the value'),
    expect: z.int().min(0).nullable().describe('The rows that the file must have'),
    rowsMin: z.int().min(0).nullable().describe('The least rows that the file may have'),
    trailer: trailerWord
      .nullable()
      .describe(
        'The word that the last line of the file begins with: it is no row and says how many there are. null: no such line',
      ),
    absent: z
      .enum(ABSENT_MODES)
      .describe('Of a sync: what becomes of people who are not in the file. To delete them takes the right'),
    absentAmong: z
      .enum(['site', 'source'])
      .describe(
        'Of a sync: among whom somebody can be absent, all of the site or those whom the last file of its source was about',
      ),
    matchBy: z
      .array(z.enum(MATCH_KEYS))
      .min(1)
      .nullable()
      .describe('The keys by which people are found: the first that a row has. null: as the preset says'),
    cardIdType: z.enum(CARD_ID_TYPES),
    cardValidFrom: z.iso.date().nullable().describe('The first day of the cards that rows bring'),
    cardValidUntil: z.iso.date().nullable().describe('Their last day; that of a row wins'),
    encoding: z.string().nullable().describe('null: found by itself'),
    delimiter: z.enum([',', ';', '\t', '|']).nullable().describe('null: found by itself'),
  })
  .meta({ id: 'BulkActionOptions' });
// An option that is not known is refused, never passed over: it may be a guard that somebody relies on.
export const askedOptionsSchema = bulkActionOptionsSchema
  .omit({ undoCreated: true, photoMatch: true, roles: true, cardsOfId: true, absentAmong: true })
  .partial()
  .extend({
    action: z
      .enum([...ACTIONS, 'sync'])
      .optional()
      .describe(
        'What becomes of rows that do not say it themselves. sync: who is in the file is created or updated, who is ' +
          'not is archived, or as absent says; it takes a limit',
      ),
    maxChangePercent: z.number().min(0).max(100).optional().describe('Short for limits.changed.percent'),
  })
  .strict()
  .meta({
    id: 'AskedOptions',
    description: 'What is left out is as the saved preset has it, else as the built-in one has it',
  });
export const presetName = z
  .string()
  .max(60)
  .describe('A built-in preset, or one that the site or a site above it has saved');
export const countsSchema = z.object(
  Object.fromEntries([...OUTCOMES, 'total'].map((name) => [name, z.int()])) as Record<
    (typeof OUTCOMES)[number] | 'total',
    z.ZodInt
  >,
);
export const bulkActionSchema = z
  .object({
    id: z.string(),
    site: siteId,
    kind: z.enum(KINDS),
    preset: z.string().describe('The built-in preset'),
    savedPreset: z.string().nullable().describe('The saved preset that was named, if any'),
    fileName: z.string().nullable(),
    undoes: z.string().nullable().describe('The run that this one takes back'),
    undoneBy: z.string().nullable().describe('The newest run that takes this one back'),
    options: bulkActionOptionsSchema,
    state: z.enum(STATES),
    phase: z.enum(PHASES).nullable(),
    progress: z.object({ done: z.int(), total: z.int().nullable() }),
    counts: countsSchema.describe('So far; at the end they sum up to total'),
    error: z
      .object({ code: z.string(), message: z.string(), details: z.record(z.string(), z.unknown()) })
      .nullable(),
    format: z
      .object({
        kind: z.enum(['csv', 'xlsx']),
        encoding: z.string().nullable(),
        delimiter: z.string().nullable(),
        hasByteOrderMark: z.boolean(),
      })
      .nullable(),
    columns: z.array(z.object({ header: z.string(), field: z.string().nullable() })).nullable(),
    startedBy: z.string().nullable(),
    startedById: z.int().nullable().describe('The person; null for nobody, and once they are gone'),
    isDryRun: z.boolean(),
    ask: askSchema.nullable().describe('What the run asks people, or asked last'),
    isCancelling: z.boolean(),
    paused: z
      .object({ at: timestamp, by: z.string().nullable() })
      .nullable()
      .describe('Since when nothing of it is written, and who holds it'),
    cancelReason: z
      .enum(CANCEL_REASONS)
      .nullable()
      .describe('Why it was cancelled: somebody asked, nobody answered in time, or its workflow was lost'),
    mail: z
      .object({
        state: z.enum(['waiting', 'sent', 'refused']),
        attempts: z.int(),
        lastError: z.string().nullable(),
      })
      .nullable()
      .describe('The mail that tells how the run ended'),
    followUp: followUpSchema.nullable().describe('What it still waits for, or waited for: photos and cards'),
    workflowId: z.string(),
    createdAt: timestamp,
    stagedAt: timestamp.nullable(),
    lockedAt: timestamp.nullable(),
    checkedAt: timestamp.nullable(),
    finishedAt: timestamp.nullable(),
    discardedAt: timestamp.nullable().describe('When its rows and results were removed; its counts stay'),
  })
  .meta({ id: 'BulkAction' });

export const reasonSchema = z.object({
  code: z.string(),
  field: z.string().optional(),
  value: z.string().optional(),
  rows: z.array(z.int()).optional(),
  expected: z.string().optional(),
  hint: z.string(),
});

export type UploadedFile = z.infer<typeof fileSchema>;
export type AskedOptions = z.input<typeof askedOptionsSchema>;
export type AskedOptionsRead = z.output<typeof askedOptionsSchema>;
export type BulkAction = z.infer<typeof bulkActionSchema>;
export type Problem = z.infer<typeof problemSchema>;
export type Page<Item> = { items: Item[]; next: string | null };
