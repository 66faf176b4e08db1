// Runs on photos: whom each picture is of, what becomes of the photo of before, and what stays as it is.
import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, test } from 'vitest';
import { listBulkRows } from '../../db/queries/bulk-row-list.ts';
import { insertFieldDefinition } from '../../db/queries/field-definitions.ts';
import { addPerson, addSite, archive } from '../support/people.ts';
import {
  addPictures,
  listPhotos,
  type PhotoRequest,
  type PictureFile,
  planPictures,
} from '../support/photo-runs.ts';
import { orders, useSmallFiles } from '../support/small-files.ts';

const site = useSmallFiles();

beforeEach(async () => {
  for (const identifier of ['a', 'b', 'c']) await site.add(identifier);
});

async function outcomesOf(id: string): Promise<Record<string, string>> {
  const rows = await listBulkRows(site.engine.db, id, { after: 0, limit: 1000 });
  return Object.fromEntries(
    rows.map(({ cells, outcome, reasons }) => [
      cells?.[0] ?? '',
      [
        outcome,
        ...reasons.map(({ code, field, rows: others }) => [code, field, others].filter(Boolean).join(' ')),
      ].join(' · '),
    ]),
  );
}

/** Each file, as the zip has it, with its outcome. */
async function add(files: readonly (string | PictureFile)[], request?: PhotoRequest) {
  const pictures = files.map((file) => (typeof file === 'string' ? { path: file } : file));
  const { id, counts } = await addPictures(site.engine, site.organisation, pictures, request);
  expect(counts.total).toBe(files.length);
  return outcomesOf(id);
}

const photos = () => listPhotos(site.engine.db, site.organisation.siteId);

describe('a picture', () => {
  test('becomes the photo of whom its file is named after, and the rest of the people stay as they are', async () => {
    expect(await add(['photos/a.jpg', 'B/b.PNG'])).toEqual({
      'photos/a.jpg': 'updated',
      'B/b.PNG': 'updated',
    });
    expect(await photos()).toEqual(['a: approved photos/a.jpg', 'b: approved B/b.PNG']);
    const people = await site.engine.db.execute(sql`
      select p.identifier, p.version, h.what, h.before, h.after ? 'photo' as has_photo, h.row_number
      from person p left join person_history h on h.person_id = p.id and h.version = 2
      where p.site_id = ${site.organisation.siteId} order by p.identifier`);
    expect([...people]).toEqual([
      { identifier: 'a', version: 2, what: 'updated', before: {}, has_photo: true, row_number: 1 },
      { identifier: 'b', version: 2, what: 'updated', before: {}, has_photo: true, row_number: 2 },
      { identifier: 'c', version: 1, what: null, before: null, has_photo: null, row_number: null },
    ]);
  });

  test('leaves nothing of itself behind but the photo', async () => {
    const { id } = await addPictures(site.engine, site.organisation, [{ path: 'a.jpg' }]);
    const left = await site.engine.db.execute(sql`select from bulk_photo where photo_id like ${`${id}%`}`);
    expect(left.length).toBe(0);
    const [photo] = await site.engine.db.execute(sql`
      select f.id = f.file_key as is_own_file, f.bulk_action_id is not null as has_run, f.by_person_id, f.decided_by_id, f.width,
        f.checks ->> 'focus' as focus from photo f where f.site_id = ${site.organisation.siteId}`);
    const { adminId } = site.organisation;
    expect(photo).toEqual({
      is_own_file: true,
      has_run: true,
      by_person_id: adminId,
      decided_by_id: adminId,
      width: 600,
      focus: 'fine',
    });
  });

  test('takes the place of the one before, which is kept as replaced', async () => {
    await add([{ path: 'a.jpg', picture: 'old' }, 'b.jpg']);
    expect(await add([{ path: 'a.jpg', picture: 'new' }])).toEqual({ 'a.jpg': 'updated' });
    expect(await photos()).toEqual(['a: replaced old', 'a: approved new', 'b: approved b.jpg']);
  });

  test('that is there already changes nothing', async () => {
    await add([{ path: 'a.jpg', picture: 'same' }]);
    expect(await add([{ path: 'a.png', picture: 'same' }])).toEqual({ 'a.png': 'unchanged' });
    expect(await photos()).toEqual(['a: approved same']);
  });

  test('is passed over where photos are kept, and fills the gap where there is none', async () => {
    await add([{ path: 'a.jpg', picture: 'old' }]);
    expect(await add(['a.jpg', 'b.jpg'], { existing: 'keep' })).toEqual({
      'a.jpg': 'skipped · photo-kept',
      'b.jpg': 'updated',
    });
    expect(await photos()).toEqual(['a: approved old', 'b: approved b.jpg']);
  });

  test('answers a photo that waits and the invitations of its person', async () => {
    const { db } = site.engine;
    const { siteId, rootId } = site.organisation;
    await db.execute(sql`
      with asked as (
        insert into invitation (person_id, site_id, root_id, state, expires_at)
        select p.id, ${siteId}, ${rootId}, s.state, now() + interval '1 day'
        from person p cross join unnest(array['open', 'answered', 'closed']) as s (state)
        where p.site_id = ${siteId} and p.identifier in ('a', 'b')
      )
      insert into photo (id, person_id, site_id, kind, state, file_key, media_type, bytes, sha256)
      select 'w' || id, id, ${siteId}, 'cardholder', 'waiting', 'w' || id, 'image/jpeg', 1, 'sha-phone'
      from person where site_id = ${siteId} and identifier in ('a', 'b')`);
    expect(await add(['a.jpg'])).toEqual({ 'a.jpg': 'updated' });
    expect((await photos()).toSorted()).toEqual([
      'a: approved a.jpg',
      'a: replaced phone',
      'b: waiting phone',
    ]);
    const invitations = await db.execute<{ line: string }>(sql`
      select p.identifier || ': ' || i.state || case when i.done_at is null then '' else ' since then' end as line
      from invitation i join person p on p.id = i.person_id where p.site_id = ${siteId} order by i.id`);
    expect([...invitations].map(({ line }) => line).toSorted()).toEqual([
      'a: closed',
      'a: done since then',
      'a: done since then',
      'b: answered',
      'b: closed',
      'b: open',
    ]);
  });

  test('leaves additional photos alone', async () => {
    await site.engine.db.execute(sql`
      insert into photo (id, person_id, site_id, kind, file_key, media_type, bytes, sha256)
      select 'sig', id, site_id, 'additional', 'sig', 'image/png', 1, 'sha-sig' from person
      where site_id = ${site.organisation.siteId} and identifier = 'a'`);
    await add(['a.jpg']);
    expect(await photos()).toEqual(['a: approved sig', 'a: approved a.jpg']);
  });
});

