// Photos, those that a run is about to add, and the proof of those that were deleted.
import { sql } from 'drizzle-orm';
import {
  bigint,
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
import type { Crop, DeclineReason, PhotoChecks, PhotoState } from '../../domain/photo.ts';
import { runId } from './bulk-actions.ts';
import { site } from './sites.ts';

/** No foreign key to the person: the photo of an anonymized one stays, and belongs to nobody by name. */
export const photo = pgTable(
  'photo',
  {
    id: text().primaryKey(),
    personId: bigint({ mode: 'number' }),
    siteId: integer()
      .notNull()
      .references(() => site.id),
    /** `additional`: an ID document or a signature, which anonymizing deletes. */
    kind: text().$type<'cardholder' | 'additional'>().notNull(),
    state: text().$type<PhotoState>().notNull().default('approved'),
    /** Where the file store keeps it: made from the id, never from a name. Its thumbnail lies beside it. */
    fileKey: text().notNull(),
    mediaType: text().notNull(),
    bytes: bigint({ mode: 'number' }).notNull(),
    sha256: text().notNull(),
    width: integer(),
    height: integer(),
    checks: jsonb().$type<PhotoChecks>(),
    /** The part for the card; null for all of it. */
    crop: jsonb().$type<Crop>(),
    /** The run that brought it, or the invitation that it answers. */
    bulkActionId: runId(),
    invitationId: bigint({ mode: 'number' }),
    byPersonId: bigint({ mode: 'number' }),
    createdAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
    decidedAt: timestamp({ withTimezone: true }),
    decidedById: bigint({ mode: 'number' }),
    declineReasons: text().array().$type<DeclineReason[]>(),
    /** What the admin wrote to the cardholder. */
    note: text(),
    replacedAt: timestamp({ withTimezone: true }),
  },
  (t) => [
    index('photo_person').on(t.personId).where(sql`${t.personId} is not null`),
    uniqueIndex('photo_current')
      .on(t.personId)
      .where(sql`${t.kind} = 'cardholder' and ${t.state} = 'approved'`),
    uniqueIndex('photo_waiting')
      .on(t.personId)
      .where(sql`${t.kind} = 'cardholder' and ${t.state} = 'waiting'`),
    index('photo_queue').on(t.siteId, t.createdAt).where(sql`${t.state} = 'waiting'`),
    index('photo_shown')
      .on(t.siteId, sql`coalesce(${t.decidedAt}, ${t.createdAt})`, t.id)
      .where(sql`${t.kind} = 'cardholder' and ${t.state} in ('approved', 'declined')`),
    index('photo_run').on(t.bulkActionId).where(sql`${t.bulkActionId} is not null`),
    index('photo_replaced').on(t.replacedAt).where(sql`${t.state} in ('replaced', 'declined')`),
    check('photo_kind', sql`${t.kind} in ('cardholder', 'additional')`),
    check('photo_state', sql`${t.state} in ('waiting', 'approved', 'declined', 'replaced')`),
  ],
);

/** Pictures of a zip that are made ready and belong to nobody yet: applying their rows makes them photos. */
export const bulkPhoto = pgTable(
  'bulk_photo',
  {
    bulkActionId: runId().notNull(),
    rowNumber: integer().notNull(),
    /** Of the photo to be; also of its file. */
    photoId: text().notNull(),
    mediaType: text().notNull(),
    bytes: bigint({ mode: 'number' }).notNull(),
    sha256: text().notNull(),
    width: integer().notNull(),
    height: integer().notNull(),
    checks: jsonb().$type<PhotoChecks>().notNull(),
    createdAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
  },
  (t) => [primaryKey({ name: 'bulk_photo_key', columns: [t.bulkActionId, t.rowNumber] })],
);

/** Proof that a photo was deleted: its hash, when, by whom and by which run. Names nobody. */
export const photoDeletion = pgTable(
  'photo_deletion',
  {
    photoId: text().primaryKey(),
    siteId: integer().notNull(),
    kind: text().$type<'cardholder' | 'additional'>().notNull(),
    sha256: text().notNull(),
    bytes: bigint({ mode: 'number' }).notNull(),
    deletedAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
    byPersonId: bigint({ mode: 'number' }),
    bulkActionId: text(),
    /** The file that is still to be erased from the store, with its thumbnail; null once it is. */
    fileKey: text(),
    erasedAt: timestamp({ withTimezone: true }),
  },
  (t) => [
    index('photo_deletion_file').on(t.deletedAt).where(sql`${t.fileKey} is not null`),
    check('photo_deletion_erased', sql`(${t.fileKey} is null) = (${t.erasedAt} is not null)`),
  ],
);
