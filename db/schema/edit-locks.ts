// The edit lock of each site: who may change its people while a run is on.
import { sql } from 'drizzle-orm';
import { bigint, check, index, integer, pgTable, text, timestamp } from 'drizzle-orm/pg-core';
import { site } from './sites.ts';

export const editLock = pgTable(
  'edit_lock',
  {
    siteId: integer()
      .primaryKey()
      .references(() => site.id, { onDelete: 'cascade' }),
    /** The bulk action that holds the lock, or null. */
    holder: text(),
    /** The fencing token: grows with each grant, so that a holder of old can be told from the present one. */
    token: bigint({ mode: 'number' }).notNull().default(0),
    grantedAt: timestamp({ withTimezone: true }),
  },
  (t) => [
    index('edit_lock_holder').on(t.holder).where(sql`${t.holder} is not null`),
    check('edit_lock_held', sql`(${t.holder} is null) = (${t.grantedAt} is null)`),
  ],
);
