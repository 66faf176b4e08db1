// Imports that are being prepared: what an admin has chosen so far, before there is a run.
import { bigint, index, integer, jsonb, pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core';
import type { DraftSettings, RememberedAnswers } from '../../domain/import-draft.ts';
import { runId } from './bulk-actions.ts';
import { person } from './people.ts';
import { site } from './sites.ts';

/** A draft is its owner's alone; it goes when its run ends, or when nobody has touched it for long. */
export const importDraft = pgTable(
  'import_draft',
  {
    id: text().primaryKey(),
    siteId: integer()
      .notNull()
      .references(() => site.id),
    byPersonId: bigint({ mode: 'number' })
      .notNull()
      .references(() => person.id, { onDelete: 'cascade' }),
    settings: jsonb().$type<DraftSettings>().notNull(),
    /** The uploads that it keeps from being swept, in the order of their slots. */
    uploadIds: text().array().notNull().default([]),
    /** The run, dry or not, that came of it. */
    bulkActionId: runId(),
    /** Counts the changes, from 1: a change names the version that it saw. */
    version: integer().notNull().default(1),
    createdAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
    updatedAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
  },
  (t) => [
    index('import_draft_owner').on(t.byPersonId, t.updatedAt),
    index('import_draft_run').on(t.bulkActionId),
  ],
);

/** How the columns of a kind of file were matched last on a site, by header: offered the next time. */
export const rememberedAnswers = pgTable(
  'remembered_answers',
  {
    siteId: integer()
      .notNull()
      .references(() => site.id),
    preset: text().notNull(),
    answers: jsonb().$type<RememberedAnswers>().notNull(),
    byPersonId: bigint({ mode: 'number' }),
    updatedAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
  },
  (t) => [primaryKey({ name: 'remembered_answers_key', columns: [t.siteId, t.preset] })],
);
