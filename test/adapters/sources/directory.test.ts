// A folder as a place: what of it is listed, how files leave it without ever covering another, and where it may not lead.
import { execFile } from 'node:child_process';
import {
  chmod,
  link,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { type OpenPlace, openPlace } from '../../../adapters/sources/place.ts';

const run = promisify(execFile);

async function newFolder(parent = tmpdir()): Promise<string> {
  const folder = await realpath(await mkdtemp(join(parent, 'muster-place-')));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

const openFolder = (path: string, directories: string[]): Promise<OpenPlace> =>
  openPlace({ kind: 'directory', path }, null, { allowedNetworks: [], directories });

async function usePlace(): Promise<{ folder: string; place: OpenPlace }> {
  const folder = await newFolder();
  return { folder, place: await openFolder(folder, [folder]) };
}

const namesOf = async (place: OpenPlace) => (await place.list()).map(({ name }) => name).toSorted();
const reading = async (place: OpenPlace, name: string) => text(await place.read(name));
const outside = { code: 'not-allowed', hint: { setting: 'SOURCE_DIRECTORIES' } };

test('files are listed with size and time, and nothing else is: no folder, link, pipe, hidden or unfinished file', async () => {
  const { folder, place } = await usePlace();
  const names = ['people.csv', 'two  spaces.csv', 'Jürgen "J".csv', 'u\u0308ber.csv', 'über.csv', '0.csv'];
  for (const name of names) await writeFile(join(folder, name), name === '0.csv' ? '' : 'a,b\n');
  for (const name of ['.hidden', '~lock.csv', 'a.tmp', 'a.csv.part', 'a.csv.FILEPART'])
    await writeFile(join(folder, name), 'x');
  await mkdir(join(folder, 'completed'));
  await writeFile(join(folder, 'completed', 'old.csv'), 'x');
  await symlink(join(folder, 'people.csv'), join(folder, 'link.csv'));
  await run('mkfifo', [join(folder, 'pipe.csv')]);
  const at = new Date('2026-01-02T03:04:05Z');
  await utimes(join(folder, 'people.csv'), at, at);

  expect(await namesOf(place)).toEqual(names.toSorted());
  expect((await place.list()).find(({ name }) => name === 'people.csv')).toEqual({
    name: 'people.csv',
    bytes: 4,
    modifiedAt: at,
    revision: expect.any(String),
  });
  for (const name of names) expect(await reading(place, name)).toBe(name === '0.csv' ? '' : 'a,b\n');
});

test('a name that is no UTF-8 is read as Latin-1, and is UTF-8 once it was moved', async () => {
  const { folder, place } = await usePlace();
  await writeFile(Buffer.from(join(folder, 'Müller.csv'), 'latin1'), 'old system');
  expect(await namesOf(place)).toEqual(['Müller.csv']);
  expect(await reading(place, 'Müller.csv')).toBe('old system');
  await place.move('Müller.csv', 'completed', 'Müller.csv');
  expect(await readFile(join(folder, 'completed', 'Müller.csv'), 'utf8')).toBe('old system');
  expect(await place.list()).toEqual([]);
});

test('what is a link, a pipe or not there any more is gone for whoever reads or moves it', async () => {
  const { folder, place } = await usePlace();
  await symlink('/etc/passwd', join(folder, 'link.csv'));
  await run('mkfifo', [join(folder, 'pipe.csv')]);
  for (const name of ['link.csv', 'pipe.csv', 'missing.csv', '../x', '..', '.', '', 'a/b', 'a\0b']) {
    await expect(place.read(name)).rejects.toMatchObject({ code: 'gone' });
    await expect(place.move(name, 'completed', 'x.csv')).rejects.toMatchObject({ code: 'gone' });
  }
  expect((await lstat(join(folder, 'link.csv'))).isSymbolicLink()).toBe(true);
});

test('moved files never cover another, however many are moved at once', async () => {
  const { folder, place } = await usePlace();
  const names = Array.from({ length: 12 }, (_, at) => `in ${at}.csv`);
  for (const name of names) await writeFile(join(folder, name), name);
  const moved = await Promise.all(names.map((name) => place.move(name, 'completed', 'out ä.csv')));
  expect(new Set(moved)).toEqual(
    new Set(['out ä.csv', ...Array.from({ length: 11 }, (_, at) => `out ä-${at + 2}.csv`)]),
  );
  const contents = moved.map((name) => readFile(join(folder, 'completed', name), 'utf8'));
  expect(await Promise.all(contents)).toEqual(names);
  expect(await place.list()).toEqual([]);
  expect(await place.exists('completed', 'out ä.csv')).toBe(true);
  expect(await place.exists('failed', 'out ä.csv')).toBe(false);
});

test('a move that was broken off half-way is finished by moving again, under the same name', async () => {
  const { folder, place } = await usePlace();
  await writeFile(join(folder, 'a.csv'), 'one');
  await mkdir(join(folder, 'completed'));
  await link(join(folder, 'a.csv'), join(folder, 'completed', 'a.csv'));
  expect(await place.move('a.csv', 'completed', 'a.csv')).toBe('a.csv');
  expect(await readdir(join(folder, 'completed'))).toEqual(['a.csv']);
  expect(await place.list()).toEqual([]);
});

test('a file that is called as a folder for what is done with is named as what it is', async () => {
  const { folder, place } = await usePlace();
  await writeFile(join(folder, 'a.csv'), 'content');
  await writeFile(join(folder, 'completed'), 'a file');
  for (const step of [place.exists('completed', 'a.csv'), place.move('a.csv', 'completed', 'a.csv')])
    await expect(step).rejects.toMatchObject({ code: 'no-folder', hint: { why: 'done' } });
  expect(await readFile(join(folder, 'a.csv'), 'utf8')).toBe('content');
});

test('a file is moved to another file system too, whole, with its time', async () => {
  const { folder } = await usePlace();
  const memory = await newFolder('/dev/shm');
  expect((await lstat(memory)).dev).not.toBe((await lstat(folder)).dev);
  await writeFile(join(folder, 'a.csv'), 'content');
  const at = new Date('2026-01-02T03:04:05Z');
  await utimes(join(folder, 'a.csv'), at, at);
  await symlink(memory, join(folder, 'failed'));
  await writeFile(join(memory, 'a.csv'), 'another');

  const place = await openFolder(folder, [folder, memory]);
  expect(await place.move('a.csv', 'failed', 'a.csv')).toBe('a-2.csv');
  expect(await readdir(memory)).toEqual(['a-2.csv', 'a.csv']);
  expect(await readFile(join(memory, 'a-2.csv'), 'utf8')).toBe('content');
  expect((await lstat(join(memory, 'a-2.csv'))).mtime).toEqual(at);
  expect(await place.list()).toEqual([]);
});

test('files of another user, of which the system allows no links, are moved all the same, and never over another', async () => {
  const { folder, place } = await usePlace();
  await chmod(folder, 0o777);
  const names = ['a.csv', 'b.csv', 'c.csv'];
  for (const name of names) await writeFile(join(folder, name), name, { mode: 0o644 });
  // Only root can be somebody else for a while.
  process.seteuid?.('nobody');
  onTestFinished(() => process.seteuid?.(0));
  const moved = await Promise.all(names.map((name) => place.move(name, 'completed', 'x.csv')));
  expect(moved.toSorted()).toEqual(['x-2.csv', 'x-3.csv', 'x.csv']);
  const contents = moved.map((name) => readFile(join(folder, 'completed', name), 'utf8'));
  expect(await Promise.all(contents)).toEqual(names);

  process.seteuid?.(0);
  await chmod(folder, 0o755);
  await writeFile(join(folder, 'd.csv'), 'd', { mode: 0o600 });
  process.seteuid?.('nobody');
  await expect(place.move('d.csv', 'completed', 'd.csv')).rejects.toMatchObject({ code: 'no-access' });
  await expect(place.read('d.csv')).rejects.toMatchObject({ code: 'no-access' });
  expect(await place.exists('completed', 'd.csv')).toBe(false);
});

test('what is written is there whole or not at all, beside what was there', async () => {
  const { folder, place } = await usePlace();
  const write = (content: Readable) => place.write('completed', 'a.results.csv', content);
  expect(await write(Readable.from(['one']))).toBe('a.results.csv');
  expect(await write(Readable.from([Buffer.from('t'), Buffer.from('wo')]))).toBe('a-2.results.csv');
  const breaking = Readable.from(
    (async function* () {
      yield 'half';
      throw Object.assign(new Error('the database is away'), { code: 'ECONNREFUSED' });
    })(),
  );
  await expect(write(breaking)).rejects.toThrow('the database is away');
  expect((await readdir(join(folder, 'completed'))).toSorted()).toEqual(['a-2.results.csv', 'a.results.csv']);
  expect(await readFile(join(folder, 'completed', 'a-2.results.csv'), 'utf8')).toBe('two');
});

test('a name that is too long for the file system keeps its ending, and is found again', async () => {
  const { folder, place } = await usePlace();
  const long = `${'ü'.repeat(120)}-20260102T030405Z.results.csv`;
  const got = await place.write('failed', long, Readable.from(['x']));
  expect(Buffer.byteLength(got)).toBeLessThanOrEqual(255);
  expect(got).toMatch(/^ü+.*\.results\.csv$/);
  expect(await place.exists('failed', long)).toBe(true);
  expect(await readdir(join(folder, 'failed'))).toEqual([got]);
});

test('markers are removed, and those that are not there are fine', async () => {
  const { folder, place } = await usePlace();
  await writeFile(join(folder, 'a.csv.done'), '');
  await place.remove('a.csv.done');
  await place.remove('a.csv.done');
  expect(await readdir(folder)).toEqual([]);
});

test('a folder outside those that are named is refused, by whatever way it is reached', async () => {
  const root = await newFolder();
  const other = await newFolder();
  await mkdir(join(root, 'in'));
  await mkdir(`${root}-beside`);
  onTestFinished(() => rm(`${root}-beside`, { recursive: true, force: true }));
  await symlink(other, join(root, 'out'));
  await symlink(join(root, 'in'), join(other, 'back'));
  for (const path of [
    other,
    `${root}/../`,
    `${root}-beside`,
    `${root}/out`,
    `${root}/in/../../`,
    'in',
    '',
    '/no/such',
  ])
    await expect(openFolder(path, [root])).rejects.toMatchObject(outside);
  await expect(openFolder(join(root, 'in'), [])).rejects.toMatchObject(outside);
  await expect(openFolder(join(root, 'in'), ['/no/such/root'])).rejects.toMatchObject(outside);
  await expect(openFolder(join(root, 'missing'), [root])).rejects.toMatchObject({ code: 'no-folder' });
  await writeFile(join(root, 'file'), '');
  await expect(openFolder(join(root, 'file'), [root])).rejects.toMatchObject({ code: 'no-folder' });
  // A link that ends inside is a way like any other, and a root may be one itself.
  await (await openFolder(join(other, 'back'), [root])).close();
  await (await openFolder(join(root, 'out'), [join(root, 'out')])).close();
});

test('completed that leads out of the named folders takes nothing', async () => {
  const { folder, place } = await usePlace();
  const other = await newFolder();
  await symlink(other, join(folder, 'completed'));
  await writeFile(join(folder, 'a.csv'), 'x');
  await expect(place.move('a.csv', 'completed', 'a.csv')).rejects.toMatchObject(outside);
  await expect(place.write('completed', 'r.csv', Readable.from(['x']))).rejects.toMatchObject(outside);
  await expect(place.exists('completed', 'a.csv')).rejects.toMatchObject(outside);
  expect([await readdir(other), await namesOf(place)]).toEqual([[], ['a.csv']]);
});

test('a folder that goes away says so, and a stream that nobody reads holds nothing open', async () => {
  const { folder, place } = await usePlace();
  await writeFile(join(folder, 'a.csv'), 'x');
  const stream = await place.read('a.csv');
  stream.destroy();
  await rename(folder, `${folder}-away`);
  onTestFinished(() => rm(`${folder}-away`, { recursive: true, force: true }));
  await expect(place.list()).rejects.toMatchObject({ code: 'no-folder' });
  await expect(place.write('failed', 'a', Readable.from(['x']))).rejects.toMatchObject({ code: 'no-folder' });
});
