// Presets that sites have saved: a built-in one with a mapping and options of their own.
import { bigint, integer, jsonb, pgTable, text, timestamp, uniqueIndex } from 'drizzle-orm/pg-core';
import type { BulkActionOptions } from '../../domain/bulk-action.ts';
import { site } from './sites.ts';

export const savedPreset = pgTable(
  'saved_preset',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    siteId: integer()
      .notNull()
      .references(() => site.id),
    name: text().notNull(),
    /** The built-in preset that it is made from. */
    base: text().notNull(),
    options: jsonb().$type<Partial<BulkActionOptions>>().notNull(),
    createdAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
  },
  (t) => [uniqueIndex('saved_preset_name').on(t.siteId, t.name)],
);
