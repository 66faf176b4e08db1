// Photos that cardholders send, and what admins say of them: what is written, and who wins where several come at once.
import { setTimeout } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, test } from 'vitest';
import { deleted, movePerson } from '../../db/queries/person-moves.ts';
import type { PersonRow } from '../../db/queries/person-row.ts';
import { approvePhotos, declinePhotos, reconsiderPhoto } from '../../db/queries/photos/photo-review.ts';
import {
  addCardholderPhoto,
  announcePicture,
  listPhotoFilesToErase,
  movePhotosOfNobodyToProof,
} from '../../db/queries/photos/photos.ts';
import { listLeftoverUploads } from '../../db/queries/uploads.ts';
import {
  decisionMailsOf,
  invitationsOf,
  invite,
  newPicture,
  photosOf,
  sendPhoto,
  whileHeld,
} from '../support/cardholder-photos.ts';
import { useDatabase } from '../support/database.ts';
import { addPerson, archive } from '../support/people.ts';
import { makeOrganisation, type TestOrganisation } from '../support/runs.ts';

const database = useDatabase();
let organisation: TestOrganisation;
let person: PersonRow;
let invitationId: number;

beforeEach(async () => {
  organisation = await makeOrganisation(database.db);
  person = await addPerson(database.db, organisation.siteId, 'p-1');
  invitationId = await invite(database.db, person.id, { runId: `run-${person.id}` });
});

const send = (invitation = invitationId) => sendPhoto(database.db, person.id, invitation);
const sent = async (invitation?: number): Promise<string> => {
  const id = await send(invitation);
  if (id === undefined) throw new Error('the photo was not taken');
  return id;
};
const approve = (...ids: string[]) => approvePhotos(database.db, ids, organisation.adminId);
const decline = (...ids: string[]) =>
  declinePhotos(database.db, ids, organisation.adminId, ['background'], 'A plain wall, please.');
const reconsider = (id: string) => reconsiderPhoto(database.db, id, organisation.adminId);
const photos = async () => (await photosOf(database.db, person.id)).map(({ id, state }) => [id, state]);
const historyOf = async () => [
  ...(await database.db.execute(sql`
    select version, what, before, after, by_person_id from person_history
    where person_id = ${person.id} and version > 1 order by version`)),
];
const proofs = async () =>
  [...(await database.db.execute<{ id: string }>(sql`select photo_id as id from photo_deletion`))].map(
    ({ id }) => id,
  );
const auditOf = async (photoId: string) => [
  ...(await database.db.execute(sql`
    select what, site_id, by_person_id, details from audit_event
    where subject = 'photo' and subject_id = ${photoId} order by seq`)),
];

