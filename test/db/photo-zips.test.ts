// From a real zip to photos of people and back, by the steps of a run: staged, planned, applied, undone.
import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { insertBulkAction } from '../../db/queries/bulk-actions.ts';
import { listBulkRows } from '../../db/queries/bulk-row-list.ts';
import { insertUpload } from '../../db/queries/uploads.ts';
import { DEFAULT_OPTIONS } from '../../domain/bulk-action.ts';
import { thumbnailKeyOf } from '../../domain/photo.ts';
import { picture, zipOf } from '../support/picture-zips.ts';
import { useSmallFiles } from '../support/small-files.ts';
import { undo } from '../support/undos.ts';

const site = useSmallFiles();

/** A run over a zip, as the API begins it. */
async function insertPhotosRun(zip: Buffer, options: object = {}): Promise<string> {
  const { engine, organisation } = site;
  const { siteId, rootId, adminId } = organisation;
  const id = randomBytes(5).toString('hex');
  const stored = await engine.files.write(id, Readable.from([zip]), { maxBytes: 2 ** 30 });
  await insertUpload(engine.db, { id, name: 'photos.zip', ...stored, byPersonId: adminId });
  await insertBulkAction(engine.db, {
    id,
    siteId,
    rootId,
    kind: 'photos',
    preset: 'people',
    options: { ...DEFAULT_OPTIONS, action: 'add-photos', photoMatch: 'identifier', ...options },
    uploadIds: [id],
    fileName: 'photos.zip',
    byPersonId: adminId,
    byName: 'Ada Admin',
    notifyEmail: null,
    idempotencyKey: null,
    requestHash: id,
  });
  return id;
}

async function runZip(zip: Buffer, options?: object) {
  const id = await insertPhotosRun(zip, options);
  await site.engine.stageRun(id);
  await site.engine.apply(await site.engine.check(id, await site.engine.lock(id)));
  const { counts } = await site.engine.end(id);
  const rows = await listBulkRows(site.engine.db, id, { after: 0, limit: 100 });
  const outcomes = Object.fromEntries(
    rows.map(({ cells, outcome, reasons }) => [
      cells?.[0],
      [outcome, ...reasons.map(({ code }) => code)].join(' · '),
    ]),
  );
  return { id, counts, outcomes };
}

/** The approved photos by the identifiers of their people, as the file store has them. */
async function shown(): Promise<Record<string, { bytes: number; mediaType: string }>> {
  const rows = await site.engine.db.execute<{
    name: string;
    key: string;
    bytes: number;
    mediaType: string;
  }>(sql`
    select p.identifier as name, f.file_key as key, f.bytes, f.media_type as "mediaType"
    from photo f join person p on p.id = f.person_id
    where p.site_id = ${site.organisation.siteId} and f.state = 'approved' order by 1`);
  const found: Record<string, { bytes: number; mediaType: string }> = {};
  for (const { name, key, mediaType } of rows) {
    const chunks: Buffer[] = [];
    for await (const chunk of await site.engine.files.read(key)) chunks.push(chunk as Buffer);
    (await site.engine.files.read(thumbnailKeyOf(key))).destroy();
    found[name] = { bytes: Buffer.concat(chunks).length, mediaType };
  }
  return found;
}

test('a zip becomes photos, each with its file and its thumbnail, and what is wrong stays a row', async () => {
  for (const identifier of ['a', 'b', 'c', 'd']) await site.add(identifier);
  const { outcomes, counts } = await runZip(
    zipOf({
      'photos/a.jpg': await picture('red'),
      'photos/b.PNG': await picture('green', { format: 'png' }),
      'c.jpg': await picture('blue'),
      'more/c.jpg': await picture('yellow'),
      'd.jpg': Buffer.from('no picture at all'),
      'nobody.jpg': await picture('black'),
      '__MACOSX/photos/._a.jpg': Buffer.from('x'),
    }),
  );
  expect(counts).toMatchObject({ updated: 2, rejected: 4, total: 6 });
  expect(outcomes).toMatchObject({
    'photos/a.jpg': 'updated',
    'photos/b.PNG': 'updated',
    'c.jpg': 'rejected · photo-twice',
    'more/c.jpg': 'rejected · photo-twice',
    'nobody.jpg': 'rejected · nobody-by-name',
  });
  expect(outcomes['d.jpg']).toMatch(/^rejected · [a-z-]+$/);
  const photos = await shown();
  expect(Object.keys(photos)).toEqual(['a', 'b']);
  for (const { bytes, mediaType } of Object.values(photos)) {
    expect(bytes).toBeGreaterThan(1000);
    expect(mediaType).toBe('image/jpeg');
  }
});

test('the same zip again changes nothing, another one overwrites, and an undo gives back what was there', async () => {
  for (const identifier of ['a', 'b']) await site.add(identifier);
  const first = zipOf({ 'a.jpg': await picture('red'), 'b.jpg': await picture('green') });
  await runZip(first);
  expect((await runZip(first)).outcomes).toEqual({ 'a.jpg': 'unchanged', 'b.jpg': 'unchanged' });
  const keys = async () => {
    const rows = await site.engine.db.execute<{ id: string }>(sql`
      select f.id from photo f join person p on p.id = f.person_id
      where f.site_id = ${site.organisation.siteId} and f.state = 'approved' order by p.identifier`);
    return [...rows].map(({ id }) => id);
  };
  const before = await keys();
  const { id } = await runZip(zipOf({ 'a.jpg': await picture('blue'), 'b.jpg': await picture('green') }));
  const [blue, green] = await keys();
  expect([blue === before[0], green]).toEqual([false, before[1]]);
  await undo(site.engine, site.organisation, id);
  expect(await keys()).toEqual(before);
  expect(Object.keys(await shown())).toEqual(['a', 'b']);
});

test('a zip with another number of pictures than expected is refused, and nothing stays of it', async () => {
  await site.add('a');
  const id = await insertPhotosRun(zipOf({ 'a.jpg': await picture('red') }), { expect: 2 });
  await expect(site.engine.stageRun(id)).rejects.toMatchObject({ code: 'wrong-count' });
  const left = await site.engine.db.execute(sql`select from bulk_photo where bulk_action_id = ${id}`);
  expect(left.length).toBe(0);
});
