// Laws of photos: whatever cardholders and admins do, in whatever order, what is left fits together.

import { sql } from 'drizzle-orm';
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { findPerson } from '../../db/queries/people.ts';
import { deletePersonPhoto, setPersonPhoto } from '../../db/queries/photos/person-photo.ts';
import { approvePhotos, declinePhotos, reconsiderPhoto } from '../../db/queries/photos/photo-review.ts';
import { decisionMailsOf, invite, newPicture, photosOf, sendPhoto } from '../support/cardholder-photos.ts';
import { useDatabase } from '../support/database.ts';
import { addPerson } from '../support/people.ts';
import { makeOrganisation, type TestOrganisation } from '../support/runs.ts';

const database = useDatabase();
let organisation: TestOrganisation;
let serial = 0;
beforeAll(async () => {
  organisation = await makeOrganisation(database.db);
});

const ACTS = ['invite', 'send', 'approve', 'decline', 'reconsider', 'mail', 'set', 'delete'] as const;
type Act = (typeof ACTS)[number];
/** `which`: of the photos or invitations that there are, the last but so many. Done at once with the one before, or after it. */
type Step = { act: Act; which: number; isAtOnce: boolean };
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.record({ act: fc.constantFrom(...ACTS), which: fc.nat({ max: 2 }), isAtOnce: fc.boolean() }),
  { minLength: 3, maxLength: 14 },
);

async function take(personId: number, sent: string[], { act, which }: Step): Promise<unknown> {
  const { db } = database;
  const by = organisation.adminId;
  const photo = sent.at(-1 - which) ?? 'none';
  if (act === 'invite') return invite(db, personId);
  if (act === 'approve') return approvePhotos(db, [photo], by);
  if (act === 'decline') return declinePhotos(db, [photo], by, ['background'], 'a note');
  if (act === 'reconsider') return reconsiderPhoto(db, photo, by);
  if (act === 'mail')
    return db.execute(sql`
      update invitation_mail m set state = 'sent', claimed_at = now(), settled_at = now()
      from invitation i where i.id = m.invitation_id and i.person_id = ${personId} and m.state = 'waiting'`);
  if (act === 'send') {
    const rows = await db.execute<{ id: number }>(sql`
      select id::float8 as id from invitation where person_id = ${personId} order by id desc limit 1 offset ${which}`);
    const id = rows[0] && (await sendPhoto(db, personId, rows[0].id));
    if (id) sent.push(id);
    return id;
  }
  const read = await findPerson(db, personId);
  if (!read) throw new Error('the person is gone');
  return act === 'set' ? setPersonPhoto(db, read, newPicture(), by) : deletePersonPhoto(db, read, by);
}

async function expectLaws(personId: number): Promise<void> {
  const { db } = database;
  const photos = await photosOf(db, personId);
  const count = (state: string) => photos.filter((photo) => photo.state === state).length;
  expect(count('approved')).toBeLessThanOrEqual(1);
  expect(count('waiting')).toBeLessThanOrEqual(1);
  const invitations = await db.execute<{ state: string; rows: number }>(sql`
    select state, count(*)::int as rows from invitation where person_id = ${personId} group by state`);
  const answered = [...invitations].find(({ state }) => state === 'answered')?.rows ?? 0;
  // Somebody waits for a look, and only then: it is what *answered* means.
  expect(answered > 0).toBe(count('waiting') > 0);
  for (const photo of photos) expect(photo.note !== null).toBe(photo.state === 'declined');
  const [gaps] = await db.execute(sql`
    select p.version - count(h.*)::int as gaps from person p join person_history h on h.person_id = p.id
    where p.id = ${personId} group by p.version`);
  expect(gaps).toEqual({ gaps: 0 });
  const [last] = await db.execute<{ photo: string | null }>(sql`
    select after ->> 'photo' as photo from person_history where person_id = ${personId} and version > 1
    order by version desc limit 1`);
  expect(last?.photo ?? null).toBe(photos.find(({ state }) => state === 'approved')?.id ?? null);
  const waiting = (await decisionMailsOf(db, personId)).filter(({ state }) => state === 'waiting');
  expect(new Set(waiting.map(({ photoId }) => photoId)).size).toBe(waiting.length);
}

test('one approved, one waiting, invitations and history that fit, whatever happens in whatever order', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (asked) => {
      serial += 1;
      const { id } = await addPerson(database.db, organisation.siteId, `law-${serial}`);
      const sent: string[] = [];
      await invite(database.db, id);
      let before: Promise<unknown> = Promise.resolve();
      for (const step of asked) {
        if (!step.isAtOnce) {
          await before;
          await expectLaws(id);
        }
        before = Promise.all([before, take(id, sent, step)]);
      }
      await before;
      await expectLaws(id);
    }),
    { numRuns: 40 },
  );
});
