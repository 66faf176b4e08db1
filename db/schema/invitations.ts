// Invitations: who is asked for a photo, the mails that ask, who gets none, and what each site says in them.
import { sql } from 'drizzle-orm';
import {
  bigint,
  check,
  doublePrecision,
  index,
  integer,
  pgTable,
  primaryKey,
  smallint,
  text,
  timestamp,
  uniqueIndex,
} from 'drizzle-orm/pg-core';
import type {
  InvitationMailKind,
  InvitationMailState,
  InvitationState,
  MailStop,
} from '../../domain/invitation.ts';
import type { Language } from '../../domain/language.ts';
import { runId } from './bulk-actions.ts';
import { person } from './people.ts';
import { site } from './sites.ts';

export const invitation = pgTable(
  'invitation',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    /** The run whose follow-up waits for the answer; null for one that an admin sent by itself. */
    bulkActionId: runId(),
    personId: bigint({ mode: 'number' })
      .notNull()
      .references(() => person.id, { onDelete: 'cascade' }),
    siteId: integer()
      .notNull()
      .references(() => site.id),
    rootId: integer().notNull(),
    state: text().$type<InvitationState>().notNull().default('open'),
    byPersonId: bigint({ mode: 'number' }),
    createdAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
    /** Until when its links work. */
    expiresAt: timestamp({ withTimezone: true }).notNull(),
    answeredAt: timestamp({ withTimezone: true }),
    doneAt: timestamp({ withTimezone: true }),
  },
  (t) => [
    uniqueIndex('invitation_of_run').on(t.bulkActionId, t.personId),
    index('invitation_person').on(t.personId),
    index('invitation_site').on(t.siteId, t.id),
    check('invitation_state', sql`${t.state} in ('open', 'answered', 'done', 'closed')`),
  ],
);

/** Each mail to a cardholder, with a link of its own. Numbered from 0 for each invitation. */
export const invitationMail = pgTable(
  'invitation_mail',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    invitationId: bigint({ mode: 'number' })
      .notNull()
      .references(() => invitation.id, { onDelete: 'cascade' }),
    number: smallint().notNull(),
    what: text().$type<InvitationMailKind>().notNull(),
    /** The photo that was decided about. */
    photoId: text(),
    /** Of a reminder of a run's follow-up: which round of reminding it belongs to. */
    round: smallint(),
    state: text().$type<InvitationMailState>().notNull().default('waiting'),
    /** SHA-256 of the link's token, hex: the token itself stands in the mail alone. */
    tokenHash: text(),
    attempts: smallint().notNull().default(0),
    /** Not before then. */
    dueAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
    claimedAt: timestamp({ withTimezone: true }),
    settledAt: timestamp({ withTimezone: true }),
    /** When the link was first followed: by whom it was sent to, or by a program that looks at their mails. */
    openedAt: timestamp({ withTimezone: true }),
    /** The mail server's code, such as `550 5.1.1`, without its words: these may name somebody. */
    smtpCode: text(),
  },
  (t) => [
    uniqueIndex('invitation_mail_number').on(t.invitationId, t.number),
    uniqueIndex('invitation_mail_token').on(t.tokenHash),
    uniqueIndex('invitation_mail_reminder').on(t.invitationId, t.round).where(sql`${t.round} is not null`),
    index('invitation_mail_waiting').on(t.dueAt).where(sql`${t.state} in ('waiting', 'sending')`),
    check(
      'invitation_mail_state',
      sql`${t.state} in ('waiting', 'sending', 'sent', 'bounced', 'unsure', 'dropped')`,
    ),
  ],
);

/** Who gets no more mails to cardholders, and why. A bounce is over once the address is another. */
export const mailStop = pgTable(
  'mail_stop',
  {
    personId: bigint({ mode: 'number' })
      .notNull()
      .references(() => person.id, { onDelete: 'cascade' }),
    reason: text().$type<MailStop>().notNull(),
    /** The address that bounced, as it is compared. */
    emailKey: text(),
    smtpCode: text(),
    at: timestamp({ withTimezone: true }).notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ name: 'mail_stop_key', columns: [t.personId, t.reason] }),
    check('mail_stop_reason', sql`${t.reason} in ('bounced', 'unsubscribed')`),
  ],
);

/** How a site invites. A column that is null leaves it to the site above. */
export const invitationSettings = pgTable('invitation_settings', {
  siteId: integer()
    .primaryKey()
    .references(() => site.id, { onDelete: 'cascade' }),
  /** Who writes, beside the name of the organisation: such as *Card office*. */
  office: text(),
  replyTo: text(),
  logoFileKey: text(),
  logoMediaType: text(),
  /** Days from the start of a follow-up; parts of a day too. Null where the site above decides. */
  linkDays: doublePrecision(),
  reminderDays: doublePrecision().array(),
  deadlineDays: doublePrecision(),
  updatedAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
});

/** What a site says in a mail to its cardholders, in a language. A site that says nothing leaves it to the one above. */
export const invitationText = pgTable(
  'invitation_text',
  {
    siteId: integer()
      .notNull()
      .references(() => site.id, { onDelete: 'cascade' }),
    language: text().$type<Language>().notNull(),
    what: text().$type<InvitationMailKind>().notNull(),
    subject: text().notNull(),
    text: text().notNull(),
  },
  (t) => [primaryKey({ name: 'invitation_text_key', columns: [t.siteId, t.language, t.what] })],
);
