// A lane of mails to cardholders: one connection to the mail server, one mail at a time, and what each came to.
//
// Whether a mail was sent must never be guessed: it is known as long as not a byte of it has left, and again once the server
// has answered. In between lies the one moment after which nobody knows.
import { Readable } from 'node:stream';
import type { NodemailerError } from 'nodemailer';
import MailComposer from 'nodemailer/lib/mail-composer';
import { parseConnectionUrl } from 'nodemailer/lib/shared';
import SMTPConnection, { type SMTPConnectionAuth } from 'nodemailer/lib/smtp-connection';
import { type Asked, fateOf, type MailFate, smtpAnswerOf } from '../../domain/mail-fate.ts';
import type { MailSettings } from './transport.ts';

/** A picture inside a mail, named there by `cid:`. */
export type InlinePicture = { cid: string; mediaType: string; content: Buffer };

export type CardholderMessage = {
  to: string;
  replyTo: string | null;
  subject: string;
  html: string;
  text: string;
  logo: InlinePicture | null;
  /** Where one click ends all further mails; null for none. */
  unsubscribeUrl: string | null;
  /** What the Message-ID is made of. */
  key: string;
};

/** `unsure`: the mail has left, and the server never said whether it took it. */
export type Sent = { kind: 'sent' } | { kind: 'unsure' } | MailFate;

export type Lane = {
  /** Never throws: whatever happens is an answer. */
  send(message: CardholderMessage): Promise<Sent>;
  close(): void;
};

/** So many mails go over one connection: servers have had enough of one at some point. */
const MAILS_OF_CONNECTION = 100;

const TIMEOUTS = {
  connectionTimeout: 10_000,
  greetingTimeout: 10_000,
  socketTimeout: 60_000,
  dnsTimeout: 10_000,
};

type Open = { connection: SMTPConnection; mails: number; isOver: boolean };

/** A lane; it connects when its first mail leaves. */
export function openLane({ smtpUrl, from }: MailSettings): Lane {
  let open: Open | undefined;
  const close = () => {
    open?.connection.quit();
    open = undefined;
  };
  const ready = async (): Promise<Open> => {
    if (open && (open.isOver || open.mails >= MAILS_OF_CONNECTION)) close();
    open ??= await connected(smtpUrl);
    return open;
  };
  return {
    async send(message) {
      const mime = compose(message, from);
      const content = await mime.build();
      for (let isFirst = true; ; isFirst = false) {
        let used: Open;
        try {
          used = await ready();
        } catch {
          return { kind: 'outage' };
        }
        const sent = await sendOver(used, mime.getEnvelope(), content);
        if (sent.kind !== 'outage') return sent;
        open = undefined;
        used.connection.close();
        // A server may end a connection that it has had for long enough; the mail has not left, and goes by another one.
        if (!isFirst || used.mails === 1) return sent;
      }
    },
    close,
  };
}

function compose(message: CardholderMessage, from: string) {
  const host = /@([^@>\s]+)>?$/.exec(from)?.[1] ?? 'localhost';
  const { to, replyTo, subject, html, text, logo, unsubscribeUrl, key } = message;
  return new MailComposer({
    from,
    to: { name: '', address: to },
    ...(replyTo !== null && { replyTo }),
    subject,
    html,
    text,
    messageId: `<${key}@${host}>`,
    headers: {
      'Auto-Submitted': 'auto-generated',
      'X-Auto-Response-Suppress': 'All',
      ...(unsubscribeUrl !== null && {
        'List-Unsubscribe': `<${unsubscribeUrl}>`,
        'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
      }),
    },
    ...(logo && { attachments: [{ cid: logo.cid, content: logo.content, contentType: logo.mediaType }] }),
    disableFileAccess: true,
    disableUrlAccess: true,
  }).compile();
}

/** Connects and signs in where the server wants that. Throws where it can't. */
async function connected(smtpUrl: string): Promise<Open> {
  const { auth, ...options } = parseConnectionUrl(smtpUrl);
  const connection = new SMTPConnection({ ...options, ...TIMEOUTS, logger: false });
  const open: Open = { connection, mails: 0, isOver: false };
  const over = () => {
    open.isOver = true;
  };
  connection.once('end', over);
  try {
    await new Promise<void>((resolve, reject) => {
      connection.on('error', (error) => {
        over();
        reject(error);
      });
      connection.once('end', () => reject(new Error('the connection has ended')));
      connection.connect((error) => (error ? reject(error) : resolve()));
    });
    if (auth && connection.allowsAuth) await signIn(connection, auth as SMTPConnectionAuth);
    return open;
  } catch (error) {
    connection.close();
    throw error;
  }
}

const signIn = (connection: SMTPConnection, { user, pass }: SMTPConnectionAuth): Promise<void> =>
  new Promise((resolve, reject) => {
    const credentials = { user: user ?? '', pass: pass as string };
    connection.login({ user, credentials }, (error) => (error ? reject(error) : resolve()));
  });

type Envelope = Parameters<SMTPConnection['send']>[0];

function sendOver(open: Open, envelope: Envelope, content: Buffer): Promise<Sent> {
  const { connection } = open;
  open.mails += 1;
  const stream = new Readable({
    read() {
      this.push(content);
      this.push(null);
    },
  });
  return new Promise((resolve) => {
    connection.send(envelope, stream, (error) => {
      if (!error) return resolve({ kind: 'sent' });
      const sent = sentOf(error, stream.readableDidRead);
      if (sent.kind === 'outage' || sent.kind === 'unsure') open.isOver = true;
      if (open.isOver) return resolve(sent);
      // Whatever the server still holds of this mail must not get into the next one.
      connection.reset((failed) => {
        open.isOver ||= Boolean(failed);
        resolve(sent);
      });
    });
  });
}

function sentOf({ code, command, response, responseCode }: NodemailerError, hasLeft: boolean): Sent {
  // An address that can't even be put into an envelope.
  if (code === 'EENVELOPE' && command === 'API')
    return { kind: 'bounced', smtpCode: 'EENVELOPE', isHard: true };
  if (!responseCode) return hasLeft ? { kind: 'unsure' } : { kind: 'outage' };
  const asked: Asked = command === 'RCPT TO' ? 'recipient' : command === 'DATA' ? 'message' : 'connection';
  return fateOf(asked, smtpAnswerOf(response ?? ''));
}
