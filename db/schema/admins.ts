// What an admin has set or seen for themselves: nothing of it changes what anybody else finds.
import {
  bigint,
  boolean,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
} from 'drizzle-orm/pg-core';
import type { PeopleView } from '../../domain/people-view.ts';
import { runId } from './bulk-actions.ts';
import { person } from './people.ts';
import { site } from './sites.ts';

/** How an admin wants the console. A null is as their browser has it. */
export const adminProfile = pgTable('admin_profile', {
  personId: bigint({ mode: 'number' })
    .primaryKey()
    .references(() => person.id, { onDelete: 'cascade' }),
  language: text().$type<'en' | 'de'>(),
  colorScheme: text().$type<'light' | 'dark'>(),
  /** Whether single letters are shortcuts. */
  hasSingleKeys: boolean().notNull().default(true),
  updatedAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
});

/** The runs whose end an admin has seen. */
export const seenRun = pgTable(
  'seen_run',
  {
    personId: bigint({ mode: 'number' })
      .notNull()
      .references(() => person.id, { onDelete: 'cascade' }),
    bulkActionId: runId().notNull(),
    at: timestamp({ withTimezone: true }).notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ name: 'seen_run_key', columns: [t.personId, t.bulkActionId] }),
    index('seen_run_run').on(t.bulkActionId),
  ],
);

/** Lists of people under a name: filters, columns and order, never a name or an email that was searched for. */
export const peopleView = pgTable(
  'people_view',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    siteId: integer()
      .notNull()
      .references(() => site.id),
    /** Whose it is; null for a view that everybody of the site has. */
    byPersonId: bigint({ mode: 'number' }).references(() => person.id, { onDelete: 'cascade' }),
    name: text().notNull(),
    view: jsonb().$type<PeopleView>().notNull(),
    createdAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
  },
  (t) => [index('people_view_site').on(t.siteId), index('people_view_owner').on(t.byPersonId)],
);
