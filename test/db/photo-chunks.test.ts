// Chunks of pictures: each is applied once or not at all, and a plan shows before what history has afterwards.
import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { listBulkRows } from '../../db/queries/bulk-row-list.ts';
import { recordConsent } from '../../db/queries/consents.ts';
import { shownChange } from '../../domain/row-change.ts';
import type { CheckedRun } from '../support/engine.ts';
import { addPictures, listPhotos, planPictures, stagePictures } from '../support/photo-runs.ts';
import { listOutcomes } from '../support/runs.ts';
import { openTransaction, untilBlocked } from '../support/sessions.ts';
import { useSmallFiles } from '../support/small-files.ts';

const PEOPLE = ['a', 'b', 'c', 'd', 'e', 'f'];
const site = useSmallFiles({ chunkRows: 2, batchChunks: 2 });

const photos = () => listPhotos(site.engine.db, site.organisation.siteId);
const files = (picture: string, people = PEOPLE) =>
  people.map((name) => ({ path: `${name}.jpg`, picture: `${picture} of ${name}` }));

/** Six people, the first three with a photo, and a run that brings one for each. */
async function planSix(): Promise<CheckedRun> {
  for (const identifier of PEOPLE) await site.add(identifier);
  await addPictures(site.engine, site.organisation, files('old', ['a', 'b', 'c']));
  return planPictures(site.engine, site.organisation, files('new'));
}

const ALL_NEW = [
  ...['a', 'b', 'c'].flatMap((name) => [
    `${name}: replaced old of ${name}`,
    `${name}: approved new of ${name}`,
  ]),
  ...['d', 'e', 'f'].map((name) => `${name}: approved new of ${name}`),
];

const versions = async () => {
  const rows = await site.engine.db.execute<{ version: number }>(
    sql`select version from person where site_id = ${site.organisation.siteId} order by identifier`,
  );
  return [...rows].map(({ version }) => version);
};

const outcomesOf = async (id: string) =>
  (await listOutcomes(site.engine.db, id)).map(({ outcome, reasons }) => reasons[0]?.code ?? outcome);

test('a chunk that is run twice finds nothing left to do', async () => {
  const run = await planSix();
  expect(await site.engine.apply(run)).toBe(6);
  expect(await site.engine.apply(run)).toBe(0);
  expect(await photos()).toEqual(ALL_NEW);
  expect(await versions()).toEqual([3, 3, 3, 2, 2, 2]);
});

test('a chunk that is run twice at the same time applies once', async () => {
  const run = await planSix();
  const blocker = await openTransaction(site.engine.url);
  await blocker.run(`select from person where site_id = ${site.organisation.siteId} for update`);
  const applied = [site.engine.apply(run), site.engine.apply(run)];
  await untilBlocked(site.engine.db, 2);
  await blocker.run('rollback');
  const counts = await Promise.all(applied);
  expect(counts.reduce((sum, rows) => sum + rows, 0)).toBe(6);
  expect(await photos()).toEqual(ALL_NEW);
  expect(await versions()).toEqual([3, 3, 3, 2, 2, 2]);
});

test('a run that is cut off between chunks goes on where it was', async () => {
  const run = await planSix();
  const [first] = run.batches;
  if (!first) throw new Error('nothing was planned');
  expect(await site.engine.apply({ ...run, batches: [{ ...first, lastRow: first.firstRow + 1 }] })).toBe(2);
  const again = await site.engine.check(run.id, run.token);
  expect(await site.engine.apply(again)).toBe(4);
  const { counts } = await site.engine.end(run.id);
  expect(counts).toMatchObject({ updated: 6, total: 6 });
  expect(await photos()).toEqual(ALL_NEW);
});

test('a lock that has passed on lets nothing be written', async () => {
  const run = await planSix();
  expect(await site.engine.apply({ ...run, token: run.token + 1 })).toBe(0);
  expect(await versions()).toEqual([2, 2, 2, 1, 1, 1]);
});

test('a person who has changed since the check fails alone', async () => {
  const run = await planSix();
  await site.engine.db.execute(sql`
    update person set version = version + 1 where site_id = ${site.organisation.siteId} and identifier = 'b'`);
  await site.engine.apply(run);
  expect(await outcomesOf(run.id)).toEqual([
    'updated',
    'changed-meanwhile',
    'updated',
    'updated',
    'updated',
    'updated',
  ]);
  expect(await photos()).toContain('b: approved old of b');
});

test('a row that the database refuses takes no other with it', async () => {
  const run = await planSix();
  await site.engine.db.execute(sql`
    insert into photo (id, person_id, site_id, kind, file_key, media_type, bytes, sha256)
    values (${`${run.id}-3`}, null, ${site.organisation.siteId}, 'additional', 'x', 'image/png', 1, 'x')`);
  await site.engine.apply(run);
  expect(await outcomesOf(run.id)).toEqual([
    'updated',
    'updated',
    'key-taken',
    'updated',
    'updated',
    'updated',
  ]);
  expect(await photos()).toContain('c: approved old of c');
});

test('a dry run shows the photo that goes and the one that comes, and history says the same once it is confirmed', async () => {
  const { engine, organisation } = site;
  await site.add('a');
  await site.add('b');
  const { id: before } = await addPictures(engine, organisation, files('old', ['a']));
  const id = await stagePictures(engine.db, organisation, files('new', ['a', 'b']), { isDryRun: true });
  const planned = await engine.check(id, null);
  expect(planned.waiting).toMatchObject({ state: 'awaiting-confirmation' });
  const changes = async () =>
    (await listBulkRows(engine.db, id, { after: 0, limit: 10 })).map(({ change }) => shownChange(change));
  const plan = await changes();
  expect(plan).toEqual([
    { before: { photo: `${before}-1` }, after: { photo: `${id}-1` } },
    { before: { photo: null }, after: { photo: `${id}-2` } },
  ]);
  const answer = { what: 'confirmed', round: 1, byPersonId: organisation.adminId } as const;
  await recordConsent(engine.db, id, answer, 60);
  const checked = await engine.check(id, await engine.lock(id));
  expect(checked.waiting).toBeNull();
  await engine.apply(checked);
  await engine.end(id);
  expect(await changes()).toEqual(plan);
});

test('a limit stops a run that would change more people than it may', async () => {
  for (const identifier of ['a', 'b']) await site.add(identifier);
  const limits = { changed: { people: 1 } };
  const run = await planPictures(site.engine, site.organisation, files('new', ['a', 'b']), { limits });
  expect(run.waiting).toMatchObject({ state: 'awaiting-confirmation' });
  expect(await photos()).toEqual([]);
});
