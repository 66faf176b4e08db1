// Traces: which rows of runs carry a key of somebody who is about to be forgotten, other than that person's own rows.
import { bigint, index, integer, pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core';
import { runId } from './bulk-actions.ts';

/**
 * Noted before a person's keys go, used up when they do. Names a cell and never says what stands in it.
 * Row 0 is the header of the run's file, row -1 its mail, whose id stands for the cell.
 */
export const bulkTrace = pgTable(
  'bulk_trace',
  {
    personId: bigint({ mode: 'number' }).notNull(),
    bulkActionId: runId().notNull(),
    rowNumber: integer().notNull(),
    /** The place of the cell in its row, from 1; below zero where it is only what the cell had before it was mended. */
    cell: integer().notNull(),
    /** The field that the cell's column became. */
    field: text(),
    notedAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ name: 'bulk_trace_key', columns: [t.personId, t.bulkActionId, t.rowNumber, t.cell] }),
    index('bulk_trace_age').on(t.notedAt),
  ],
);
