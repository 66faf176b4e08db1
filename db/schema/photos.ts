// Photos, and the proof of those that were deleted.
import { sql } from 'drizzle-orm';
import { bigint, check, index, integer, pgTable, text, timestamp } from 'drizzle-orm/pg-core';
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
    /** Where the file store keeps it: made from the id, never from a name. */
    fileKey: text().notNull(),
    mediaType: text().notNull(),
    bytes: bigint({ mode: 'number' }).notNull(),
    sha256: text().notNull(),
    createdAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
  },
  (t) => [
    index('photo_person').on(t.personId).where(sql`${t.personId} is not null`),
    check('photo_kind', sql`${t.kind} in ('cardholder', 'additional')`),
  ],
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
    /** The file that is still to be erased from the store; null once it is. */
    fileKey: text(),
    erasedAt: timestamp({ withTimezone: true }),
  },
  (t) => [
    index('photo_deletion_file').on(t.deletedAt).where(sql`${t.fileKey} is not null`),
    check('photo_deletion_erased', sql`(${t.fileKey} is null) = (${t.erasedAt} is not null)`),
  ],
);
