// The audit trail: who did what, chained by hash, in one chain for each organisation. Nothing here names anybody but by id.
import { sql } from 'drizzle-orm';
import {
  bigint,
  customType,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
} from 'drizzle-orm/pg-core';
import { runId } from './bulk-actions.ts';

const bytes = customType<{ data: Uint8Array }>({ dataType: () => 'bytea' });

export const auditEvent = pgTable(
  'audit_event',
  {
    rootId: integer().notNull(),
    /** Its place in the organisation's chain, from 1, without gaps. */
    seq: bigint({ mode: 'number' }).notNull(),
    at: timestamp({ withTimezone: true }).notNull(),
    siteId: integer(),
    /** Who did it; null for Muster itself, and for somebody unknown. */
    byPersonId: bigint({ mode: 'number' }),
    what: text().notNull(),
    bulkActionId: runId(),
    /** What it was done to: a noun of the API and its id. */
    subject: text(),
    subjectId: text(),
    /** Facts that name nobody. */
    details: jsonb().$type<Record<string, unknown>>().notNull().default({}),
    /** Of the event and of the hash before it. */
    hash: bytes().notNull(),
  },
  (t) => [
    primaryKey({ name: 'audit_event_key', columns: [t.rootId, t.seq] }),
    index('audit_event_run').on(t.bulkActionId).where(sql`${t.bulkActionId} is not null`),
    index('audit_event_at').on(t.rootId, t.at),
    index('audit_event_subject').on(t.rootId, t.subject, t.subjectId).where(sql`${t.subjectId} is not null`),
    // The end of a request is found by what it began with.
    index('audit_event_request')
      .on(t.rootId, sql`(${t.details} ->> 'request')`)
      .where(sql`${t.details} ? 'request'`),
  ],
);

/** The end of each chain: what the next event is chained to. */
export const auditHead = pgTable('audit_head', {
  rootId: integer().primaryKey(),
  seq: bigint({ mode: 'number' }).notNull(),
  hash: bytes().notNull(),
});
