// The outbox: mails that must leave, once each.
import { sql } from 'drizzle-orm';
import {
  bigint,
  check,
  index,
  integer,
  jsonb,
  pgTable,
  text,
  timestamp,
  uniqueIndex,
} from 'drizzle-orm/pg-core';
import type { MailKind, MailReader } from '../../domain/run-mail.ts';
import type { SourceMailData } from '../../domain/sources/mail.ts';
import type { SourceMail } from '../../domain/sources/source.ts';
import { source } from './sources.ts';

/** What a mail about a run needs to know beside it. Without a reader it is for who started the run. */
export type MailData = {
  to?: MailReader;
  /** Who reads it, where it is somebody else: gone with them. */
  personId?: number;
};

export const outgoingMail = pgTable(
  'outgoing_mail',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    /** The run that it tells of; null where it tells of a source. */
    bulkActionId: text(),
    sourceId: bigint({ mode: 'number' }).references(() => source.id, { onDelete: 'cascade' }),
    /** Of what about its source it tells: of each once. */
    occasion: text(),
    /** Which mail this is: of a run one of each and recipient at most, in a round. */
    what: text().$type<MailKind | SourceMail>().notNull(),
    /** Which round of asking it belongs to; 0 for the mail that says how the run ended. */
    round: integer().notNull().default(0),
    /** Null once the person of this address is gone. */
    toAddress: text(),
    /** What the mail's template needs beside the run or the source itself. */
    data: jsonb().$type<MailData | SourceMailData>().notNull().default({}),
    state: text().$type<'waiting' | 'sent' | 'refused'>().notNull().default('waiting'),
    attempts: integer().notNull().default(0),
    /** Why the last attempt failed: the server's code and words, without the address. */
    lastError: text(),
    createdAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
    settledAt: timestamp({ withTimezone: true }),
    /** When it was forgotten, its address with it: whoever keeps copies of mails deletes theirs. */
    forgottenAt: timestamp({ withTimezone: true }),
  },
  (t) => [
    uniqueIndex('outgoing_mail_once').on(t.bulkActionId, t.what, t.round, t.toAddress),
    uniqueIndex('outgoing_mail_source_once')
      .on(t.sourceId, t.what, t.occasion, t.toAddress)
      .where(sql`${t.sourceId} is not null`),
    index('outgoing_mail_waiting').on(t.createdAt).where(sql`${t.state} = 'waiting'`),
    check('outgoing_mail_state', sql`${t.state} in ('waiting', 'sent', 'refused')`),
    check(
      'outgoing_mail_forgotten',
      sql`${t.forgottenAt} is null or ${t.toAddress} is null and ${t.state} <> 'waiting'`,
    ),
    check('outgoing_mail_about', sql`(${t.bulkActionId} is null) <> (${t.sourceId} is null)`),
    check('outgoing_mail_settled', sql`(${t.state} = 'waiting') = (${t.settledAt} is null)`),
  ],
);