describe('a photo that is sent', () => {
  test('waits, answers all who asked, and changes nobody', async () => {
    const other = await invite(database.db, person.id, { runId: 'other-run' });
    const picture = newPicture();
    const runs = await addCardholderPhoto(database.db, {
      ...picture,
      invitationId: other,
      personId: person.id,
    });
    expect(runs?.sort()).toEqual(['other-run', `run-${person.id}`]);
    expect(await photos()).toEqual([[picture.photoId, 'waiting']]);
    expect(await invitationsOf(database.db, person.id)).toEqual(['answered', 'answered']);
    expect(await historyOf()).toEqual([]);
    expect(await auditOf(picture.photoId)).toEqual([
      { what: 'photo.received', site_id: organisation.siteId, by_person_id: null, details: {} },
    ]);
  });

  test('twice is there once, also when it has been decided about or replaced meanwhile', async () => {
    const picture = { ...newPicture(), invitationId, personId: person.id };
    const runs = [`run-${person.id}`];
    expect(await addCardholderPhoto(database.db, picture)).toEqual(runs);
    expect(await addCardholderPhoto(database.db, picture)).toEqual(runs);
    const next = await sent();
    expect(await addCardholderPhoto(database.db, picture)).toEqual(runs);
    expect(await photos()).toEqual([[next, 'waiting']]);
    await approve(next);
    expect(await addCardholderPhoto(database.db, picture)).toEqual([]);
    expect(await photos()).toEqual([[next, 'approved']]);
  });

  test('twice stays what it is where its person is archived meanwhile', async () => {
    const picture = { ...newPicture(), invitationId, personId: person.id };
    await addCardholderPhoto(database.db, picture);
    await archive(database.db, person.id);
    expect(await addCardholderPhoto(database.db, picture)).toEqual([`run-${person.id}`]);
  });

  test('is a leftover until it is somebody’s, and never after', async () => {
    const old = () => database.db.execute(sql`update upload set created_at = now() - interval '2 days'`);
    const [taken, left] = [newPicture(), newPicture()];
    for (const { fileKey } of [taken, left]) await announcePicture(database.db, fileKey);
    await addCardholderPhoto(database.db, { ...taken, invitationId, personId: person.id });
    await announcePicture(database.db, taken.fileKey);
    await old();
    expect((await listLeftoverUploads(database.db)).sort()).toEqual([left.fileKey, `${left.fileKey}-t`]);
    await database.db.execute(sql`delete from upload`);
  });

  test('announced once more after it was erased, it is a leftover anew, a day from then', async () => {
    const { fileKey } = newPicture();
    await announcePicture(database.db, fileKey);
    await database.db.execute(
      sql`update upload set created_at = now() - interval '2 days', deleted_at = now() - interval '1 day'`,
    );
    await announcePicture(database.db, fileKey);
    expect(await listLeftoverUploads(database.db)).toEqual([]);
    await database.db.execute(sql`update upload set created_at = now() - interval '2 days'`);
    expect(await listLeftoverUploads(database.db)).toContain(fileKey);
    await database.db.execute(sql`delete from upload`);
  });

  test('takes the place of one that waits, which leaves proof', async () => {
    const first = await sent();
    const second = await sent();
    expect(await photos()).toEqual([[second, 'waiting']]);
    expect(await proofs()).toContain(first);
  });

  test('by many at once leaves one waiting and proof of all others', async () => {
    const ids = await Promise.all([1, 2, 3, 4, 5, 6].map(() => sent()));
    const waiting = (await photos())[0]?.[0];
    expect(ids).toContain(waiting);
    expect(await proofs()).toEqual(expect.arrayContaining(ids.filter((id) => id !== waiting)));
  });

  test('that comes while its person is being deleted belongs to nobody, and becomes proof', async () => {
    const { crop, photoId, fileKey, mediaType, ...rest } = newPicture();
    const record = { ...rest, crop, id: photoId, file_key: fileKey, media_type: mediaType };
    // Its statement goes on while the deletion waits for it, with what the deletion has seen before.
    const adding = Promise.all([
      database.db.execute(sql`
      select add_cardholder_photo(jsonb_populate_record(null::photo,
        ${JSON.stringify({ ...record, person_id: person.id, invitation_id: invitationId })}::jsonb)), pg_sleep(1)`),
    ]);
    await setTimeout(300);
    await movePerson(database.db, person, deleted, null);
    await adding;
    expect(await photos()).toEqual([[photoId, 'waiting']]);
    expect(await movePhotosOfNobodyToProof(database.db)).toBe(1);
    expect(await photos()).toEqual([]);
    expect(await proofs()).toContain(photoId);
    expect((await listPhotoFilesToErase(database.db, 100)).map((file) => file.fileKey)).toContain(fileKey);
    await send(await invite(database.db, (await addPerson(database.db, organisation.siteId, 'p-2')).id));
    expect(await movePhotosOfNobodyToProof(database.db)).toBe(0);
  });

  test('is taken while a run holds the site', async () => {
    await whileHeld(database.db, organisation, async () => {
      expect(await send()).toBeDefined();
    });
  });

  test.each([
    ['closed', sql`update invitation set state = 'closed'`],
    ['done', sql`update invitation set state = 'done'`],
    ['expired', sql`update invitation set expires_at = now() - interval '1 second'`],
    ['of somebody archived', sql`update person set status = 'archived' where identifier = 'p-1'`],
  ])('by an invitation that is %s is not taken', async (_, change) => {
    await database.db.execute(change);
    expect(await send()).toBeUndefined();
    expect(await photos()).toEqual([]);
  });

  test('by the invitation of somebody else is not taken', async () => {
    const stranger = await addPerson(database.db, organisation.siteId, 'stranger');
    expect(await sendPhoto(database.db, stranger.id, invitationId)).toBeUndefined();
  });
});

