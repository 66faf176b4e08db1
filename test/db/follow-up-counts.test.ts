// What a follow-up counts, case by case: each person is where they belong, and the sums hold.
import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, test } from 'vitest';
import { countFollowUp, hasMoved } from '../../db/queries/follow-ups/follow-up-counts.ts';
import { type FollowUpCounts, NO_FOLLOW_UP_COUNTS } from '../../domain/follow-up.ts';
import { useDatabase } from '../support/database.ts';
import {
  addFollowUp,
  addInvitee,
  addPhoto,
  answerInvitation,
  followUpOf,
  type Invitee,
} from '../support/follow-ups.ts';
import { makeOrganisation, type TestOrganisation } from '../support/runs.ts';

const database = useDatabase();
let organisation: TestOrganisation;
let id: string;

beforeEach(async () => {
  organisation = await makeOrganisation(database.db);
  id = await addFollowUp(database.db, organisation, { state: 'waiting' });
});

const add = (invitee?: Invitee) => addInvitee(database.db, organisation, id, invitee);
const count = async () => {
  const counted = await countFollowUp(database.db, id);
  if (!counted) throw new Error('it has ended');
  return counted;
};

const missing = { invited: 1, photosMissing: 1 };
const SENT = { ...missing, mailSent: 1 };

const CASES: [string, Invitee, Partial<FollowUpCounts>][] = [
  ['asked, and silent', {}, SENT],
  ['whose mail has not left', { mails: ['waiting'] }, { ...missing, mailWaiting: 1 }],
  ['whose mail is leaving', { mails: ['sending'] }, { ...missing, mailWaiting: 1 }],
  ['whose mail may have left', { mails: ['unsure'] }, { ...missing, mailUnsure: 1 }],
  ['whose first mail left, and whose reminder waits', { mails: ['sent', 'waiting'] }, SENT],
  ['whose first mail may have left, and whose reminder did', { mails: ['unsure', 'sent'] }, SENT],
  ['whose mail came back', { mails: ['bounced'], stop: 'bounced' }, { ...missing, unreachable: 1 }],
  [
    'whose mail came back, and who has another address since',
    { mails: ['bounced', 'sent'], stop: 'bounced-elsewhere' },
    SENT,
  ],
  ['who wants no mails', { stop: 'unsubscribed' }, { ...missing, unreachable: 1 }],
  ['without an address', { hasEmail: false, mails: ['dropped'] }, { ...missing, unreachable: 1 }],
  [
    'whose photo waits for a look',
    { invitation: 'answered', photo: { state: 'waiting' } },
    { invited: 1, mailSent: 1, received: 1, toReview: 1 },
  ],
  ['whose photo was sent back', { photo: { state: 'declined' } }, SENT],
  [
    'whose photo is approved',
    { invitation: 'done', photo: { state: 'approved' } },
    { invited: 1, mailSent: 1, received: 1, approved: 1 },
  ],
  [
    'whose photo an admin has added since',
    { photo: { state: 'approved' } },
    { invited: 1, mailSent: 1, received: 1, approved: 1 },
  ],
  ['with an old photo, who is asked for a new one', { photo: { state: 'approved', ago: '1 year' } }, SENT],
  ['archived meanwhile', { status: 'archived' }, { gone: 1 }],
  [
    'archived after the photo came',
    { status: 'archived', invitation: 'done', photo: { state: 'approved' } },
    { gone: 1 },
  ],
  ['archived with a card', { status: 'archived', card: 'revoked' }, { gone: 1 }],
  ['with a card to be issued', { invitation: null, card: 'pending' }, { cards: 1, cardsMissing: 1 }],
  ['with a card that is issued', { invitation: null, card: 'issued' }, { cards: 1, cardsIssued: 1 }],
  ['whose card was revoked before it was issued', { invitation: null, card: 'revoked' }, {}],
];

describe('counts somebody', () => {
  test.each(CASES)('%s', async (_, invitee, expected) => {
    await add(invitee);
    const { counts } = await count();
    expect(counts).toEqual({ ...NO_FOLLOW_UP_COUNTS, ...expected });
    expect((await followUpOf(database.db, id))['counts']).toEqual(counts);
  });
});

