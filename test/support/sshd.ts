// A real SFTP server for a test file: Debian's openssh-server on a port of its own, with its own host keys and users' keys.
import { execFile } from 'node:child_process';
import { access, chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll } from 'vitest';
import { type Child, startChild } from '../../dev/child.ts';
import { freePort } from '../../dev/ports.ts';

const run = promisify(execFile);
const SSHD = '/usr/sbin/sshd';
const INSTALL_TIMEOUT_MS = 5 * 60_000;
const START_TIMEOUT_MS = 20_000;
const HOST_KEYS = ['ed25519', 'rsa'] as const;

/** To be read inside tests and hooks only. */
export interface TestSftp {
  readonly port: number;
  readonly user: string;
  /** A private key that lets `user` in, and one that does so once its passphrase is given. */
  readonly privateKey: string;
  readonly lockedKey: { privateKey: string; passphrase: string };
  /** A user with a password, whose folder is `folder` too. */
  readonly passwordUser: { user: string; password: string };
  /** A folder on this machine that the server leads to; it is empty before the first test. */
  readonly folder: string;
  /** As `ssh-keygen -l` prints them. */
  readonly hostKeys: string[];
  /** All connections break; it is started again, on the same port. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** To be called at the top of a test file. Installs the server where it is missing, or fails and says how. */
export function useSshd(): TestSftp {
  let server: TestSftp | undefined;
  const endings: (() => Promise<unknown>)[] = [];

  beforeAll(async () => {
    await installed();
    server = await startSshd((end) => endings.push(end));
  }, INSTALL_TIMEOUT_MS);

  afterAll(async () => {
    for (const end of endings.reverse()) await end();
  });

  const there = () => {
    if (server === undefined) throw new Error('the SFTP server is there inside tests and hooks only');
    return server;
  };
  return {
    get port() {
      return there().port;
    },
    get user() {
      return there().user;
    },
    get privateKey() {
      return there().privateKey;
    },
    get lockedKey() {
      return there().lockedKey;
    },
    get passwordUser() {
      return there().passwordUser;
    },
    get folder() {
      return there().folder;
    },
    get hostKeys() {
      return there().hostKeys;
    },
    restart: () => there().restart(),
    stop: () => there().stop(),
  };
}

async function installed(): Promise<void> {
  const isThere = () =>
    access(SSHD).then(
      () => true,
      () => false,
    );
  if (await isThere()) return;
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const install = () =>
    run('apt-get', ['install', '-y', '--no-install-recommends', 'openssh-server'], { env });
  if (isRoot())
    await install()
      .catch(() => run('apt-get', ['update'], { env }).then(install))
      .catch(() => undefined);
  if (!(await isThere()))
    throw new Error(`no SFTP server to test with at ${SSHD}: as root, apt-get install openssh-server`);
}

async function startSshd(atEnd: (end: () => Promise<unknown>) => void): Promise<TestSftp> {
  const own = await mkdtemp(join(tmpdir(), 'muster-sshd-'));
  atEnd(() => rm(own, { recursive: true, force: true }));
  const folder = join(own, 'files');
  await mkdir(folder);
  // Other users come there too.
  await chmod(own, 0o755);
  await chmod(folder, 0o777);
  // Where it lays down its rights; the system's own start makes it otherwise.
  if (isRoot()) await mkdir('/run/sshd', { recursive: true, mode: 0o755 });
  const passphrase = 'only for tests';
  const [userKey, lockedKey] = await Promise.all([newKey(own, 'user'), newKey(own, 'locked', passphrase)]);
  const hostKeys = await Promise.all(HOST_KEYS.map((kind) => newKey(own, `host-${kind}`, '', kind)));
  await writeFile(join(own, 'authorized'), userKey.publicKey + lockedKey.publicKey, { mode: 0o600 });
  const passwordUser = isRoot() ? await newPasswordUser(atEnd) : undefined;
  const port = await freePort();
  await writeFile(join(own, 'config'), configOf(own, port));
  const args = ['-f', join(own, 'config'), ...(await withoutPenalties(join(own, 'config')))];

  let child: Child | undefined;
  const start = async () => {
    child = startChild(SSHD, ['-D', '-e', ...args], { orphan: { signal: 'SIGKILL', graceMs: 0 } });
    await untilListening(port, child.lastWords);
  };
  const stop = async () => {
    if (child === undefined) return;
    const sessions = await childrenOf(child.pid);
    await child.end(['SIGTERM', 'SIGKILL'], 2000);
    // They outlive the server that they came from.
    for (const pid of sessions) tryToKill(pid);
    child = undefined;
  };
  atEnd(stop);
  await start();
  return {
    port,
    user: userInfo().username,
    privateKey: userKey.privateKey,
    lockedKey: { privateKey: lockedKey.privateKey, passphrase },
    get passwordUser() {
      if (!passwordUser)
        throw new Error('signing in with a password is tested as root alone: users are made for it');
      return passwordUser;
    },
    folder,
    hostKeys: hostKeys.map(({ fingerprint }) => fingerprint),
    stop,
    async restart() {
      await stop();
      await start();
    },
  };
}

const configOf = (own: string, port: number): string =>
  [
    `Port ${port}`,
    'ListenAddress 127.0.0.1',
    ...HOST_KEYS.map((kind) => `HostKey ${join(own, `host-${kind}`)}`),
    `AuthorizedKeysFile ${join(own, 'authorized')}`,
    'PidFile none',
    'StrictModes no',
    'UsePAM no',
    'PermitRootLogin yes',
    'PasswordAuthentication yes',
    'MaxStartups 100',
    'Subsystem sftp internal-sftp',
  ].join('\n');

const isRoot = (): boolean => userInfo().uid === 0;

/** Newer servers shut out for a while whoever failed to sign in; older ones do not know the word. */
async function withoutPenalties(config: string): Promise<string[]> {
  const option = ['-o', 'PerSourcePenalties=no'];
  return run(SSHD, ['-t', '-f', config, ...option]).then(
    () => option,
    () => [],
  );
}

type Key = { privateKey: string; publicKey: string; fingerprint: string };

async function newKey(folder: string, name: string, passphrase = '', kind = 'ed25519'): Promise<Key> {
  const path = join(folder, name);
  await run('ssh-keygen', ['-q', '-t', kind, '-N', passphrase, '-C', name, '-f', path]);
  const { stdout } = await run('ssh-keygen', ['-l', '-f', `${path}.pub`]);
  return {
    privateKey: await readFile(path, 'utf8'),
    publicKey: await readFile(`${path}.pub`, 'utf8'),
    fingerprint: stdout.split(' ')[1] ?? '',
  };
}

async function newPasswordUser(
  atEnd: (end: () => Promise<unknown>) => void,
): Promise<{ user: string; password: string }> {
  const user = `muster-t${process.pid}`;
  const password = 'a Password, with: "quotes" ü';
  const { stdout } = await run('openssl', ['passwd', '-6', password]);
  await run('useradd', [
    '--no-create-home',
    '--home-dir',
    '/',
    '--shell',
    '/bin/sh',
    '-p',
    stdout.trim(),
    user,
  ]);
  atEnd(() => run('userdel', [user]));
  return { user, password };
}

/** Its children, theirs and so on. */
async function childrenOf(pid: number): Promise<number[]> {
  const listed = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
  const own = listed.trim().split(' ').filter(Boolean).map(Number);
  return [...own, ...(await Promise.all(own.map(childrenOf))).flat()];
}

function tryToKill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

async function untilListening(port: number, lastWords: () => string): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (Date.now() < deadline) {
    const isUp = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1');
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
      socket.once('connect', () => socket.destroy());
    });
    if (isUp) return;
    await sleep(50);
  }
  throw new Error(`the SFTP server gives no answer: ${lastWords()}`);
}