describe('a row is refused', () => {
  test('where its file is named after nobody, saying which value of which field', async () => {
    const { id } = await addPictures(site.engine, site.organisation, [{ path: 'nobody.jpg', picture: null }]);
    const [row] = await listBulkRows(site.engine.db, id, { after: 0, limit: 1 });
    expect(row).toMatchObject({
      outcome: 'rejected',
      personId: null,
      reasons: [{ code: 'nobody-by-name', field: 'identifier', value: 'nobody' }],
    });
  });

  test('where its person is archived, or was at the time when the zip was read', async () => {
    const { db } = site.engine;
    const { siteId } = site.organisation;
    const d = await site.add('d');
    await archive(db, d.id);
    await site.add('late');
    expect(
      await add([
        { path: 'd.jpg', picture: null },
        { path: 'late.jpg', picture: null },
      ]),
    ).toEqual({ 'd.jpg': 'rejected · person-archived', 'late.jpg': 'rejected · picture-not-read' });
    expect(await listPhotos(db, siteId)).toEqual([]);
  });

  test('where staging found something wrong with the picture', async () => {
    const problems = [{ code: 'too-long' as const }];
    expect(await add([{ path: 'a.jpg', problems }, 'b.jpg'])).toEqual({
      'a.jpg': 'rejected · too-long',
      'b.jpg': 'updated',
    });
  });

  test('where another file is for the same person: both, each naming the other, and no third one', async () => {
    expect(
      await add([
        'a.jpg',
        'b.jpg',
        'more/a.png',
        { path: 'c.jpg', problems: [{ code: 'too-long' }] },
        'c.png',
      ]),
    ).toEqual({
      'a.jpg': 'rejected · photo-twice 3',
      'b.jpg': 'updated',
      'more/a.png': 'rejected · photo-twice 1',
      'c.jpg': 'rejected · too-long',
      'c.png': 'updated',
    });
  });

  test('where people of several sites have the value, unless the run is of one of these sites', async () => {
    const { siteId, rootId } = site.organisation;
    const other = await addSite(site.engine.db, rootId, rootId + 2);
    await addPerson(site.engine.db, other, 'a', { email: 'other@example.org' });
    expect(await add(['a.jpg', 'b.jpg'], { siteId: rootId })).toEqual({
      'a.jpg': 'rejected · several-match identifier',
      'b.jpg': 'updated',
    });
    expect(await add(['a.jpg'], { siteId })).toEqual({ 'a.jpg': 'updated' });
  });

  test('where the admin may not change photos at the site of its person', async () => {
    const { db } = site.engine;
    const { rootId } = site.organisation;
    const planned = await planPictures(site.engine, site.organisation, [{ path: 'a.jpg' }], {
      siteId: rootId,
    });
    await db.execute(
      sql`update bulk_action set scopes = '{people:update}', state = 'checking' where id = ${planned.id}`,
    );
    await site.engine.check(planned.id, planned.token);
    await site.engine.end(planned.id);
    expect(await outcomesOf(planned.id)).toEqual({ 'a.jpg': 'rejected · not-allowed' });
  });
});