test('the sums hold over everybody together', async () => {
  for (const [, invitee] of CASES) await add(invitee);
  const { counts } = await count();
  expect(counts.invited).toBe(counts.mailWaiting + counts.mailSent + counts.mailUnsure + counts.unreachable);
  expect(counts.received).toBe(counts.toReview + counts.approved);
  expect(counts.invited).toBe(counts.received + counts.photosMissing);
  expect(counts.cards).toBe(counts.cardsIssued + counts.cardsMissing);
  expect(counts.gone).toBe(3);
});

test('people of other runs count nowhere', async () => {
  const other = await addFollowUp(database.db, organisation);
  await addInvitee(database.db, organisation, other, { card: 'pending' });
  expect((await count()).counts).toEqual(NO_FOLLOW_UP_COUNTS);
});

test('is complete when every photo is approved and every card issued, and when everybody is gone', async () => {
  const isComplete = async () => (await count()).isComplete;
  expect(await isComplete()).toBe(true);
  const person = await add({ card: 'pending' });
  expect(await isComplete()).toBe(false);
  await addPhoto(database.db, person, { state: 'approved' });
  expect(await isComplete()).toBe(false);
  await database.db.execute(
    sql`update card set status = 'issued', issued_at = now() where person_id = ${person}`,
  );
  expect(await isComplete()).toBe(true);
  const leaver = await add();
  expect(await isComplete()).toBe(false);
  await database.db.execute(sql`update person set status = 'archived' where id = ${leaver}`);
  expect(await isComplete()).toBe(true);
});

test('an invitation whose photo an admin has added is done, so that nobody is reminded', async () => {
  await add({ photo: { state: 'approved' } });
  await add();
  await count();
  const states = await database.db.execute(
    sql`select state, done_at is not null as is_done from invitation where bulk_action_id = ${id} order by id`,
  );
  expect([...states]).toEqual([
    { state: 'done', is_done: true },
    { state: 'open', is_done: false },
  ]);
});

test('says how many mails have not left, and when the first of them is due', async () => {
  expect(await count()).toMatchObject({ mailsLeft: 0, mailsDueInMs: null });
  const person = await add({ mails: ['sent', 'waiting'] });
  expect(await count()).toMatchObject({ mailsLeft: 1, mailsDueInMs: 0 });
  await database.db.execute(sql`
    update invitation_mail set due_at = now() + interval '10 seconds'
    where invitation_id = (select id from invitation where person_id = ${person})`);
  const { mailsDueInMs } = await count();
  expect(mailsDueInMs).toBeGreaterThan(8_000);
  expect(mailsDueInMs).toBeLessThanOrEqual(10_000);
});

describe('a change that nobody has told of', () => {
  test('is found by counting again, and stays found until it is written down', async () => {
    const person = await add();
    await count();
    expect(await hasMoved(database.db, id)).toBe(false);
    await answerInvitation(database.db, id, person);
    expect(await hasMoved(database.db, id)).toBe(true);
    expect(await hasMoved(database.db, id)).toBe(true);
    await count();
    expect(await hasMoved(database.db, id)).toBe(false);
  });

  test('may be a time that has passed without anything happening', async () => {
    await count();
    const set = (column: string, value: string) =>
      database.db.execute(
        sql`update follow_up set ${sql.identifier(column)} = ${sql.raw(value)} where bulk_action_id = ${id}`,
      );
    await set('deadline_at', "now() + interval '1 day'");
    await set('reminders_at', "array[now() - interval '2 minutes']");
    expect(await hasMoved(database.db, id)).toBe(true);
    await set('reminders_sent', '1');
    expect(await hasMoved(database.db, id)).toBe(false);
    await set('deadline_at', "now() - interval '2 minutes'");
    expect(await hasMoved(database.db, id)).toBe(true);
  });
});

test('one that has ended is not counted, and its counts stay as they were', async () => {
  await add();
  await database.db.execute(
    sql`update follow_up set state = 'ended', ended_at = now(), counts = '{}' where bulk_action_id = ${id}`,
  );
  expect(await countFollowUp(database.db, id)).toBeUndefined();
  expect(await hasMoved(database.db, id)).toBe(false);
  expect((await followUpOf(database.db, id))['counts']).toEqual({});
});
