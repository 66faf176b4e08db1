// Undoing what runs made of cards: by laws over random cards, and where something stands in the way.
import { sql } from 'drizzle-orm';
import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { CARD_STATUSES, type CardAction } from '../../domain/card.ts';
import { addCard, listCards, outcomesOf, runCards } from '../support/card-runs.ts';
import { useEngine } from '../support/engine.ts';
import { addPerson } from '../support/people.ts';
import { makeOrganisation, type TestOrganisation } from '../support/runs.ts';
import { undo } from '../support/undos.ts';

const engine = useEngine({ chunkRows: 7, batchChunks: 2 });
const YESTERDAY = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);

let organisation: TestOrganisation;
beforeEach(async () => {
  organisation = await makeOrganisation(engine.db);
});

const cards = () => listCards(engine.db, organisation.siteId);
const undoOf = async (id: string) => {
  const undone = await undo(engine, organisation, id);
  return { ...undone, rows: await outcomesOf(engine.db, undone.id) };
};
const run = (action: CardAction, ...personIds: number[]) =>
  runCards(engine, organisation, action, { selection: { personIds } });
const person = async (identifier: string) => (await addPerson(engine.db, organisation.siteId, identifier)).id;

/** What an undo must set back of every card: all but when it was issued. */
const states = async () => [
  ...(await engine.db.execute(sql`
    select id, status, valid_from::text, valid_until::text, revoked_because, ended_at is null as is_open
    from card where root_id = ${organisation.rootId} order by id`)),
];

const someCard = fc.record({
  status: fc.constantFrom(...CARD_STATUSES),
  validFrom: fc.constantFrom(null, '2020-01-01'),
  validUntil: fc.constantFrom(null, '2096-01-01', YESTERDAY),
});

test('an undo leaves all cards as they were, and undone it leaves them as the run had', () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(someCard, { maxLength: 3 }), { minLength: 12, maxLength: 20 }),
      fc.constantFrom<CardAction[]>('issue-cards', 'revoke-cards'),
      async (people, action) => {
        organisation = await makeOrganisation(engine.db);
        let number = 0;
        const ids: number[] = [];
        for (const [place, theirs] of people.entries()) {
          const id = await person(`p${place}`);
          ids.push(id);
          for (const card of theirs) await addCard(engine.db, id, ++number, card);
        }
        // What is over becomes expired by itself: no change of the run's.
        await engine.db.execute(sql`
          update card set status = 'expired', ended_at = now()
          where status in ('pending', 'issued') and valid_until < utc_today()`);
        const before = await states();
        const days = { cardValidFrom: '2021-01-01', cardValidUntil: '2097-01-01' };
        const done = await runCards(engine, organisation, action, { selection: { personIds: ids }, ...days });
        const after = await states();
        if (done.counts.updated === 0) return;
        const first = await undoOf(done.id);
        expect(first.counts.updated).toBe(done.counts.updated);
        expect(await states()).toEqual(before);
        const second = await undoOf(first.id);
        expect(second.counts.updated).toBe(done.counts.updated);
        expect(await states()).toEqual(after);
      },
    ),
    { numRuns: 6 },
  ));

test('what was done to a card since stays, and its row says so', async () => {
  const id = await person('a');
  for (const number of [1, 2, 3]) await addCard(engine.db, id, number);
  const issued = await run('issue-cards', id);
  await engine.db.execute(
    sql`update card set valid_until = '2097-01-01' where number = 1 and person_id = ${id}`,
  );
  await engine.db.execute(sql`
    update card set status = 'revoked', ended_at = now(), revoked_because = 'asked' where number = 2 and person_id = ${id}`);
  expect((await undoOf(issued.id)).rows).toEqual(['updated', 'unchanged · edited-since card_id', 'updated']);
  expect(await cards()).toEqual(['a 1 pending – 2097-01-01', 'a 2 revoked asked', 'a 3 pending']);
});