describe('a file is named after its person', () => {
  test('by email in any case, by username, and by a unique field, whatever branch defines it', async () => {
    const { db } = site.engine;
    const { siteId, rootId } = site.organisation;
    const other = await addSite(db, rootId, rootId + 3);
    const desk = { name: 'desk', label: 'Desk', type: 'text', required: false, unique: true } as const;
    for (const id of [siteId, other])
      await insertFieldDefinition(db, { ...desk, siteId: id, pattern: null, choices: null });
    await site.add('d', { email: 'Dora@Example.org', username: 'dora', fields: { badge: 'B-1', desk: '7' } });
    await addPerson(db, other, 'e', { fields: { desk: '8' } });
    expect(await add(['dora@EXAMPLE.org.jpg'], { photoMatch: 'email' })).toEqual({
      'dora@EXAMPLE.org.jpg': 'updated',
    });
    expect(await add(['dora.jpg', 'Dora.jpg'], { photoMatch: 'username' })).toEqual({
      'dora.jpg': 'updated',
      'Dora.jpg': 'rejected · nobody-by-name username',
    });
    expect(await add(['B-1.jpg', 'd.jpg'], { photoMatch: 'badge' })).toEqual({
      'B-1.jpg': 'updated',
      'd.jpg': 'rejected · nobody-by-name badge',
    });
    expect(await add(['7.jpg', '8.jpg'], { photoMatch: 'desk', siteId: rootId })).toEqual({
      '7.jpg': 'updated',
      '8.jpg': 'updated',
    });
    const rows = await db.execute<{ siteId: number }>(sql`
      select r.site_id as "siteId" from bulk_row r join bulk_action a on a.id = r.bulk_action_id
      where a.options ->> 'photoMatch' = 'desk' and a.root_id = ${rootId} order by r.row_number`);
    expect([...rows].map((row) => row.siteId)).toEqual([siteId, other]);
  });
});

describe('a file is named by a number', () => {
  test('however it is written, where the field is one; a text is another with a nought before it', async () => {
    const { db } = site.engine;
    const { siteId } = site.organisation;
    const rules = { siteId, required: false, unique: true, pattern: null, choices: null };
    await insertFieldDefinition(db, { ...rules, name: 'locker', label: 'Locker', type: 'number' });
    await insertFieldDefinition(db, { ...rules, name: 'desk', label: 'Desk', type: 'text' });
    await addPerson(db, siteId, 'nina', { fields: { locker: 42, desk: '7' } });
    await addPerson(db, siteId, 'otto', { fields: { locker: 1.5, desk: '07' } });
    await addPerson(db, siteId, 'zero', { fields: { locker: 0 } });
    expect(await add(['00042.jpg', '1.50.jpg', '0.png', '1e1.jpg'], { photoMatch: 'locker' })).toEqual({
      '00042.jpg': 'updated',
      '1.50.jpg': 'updated',
      '0.png': 'updated',
      '1e1.jpg': 'rejected · nobody-by-name locker',
    });
    expect(await add(['42.jpg', '0042.jpg'], { photoMatch: 'locker' })).toEqual({
      '42.jpg': 'rejected · photo-twice 2',
      '0042.jpg': 'rejected · photo-twice 1',
    });
    expect(await add(['07.jpg', '007.jpg'], { photoMatch: 'desk' })).toEqual({
      '07.jpg': 'updated',
      '007.jpg': 'rejected · nobody-by-name desk',
    });
  });

  test('and by a yes or no, of which there is one each', async () => {
    const { db } = site.engine;
    const { siteId } = site.organisation;
    const rules = { siteId, required: false, unique: true, pattern: null, choices: null };
    await insertFieldDefinition(db, { ...rules, name: 'mayor', label: 'Mayor', type: 'boolean' });
    await addPerson(db, siteId, 'nina', { fields: { mayor: true } });
    expect(await add(['true.jpg', 'false.jpg'], { photoMatch: 'mayor' })).toEqual({
      'true.jpg': 'updated',
      'false.jpg': 'rejected · nobody-by-name mayor',
    });
  });
});

test('the order of files in a zip changes nothing but the numbers of rows', async () => {
  const { db } = site.engine;
  const { siteId } = site.organisation;
  const files: PictureFile[] = [
    { path: 'a.jpg' },
    { path: 'x/a.png' },
    { path: 'b.jpg', picture: 'seen' },
    { path: 'c.jpg' },
    { path: 'nobody.jpg', picture: null },
  ];
  const seen = new Set<string>();
  for (const order of orders(files.map(({ path }) => path))) {
    await db.execute(sql`delete from photo where site_id = ${siteId}`);
    await add([{ path: 'b.jpg', picture: 'seen' }]);
    const outcomes = await add(order.map((path) => files.find((file) => file.path === path) as PictureFile));
    const told = Object.entries(outcomes).map(
      ([path, outcome]) => `${path}: ${outcome.replace(/ \d+$/, '')}`,
    );
    seen.add([...told.toSorted(), ...(await photos())].join('\n'));
  }
  expect([...seen]).toEqual([
    [
      'a.jpg: rejected · photo-twice',
      'b.jpg: unchanged',
      'c.jpg: updated',
      'nobody.jpg: rejected · nobody-by-name identifier',
      'x/a.png: rejected · photo-twice',
      'b: approved seen',
      'c: approved c.jpg',
    ].join('\n'),
  ]);
});
