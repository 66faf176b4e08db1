// The embedded Postgres: what it keeps, and what it starts over from.
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import postgres from 'postgres';
import { expect, onTestFinished, test } from 'vitest';
import { freePort } from '../../dev/ports.ts';
import { type RunningPostgres, startPostgres } from '../../dev/postgres.ts';
import { isAlive, waitUntilGone } from '../../dev/processes.ts';
import { makeFolder } from './folder.ts';
import { runProgram } from './programs.ts';

const settings = { fsync: 'off' };

async function start(dataDir: string, port?: number): Promise<RunningPostgres> {
  const server = await startPostgres({ dataDir, settings, ...(port === undefined ? {} : { port }) });
  onTestFinished(() => server.stop());
  return server;
}

async function ask<Row extends object>(url: string, statement: string): Promise<Row[]> {
  const sql = postgres(url, { max: 1 });
  try {
    return [...(await sql.unsafe<Row[]>(statement))];
  } finally {
    await sql.end();
  }
}

test('makes a UTF-8 database that sorts the same on every machine, behind a password', async () => {
  const dataDir = join(await makeFolder(), 'postgres');
  const { url } = await start(dataDir);
  const [row] = await ask<Record<string, string>>(
    url,
    `select current_setting('server_version_num')::int / 10000 as major, pg_encoding_to_char(encoding) as encoding,
       datlocprovider::text as provider, datlocale as locale from pg_database where datname = current_database()`,
  );
  expect(row).toEqual({ major: 18, encoding: 'UTF8', provider: 'b', locale: 'C.UTF-8' });
  expect((await stat(join(dataDir, 'password'))).mode & 0o777).toBe(0o600);
  const withoutPassword = new URL(url);
  withoutPassword.password = 'guess';
  await expect(ask(withoutPassword.href, 'select 1')).rejects.toThrow(/password authentication failed/);
});

test('keeps its data, its password and its port between starts', async () => {
  const dataDir = join(await makeFolder(), 'postgres');
  const first = await start(dataDir);
  await ask(first.url, 'create table kept as select 42 as answer');
  await first.stop();
  expect(await isAlive(first.pid)).toBe(false);
  const second = await start(dataDir);
  expect(second.url).toBe(first.url);
  expect(await ask(second.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
});

test('starts again on the same data and port after it was killed', async () => {
  const dataDir = join(await makeFolder(), 'postgres');
  const first = await start(dataDir);
  await ask(first.url, 'create table kept as select 42 as answer');
  process.kill(first.pid, 'SIGKILL');
  expect(await first.exited).toBe('SIGKILL');
  const second = await start(dataDir, first.port);
  expect(await ask(second.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
});

test('stops a server that still runs on its data, and starts its own', async () => {
  const dataDir = join(await makeFolder(), 'postgres');
  const keeper = runProgram('postgres-keeper', dataDir);
  const leftover = Number(await keeper.line('pid'));
  const url = await keeper.line('url');
  await ask(url, 'create table kept as select 42 as answer');
  const server = await start(dataDir);
  expect(await isAlive(leftover)).toBe(false);
  expect(await ask(server.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
});

test('leaves no server behind when its parent is killed', async () => {
  const dataDir = join(await makeFolder(), 'postgres');
  const keeper = runProgram('postgres-keeper', dataDir);
  const pid = Number(await keeper.line('pid'));
  keeper.child.kill('SIGKILL');
  expect(await waitUntilGone(pid, 20_000)).toBe(true);
});

test('starts although a stale pid file names a process that is none of its own', async () => {
  const dataDir = join(await makeFolder(), 'postgres');
  const first = await start(dataDir);
  const pidFile = join(dataDir, 'data', 'postmaster.pid');
  const lines = (await readFile(pidFile, 'utf8')).split('\n');
  await first.stop();
  await writeFile(pidFile, [String(process.pid), ...lines.slice(1)].join('\n'));
  const second = await start(dataDir);
  expect(await ask(second.url, 'select 1 as one')).toEqual([{ one: 1 }]);
});

test('names the port when it must have one that is taken', async () => {
  const folder = await makeFolder();
  const port = await freePort();
  await start(join(folder, 'one'), port);
  await expect(startPostgres({ dataDir: join(folder, 'two'), port, settings })).rejects.toThrow(
    `port ${port} is taken`,
  );
});

test('begins again after a first start that was killed half way', async () => {
  const dataDir = join(await makeFolder(), 'postgres');
  await mkdir(join(dataDir, 'data-unfinished'), { recursive: true, mode: 0o711 });
  await rm(join(dataDir, 'data'), { force: true });
  const server = await start(dataDir);
  expect(await ask(server.url, 'select 1 as one')).toEqual([{ one: 1 }]);
});
