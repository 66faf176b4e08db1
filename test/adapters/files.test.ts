// Uploads at rest in a folder: whole or not at all, readable by their owner alone.
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type FileStore, openFiles } from '../../adapters/files.ts';

let folder: string;
let files: FileStore;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'files-'));
  files = await openFiles(pathToFileURL(join(folder, 'a folder')).href);
});
afterAll(() => rm(folder, { recursive: true }));

const stored = () => readdir(join(folder, 'a folder'));

test('what is written is read back, with its size and hash', async () => {
  const content = randomBytes(300_000);
  const sha256 = createHash('sha256').update(content).digest('hex');
  const chunks = [content.subarray(0, 1000), content.subarray(1000)];
  expect(await files.write('one', Readable.from(chunks), { maxBytes: 300_000 })).toEqual({
    bytes: 300_000,
    sha256,
  });
  expect(await buffer(await files.read('one'))).toEqual(content);
  expect((await stat(join(folder, 'a folder', 'one'))).mode & 0o777).toBe(0o600);
});

test('one byte too many is refused and leaves nothing', async () => {
  const before = await stored();
  await expect(
    files.write('big', Readable.from([Buffer.alloc(600), Buffer.alloc(401)]), { maxBytes: 1000 }),
  ).rejects.toMatchObject({ code: 'too-large' });
  expect(await stored()).toEqual(before);
});

test('a stream that breaks leaves nothing, and what the key held before stays', async () => {
  await files.write('kept', Readable.from([Buffer.from('old')]), { maxBytes: 10 });
  const breaking = Readable.from(
    (async function* () {
      yield Buffer.from('ne');
      throw new Error('the line broke');
    })(),
  );
  await expect(files.write('kept', breaking, { maxBytes: 10 })).rejects.toThrow('the line broke');
  expect((await buffer(await files.read('kept'))).toString()).toBe('old');
  expect((await stored()).filter((name) => name.includes('.part'))).toEqual([]);
});

test('a key that holds nothing is gone, and can be deleted again', async () => {
  await files.write('gone', Readable.from([Buffer.from('x')]), { maxBytes: 10 });
  await files.delete('gone');
  await files.delete('gone');
  await expect(files.read('gone')).rejects.toMatchObject({ code: 'gone' });
});

test('a range is what it is in the content, and ends where that ends', async () => {
  const content = randomBytes(100_000);
  await files.write('ranged', Readable.from([content]), { maxBytes: 100_000 });
  expect(await files.size('ranged')).toBe(100_000);
  for (const [start, end] of [
    [0, 10],
    [500, 70_000],
    [99_990, 200_000],
    [5, 5],
    [300_000, 300_001],
  ] as const)
    expect((await files.readRange('ranged', start, end)).equals(content.subarray(start, end))).toBe(true);
  for (const ask of [() => files.size('nothing'), () => files.readRange('nothing', 0, 1)])
    await expect(ask()).rejects.toMatchObject({ code: 'gone' });
});

test('no key leads out of the folder', async () => {
  for (const key of ['../x', 'a/b', '', '.', 'x'.repeat(200)])
    await expect(files.read(key)).rejects.toThrow('a key');
});

test('other addresses are refused with what there is', async () => {
  await expect(openFiles('ftp://example.org/x')).rejects.toThrow('s3://');
});
