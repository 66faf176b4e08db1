// Which program listens on a port, so that a person knows what to stop.
import { execFile } from 'node:child_process';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

// How /proc/net/tcp writes the state of a socket that listens.
const LISTENING = '0A';

/** `node, pid 4711`; undefined where the system does not tell. */
export async function findPortHolder(port: number): Promise<string | undefined> {
  return process.platform === 'linux' ? holderInProc(port) : holderByLsof(port);
}

async function holderInProc(port: number): Promise<string | undefined> {
  const tables = ['/proc/net/tcp', '/proc/net/tcp6'].map((file) => readFile(file, 'utf8').catch(() => ''));
  const sockets = (await Promise.all(tables)).flatMap((table) => socketsOn(port, table));
  if (sockets.length === 0) return undefined;
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    if (!(await hasSocket(pid, sockets))) continue;
    const name = await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => 'a program');
    return `${name.trim()}, pid ${pid}`;
  }
  return undefined;
}

function socketsOn(port: number, table: string): string[] {
  const end = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const rows = table.split('\n').map((line) => line.trim().split(/\s+/));
  return rows
    .filter((row) => row[1]?.endsWith(end) && row[3] === LISTENING)
    .map((row) => `socket:[${row[9]}]`);
}

async function hasSocket(pid: string, sockets: string[]): Promise<boolean> {
  const names = await readdir(`/proc/${pid}/fd`).catch(() => []);
  const targets = names.map((name) => readlink(`/proc/${pid}/fd/${name}`).catch(() => ''));
  return (await Promise.all(targets)).some((target) => sockets.includes(target));
}

async function holderByLsof(port: number): Promise<string | undefined> {
  const asked = await run('lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fpc']).catch(() => undefined);
  const [, pid, name] = /^p(\d+)\nc(.+)$/m.exec(asked?.stdout ?? '') ?? [];
  return pid && name ? `${name}, pid ${pid}` : undefined;
}
