// What goes over the wire of what is going on: who holds a lock, what waits for whom, what ended, and what changes over time.
import { z } from 'zod';
import { RUN_ACTIONS, STATES } from '../domain/bulk-action.ts';
import { bulkActionSchema } from './wire.ts';
import { siteId, timestamp } from './wire-scalars.ts';

const fileName = z.string().nullable();
const action = z.enum(RUN_ACTIONS);

/** What is said of a run where only its name is needed. */
const shortRun = { id: z.string(), kind: bulkActionSchema.shape.kind, action, fileName };

export const lockSchema = z
  .object({
    bulkActionId: z.string().describe('The run that holds it'),
    by: z.string().nullable().describe('Who began the run'),
    kind: bulkActionSchema.shape.kind,
    action,
    siteCount: z.int().describe('How many sites the run holds'),
    rowsDone: z.int(),
    rowsTotal: z.int().nullable(),
    isPaused: z.boolean(),
    since: timestamp,
    secondsLeft: z
      .int()
      .nullable()
      .describe('About so long until it ends, rounded up; null where nobody can tell, or it is nearly over'),
    queued: z
      .array(
        z.object({ ...shortRun, by: z.string().nullable(), rowsTotal: z.int().nullable(), since: timestamp }),
      )
      .describe('Runs that wait for it, in the order in which they came; those that you may see'),
  })
  .meta({ id: 'Lock' });
export const lockReplySchema = z.object({ lock: lockSchema.nullable().describe('null: everybody may edit') });

export const waitingSchema = z
  .object({
    approvals: z
      .array(
        z.object({
          ...shortRun,
          state: z.enum(STATES),
          people: z.int().describe('Whom the plan concerns'),
          by: z.string().nullable(),
          since: timestamp,
          until: timestamp.nullable().describe('When the run is cancelled unless somebody answers'),
        }),
      )
      .describe('Runs that wait for an approval that you may give, the oldest first'),
    confirmations: z
      .array(z.object({ ...shortRun, people: z.int(), since: timestamp, until: timestamp.nullable() }))
      .describe('Your runs whose plan waits for your word, the oldest first'),
    photos: z.object({
      count: z.int().describe('Photos that wait for a decision and that you may decide about'),
      oldestAt: timestamp.nullable(),
    }),
    runsUnderWay: z.int().describe('Runs that are read, checked, queued or applied'),
    rowsNeedingYou: z
      .array(
        z.object({
          ...shortRun,
          rejected: z.int(),
          failed: z.int(),
          finishedAt: timestamp,
        }),
      )
      .describe('Runs of yours of the last weeks with rows that were not written, the newest first'),
    sources: z
      .array(
        z.object({
          id: z.int(),
          name: z.string(),
          why: z.enum(['late', 'paused', 'failing']),
          since: timestamp.nullable(),
          lastGoodAt: timestamp.nullable(),
          scheduleInWords: z.string(),
        }),
      )
      .describe('Sources that are late, paused, or fail, where you may change them'),
  })
  .meta({ id: 'Waiting' });

export const notificationSchema = z
  .object({
    id: z.string(),
    what: z.enum(['run-ended', 'approval', 'source-paused']),
    at: timestamp,
    isSeen: z.boolean(),
    siteId,
    bulkActionId: z.string().nullable(),
    sourceId: z.int().nullable(),
    sourceName: z.string().nullable(),
    kind: bulkActionSchema.shape.kind.nullable(),
    action: action.nullable(),
    fileName,
    state: z.enum(STATES).nullable(),
    by: z.string().nullable(),
    rows: z.int().describe('The rows of the run'),
    needing: z.int().describe('Those of them that were rejected or failed'),
  })
  .meta({ id: 'Notification' });
export const notificationPageSchema = z.object({
  items: z.array(notificationSchema).describe('The newest first'),
  next: z.string().nullable(),
  unseen: z.int().describe('How many you have not seen, 99 at most'),
});
export const seenSchema = z.strictObject({
  bulkActionIds: z.array(z.string().max(60)).max(200).optional().describe('Left out: all that have ended'),
});

const day = z.iso.date();
export const runsPerWeekSchema = z
  .object({
    weeks: z.array(
      z.object({ week: day.describe('Its Monday'), runs: z.int(), rows: z.int(), needing: z.int() }),
    ),
  })
  .meta({ id: 'RunsPerWeek' });
export const photosPerDaySchema = z
  .object({
    invited: z.int().describe('People invited in the follow-ups and by hand that are open in these days'),
    received: z.int().describe('Those of them who have sent a photo'),
    days: z.array(z.object({ day, received: z.int().describe('So many in all by the end of the day') })),
  })
  .meta({ id: 'PhotosPerDay' });

const CHANGED = [
  'everything',
  'locks',
  'people',
  'photos',
  'cards',
  'sources',
  'notifications',
  'imports',
  'bulk-actions',
  'waiting',
  'sites',
  'fields',
  'roles',
  'org-units',
  'presets',
  'invitations',
  'webhooks',
  'keys',
  'safeguards',
  'audit-events',
  'session',
] as const;
export const changedSchema = z
  .object({ what: z.enum(CHANGED), sites: z.array(z.int()).optional() })
  .meta({ id: 'Changed' });

export type Lock = z.infer<typeof lockSchema>;
export type Waiting = z.infer<typeof waitingSchema>;
export type Notification = z.infer<typeof notificationSchema>;
export type NotificationPage = z.infer<typeof notificationPageSchema>;
export type RunsPerWeek = z.infer<typeof runsPerWeekSchema>;
export type PhotosPerDay = z.infer<typeof photosPerDaySchema>;
export type Changed = z.infer<typeof changedSchema>;
