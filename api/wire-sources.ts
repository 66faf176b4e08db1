// What goes over the wire of sources: where files come from, how they are taken, and what a test of the way there found.
import { z } from 'zod';
import { DELIVERY_OUTCOMES, PAUSE_REASONS } from '../domain/sources/source.ts';
import { askedOptionsSchema, presetName } from './wire.ts';
import { siteId, timestamp, trailerWord } from './wire-scalars.ts';

const line = (most: number) => z.string().trim().min(1).max(most);
const hostName = line(253).regex(/^[^\s/@?#]+$/, { error: 'must be a host name or an address alone' });

const directoryPlace = z.strictObject({
  kind: z.literal('directory'),
  path: line(1000).describe('A folder that API and worker share, below one that the operator has allowed'),
});
const sftpPlace = z.strictObject({
  kind: z.literal('sftp'),
  host: hostName,
  port: z.int().min(1).max(65_535).default(22),
  user: line(200),
  path: line(1000).default('.'),
  hostKeys: z
    .array(
      z.string().regex(/^SHA256:[A-Za-z0-9+/]{43}=?$/, { error: 'must be as SHA256:… of ssh-keygen -lf' }),
    )
    .max(10)
    .default([])
    .describe('The server’s keys, one of which it must show. A test of a source that names none tells them'),
});
const httpsPlace = z.strictObject({
  kind: z.literal('https'),
  url: line(2000),
  authHeader: z
    .string()
    .regex(/^[A-Za-z0-9-]{1,100}$/, { error: 'must be the name of a header' })
    .nullable()
    .default(null)
    .describe('The header that carries the secret'),
  authority: z
    .string()
    .max(100_000)
    .regex(/-----BEGIN CERTIFICATE-----/, { error: 'must be a certificate in PEM' })
    .nullable()
    .default(null)
    .describe('PEM of the authority that signed its certificate, where the system does not know it'),
});
const s3Place = z.strictObject({
  kind: z.literal('s3'),
  bucket: z.string().regex(/^[A-Za-z0-9._-]{3,255}$/, { error: 'must be the name of a bucket' }),
  prefix: z.string().trim().max(1000).default(''),
  region: z
    .string()
    .regex(/^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$/, { error: 'must be a region such as eu-central-1' })
    .default('us-east-1'),
  endpoint: z.string().trim().max(2000).nullable().default(null).describe('null: Amazon’s own'),
  isPathStyle: z.boolean().default(false),
});
export const placeSchema = z.discriminatedUnion('kind', [directoryPlace, sftpPlace, httpsPlace, s3Place]);

/** Header values end where the line does: another line would be another header. */
const secretLine = z
  .string()
  .min(1)
  .max(20_000)
  .regex(/^[^\r\n]*$/, { error: 'must be one line' });
export const secretSchema = z
  .strictObject({
    password: secretLine,
    privateKey: z.string().min(1).max(50_000),
    passphrase: secretLine,
    headerValue: secretLine,
    accessKeyId: secretLine,
    secretAccessKey: secretLine,
  })
  .partial()
  .meta({ id: 'SourceSecret', description: 'What lets one in. It is kept encrypted, and never shown again' });

const hour = z.string().regex(/^\d{1,2}:\d{2}$/, { error: 'must be an hour as HH:MM' });
const scheduleSchema = z
  .strictObject({
    when: z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('cron'), cron: line(200).describe('Five fields') }),
      z.strictObject({ kind: z.literal('interval'), everyMinutes: z.int().min(1).max(525_600) }),
    ]),
    timeZone: line(100).default('UTC').describe('An IANA name: the clock of cron and of the blackout hours'),
    jitterSeconds: z.int().min(0).max(86_400).default(0),
    blackouts: z
      .array(
        z.strictObject({
          from: hour,
          until: hour,
          days: z
            .array(z.int().min(0).max(6))
            .min(1)
            .max(7)
            .nullable()
            .default(null)
            .describe('0 is Sunday; null: all'),
        }),
      )
      .max(20)
      .default([])
      .describe('Hours in which no run of it may start'),
  })
  .meta({ id: 'SourceSchedule' });

const suffix = z.string().regex(/^[^/\\\s*?[\]{}]{1,40}$/, { error: 'must be an ending such as .done' });
const readinessSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('rest'), restSeconds: z.int().min(0).max(86_400) }),
  z.strictObject({ kind: z.literal('marker'), suffix }),
]);
const rowCountSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('trailer'), word: trailerWord }),
  z.strictObject({ kind: z.literal('file'), suffix }),
]);
const pattern = z.string().min(1).max(255);
const partSchema = z.strictObject({
  patterns: z.array(pattern).min(1).max(10).describe('For the names of its files; the first must be there'),
  preset: presetName.default('people'),
  options: askedOptionsSchema.default({}),
});

