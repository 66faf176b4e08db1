// A connection to an SFTP server: only to an address that is allowed, only with a server that shows a pinned key, and only then signed in.
import { createHash } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import SftpClient from 'ssh2-sftp-client';
import type { SourcePlace, SourceSecret } from '../../domain/sources/source.ts';
import { networkTargets } from '../network-targets.ts';
import { type PlaceBounds, within } from './files.ts';
import { networkProblem, PlaceProblem } from './problem.ts';

export type SftpPlace = SourcePlace & { kind: 'sftp' };
/** The requests of the protocol as they are: the client's own words for them take a failure for a file that isn't there. */
export type SftpSession = Awaited<ReturnType<SftpClient['connect']>>;

export type SftpConnection = {
  session: SftpSession;
  isBroken(): boolean;
  close(): Promise<void>;
};

const CONNECT_MS = 20_000;
const READY_MS = 30_000;
/** Where nothing is heard for three of these, the connection is dead. */
const KEEP_ALIVE_MS = 15_000;
const END_MS = 2000;

/** A server has a key of each kind, and shows the one of the kind that it is asked for. */
const KEY_KINDS = [
  ['ssh-ed25519'],
  ['ecdsa-sha2-nistp256', 'ecdsa-sha2-nistp384', 'ecdsa-sha2-nistp521'],
  ['rsa-sha2-512', 'rsa-sha2-256', 'ssh-rsa'],
] as const;
type KeyKind = (typeof KEY_KINDS)[number];