test('a revoked card comes back only where nobody has its number, its days last, and its person is active', async () => {
  const [a, b, c, d, e] = await Promise.all(['a', 'b', 'c', 'd', 'e'].map(person));
  if (!a || !b || !c || !d || !e) throw new Error('nobody');
  for (const [place, id] of [a, b, c, d].entries())
    await addCard(engine.db, id, place + 1, { status: 'issued' });
  const revoked = await run('revoke-cards', a, b, c, d);
  await addCard(engine.db, e, 1, { status: 'issued' });
  await engine.db.execute(
    sql`update card set valid_until = ${YESTERDAY} where number = 2 and person_id = ${b}`,
  );
  await engine.run(organisation, 'identifier\nc', { action: 'archive' });
  // The number is taken by a card that is over, though the sweep has not come by.
  await addCard(engine.db, e, 4, { status: 'issued', validUntil: YESTERDAY });
  expect((await undoOf(revoked.id)).rows).toEqual([
    'rejected · key-taken card_id',
    'rejected · card-expired card_id',
    'rejected · person-archived',
    'updated',
  ]);
});

test('of two revoked cards of one number the one comes back that the run had revoked', async () => {
  const id = await person('a');
  await addCard(engine.db, id, 1, { status: 'issued' });
  const first = await run('revoke-cards', id);
  await addCard(engine.db, id, 1);
  await run('revoke-cards', id);
  expect((await undoOf(first.id)).rows).toEqual(['updated']);
  expect(await cards()).toEqual(['a 1 issued', 'a 1 revoked asked']);
});

test('somebody deleted since is told of by a row without a trace of them', async () => {
  const [a, b] = await Promise.all(['a', 'b'].map(person));
  if (!a || !b) throw new Error('nobody');
  await addCard(engine.db, a, 1);
  await addCard(engine.db, b, 2);
  const issued = await run('issue-cards', a, b);
  await engine.run(organisation, 'identifier\na', { action: 'delete' });
  const undone = await undoOf(issued.id);
  expect(undone.rows).toEqual(['rejected · cannot-undo', 'updated']);
  expect(await cards()).toEqual(['b 2 pending']);
});

describe('of an archive', () => {
  test('cards go with their people and come back as they were, but for a number that is somebody’s by then', async () => {
    const [a, b, c] = await Promise.all(['a', 'b', 'c'].map(person));
    if (!a || !b || !c) throw new Error('nobody');
    await addCard(engine.db, a, 1, { status: 'issued' });
    await addCard(engine.db, a, 2);
    await addCard(engine.db, b, 3, { status: 'issued' });
    await addCard(engine.db, b, 4, { status: 'revoked' });
    const { id } = await engine.run(organisation, 'identifier\na\nb', { action: 'archive' });
    expect(await cards()).toEqual([
      'a 1 revoked archived',
      'a 2 revoked archived',
      'b 3 revoked archived',
      'b 4 revoked asked',
    ]);
    await addCard(engine.db, c, 3);
    const undone = await undoOf(id);
    expect(undone.rows).toEqual(['restored', 'restored · not-undone card_id']);
    expect(await cards()).toEqual([
      'a 1 issued',
      'a 2 pending',
      'b 3 revoked archived',
      'b 4 revoked asked',
      'c 3 pending',
    ]);
    expect((await undoOf(undone.id)).counts.archived).toBe(2);
    expect((await cards()).slice(0, 2)).toEqual(['a 1 revoked archived', 'a 2 revoked archived']);
  });

  test('newcomers whom an undo archives lose the cards that their file brought, and get them back with them', async () => {
    const file = 'User ID,Email,Card ID\na,a@x.org,1';
    const { id } = await engine.run(organisation, file, { preset: 'access-cards' });
    const undone = await undoOf(id);
    expect(await cards()).toEqual(['a 1 revoked archived']);
    await undoOf(undone.id);
    expect(await cards()).toEqual(['a 1 pending']);
  });

  test('a newcomer whose card was issued since is archived where others are deleted', async () => {
    const file = 'User ID,Email,Card ID\na,a@x.org,1\nb,b@x.org,2';
    const { id } = await engine.run(organisation, file, { preset: 'access-cards' });
    const [a] = await engine.db.execute<{ id: number }>(sql`
      select id::int from person where site_id = ${organisation.siteId} and identifier = 'a'`);
    await run('issue-cards', a?.id ?? 0);
    const undone = await undo(engine, organisation, id, { undoCreated: 'delete' });
    expect(await outcomesOf(engine.db, undone.id)).toEqual(['archived · edited-since card_id', 'deleted']);
    expect(await cards()).toEqual(['a 1 revoked archived']);
  });
});
