// Org units: the tree of departments and teams inside a site.
import { sql } from 'drizzle-orm';
import {
  type AnyPgColumn,
  bigint,
  index,
  integer,
  pgTable,
  text,
  timestamp,
  uniqueIndex,
} from 'drizzle-orm/pg-core';
import { site } from './sites.ts';

export const orgUnit = pgTable(
  'org_unit',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    siteId: integer()
      .notNull()
      .references(() => site.id),
    /** Matched exactly, letter by letter. */
    name: text().notNull(),
    /** What the student system calls it: unique in the site. */
    externalId: text(),
    /** The unit above it, of the same site; null for one at the top. A unit that is nobody's parent is a leaf. */
    parentId: bigint({ mode: 'number' }).references((): AnyPgColumn => orgUnit.id),
    createdAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
  },
  (t) => [
    uniqueIndex('org_unit_name').on(t.siteId, t.name),
    uniqueIndex('org_unit_external').on(t.siteId, t.externalId).where(sql`${t.externalId} is not null`),
    index('org_unit_parent').on(t.parentId),
  ],
);
