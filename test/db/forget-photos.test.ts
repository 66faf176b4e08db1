// Photos of people who are anonymized or deleted: what stays without a name, and what goes with its files.
import { Readable } from 'node:stream';
import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, test } from 'vitest';
import { eraseUnseen } from '../../activities/erase-photos.ts';
import { approvePhotos, declinePhotos } from '../../db/queries/photos/photo-review.ts';
import { movePastPhotosToProof } from '../../db/queries/photos/photos.ts';
import { thumbnailKeyOf } from '../../domain/photo.ts';
import { invite, photosOf, sendPhoto } from '../support/cardholder-photos.ts';
import { useEngine } from '../support/engine.ts';
import { addPerson, archive } from '../support/people.ts';
import { planPeople } from '../support/planned-runs.ts';
import { makeOrganisation, type TestOrganisation } from '../support/runs.ts';

const engine = useEngine();
let organisation: TestOrganisation;
beforeEach(async () => {
  organisation = await makeOrganisation(engine.db);
});

/** Somebody archived, with a photo of each kind and state: ids by what they are. */
async function addPhotographed(identifier: string) {
  const { db } = engine;
  const person = await addPerson(db, organisation.siteId, identifier);
  const sent = async () =>
    (await sendPhoto(
      db,
      person.id,
      await invite(db, person.id, { runId: 'asking' }).catch(() => invite(db, person.id)),
    )) ?? '';
  const by = organisation.adminId;
  const replaced = await sent();
  await approvePhotos(db, [replaced], by);
  const approved = await sent();
  await approvePhotos(db, [approved], by);
  const declined = await sent();
  await declinePhotos(db, [declined], by, ['background'], `Dear ${identifier}, a plain wall`);
  const waiting = await sent();
  const additional = `id-card-${person.id}`;
  await db.execute(sql`
    insert into photo (id, person_id, site_id, kind, file_key, media_type, bytes, sha256)
    values (${additional}, ${person.id}, ${organisation.siteId}, 'additional', ${additional}, 'image/png', 1, 'x')`);
  // As an older review might have left them.
  await db.execute(sql`
    update photo set note = ${`Well done, ${identifier}`}, bulk_action_id = 'brought', by_person_id = ${person.id}
    where id = ${approved}`);
  await archive(db, person.id);
  return { person: { ...person, version: 4 }, replaced, approved, declined, waiting, additional };
}

const proofs = async (ids: readonly string[]) =>
  [
    ...(await engine.db.execute<{ id: string }>(sql`
      select photo_id as id from photo_deletion where photo_id = any (${sql.param([...ids])}::text[])`)),
  ]
    .map(({ id }) => id)
    .sort();

describe('anonymizing', () => {
  test('keeps the approved photo, without person, invitation, run or note; all others leave proof', async () => {
    const all = await addPhotographed('leaver');
    await engine.apply(await planPeople(engine.db, organisation, 'anonymize', [all.person]));
    expect(await photosOf(engine.db, all.person.id)).toEqual([]);
    const [kept] = await engine.db.execute(sql`
      select person_id, invitation_id, bulk_action_id, by_person_id, note, state from photo where id = ${all.approved}`);
    expect(kept).toEqual({
      person_id: null,
      invitation_id: null,
      bulk_action_id: null,
      by_person_id: null,
      note: null,
      state: 'approved',
    });
    const gone = [all.replaced, all.declined, all.waiting, all.additional];
    expect(await proofs([...gone, all.approved])).toEqual(gone.sort());
    const [left] = await engine.db.execute(sql`
      select count(*)::int as rows from photo where note is not null or photo::text like '%leaver%'`);
    expect(left).toEqual({ rows: 0 });
  });

  test('takes pictures that a run had yet to make theirs', async () => {
    const { person } = await addPhotographed('leaver');
    await engine.db.execute(sql`
      with run as (
        insert into bulk_action (id, site_id, root_id, kind, preset, options, upload_ids, state)
        values ('zip', ${organisation.siteId}, ${organisation.rootId}, 'photos', 'people', '{}', '{}', 'awaiting-confirmation')
        returning id
      ), plan as (
        insert into bulk_plan (bulk_action_id, row_number, phase, person_id, person_version)
        select id, 1, 'update', ${person.id}::bigint, 3 from run
      )
      insert into bulk_photo (bulk_action_id, row_number, photo_id, media_type, bytes, sha256, width, height, checks)
      select 'zip', n, 'zipped-' || n, 'image/jpeg', 10, 'hash', 1, 1, '{}' from generate_series(1, 2) as n`);
    await engine.apply(await planPeople(engine.db, organisation, 'anonymize', [person]));
    expect(await proofs(['zipped-1', 'zipped-2'])).toEqual(['zipped-1']);
    const left = await engine.db.execute(sql`select photo_id from bulk_photo`);
    expect([...left]).toEqual([{ photo_id: 'zipped-2' }]);
    await engine.db.execute(sql`delete from bulk_photo`);
  });
});

test('deleting leaves proof of every photo, and no photo', async () => {
  const all = await addPhotographed('leaver');
  await engine.apply(await planPeople(engine.db, organisation, 'delete', [all.person]));
  expect(await photosOf(engine.db, all.person.id)).toEqual([]);
  const { person: _, ...ids } = all;
  expect(await proofs(Object.values(ids))).toEqual(Object.values(ids).sort());
});

test('what is deleted is erased from the file store, with its thumbnail; what is kept stays there', async () => {
  const all = await addPhotographed('leaver');
  const keys = [all.approved, all.declined, all.waiting];
  for (const key of keys.flatMap((one) => [one, thumbnailKeyOf(one)]))
    await engine.files.write(key, Readable.from([Buffer.from('picture')]), { maxBytes: 100 });
  await engine.apply(await planPeople(engine.db, organisation, 'anonymize', [all.person]));
  await eraseUnseen(engine);
  for (const key of [all.declined, all.waiting].flatMap((one) => [one, thumbnailKeyOf(one)]))
    await expect(engine.files.read(key)).rejects.toMatchObject({ code: 'gone' });
  for (const key of [all.approved, thumbnailKeyOf(all.approved)]) (await engine.files.read(key)).destroy();
  const [left] = await engine.db.execute(sql`
    select count(*)::int as rows from photo_deletion where file_key is not null and site_id = ${organisation.siteId}`);
  expect(left).toEqual({ rows: 0 });
});

test('photos that were replaced or sent back are kept so many days, then leave proof', async () => {
  const all = await addPhotographed('stayer');
  expect(await movePastPhotosToProof(engine.db, 30, 100)).toBe(0);
  await engine.db.execute(sql`update photo set replaced_at = replaced_at - interval '31 days'`);
  expect(await movePastPhotosToProof(engine.db, 30, 1)).toBe(1);
  expect(await movePastPhotosToProof(engine.db, 30, 100)).toBe(1);
  expect(await proofs(Object.values(all).filter((id) => typeof id === 'string'))).toEqual(
    [all.replaced, all.declined].sort(),
  );
});
