// Invitations: a cardholder is asked for a photo by mail, once and with reminders, and answers by a link.

/** `answered`: a photo came and waits for a look. `done`: it was approved. `closed`: nobody waits for it any more. */
export const INVITATION_STATES = ['open', 'answered', 'done', 'closed'] as const;
export type InvitationState = (typeof INVITATION_STATES)[number];

/** The mails to a cardholder. Each but the last has a link to the cardholder's page. */
export const INVITATION_MAILS = ['invitation', 'reminder', 'sent-back', 'approved'] as const;
export type InvitationMailKind = (typeof INVITATION_MAILS)[number];

/**
 * `sending`: claimed, and handed to the mail server right now. `unsure`: it was, and whoever did so died before the
 * answer: it is not sent again, so that nobody gets it twice. `bounced`: refused for good. `dropped`: not wanted any more.
 */
export const INVITATION_MAIL_STATES = ['waiting', 'sending', 'sent', 'bounced', 'unsure', 'dropped'] as const;
export type InvitationMailState = (typeof INVITATION_MAIL_STATES)[number];

/** Why somebody gets no more mails: the mail server refused the address for good, or they asked for it. */
export const MAIL_STOPS = ['bounced', 'unsubscribed'] as const;
export type MailStop = (typeof MAIL_STOPS)[number];
