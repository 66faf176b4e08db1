// Uploads and pictures in a bucket of a real S3 server: as in a folder, with ranges, and a zip staged out of it.
import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { sql } from 'drizzle-orm';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { openPictureDesk } from '../../activities/stage/picture-desk.ts';
import { stageActivities } from '../../activities/stage.ts';
import { type FileStore, openFiles } from '../../adapters/files.ts';
import { insertRootSite } from '../../db/queries/sites.ts';
import { DEFAULT_OPTIONS } from '../../domain/bulk-action.ts';
import { thumbnailKeyOf } from '../../domain/photo.ts';
import { useDatabase } from '../support/database.ts';
import { addPerson } from '../support/people.ts';
import { plainJpeg } from '../support/pictures.ts';
import { useS3 } from '../support/s3.ts';
import { newEnvironment } from '../support/staging.ts';
import { makeZip } from '../support/zips.ts';

const s3 = useS3();
const database = useDatabase();

const open = (): Promise<FileStore> => openFiles(s3.url);
const write = (files: FileStore, key: string, content: Buffer) =>
  files.write(key, Readable.from([content]), { maxBytes: content.length });

test('what is written is read back, with its size and hash, in one part and in several', async () => {
  const files = await open();
  for (const bytes of [0, 300_000, 12 * 2 ** 20]) {
    const content = randomBytes(bytes);
    const sha256 = createHash('sha256').update(content).digest('hex');
    expect(await write(files, `of-${bytes}`, content)).toEqual({ bytes, sha256 });
    expect((await buffer(await files.read(`of-${bytes}`))).equals(content)).toBe(true);
    expect(await files.size(`of-${bytes}`)).toBe(bytes);
  }
});

test('a range is what it is in the content, and ends where that ends', async () => {
  const files = await open();
  const content = randomBytes(100_000);
  await write(files, 'ranged', content);
  for (const [start, end] of [
    [0, 10],
    [500, 70_000],
    [99_990, 200_000],
    [5, 5],
    [100_000, 100_010],
    [300_000, 300_001],
  ] as const)
    expect((await files.readRange('ranged', start, end)).equals(content.subarray(start, end))).toBe(true);
});

test('one byte too many is refused and leaves what the key held before', async () => {
  const files = await open();
  await write(files, 'kept', Buffer.from('old'));
  const large = Readable.from([Buffer.alloc(6 * 2 ** 20), Buffer.alloc(6 * 2 ** 20)]);
  await expect(files.write('kept', large, { maxBytes: 12 * 2 ** 20 - 1 })).rejects.toMatchObject({
    code: 'too-large',
  });
  expect((await buffer(await files.read('kept'))).toString()).toBe('old');
});

test('a stream that breaks leaves nothing', async () => {
  const files = await open();
  const breaking = Readable.from(
    (async function* () {
      yield Buffer.alloc(6 * 2 ** 20);
      throw new Error('the line broke');
    })(),
  );
  await expect(files.write('broken', breaking, { maxBytes: 1e9 })).rejects.toThrow('the line broke');
  await expect(files.read('broken')).rejects.toMatchObject({ code: 'gone' });
});

test('a key that holds nothing is gone, and can be deleted again', async () => {
  const files = await open();
  await write(files, 'gone', Buffer.from('x'));
  await files.delete('gone');
  await files.delete('gone');
  for (const ask of [() => files.read('gone'), () => files.size('gone'), () => files.readRange('gone', 0, 1)])
    await expect(ask()).rejects.toMatchObject({ code: 'gone' });
});

test('a bucket that is not there is an outage, and nothing that is gone', async () => {
  const files = await openFiles(s3.url.replace('s3://uploads', 's3://elsewhere'));
  for (const ask of [() => files.read('x'), () => files.readRange('x', 0, 1)])
    await expect(ask()).rejects.toThrow(expect.objectContaining({ name: 'NoSuchBucket' }));
});

test('a zip of pictures is staged out of it and into it', async () => {
  const files = await open();
  await insertRootSite(database.db, { id: 1000, name: 'Root' });
  for (const identifier of ['S1', 'S2']) await addPerson(database.db, 1000, identifier);
  const parts = await Promise.all(
    ['S1', 'S2', 'S3'].map(async (name) => ({ name: `${name}.jpg`, content: await plainJpeg() })),
  );
  await write(files, 'zip', makeZip([...parts, { name: 'notes.txt', content: 'Dear all' }]));
  const options = JSON.stringify({ ...DEFAULT_OPTIONS, action: 'add-photos', photoMatch: 'identifier' });
  await database.db.execute(sql`
    insert into bulk_action (id, site_id, root_id, kind, preset, options, upload_ids)
    values ('photos', 1000, 1000, 'photos', 'people', ${options}::jsonb, '{zip}')`);
  const desk = openPictureDesk({ bytesMax: 1e6, pixelsMax: 1e6, atOnce: 2 });
  const { stage } = stageActivities({ db: database.db, files, desk });
  expect(await newEnvironment().run(stage, { id: 'photos' })).toEqual({ rows: 4, siteIds: [1000] });
  const notes = await database.db.execute<{ id: string }>(sql`select photo_id as id from bulk_photo`);
  expect(notes).toHaveLength(2);
  for (const { id } of notes)
    for (const key of [id, thumbnailKeyOf(id)])
      expect(await sharp(await buffer(await files.read(key))).metadata()).toMatchObject({ format: 'jpeg' });
});
