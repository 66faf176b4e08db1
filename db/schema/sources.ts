// Sources: where files come from by themselves, what each delivered, and whom its files are about.
import { sql } from 'drizzle-orm';
import {
  type AnyPgColumn,
  bigint,
  boolean,
  check,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
  uniqueIndex,
} from 'drizzle-orm/pg-core';
import type { SourceSchedule } from '../../domain/sources/schedule.ts';
import type {
  DeliveryOutcome,
  DeliveryState,
  DoneFolder,
  PauseReason,
  Readiness,
  RowCountProof,
  SourcePart,
  SourcePlace,
} from '../../domain/sources/source.ts';
import { runId } from './bulk-actions.ts';
import { site } from './sites.ts';

export const source = pgTable(
  'source',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    siteId: integer()
      .notNull()
      .references(() => site.id),
    rootId: integer().notNull(),
    name: text().notNull(),
    place: jsonb().$type<SourcePlace>().notNull(),
    /** What lets one in, encrypted; null where nothing is needed. */
    secret: text(),
    parts: jsonb().$type<SourcePart[]>().notNull(),
    /** Since when they are as they are: what was run before that was run otherwise. */
    partsChangedAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
    schedule: jsonb().$type<SourceSchedule>().notNull(),
    readiness: jsonb().$type<Readiness>().notNull(),
    rowCount: jsonb().$type<RowCountProof>(),
    fewerRowsPercentMax: integer(),
    setWaitMinutes: integer().notNull(),
    notify: text().array().notNull(),
    tells: text().$type<'problems' | 'everything'>().notNull(),
    freshHours: integer(),

    /** Who set it up or changed it last: its runs are theirs, with the rights that they have by then. */
    byPersonId: bigint({ mode: 'number' }),
    byName: text(),

    pausedAt: timestamp({ withTimezone: true }),
    pauseReason: text().$type<PauseReason>(),
    pausedById: bigint({ mode: 'number' }),
    /** The run whose question paused it. */
    pausedForId: runId(),
    /** What somebody who paused it had to say about that. */
    pauseNote: text(),
    /** Set when somebody wants it to look now, even while it is paused; gone once it has begun to. */
    askedAt: timestamp({ withTimezone: true }),
    /** True where the next delivery counts as the whole truth: nothing of the last good one is compared with. */
    isRemasterAsked: boolean().notNull().default(false),

    /** Counts up with every change that its Temporal Schedule must follow, and how far that has. */
    version: integer().notNull().default(1),
    scheduledVersion: integer().notNull().default(0),
    /** Removed: the row goes once the Schedule has. */
    removedAt: timestamp({ withTimezone: true }),

    /** The workflow of the sync that is at work on it: one at a time. */
    syncWorkflowId: text(),
    /** Syncs in a row that failed. */
    failures: integer().notNull().default(0),
    lastLookedAt: timestamp({ withTimezone: true }),
    /** When it last brought a good file, also one that was the same as before. */
    lastGoodAt: timestamp({ withTimezone: true }),
    /** What is wrong with it now; null where nothing is. */
    problemCode: text(),
    problemMessage: text(),
    /** Since when an alarm stands that nothing has come. */
    staleSince: timestamp({ withTimezone: true }),
    createdAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
  },
  (t) => [
    uniqueIndex('source_name').on(t.siteId, t.name).where(sql`${t.removedAt} is null`),
    check('source_paused', sql`(${t.pausedAt} is null) = (${t.pauseReason} is null)`),
  ],
);

/** What was delivered: a set of files that belong together, most often one. */
export const sourceDelivery = pgTable(
  'source_delivery',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    sourceId: bigint({ mode: 'number' })
      .notNull()
      .references((): AnyPgColumn => source.id, { onDelete: 'cascade' }),
    /** What the wildcards of its patterns stand for: what its files have in common. */
    stem: text().notNull(),
    state: text().$type<DeliveryState>().notNull().default('arriving'),
    outcome: text().$type<DeliveryOutcome>(),
    /** Why it failed, was passed over, or what it waits for. */
    problemCode: text(),
    problemMessage: text(),
    /** The part under way, or that was last. */
    part: integer().notNull().default(0),
    isRemaster: boolean().notNull().default(false),
    /** Rows of its files together, once they are known: what the next one is compared with. */
    rows: integer(),
    firstSeenAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
    takenAt: timestamp({ withTimezone: true }),
    endedAt: timestamp({ withTimezone: true }),
  },
  (t) => [
    index('source_delivery_of').on(t.sourceId, t.id),
    // One at a time of those that belong together.
    uniqueIndex('source_delivery_open').on(t.sourceId, t.stem).where(sql`${t.state} <> 'ended'`),
    check('source_delivery_state', sql`${t.state} in ('arriving', 'taken', 'running', 'settling', 'ended')`),
    check('source_delivery_ended', sql`(${t.state} = 'ended') = (${t.endedAt} is not null)`),
    check('source_delivery_outcome', sql`${t.state} <> 'ended' or ${t.outcome} is not null`),
  ],
);

/** A file of a delivery, as it was seen and where it has gone. */
export const sourceFile = pgTable(
  'source_file',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    deliveryId: bigint({ mode: 'number' })
      .notNull()
      .references((): AnyPgColumn => sourceDelivery.id, { onDelete: 'cascade' }),
    sourceId: bigint({ mode: 'number' }).notNull(),
    /** Which part of the source it is for, and by which of its patterns; from 0. */
    part: integer().notNull(),
    pattern: integer().notNull(),
    name: text().notNull(),
    bytes: bigint({ mode: 'number' }).notNull(),
    modifiedAt: timestamp({ withTimezone: true }),
    /** What the place calls this content: an ETag. */
    revision: text(),
    /** Since when it was seen as it is: size, time and revision. */
    unchangedSince: timestamp({ withTimezone: true }).notNull().defaultNow(),
    sha256: text(),
    uploadId: text(),
    /** The rows that it says it has. */
    rowsTold: integer(),
    /** The rows that the run of its part found; of its first file alone. */
    rows: integer(),
    bulkActionId: runId(),
    /** Where it was put, and as what: never over another file. */
    movedTo: text().$type<DoneFolder>(),
    movedAs: text(),
    resultsAs: text(),
    /** When there was nothing left to do about it: the same name may come again. */
    settledAt: timestamp({ withTimezone: true }),
  },
  (t) => [
    index('source_file_of').on(t.deliveryId),
    uniqueIndex('source_file_open').on(t.sourceId, t.name).where(sql`${t.settledAt} is null`),
    // What was taken and is not dealt with yet keeps its content.
    index('source_file_upload')
      .on(t.uploadId)
      .where(sql`${t.uploadId} is not null and ${t.settledAt} is null`),
    index('source_file_run').on(t.bulkActionId).where(sql`${t.bulkActionId} is not null`),
  ],
);

/** Whom the last good file of a source was about, as long as they are in use: who is missing from the next one was among them. */
export const sourcePerson = pgTable(
  'source_person',
  {
    sourceId: bigint({ mode: 'number' })
      .notNull()
      .references((): AnyPgColumn => source.id, { onDelete: 'cascade' }),
    personId: bigint({ mode: 'number' }).notNull(),
  },
  (t) => [primaryKey({ name: 'source_person_key', columns: [t.sourceId, t.personId] })],
);