describe('approving', () => {
  test('puts it in the place of the one before: history, invitation, mail in ten seconds, audit', async () => {
    const first = await sent();
    await approve(first);
    const again = await invite(database.db, person.id, { runId: 'again' });
    const second = await sent(again);
    const [result] = await approve(second);
    const mails = await decisionMailsOf(database.db, person.id);
    expect(result).toEqual({
      id: second,
      kind: 'decided',
      mailId: mails[1]?.id,
      runIds: expect.arrayContaining(['again', `run-${person.id}`]),
    });
    expect(mails).toMatchObject([
      { what: 'approved', state: 'waiting', photoId: first },
      { what: 'approved', state: 'waiting', photoId: second },
    ]);
    expect(mails[1]?.seconds).toBeGreaterThan(8);
    expect(mails[1]?.seconds).toBeLessThanOrEqual(10);
    expect(await photos()).toEqual([
      [first, 'replaced'],
      [second, 'approved'],
    ]);
    expect(await invitationsOf(database.db, person.id)).toEqual(['done', 'done']);
    const by = { what: 'updated', by_person_id: organisation.adminId };
    expect(await historyOf()).toEqual([
      { ...by, version: 2, before: {}, after: { photo: first } },
      { ...by, version: 3, before: { photo: first }, after: { photo: second } },
    ]);
    expect(await auditOf(second)).toMatchObject([
      { what: 'photo.received' },
      { what: 'photo.approved', by_person_id: organisation.adminId, site_id: organisation.siteId },
    ]);
  });

  test('keeps the crop of the cardholder, or takes that of the admin', async () => {
    const crop = { left: 1, top: 2, width: 30, height: 40 };
    const cropOf = async (id: string) =>
      (await database.db.execute(sql`select crop from photo where id = ${id}`))[0]?.['crop'];
    const picture = newPicture();
    await addCardholderPhoto(database.db, { ...picture, crop, invitationId, personId: person.id });
    await approve(picture.photoId);
    expect(await cropOf(picture.photoId)).toEqual(crop);
    await reconsider(picture.photoId);
    const other = { ...crop, left: 9 };
    await approvePhotos(database.db, [picture.photoId], organisation.adminId, other);
    expect(await cropOf(picture.photoId)).toEqual(other);
  });
});

describe('sending back', () => {
  test('opens the invitation again, for a week at least, with the reason', async () => {
    await database.db.execute(sql`update invitation set expires_at = now() + interval '1 hour'`);
    const id = await sent();
    expect(await decline(id)).toMatchObject([{ kind: 'decided', runIds: [`run-${person.id}`] }]);
    expect(await photosOf(database.db, person.id)).toEqual([
      { id, state: 'declined', note: 'A plain wall, please.' },
    ]);
    expect(await invitationsOf(database.db, person.id)).toEqual(['open']);
    const [left] = await database.db.execute<{ days: number }>(sql`
      select extract(epoch from expires_at - now())::float8 / 86400 as days from invitation where person_id = ${person.id}`);
    expect(left?.days).toBeCloseTo(7, 1);
    expect(await decisionMailsOf(database.db, person.id)).toMatchObject([{ what: 'sent-back', photoId: id }]);
    expect(await auditOf(id)).toMatchObject([
      {},
      { what: 'photo.sent-back', details: { reasons: ['background'] } },
    ]);
    expect(await historyOf()).toEqual([]);
    expect(await send()).toBeDefined();
  });

  test('leaves the end of a long invitation alone, and opens one that was closed meanwhile', async () => {
    const id = await sent();
    await database.db.execute(sql`update invitation set state = 'closed'`);
    await decline(id);
    expect(await invitationsOf(database.db, person.id)).toEqual(['open']);
    const [left] = await database.db.execute<{ days: number }>(sql`
      select extract(epoch from expires_at - now())::float8 / 86400 as days from invitation where person_id = ${person.id}`);
    expect(left?.days).toBeCloseTo(30, 1);
  });
});

