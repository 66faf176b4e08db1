// An SMTP server that takes every mail and sends none on, and the folder in which it keeps them.
import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import PostalMime, { type Email } from 'postal-mime';
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';

export interface RunningMailCatcher {
  url: string;
  port: number;
  /** Deletes the mails whose Message-ID begins with one of these keys, those that are still to come too. */
  forget(keys: readonly string[]): Promise<void>;
  /** What the Message-IDs of the mails in the folder are made of. */
  kept(): Promise<string[]>;
  stop(): Promise<void>;
}

export interface CaughtMail {
  id: string;
  /** Whom it was delivered to, which a hidden copy's own header does not tell. */
  to: string[];
  from: string;
  subject: string;
  text: string;
  html: string;
  /** By name in lower case; a header that came more than once has its values joined by commas. */
  headers: Record<string, string>;
  /** When it was caught. */
  at: string;
}

const MAIL_BYTES_MAX = 50 * 1024 * 1024;
const ENVELOPE_HEADER = 'X-Envelope-To';
const ID = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\d{3})Z-\d{6}-[0-9a-f]{8}$/;

/** Listens on the loopback address, on any free port when `port` is 0. Each mail becomes a file of `directory`. */
export async function startMailCatcher(options: {
  port: number;
  directory: string;
}): Promise<RunningMailCatcher> {
  await mkdir(options.directory, { recursive: true, mode: 0o700 });
  const forgotten = new Set<string>();
  const server = new SMTPServer({
    authOptional: true,
    allowInsecureAuth: true,
    disabledCommands: ['STARTTLS'],
    disableReverseLookup: true,
    size: MAIL_BYTES_MAX,
    onAuth: (auth, _session, done) => done(null, { user: auth.username ?? 'anyone' }),
    onData: (stream, session, done) => {
      keep(options.directory, stream, session, (raw) => forgotten.has(keyOf(raw))).then(
        () => done(),
        (error: Error) => done(error),
      );
    },
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, '127.0.0.1', resolve);
  });
  // A client that hangs up half way is its own affair.
  server.removeAllListeners('error').on('error', () => {});
  const { port } = server.server.address() as AddressInfo;
  return {
    url: `smtp://127.0.0.1:${port}`,
    port,
    forget: async (keys) => {
      const fresh = new Set(keys.filter((key) => !forgotten.has(key)));
      // First of all: a mail that comes meanwhile finds it there, or is found.
      for (const key of fresh) forgotten.add(key);
      if (fresh.size > 0) await deleteMails(options.directory, fresh);
    },
    kept: () => keysIn(options.directory),
    stop: () => new Promise((resolve) => server.close(resolve)),
  };
}

/** All mails of the folder, newest last. */
export async function readMails(directory: string): Promise<CaughtMail[]> {
  const mails: CaughtMail[] = [];
  for (const id of await listMailIds(directory)) {
    const mail = await findMail(directory, id);
    if (mail) mails.push(mail);
  }
  return mails;
}

/** The ids of all mails of the folder, newest last. */
export async function listMailIds(directory: string): Promise<string[]> {
  const names = await readdir(directory).catch(() => []);
  return names
    .filter((name) => name.endsWith('.eml'))
    .map((name) => name.slice(0, -'.eml'.length))
    .filter((id) => ID.test(id))
    .sort();
}

export async function findMail(directory: string, id: string): Promise<CaughtMail | undefined> {
  const time = ID.exec(id);
  if (!time) return undefined;
  const raw = await readFile(join(directory, `${id}.eml`)).catch(() => undefined);
  if (!raw) return undefined;
  const mail = await PostalMime.parse(raw);
  const headers: Record<string, string> = {};
  for (const { key, value } of mail.headers)
    headers[key] = key in headers ? `${headers[key]}, ${value}` : value;
  const [, year, month, day, hour, minute, second, millisecond] = time;
  return {
    id,
    to: (headers[ENVELOPE_HEADER.toLowerCase()] ?? '').split(' ').filter(Boolean),
    from: mail.from?.address ?? '',
    subject: mail.subject ?? '',
    text: mail.text ?? '',
    html: withPictures(mail),
    headers,
    at: `${year}-${month}-${day}T${hour}:${minute}:${second}.${millisecond}Z`,
  };
}

/** Pictures that a mail brings along stand in it as data: a browser knows no `cid:`. */
function withPictures({ html = '', attachments }: Email): string {
  return attachments.reduce((shown, { contentId, mimeType, content }) => {
    const cid = contentId?.replace(/^<|>$/g, '');
    if (!cid || typeof content === 'string') return shown;
    const data = Buffer.from(content as ArrayBuffer).toString('base64');
    return shown.replaceAll(`cid:${cid}`, `data:${mimeType};base64,${data}`);
  }, html);
}

async function deleteMails(directory: string, keys: ReadonlySet<string>): Promise<void> {
  for (const id of await listMailIds(directory)) {
    const file = join(directory, `${id}.eml`);
    const raw = await readFile(file).catch(() => undefined);
    if (raw && keys.has(keyOf(raw))) await rm(file, { force: true });
  }
}

async function keysIn(directory: string): Promise<string[]> {
  const keys: string[] = [];
  for (const id of await listMailIds(directory)) {
    const raw = await readFile(join(directory, `${id}.eml`)).catch(() => undefined);
    if (raw) keys.push(keyOf(raw));
  }
  return keys;
}

const HEADER_BYTES_MAX = 64 * 1024;
const MESSAGE_ID = /^message-id:\s*<([^@>\s]*)@/im;

/** What the Message-ID of a mail was made of: see adapters/mail/transport.ts. Empty for a mail without one. */
function keyOf(raw: Buffer): string {
  const [header = ''] = raw.toString('latin1', 0, HEADER_BYTES_MAX).split('\r\n\r\n', 1);
  return MESSAGE_ID.exec(header)?.[1] ?? '';
}

async function keep(
  directory: string,
  stream: SMTPServerDataStream,
  session: SMTPServerSession,
  isForgotten: (raw: Buffer) => boolean,
): Promise<void> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= MAIL_BYTES_MAX) chunks.push(chunk);
  }
  if (bytes > MAIL_BYTES_MAX) throw Object.assign(new Error('too large'), { responseCode: 552 });
  const recipients = session.envelope.rcptTo.map(({ address }) => address).join(' ');
  const file = join(directory, `${nextId(new Date())}.eml`);
  // Whoever reads the folder meanwhile sees a mail whole or not at all.
  await writeFile(`${file}.part`, [`${ENVELOPE_HEADER}: ${recipients}\r\n`, ...chunks], { mode: 0o600 });
  await rename(`${file}.part`, file);
  if (isForgotten(Buffer.concat(chunks))) await rm(file, { force: true });
}

let caught = 0;

// Sorts by time, then by arrival, and tells nothing of whom the mail is for.
function nextId(now: Date): string {
  caught = (caught + 1) % 1_000_000;
  const time = now.toISOString().replaceAll(/[-:.]/g, '');
  return `${time}-${String(caught).padStart(6, '0')}-${randomBytes(4).toString('hex')}`;
}