export const sourceFields = {
  name: line(100),
  place: placeSchema,
  parts: z.array(partSchema).min(1).max(10).describe('In the order in which they are run'),
  schedule: scheduleSchema,
  readiness: readinessSchema.describe(
    'rest: unchanged for so long; marker: a file beside it says that it is whole',
  ),
  rowCount: rowCountSchema.nullable().describe('How a file says how many rows it has'),
  fewerRowsPercentMax: z.number().int().min(0).max(100).nullable(),
  setWaitMinutes: z.int().min(1).max(10_080).describe('How long a set waits for the rest of its files'),
  notify: z.array(z.string().trim().max(254)).max(20).describe('Addresses that are told'),
  tells: z.enum(['problems', 'everything']),
  freshHours: z
    .int()
    .min(1)
    .max(8760)
    .nullable()
    .describe('Without a good file for so long an alarm is raised'),
};
export const sourceSecret = secretSchema.nullable().optional().describe('Left out it stays; null removes it');

export const newSourceSchema = z.strictObject({
  siteId,
  ...sourceFields,
  secret: secretSchema.nullable().default(null),
  readiness: sourceFields.readiness.default({ kind: 'rest', restSeconds: 60 }),
  rowCount: sourceFields.rowCount.default(null),
  fewerRowsPercentMax: sourceFields.fewerRowsPercentMax
    .optional()
    .describe(
      'By how much a file may be shorter than the last good one; 20 for a sync unless given, else null',
    ),
  setWaitMinutes: sourceFields.setWaitMinutes.default(60),
  notify: sourceFields.notify.optional().describe('Addresses that are told; yours unless given'),
  tells: sourceFields.tells.default('problems'),
  freshHours: sourceFields.freshHours.default(null),
});
export const sourcePatchSchema = z
  .strictObject({ ...sourceFields, secret: sourceSecret })
  .partial()
  .extend({
    version: z.int().optional().describe('The version that was read: refused with 409 where it has moved on'),
  })
  .refine(
    (given) => Object.entries(given).some(([name, value]) => name !== 'version' && value !== undefined),
    {
      error: 'Name what is to change.',
    },
  );

const problem = z.object({ code: z.string(), message: z.string() });

export const sourceSchema = z
  .object({
    id: z.int(),
    siteId,
    name: z.string(),
    place: placeSchema,
    hasSecret: z.boolean(),
    secretNames: z.array(z.string()).describe('Of what the secret consists; empty where its key is not here'),
    parts: z.array(partSchema),
    schedule: scheduleSchema,
    scheduleInWords: z.string(),
    readiness: readinessSchema,
    rowCount: rowCountSchema.nullable(),
    fewerRowsPercentMax: z.int().nullable(),
    setWaitMinutes: z.int(),
    notify: z.array(z.string()),
    tells: z.enum(['problems', 'everything']),
    freshHours: z.int().nullable(),
    owner: z
      .object({ id: z.int(), name: z.string().nullable() })
      .nullable()
      .describe('Who saved or resumed it last: its runs have their rights'),
    state: z.enum(['active', 'paused']),
    pause: z
      .object({
        reason: z.enum(PAUSE_REASONS),
        at: timestamp,
        by: z.string().nullable().describe('null: Muster itself'),
        run: z.string().nullable().describe('The run whose question paused it'),
        note: z.string().nullable().describe('What whoever paused it had to say'),
        words: z.string(),
      })
      .nullable(),
    askedAt: timestamp
      .nullable()
      .describe('Since when it is to look because somebody wants that; null once it has begun to'),
    isRemasterAsked: z.boolean().describe('Whether the next file counts as the whole truth of its sites'),
    problem: problem.nullable().describe('What is wrong with it now'),
    lastLookedAt: timestamp.nullable(),
    lastGoodAt: timestamp.nullable().describe('When it last brought a good file, also one with nothing new'),
    isRunning: z.boolean().nullable().describe('null where Temporal is away, as nextAt is'),
    nextAt: timestamp.nullable().describe('When it looks next; null where it is paused'),
    isHeld: z
      .boolean()
      .nullable()
      .describe('Whether Temporal alone holds it still: an operator paused it there, or a sync broke'),
    lastFile: z
      .object({
        name: z.string(),
        at: timestamp.describe('When it was first seen'),
        outcome: z.enum(DELIVERY_OUTCOMES).nullable().describe('null until its delivery has ended'),
      })
      .nullable()
      .describe('The file that came last; null where none has'),
    filesToday: z.int().describe('How many files have come today, by the clock of its schedule'),
    freshness: z.object({
      staleSince: timestamp.nullable(),
      freshHours: z.int().nullable(),
      lastGoodAt: timestamp.nullable(),
    }),
    version: z.int(),
    createdAt: timestamp,
  })
  .meta({ id: 'Source' });

export type Source = z.infer<typeof sourceSchema>;
export type NewSourceAsked = z.input<typeof newSourceSchema>;
export type NewSourceRead = z.output<typeof newSourceSchema>;
export type SourcePatchAsked = z.input<typeof sourcePatchSchema>;
export type SourcePatchRead = z.output<typeof sourcePatchSchema>;