describe('several at once', () => {
  test('two admins: one decides, the other is told who and what', async () => {
    for (const round of [1, 2, 3]) {
      const again = await invite(database.db, person.id, { runId: `round-${round}` });
      const id = await sent(again);
      const results = (await Promise.all([approve(id), decline(id), approve(id)])).flat();
      expect(results.filter(({ kind }) => kind === 'decided')).toHaveLength(1);
      const losers = results.filter(({ kind }) => kind === 'not-waiting');
      expect(losers).toHaveLength(2);
      const [now] = (await photos()).filter(([photo]) => photo === id);
      for (const loser of losers)
        expect(loser).toMatchObject({ former: { state: now?.[1], by: 'Ada Admin', at: expect.any(Date) } });
      expect(
        (await decisionMailsOf(database.db, person.id)).filter(({ photoId }) => photoId === id),
      ).toHaveLength(1);
    }
  });

  test('many photos, each by itself; overlapping ones never lock each other out', async () => {
    const ids: string[] = [];
    for (let n = 0; n < 20; n += 1) {
      const one = await addPerson(database.db, organisation.siteId, `many-${n}`);
      ids.push((await sendPhoto(database.db, one.id, await invite(database.db, one.id))) ?? '');
    }
    const results = await Promise.all([approve(...ids), approve(...[...ids].reverse()), decline(...ids)]);
    const decided = results.flat().filter(({ kind }) => kind === 'decided');
    expect(decided.map(({ id }) => id).sort()).toEqual([...ids].sort());
    expect(results[0]?.map(({ id }) => id)).toEqual(ids);
  });

  test('a photo that comes while the one before is decided about: both stand, or the old one is gone', async () => {
    for (let round = 0; round < 10; round += 1) {
      const one = await addPerson(database.db, organisation.siteId, `race-${round}`);
      const invited = await invite(database.db, one.id);
      const first = (await sendPhoto(database.db, one.id, invited)) ?? '';
      const [second, [result]] = await Promise.all([sendPhoto(database.db, one.id, invited), decline(first)]);
      const states = (await photosOf(database.db, one.id)).map(({ state }) => state);
      if (result?.kind === 'decided')
        expect(states.sort()).toEqual(second ? ['declined', 'waiting'] : ['declined']);
      else expect([result?.kind, states]).toEqual(['missing', ['waiting']]);
      expect(await invitationsOf(database.db, one.id)).toEqual([second ? 'answered' : 'open']);
    }
  });

  test('a reminder that takes the next number of the invitation at that moment leaves both mails', async () => {
    const id = await sent();
    const remind = () =>
      database.db
        .execute(sql`
          insert into invitation_mail (invitation_id, number, what)
          select ${invitationId}, (select max(number) + 1 from invitation_mail where invitation_id = ${invitationId}), 'reminder'
          from pg_sleep(0.05) on conflict do nothing`)
        .then(() => {});
    await Promise.all([remind(), approve(id), remind()]);
    expect(await decisionMailsOf(database.db, person.id)).toHaveLength(1);
  });
});

