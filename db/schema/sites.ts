// Sites: the tree of accounts, institutions or buildings that people belong to.
import { sql } from 'drizzle-orm';
import {
  type AnyPgColumn,
  check,
  index,
  integer,
  pgTable,
  text,
  timestamp,
  uniqueIndex,
} from 'drizzle-orm/pg-core';
import type { Language } from '../../domain/language.ts';

export const site = pgTable(
  'site',
  {
    /** The Account ID. */
    id: integer().primaryKey(),
    name: text().notNull(),
    /** What the student system calls it: unique in the organisation. */
    externalId: text(),
    parentId: integer().references((): AnyPgColumn => site.id),
    /** The organisation: the site at the top of the tree; itself for a root. */
    rootId: integer().notNull(),
    /** Ids from the root down to this site, itself included: `path @> array[n]` is the tree below n. */
    path: integer().array().notNull(),
    /** Domains that emails of its people may have, lower case; null where the site above decides. */
    mailDomains: text().array(),
    /** The language of mails to its admins; null where the site above decides. */
    language: text().$type<Language>(),
    createdAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
  },
  (t) => [
    uniqueIndex('site_external').on(t.rootId, t.externalId).where(sql`${t.externalId} is not null`),
    index('site_path').using('gin', t.path),
    check(
      'site_path_leads_here',
      sql`${t.path}[1] = ${t.rootId} and ${t.path}[cardinality(${t.path})] = ${t.id}`,
    ),
  ],
);