/** As `ssh-keygen -l` prints it. */
const fingerprintOf = (key: Buffer): string =>
  `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
const bare = (fingerprint: string): string => fingerprint.trim().replace(/=+$/, '');

/** Throws 'host-key' with what the server shows where none of that is pinned: nothing was told to it then. */
export async function connectSftp(
  place: SftpPlace,
  secret: SourceSecret | null,
  bounds: PlaceBounds,
): Promise<SftpConnection> {
  const credentials = credentialsOf(secret);
  const pinned = new Set(place.hostKeys.map(bare));
  const shown: string[] = [];
  for (const kind of KEY_KINDS) {
    const attempt = await tryKind({ place, bounds, kind, isPinned: (key) => pinned.has(key), credentials });
    if (attempt.connection) return attempt.connection;
    if (attempt.shown !== null) shown.push(attempt.shown);
  }
  throw new PlaceProblem('host-key', { ...(pinned.size === 0 ? { why: 'unpinned' } : {}), shown });
}

/** One key of each kind that the server has. */
export async function shownKeys(place: SftpPlace, bounds: PlaceBounds): Promise<string[]> {
  const isPinned = () => false;
  const attempts = KEY_KINDS.map((kind) => tryKind({ place, bounds, kind, isPinned, credentials: {} }));
  const shown = (await Promise.all(attempts)).map((attempt) => attempt.shown);
  return shown.filter((key) => key !== null);
}

type Credentials = { password?: string; privateKey?: string; passphrase?: string };

function credentialsOf(secret: SourceSecret | null): Credentials {
  const { password, privateKey, passphrase } = secret ?? {};
  if (!password && !privateKey) throw new PlaceProblem('refused-sign-in', { why: 'secret' });
  return {
    ...(password ? { password } : {}),
    ...(privateKey ? { privateKey } : {}),
    ...(privateKey && passphrase ? { passphrase } : {}),
  };
}

type Asked = {
  place: SftpPlace;
  bounds: PlaceBounds;
  kind: KeyKind;
  isPinned: (fingerprint: string) => boolean;
  credentials: Credentials;
};

/** A connection where the key of this kind is pinned; else that key, or null where the server has none of this kind. */
async function tryKind(asked: Asked): Promise<{ connection?: SftpConnection; shown: string | null }> {
  const { place, kind, isPinned, credentials } = asked;
  const socket = await connectSocket(place, asked.bounds);
  // Its own callbacks write to the console.
  const client = new SftpClient('source', { error: () => {}, end: () => {}, close: () => {} });
  let fault: SshFault | undefined;
  let shown: string | null = null;
  client.on('error', (error: SshFault) => {
    fault ??= error;
  });
  answerPrompts(client, credentials.password);
  try {
    const session = await client.connect({
      sock: socket,
      username: place.user,
      ...credentials,
      tryKeyboard: credentials.password !== undefined,
      algorithms: { serverHostKey: [...kind] },
      hostVerifier: (key: Buffer) => {
        shown = fingerprintOf(key);
        return isPinned(shown);
      },
      readyTimeout: READY_MS,
      keepaliveInterval: KEEP_ALIVE_MS,
    });
    return { connection: opened(client, session, socket), shown };
  } catch (error) {
    socket.destroy();
    if (shown !== null && !isPinned(shown)) return { shown };
    const told = fault ?? (error as SshFault);
    if (shown === null && /no matching host key/i.test(told.message)) return { shown: null };
    throw problemOf(told);
  }
}

async function connectSocket({ host, port }: SftpPlace, bounds: PlaceBounds): Promise<Socket> {
  const targets = networkTargets(bounds.allowedNetworks, 'SOURCE_ALLOWED_NETWORKS');
  let socket: Socket | undefined;
  const connected = async () => {
    const lookup = targets.lookupFor({ host, isEncrypted: true });
    const opening = connect({ host, port, lookup, keepAlive: true, noDelay: true });
    socket = opening;
    await new Promise((resolve, reject) => opening.once('connect', resolve).once('error', reject));
    return opening;
  };
  try {
    return await within(CONNECT_MS, connected());
  } catch (error) {
    socket?.destroy();
    throw networkProblem(error);
  }
}

/** Some servers ask for the password as if somebody sat there. */
function answerPrompts(client: SftpClient, password: string | undefined): void {
  type Prompt = { echo?: boolean };
  type Answers = (answers: string[]) => void;
  client.on(
    'keyboard-interactive',
    (_name: string, _instructions: string, _language: string, prompts: Prompt[], answer: Answers) =>
      answer(prompts.map(({ echo }) => (echo ? '' : (password ?? '')))),
  );
}

function opened(client: SftpClient, session: SftpSession, socket: Socket): SftpConnection {
  let isBroken = false;
  const broken = () => {
    isBroken = true;
  };
  // A fault that nobody hears ends the process. What was asked for fails by itself.
  session.on('error', broken);
  session.on('close', broken);
  socket.once('close', broken);
  return {
    session,
    isBroken: () => isBroken || socket.destroyed,
    async close() {
      await Promise.race([client.end().catch(() => undefined), sleep(END_MS, undefined, { ref: false })]);
      socket.destroy();
    },
  };
}

type SshFault = Error & { level?: string; code?: string | number };

/** What the library says in words may repeat what a server said: only the kind of it is told. */
function problemOf(fault: SshFault): Error {
  const { level, message } = fault;
  if (/Cannot parse privateKey|no passphrase given|bad passphrase/i.test(message))
    return new PlaceProblem('refused-sign-in', { why: 'key' });
  if (level === 'client-authentication') return new PlaceProblem('refused-sign-in');
  if (level === 'client-timeout') return new PlaceProblem('unreachable', { cause: 'ETIMEDOUT' });
  if (/subsystem/i.test(message)) return new PlaceProblem('answered', { cause: 'no SFTP' });
  const problem = networkProblem(fault);
  if (problem instanceof PlaceProblem) return problem;
  if (/connection (lost|closed)|unexpected (end|close) event/i.test(message))
    return new PlaceProblem('unreachable', { cause: 'ECONNRESET' });
  if (level !== undefined) return new PlaceProblem('answered', { cause: 'no SSH that is understood' });
  return fault;
}