describe('nothing is decided', () => {
  test('while a run holds the site, and it is named', async () => {
    const id = await sent();
    await whileHeld(database.db, organisation, async () => {
      expect(await approve(id)).toEqual([
        { id, kind: 'locked', holder: { bulkActionId: 'holding', since: expect.any(Date) } },
      ]);
      expect(await decline(id)).toMatchObject([{ kind: 'locked' }]);
    });
    expect(await photos()).toEqual([[id, 'waiting']]);
    await approve(id);
    await whileHeld(database.db, organisation, async () => {
      expect(await reconsider(id)).toMatchObject({ kind: 'locked', holder: { bulkActionId: 'holding' } });
      expect(await decline(id)).toMatchObject([{ kind: 'not-waiting' }]);
    });
  });

  test('about what is not there, about somebody archived, and about a photo of another kind', async () => {
    const id = await sent();
    await archive(database.db, person.id);
    expect(await approve(id, 'nothing')).toEqual([
      { id, kind: 'not-active' },
      { id: 'nothing', kind: 'missing' },
    ]);
    await database.db.execute(sql`update photo set kind = 'additional' where id = ${id}`);
    expect(await approve(id)).toEqual([{ id, kind: 'missing' }]);
    expect(await reconsider('nothing')).toEqual({ kind: 'missing' });
  });
});

describe('taking back', () => {
  test('an approval: the one before is back, the photo waits, no mail leaves', async () => {
    const first = await sent();
    await approve(first);
    const second = await sent(await invite(database.db, person.id));
    await approve(second);
    expect(await reconsider(second)).toMatchObject({ kind: 'taken-back', runIds: [`run-${person.id}`] });
    expect(await photos()).toEqual([
      [first, 'approved'],
      [second, 'waiting'],
    ]);
    expect(await invitationsOf(database.db, person.id)).toEqual(['done', 'answered']);
    expect(await decisionMailsOf(database.db, person.id)).toMatchObject([
      { state: 'waiting' },
      { state: 'dropped' },
    ]);
    expect((await historyOf()).at(-1)).toMatchObject({
      version: 4,
      before: { photo: second },
      after: { photo: first },
    });
    expect((await auditOf(second)).at(-1)).toMatchObject({ what: 'photo.reconsidered' });
    expect(await approve(second)).toMatchObject([{ kind: 'decided' }]);
  });

  test('what was sent back: no note stays, and the invitation is answered', async () => {
    const id = await sent();
    await decline(id);
    expect(await reconsider(id)).toMatchObject({ kind: 'taken-back' });
    expect(await photosOf(database.db, person.id)).toEqual([{ id, state: 'waiting', note: null }]);
    expect(await invitationsOf(database.db, person.id)).toEqual(['answered']);
  });

  test('is too late once its mail is claimed, another photo has come, or nothing was decided', async () => {
    const id = await sent();
    expect(await reconsider(id)).toEqual({ kind: 'too-late' });
    await decline(id);
    await database.db.execute(sql`
      update invitation_mail set state = 'sending', claimed_at = now() where photo_id = ${id}`);
    expect(await reconsider(id)).toEqual({ kind: 'too-late' });
    await database.db.execute(
      sql`update invitation_mail set state = 'waiting', claimed_at = null where photo_id = ${id}`,
    );
    await sent();
    expect(await reconsider(id)).toEqual({ kind: 'too-late' });
  });

  test('by two at once happens once', async () => {
    const id = await sent();
    await approve(id);
    const results = await Promise.all([reconsider(id), reconsider(id)]);
    expect(results.map(({ kind }) => kind).sort()).toEqual(['taken-back', 'too-late']);
    expect(await historyOf()).toHaveLength(2);
  });

  test('against a mail that is being claimed: one of the two wins', async () => {
    for (let round = 0; round < 10; round += 1) {
      const one = await addPerson(database.db, organisation.siteId, `claim-${round}`);
      const id = (await sendPhoto(database.db, one.id, await invite(database.db, one.id))) ?? '';
      await approve(id);
      const claim = database.db.execute(sql`
        update invitation_mail set state = 'sending', claimed_at = now()
        where photo_id = ${id} and state = 'waiting' returning id`);
      const [claimed, result] = await Promise.all([claim, reconsider(id)]);
      expect(result.kind).toBe(claimed.length === 1 ? 'too-late' : 'taken-back');
    }
  });
});
