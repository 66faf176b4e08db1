// Undo of runs on photos: the photo of before comes back, or none; what happened since stays and is said.
import { sql } from 'drizzle-orm';
import { beforeEach, expect, test } from 'vitest';
import { listBulkRows } from '../../db/queries/bulk-row-list.ts';
import { shownChange } from '../../domain/row-change.ts';
import { archive } from '../support/people.ts';
import { addPictures, listPhotos } from '../support/photo-runs.ts';
import { useSmallFiles } from '../support/small-files.ts';
import { planUndo, type UndoRequest, undo } from '../support/undos.ts';

const site = useSmallFiles();
const ids: Record<string, number> = {};

beforeEach(async () => {
  for (const identifier of ['a', 'b']) ids[identifier] = (await site.add(identifier)).id;
});

const files = (picture: string, people: readonly string[]) =>
  people.map((name) => ({ path: `${name}.jpg`, picture: `${picture} of ${name}` }));

const add = (picture: string, people: readonly string[]) =>
  addPictures(site.engine, site.organisation, files(picture, people));

const photos = () => listPhotos(site.engine.db, site.organisation.siteId);

async function rowsOf(id: string): Promise<string[]> {
  const rows = await listBulkRows(site.engine.db, id, { after: 0, limit: 100 });
  return rows.map(({ rowNumber, outcome, reasons }) =>
    [
      `${rowNumber}: ${outcome}`,
      ...reasons.map(({ code, field }) => [code, field].filter(Boolean).join(' ')),
    ].join(' · '),
  );
}

async function undone(id: string, request?: UndoRequest) {
  const ended = await undo(site.engine, site.organisation, id, request);
  return { ...ended, rows: await rowsOf(ended.id) };
}

test('gives back the photo of before, or none, and gives them again when it is undone itself', async () => {
  await add('old', ['a']);
  const { id } = await add('new', ['a', 'b']);
  const first = await undone(id);
  expect(first.rows).toEqual(['1: updated', '2: updated']);
  expect(await photos()).toEqual(['a: approved old of a', 'a: replaced new of a', 'b: replaced new of b']);
  const second = await undone(first.id);
  expect(second.rows).toEqual(['1: updated', '2: updated']);
  expect(await photos()).toEqual(['a: replaced old of a', 'a: approved new of a', 'b: approved new of b']);
  expect((await undone(second.id)).rows).toEqual(['1: updated', '2: updated']);
  expect(await photos()).toEqual(['a: approved old of a', 'a: replaced new of a', 'b: replaced new of b']);
});

test('twice does no harm: the second finds everything as it was before', async () => {
  await add('old', ['a']);
  const { id } = await add('new', ['a', 'b']);
  await undone(id);
  const after = await photos();
  expect((await undone(id)).rows).toEqual(['1: unchanged', '2: unchanged']);
  expect(await photos()).toEqual(after);
});

test('leaves a photo that came since, and says so', async () => {
  await add('old', ['a', 'b']);
  const { id } = await add('new', ['a', 'b']);
  await add('newest', ['b']);
  expect((await undone(id)).rows).toEqual(['1: updated', '2: unchanged · edited-since photo']);
  expect(await photos()).toEqual([
    'a: approved old of a',
    'a: replaced new of a',
    'b: replaced old of b',
    'b: replaced new of b',
    'b: approved newest of b',
  ]);
});

test('takes values that were changed since for no reason to keep a photo', async () => {
  const { id } = await add('new', ['a']);
  await site.run('identifier,email,first_name', ['a,,Eve']);
  expect((await undone(id)).rows).toEqual(['1: updated']);
  expect(await photos()).toEqual(['a: replaced new of a']);
});

test('can’t give back a photo that is gone by now', async () => {
  await add('old', ['a', 'b']);
  const { id } = await add('new', ['a', 'b']);
  await site.engine.db.execute(sql`delete from photo where person_id = ${ids['a']} and state = 'replaced'`);
  expect((await undone(id)).rows).toEqual(['1: rejected · not-undone photo', '2: updated']);
});

test('and one that goes between the check and the change fails its row, and leaves the photo that is there', async () => {
  await add('old', ['a', 'b']);
  const { id } = await add('new', ['a', 'b']);
  const planned = await planUndo(site.engine, site.organisation, id);
  await site.engine.db.execute(sql`delete from photo where person_id = ${ids['a']} and state = 'replaced'`);
  await site.engine.apply(planned);
  await site.engine.apply(planned);
  await site.engine.end(planned.id);
  expect(await rowsOf(planned.id)).toEqual(['1: failed · changed-meanwhile', '2: updated']);
  expect(await photos()).toEqual(['a: approved new of a', 'b: approved old of b', 'b: replaced new of b']);
});

test('reaches archived people, and nobody who is gone for good', async () => {
  const { id } = await add('new', ['a', 'b']);
  await archive(site.engine.db, ids['a'] as number);
  await site.engine.db.execute(sql`delete from person_history where person_id = ${ids['b']}`);
  await site.engine.db.execute(sql`delete from person where id = ${ids['b']}`);
  const { id: undoId, rows } = await undone(id);
  expect(rows).toEqual(['1: updated', '2: rejected · cannot-undo']);
  expect(await photos()).toEqual(['a: replaced new of a']);
  const [, gone] = await listBulkRows(site.engine.db, undoId, { after: 0, limit: 10 });
  expect(gone).toMatchObject({ cells: null });
});

test('takes the right to change photos', async () => {
  const { id } = await add('new', ['a']);
  const planned = await planUndo(site.engine, site.organisation, id);
  await site.engine.db.execute(
    sql`update bulk_action set scopes = '{people:update}', state = 'checking' where id = ${planned.id}`,
  );
  await site.engine.check(planned.id, planned.token);
  await site.engine.end(planned.id);
  expect(await rowsOf(planned.id)).toEqual(['1: rejected · not-allowed']);
});

test('as a dry run shows what would come back', async () => {
  const { id: before } = await add('old', ['a']);
  const { id } = await add('new', ['a', 'b']);
  const undoId = (await planUndo(site.engine, site.organisation, id, { limits: { changed: { people: 0 } } }))
    .id;
  const rows = await listBulkRows(site.engine.db, undoId, { after: 0, limit: 10 });
  expect(rows.map(({ change, cells }) => ({ ...shownChange(change), cells }))).toEqual([
    {
      before: { photo: `${id}-1` },
      after: { photo: `${before}-1` },
      cells: [String(site.organisation.siteId), 'a', 'a@example.org', '', '', `${before}-1`],
    },
    {
      before: { photo: `${id}-2` },
      after: { photo: null },
      cells: [String(site.organisation.siteId), 'b', 'b@example.org', '', '', ''],
    },
  ]);
});
