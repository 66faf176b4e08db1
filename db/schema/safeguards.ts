// What each site says about how much a run may do there, who must approve it, and what hand edits outlive a file.
import { doublePrecision, integer, jsonb, pgTable, text, timestamp } from 'drizzle-orm/pg-core';
import type { Limits } from '../../domain/limits.ts';
import type { Approvable } from '../../domain/safeguards.ts';
import { site } from './sites.ts';

/** A column that is null leaves it to the site above. */
export const safeguard = pgTable('safeguard', {
  siteId: integer()
    .primaryKey()
    .references(() => site.id, { onDelete: 'cascade' }),
  limits: jsonb().$type<Limits>(),
  approvals: text().array().$type<Approvable[]>(),
  graceMinutes: doublePrecision(),
  stickyFields: text().array(),
  updatedAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
});
