// Staging a zip of pictures: a row for each file, pictures in the store, and nothing left where it comes to nothing.
import { randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { sql } from 'drizzle-orm';
import sharp from 'sharp';
import { beforeAll, describe, expect, test } from 'vitest';
import { eraseUnseen } from '../../activities/erase-photos.ts';
import { openPictureDesk, type PictureDesk } from '../../activities/stage/picture-desk.ts';
import { stageActivities } from '../../activities/stage.ts';
import type { FileStore } from '../../adapters/files.ts';
import { type BulkActionOptions, DEFAULT_OPTIONS } from '../../domain/bulk-action.ts';
import { thumbnailKeyOf } from '../../domain/photo.ts';
import { addPerson, archive } from '../support/people.ts';
import { plainJpeg, plainPng } from '../support/pictures.ts';
import { newEnvironment, useStaging } from '../support/staging.ts';
import { makeZip, type ZipPart } from '../support/zips.ts';

const staging = useStaging();
const LIMITS = { bytesMax: 100_000, pixelsMax: 1e6, atOnce: 2 };
let jpeg: Buffer;

beforeAll(async () => {
  jpeg = await plainJpeg();
  for (const identifier of ['S1', 'S2', 'S3', 'S4', 'S5']) await addPerson(staging.db, 1001, identifier);
  await addPerson(staging.db, 1002, 'T1', { username: 'tess' });
  await addPerson(staging.db, 2000, 'E1');
  await archive(staging.db, (await addPerson(staging.db, 1001, 'A1')).id);
});

let runs = 0;
async function insertRun(
  zip: Buffer,
  options: Partial<BulkActionOptions> = {},
  siteId = 1000,
): Promise<string> {
  runs += 1;
  const id = `photos${runs}`;
  await staging.files.write(`${id}-zip`, Readable.from([zip]), { maxBytes: 1e9 });
  const all = { ...DEFAULT_OPTIONS, action: 'add-photos', photoMatch: 'identifier', ...options };
  await staging.db.execute(sql`
    insert into bulk_action (id, site_id, root_id, kind, preset, options, upload_ids)
    values (${id}, ${siteId}, 1000, 'photos', 'people', ${JSON.stringify(all)}::jsonb, array[${`${id}-zip`}])`);
  return id;
}

type Means = { files?: FileStore; desk?: PictureDesk; environment?: ReturnType<typeof newEnvironment> };

const stage = (
  id: string,
  { files = staging.files, desk = openPictureDesk(LIMITS), environment = newEnvironment() }: Means = {},
) => environment.run(stageActivities({ db: staging.db, files, desk }).stage, { id });

type Row = {
  row: number;
  cells: string[];
  match: string;
  problems: { code: string }[] | null;
  photo: string | null;
};

async function listRows(id: string): Promise<Row[]> {
  const rows = await staging.db.execute<Row>(sql`
    select r.row_number as row, r.cells, r.extras -> 'photo' ->> 'match' as match, r.problems, t.photo_id as photo
    from bulk_row r left join bulk_photo t using (bulk_action_id, row_number)
    where r.bulk_action_id = ${id} order by r.row_number`);
  return [...rows];
}

const codes = async (id: string) =>
  (await listRows(id)).map(
    ({ cells, problems, photo }) => `${cells[0]}: ${problems?.[0]?.code ?? (photo ? 'ready' : '–')}`,
  );

const notes = async (id: string): Promise<string[]> =>
  [
    ...(await staging.db.execute<{ id: string }>(
      sql`select photo_id as id from bulk_photo where bulk_action_id = ${id} order by row_number`,
    )),
  ].map((row) => row.id);

/** The files of pictures in the store: all but zips. */
const stored = async () => (await readdir(staging.folder)).filter((name) => !name.endsWith('-zip')).sort();

const endRun = (id: string, state = 'cancelled') =>
  staging.db.execute(
    sql`update bulk_action set state = ${state}, finished_at = now(), counts = '{}' where id = ${id}`,
  );

describe('a zip', () => {
  test('becomes a row for each of its files, each with what is wrong with it', async () => {
    const parts: ZipPart[] = [
      { name: 'photos/' },
      { name: 'photos/S1.jpg', content: jpeg },
      { name: '__MACOSX/photos/._S1.jpg', content: 'x' },
      { name: 'photos/S2.txt', content: await plainPng() },
      { name: 'photos/S3.jpg', content: 'Dear all' },
      { name: 'photos/S4.jpg', content: Buffer.concat([jpeg, randomBytes(100_000)]) },
      { name: 'photos/S5.jpg', content: await plainJpeg('#123456', 1001, 1000) },
      { name: 'photos/nobody.jpg', content: jpeg },
      { name: 'photos/nobody.pdf', content: '%PDF-1.7' },
      { name: 'photos/E1.jpg', content: jpeg },
      { name: 'photos/A1.jpg', content: jpeg },
      { name: 'photos/T1.jpg', content: jpeg.subarray(0, jpeg.length - 20) },
      { name: '.jpg', content: jpeg },
    ];
    const id = await insertRun(makeZip(parts));
    expect(await stage(id)).toEqual({ rows: 11, siteIds: [1001, 1002] });
    expect(await codes(id)).toEqual([
      'photos/S1.jpg: ready',
      'photos/S2.txt: ready',
      'photos/S3.jpg: not-a-picture',
      'photos/S4.jpg: picture-too-large',
      'photos/S5.jpg: too-many-pixels',
      'photos/nobody.jpg: –',
      'photos/nobody.pdf: not-a-picture',
      'photos/E1.jpg: –',
      'photos/A1.jpg: –',
      'photos/T1.jpg: broken-picture',
      '.jpg: no-key',
    ]);
    expect((await listRows(id)).map(({ row }) => row)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    expect((await listRows(id))[0]?.match).toBe('S1');
    expect(await staging.getRun(id)).toMatchObject({
      state: 'queued',
      rows_total: 11,
      columns: [{ header: 'file', field: null }],
      lock_site_ids: [1001, 1002],
    });
  });

  test('has its pictures in the store, with thumbnails, as the database says', async () => {
    const id = await insertRun(makeZip([{ name: 'T1.png', content: await plainPng('#336699', 500, 900) }]));
    await stage(id);
    const [note] = await staging.db.execute(sql`select * from bulk_photo where bulk_action_id = ${id}`);
    const key = String(note?.['photo_id']);
    const picture = await buffer(await staging.files.read(key));
    expect(note).toMatchObject({ media_type: 'image/jpeg', bytes: picture.length, width: 500, height: 900 });
    expect(note?.['checks']).toMatchObject({ size: 'fine' });
    expect(await sharp(picture).metadata()).toMatchObject({ format: 'jpeg', width: 500, height: 900 });
    expect(await sharp(await buffer(await staging.files.read(thumbnailKeyOf(key)))).metadata()).toMatchObject(
      {
        height: 320,
      },
    );
    expect(key).toMatch(/^[0-9a-f]{32}$/);
  });

  test('is matched by the field that the run says', async () => {
    const id = await insertRun(
      makeZip([
        { name: 'tess.jpg', content: jpeg },
        { name: 'T1.jpg', content: jpeg },
      ]),
      {
        photoMatch: 'username',
      },
    );
    expect(await stage(id)).toEqual({ rows: 2, siteIds: [1002] });
    expect(await codes(id)).toEqual(['tess.jpg: ready', 'T1.jpg: –']);
  });

  test('in which nobody is meant locks the site of the run alone', async () => {
    const id = await insertRun(makeZip([{ name: 'nobody.jpg', content: jpeg }]), {}, 1002);
    expect(await stage(id)).toEqual({ rows: 1, siteIds: [1002] });
  });

  test('must have as many files as were expected', async () => {
    const zip = makeZip([
      { name: 'S1.jpg', content: jpeg },
      { name: 'S2.jpg', content: jpeg },
    ]);
    await expect(stage(await insertRun(zip, { expect: 3 }))).rejects.toMatchObject({
      code: 'wrong-count',
      details: { found: 2, expected: 3 },
    });
    expect(await stage(await insertRun(zip, { expect: 2 }))).toMatchObject({ rows: 2 });
  });
});

describe('a zip that is refused', () => {
  test('at its last file leaves no row, no note and no file', async () => {
    const before = await stored();
    const bomb = { name: 'zz.jpg', content: Buffer.alloc(12 * 2 ** 20) };
    const many = ['S1', 'S2', 'S3', 'S4', 'S5', 'T1'].map((name) => ({ name: `${name}.jpg`, content: jpeg }));
    const id = await insertRun(makeZip([...many, bomb]));
    await expect(stage(id)).rejects.toMatchObject({ code: 'too-large', details: { zip: 'bomb' } });
    expect([await listRows(id), await notes(id), await stored()]).toEqual([[], [], before]);
    expect(await staging.getRun(id)).toMatchObject({ state: 'staging', staged_at: null });
  });

  test('says so without the name of any file', async () => {
    const id = await insertRun(makeZip([{ name: '../Ada Lovelace.jpg', content: jpeg }]));
    const error = await stage(id).catch((thrown: Error) => thrown);
    expect(JSON.stringify([(error as Error).message, error])).not.toMatch(/Lovelace/);
    expect(error).toMatchObject({ code: 'unreadable-file', details: { zip: 'leads-out', entry: 1 } });
  });
});

describe('an attempt that is cut off', () => {
  const names = ['S1', 'S2', 'S3', 'S4', 'S5', 'T1'];
  const zip = () => makeZip(names.map((name) => ({ name: `${name}.jpg`, content: jpeg })));

  /** A store that breaks when it has written so many files. */
  const breaking = (writes: number): FileStore => {
    let left = writes;
    return {
      ...staging.files,
      write: (key, content, limits) => {
        left -= 1;
        if (left < 0) return Promise.reject(new Error('the power is off'));
        return staging.files.write(key, content, limits);
      },
    };
  };

  /** A desk that counts what it makes ready. */
  const counting = () => {
    const real = openPictureDesk(LIMITS);
    const desk = { ...real, count: 0 };
    desk.prepare = (...picture) => {
      desk.count += 1;
      return real.prepare(...picture);
    };
    return desk;
  };

  test('is gone on with: only pictures in flight are made again, and no file is left over', async () => {
    const id = await insertRun(zip());
    const before = await stored();
    const first = counting();
    await expect(stage(id, { files: breaking(7), desk: first })).rejects.toThrow('the power is off');
    const done = (await listRows(id)).length;
    expect(done).toBeGreaterThan(0);
    expect(done).toBeLessThan(6);
    const second = counting();
    expect(await stage(id, { desk: second })).toMatchObject({ rows: 6 });
    expect(second.count).toBe(6 - done);
    expect(await codes(id)).toEqual(names.map((name) => `${name}.jpg: ready`));
    const keys = await notes(id);
    expect(await stored()).toEqual([...before, ...keys, ...keys.map(thumbnailKeyOf)].sort());
  });

  test('stages nothing twice, whoever else is at it', async () => {
    const id = await insertRun(zip());
    const before = await stored();
    const results = await Promise.all([stage(id), stage(id)]);
    expect(results).toEqual([
      { rows: 6, siteIds: [1001, 1002] },
      { rows: 6, siteIds: [1001, 1002] },
    ]);
    const keys = await notes(id);
    expect(await stored()).toEqual([...before, ...keys, ...keys.map(thumbnailKeyOf)].sort());
    expect(await stage(id)).toEqual({ rows: 6, siteIds: [1001, 1002] });
  });

  test('by the end of its run leaves nothing', async () => {
    const id = await insertRun(zip());
    const before = await stored();
    const desk = counting();
    const real = desk.prepare;
    desk.prepare = async (...picture) => {
      if (desk.count === 3) await endRun(id);
      return real(...picture);
    };
    await stage(id, { desk });
    expect([await listRows(id), await notes(id), await stored()]).toEqual([[], [], before]);
  });

  test('by a cancel stops at the next file, and the sweep erases what it made', async () => {
    const id = await insertRun(zip());
    const before = await stored();
    const environment = newEnvironment();
    const desk = counting();
    const real = desk.prepare;
    desk.prepare = (...picture) => {
      if (desk.count === 2) environment.cancel();
      return real(...picture);
    };
    await expect(stage(id, { desk, environment })).rejects.toThrow();
    expect((await notes(id)).length).toBeGreaterThan(0);
    expect((await notes(id)).length).toBeLessThan(6);
    await endRun(id);
    await eraseUnseen({ db: staging.db, files: staging.files });
    expect([await notes(id), await stored()]).toEqual([[], before]);
  });
});

describe('the sweep', () => {
  test('erases pictures of runs that have ended and leaves those of photos and of open runs', async () => {
    const zip = makeZip(['S1', 'S2'].map((name) => ({ name: `${name}.jpg`, content: jpeg })));
    const [ended, open] = [await insertRun(zip), await insertRun(zip)];
    await stage(ended);
    await stage(open);
    const [used = '', unused = ''] = await notes(ended);
    await staging.db.execute(sql`
      insert into photo (id, person_id, site_id, kind, file_key, media_type, bytes, sha256)
      select ${used}, id, site_id, 'cardholder', ${used}, 'image/jpeg', 1, '' from person where identifier = 'S1'`);
    await endRun(ended, 'completed');
    await eraseUnseen({ db: staging.db, files: staging.files });
    expect(await notes(ended)).toEqual([]);
    const kept = await notes(open);
    expect(kept).toHaveLength(2);
    const left = await stored();
    for (const key of [used, thumbnailKeyOf(used), ...kept, ...kept.map(thumbnailKeyOf)])
      expect(left).toContain(key);
    for (const key of [unused, thumbnailKeyOf(unused)]) expect(left).not.toContain(key);
  });

  test('erases a deleted photo with its thumbnail', async () => {
    for (const key of ['gone', thumbnailKeyOf('gone')])
      await staging.files.write(key, Readable.from([jpeg]), { maxBytes: 1e6 });
    await staging.db.execute(sql`
      insert into photo_deletion (photo_id, site_id, kind, sha256, bytes, file_key)
      values ('gone', 1001, 'cardholder', '', 1, 'gone')`);
    await eraseUnseen({ db: staging.db, files: staging.files });
    expect((await stored()).filter((name) => name.startsWith('gone'))).toEqual([]);
    const [proof] = await staging.db.execute(
      sql`select file_key from photo_deletion where photo_id = 'gone'`,
    );
    expect(proof).toEqual({ file_key: null });
  });
});

test('pictures of several runs take turns, so many at once', async () => {
  const desk = openPictureDesk({ ...LIMITS, atOnce: 1 });
  const order: number[] = [];
  await Promise.all(
    [1, 2, 3].map(async (n) => {
      await desk.prepare(Buffer.from(jpeg));
      order.push(n);
    }),
  );
  expect(order).toEqual([1, 2, 3]);
  await expect(desk.prepare(Buffer.from('x'))).rejects.toMatchObject({ code: 'not-a-picture' });
  await expect(desk.prepare(Buffer.from(jpeg))).resolves.toMatchObject({ mediaType: 'image/jpeg' });
});
