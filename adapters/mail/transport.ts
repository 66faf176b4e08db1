// Mail by SMTP: one message at a time, and what its fate means: sent, refused for good, or to be tried again.
import nodemailer, { type NodemailerError } from 'nodemailer';

export type Message = {
  to: string;
  subject: string;
  html: string;
  text: string;
  /** What the Message-ID is made of. The same key gives the same id, so that a mail sent twice is seen as one. */
  key: string;
};

/** `refused`: the server will never take this mail. `reason` is its answer, without addresses. */
export type Delivery = { isRefused: false } | { isRefused: true; reason: string };

export type Mailer = {
  /** Throws a MailOutage where trying again may help; every other end is a Delivery. */
  send(message: Message, signal?: AbortSignal): Promise<Delivery>;
  close(): void;
};

export type MailSettings = {
  /** smtp:// or smtps://, with user and password where the server wants them. */
  smtpUrl: string;
  /** An address, or a name and an address in angle brackets. */
  from: string;
};

/** A mail that did not leave for a reason that may pass. Its message names no address, and hides nothing else. */
export class MailOutage extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'MailOutage';
  }
}

/** Opens a pool of connections to the mail server; they are made when the first mail leaves. */
export function openMailer({ smtpUrl, from }: MailSettings): Mailer {
  const transport = nodemailer.createTransport({
    url: smtpUrl,
    pool: true,
    maxConnections: 2,
    // Trying again is the workflow's: it counts attempts, waits between them and shows them.
    maxRequeues: 0,
    idleTimeout: 20_000,
    connectionTimeout: 10_000,
    greetingTimeout: 10_000,
    socketTimeout: 60_000,
    dnsTimeout: 10_000,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const host = /@([^@>\s]+)>?$/.exec(from)?.[1] ?? 'localhost';
  return {
    async send(message, signal) {
      try {
        await transport.sendMail({
          from,
          to: message.to,
          subject: message.subject,
          html: message.html,
          text: message.text,
          messageId: `<${message.key}@${host}>`,
          // Keeps absence notices and other machines from answering.
          headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
          ...(signal ? { signal } : {}),
        });
        return { isRefused: false };
      } catch (error) {
        const reason = reasonOf(error as NodemailerError, message.to);
        if (isRefusal(error as NodemailerError)) return { isRefused: true, reason };
        throw new MailOutage(reason);
      }
    },
    close: () => transport.close(),
  };
}

/** Answers to RCPT and DATA that mean "who are you?": a fault of the settings, which an operator can mend. */
const SIGN_IN_CODES = new Set([530, 534, 535, 538]);

function isRefusal({ code, command, permanent, responseCode }: NodemailerError): boolean {
  // An address that can't even be put into an envelope.
  if (code === 'EENVELOPE' && command === 'API') return true;
  const isAboutThisMail = command === 'RCPT TO' || command === 'DATA';
  return isAboutThisMail && permanent === true && !SIGN_IN_CODES.has(responseCode ?? 0);
}

function reasonOf({ code, command, message, response, responseCode }: NodemailerError, to: string): string {
  if (response && responseCode) return `${command}: ${withoutAddress(response, to)}`;
  return withoutAddress(`${code ?? 'unknown'}: ${message}`, to);
}

const REASON_CHARS_MAX = 300;

/** Takes every address out of a server's words, and what stands before the @ of the one that was written to. */
export function withoutAddress(words: string, to: string): string {
  const localPart = to.slice(0, to.lastIndexOf('@'));
  const known = [to, localPart].filter((part) => part.length > 1).map(escaped);
  const any = `"[^"]*"@[^\\s<>,;]+|[^\\s<>"(),:;\\[\\]]+@[^\\s<>"(),;\\]]+`;
  const pattern = new RegExp([...known.map((part) => `(?<![\\w.-])${part}(?![\\w-])`), any].join('|'), 'gi');
  return words
    .slice(0, 4 * REASON_CHARS_MAX)
    .replace(pattern, '[address]')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, REASON_CHARS_MAX);
}

const escaped = (part: string) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
