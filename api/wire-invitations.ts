// What goes over the wire of invitations: who was invited and what became of it, how a site invites, and what it says.
import { z } from 'zod';
import {
  INVITATION_MAIL_STATES,
  INVITATION_MAILS,
  INVITATION_STATES,
  MAIL_STOPS,
} from '../domain/invitation.ts';
import { DAYS_MAX, DAYS_MIN, OFFICE_LENGTH_MAX, REMINDERS_MAX } from '../domain/invitation-settings.ts';
import { SUBJECT_LENGTH_MAX, TEXT_LENGTH_MAX } from '../domain/invitation-text.ts';
import { LANGUAGES } from '../domain/language.ts';
import { siteId, timestamp } from './wire-scalars.ts';

export const mailWhat = z.enum(INVITATION_MAILS);
export const language = z.enum(LANGUAGES);

export const invitationSchema = z
  .object({
    id: z.int(),
    personId: z.int(),
    personName: z.string(),
    siteId,
    bulkActionId: z.string().nullable().describe('The run that invited; null for an invitation by hand'),
    state: z
      .enum(INVITATION_STATES)
      .describe('answered: a photo waits for a look; done: it was approved; closed: nobody waits any more'),
    createdAt: timestamp,
    expiresAt: timestamp.describe('Until then its links work'),
    answeredAt: timestamp.nullable(),
    doneAt: timestamp.nullable(),
    mail: z
      .object({
        number: z.int().describe('From 0: how many were meant for this invitation before'),
        what: mailWhat,
        state: z
          .enum(INVITATION_MAIL_STATES)
          .describe(
            'bounced: the mail server refused it for good; unsure: it was sent, and whether it arrived was never said; ' +
              'dropped: the person can’t be reached, or it was not wanted any more',
          ),
        attempts: z.int(),
        smtpCode: z.string().nullable().describe('The mail server’s code, such as 550 5.1.1'),
        dueAt: timestamp,
        settledAt: timestamp.nullable(),
      })
      .nullable()
      .describe('The newest mail'),
  })
  .meta({ id: 'Invitation' });

export const newInvitationsSchema = z.strictObject({
  personIds: z
    .array(z.int().positive())
    .min(1)
    .max(1000)
    .describe('Active people; each is sent a mail, whatever was sent before'),
});

export const madeInvitationsSchema = z.object({
  items: z.array(
    z.object({
      id: z.int(),
      personId: z.int(),
      isReachable: z
        .boolean()
        .describe('false: no address, a bounced one, or no mails wanted. Nothing is sent'),
    }),
  ),
});

export const sentAgainSchema = z.object({ id: z.int(), mailId: z.int() });

export const mailStopSchema = z.object({
  reason: z.enum(MAIL_STOPS),
  smtpCode: z.string().nullable(),
  at: timestamp,
});

const days = z.number().min(DAYS_MIN).max(DAYS_MAX).describe('Parts of a day too: 0.5 is twelve hours');
const reminderDays = z
  .array(days)
  .max(REMINDERS_MAX)
  .refine((given) => given.every((day, index) => index === 0 || day > (given[index - 1] ?? 0)), {
    error: 'Name the days in their order, each once.',
  });
// One address and nothing else: whatever stands in it becomes a header.
const replyTo = z
  .string()
  .trim()
  .max(254)
  .regex(/^[^\s<>@,;:"\p{Cc}]+@[^\s<>@,;:"\p{Cc}]+$/u, {
    error: 'Give one address, without a name.',
  });
const office = z
  .string()
  .trim()
  .min(1)
  .max(OFFICE_LENGTH_MAX)
  .regex(/^[^\p{Cc}\p{Zl}\p{Zp}\p{Co}]*$/u, { error: 'One line, without control characters.' });

const own = {
  office: office.nullable().describe('Who writes, beside the organisation: such as Card office'),
  replyTo: replyTo.nullable().describe('Where answers to these mails go'),
  linkDays: days.nullable().describe('Days for which a link works'),
  reminderDays: reminderDays
    .nullable()
    .describe('Days after the invitation on which those are reminded who have sent nothing; [] for none'),
  deadlineDays: days.nullable().describe('Days after which a run waits for nobody any more'),
};

const said = <Value extends z.ZodType>(value: Value) =>
  z.object({ value, fromSiteId: siteId.nullable().describe('The site that says it; null: the default') });

export const invitationSettingsSchema = z
  .object({
    siteId,
    own: z.object(own).describe('What the site itself says; null where the site above decides'),
    effective: z.object({
      office: said(own.office),
      replyTo: said(own.replyTo),
      linkDays: said(days),
      reminderDays: said(z.array(days)),
      deadlineDays: said(days),
      logoFromSiteId: siteId.nullable().describe('The site whose logo stands in the mails; null: none does'),
    }),
  })
  .meta({ id: 'InvitationSettings' });
export const invitationSettingsPutSchema = z.strictObject(own);

const text = {
  subject: z.string().trim().min(1).max(SUBJECT_LENGTH_MAX),
  text: z
    .string()
    .trim()
    .min(1)
    .max(TEXT_LENGTH_MAX)
    .describe('Plain text, paragraphs with blank lines between them'),
};

export const invitationTextSchema = z
  .object({
    ...text,
    siteId,
    language,
    what: mailWhat,
    fromSiteId: siteId.nullable().describe('The site that says it; null: the built-in text'),
    placeholders: z.array(z.string()).describe('Those that the text may have, as {firstName}'),
  })
  .meta({ id: 'InvitationText' });
export const invitationTextPutSchema = z.strictObject(text);
export const textPreviewSchema = z.strictObject(text).partial();
export const previewedTextSchema = z.object({ subject: z.string(), html: z.string(), text: z.string() });

export type Invitation = z.infer<typeof invitationSchema>;
export type MadeInvitations = z.infer<typeof madeInvitationsSchema>;
export type SentAgain = z.infer<typeof sentAgainSchema>;
export type InvitationSettingsWire = z.infer<typeof invitationSettingsSchema>;
export type InvitationSettingsPut = z.input<typeof invitationSettingsPutSchema>;
export type InvitationTextWire = z.infer<typeof invitationTextSchema>;
export type PreviewedText = z.infer<typeof previewedTextSchema>;
