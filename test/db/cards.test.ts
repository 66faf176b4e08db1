// Runs on cards: issued from a run or a selection, revoked, asked about first; and every reason why a card is not.
import { sql } from 'drizzle-orm';
import { beforeEach, expect, test } from 'vitest';
import { applyCardChunk } from '../../db/queries/apply/card-chunks.ts';
import { listBulkRows } from '../../db/queries/bulk-row-list.ts';
import { expireCards } from '../../db/queries/cards/card-expiry.ts';
import { findPerson } from '../../db/queries/people.ts';
import { archived, movePerson } from '../../db/queries/person-moves.ts';
import { shownChange } from '../../domain/row-change.ts';
import { addCard, listCards, outcomesOf, planCards, runCards } from '../support/card-runs.ts';
import { useEngine } from '../support/engine.ts';
import { addPerson } from '../support/people.ts';
import { makeOrganisation, type TestOrganisation } from '../support/runs.ts';

const engine = useEngine({ chunkRows: 3, batchChunks: 2 });
const HEADER = 'User ID,Email,Card ID,Expiry date';
const YESTERDAY = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);

let organisation: TestOrganisation;
beforeEach(async () => {
  organisation = await makeOrganisation(engine.db);
});

const importCards = (...lines: string[]) =>
  engine.run(organisation, [HEADER, ...lines].join('\n'), { preset: 'access-cards' });
const issue = (of: string, options = {}) => runCards(engine, organisation, 'issue-cards', { of, ...options });
const cards = () => listCards(engine.db, organisation.siteId);
const person = (identifier: string) => addPerson(engine.db, organisation.siteId, identifier);

test('the cards that a run brought are issued, with the days of the issuing run where they have none', async () => {
  const { id } = await importCards('a,a@x.org,7,', 'b,b@x.org,255,2096-05-31', 'c,c@x.org,,');
  await addCard(engine.db, (await person('other')).id, 99);
  const run = await issue(id, { cardValidFrom: '2026-01-01', cardValidUntil: '2097-01-01' });
  expect(run.rows).toEqual(['updated', 'updated']);
  expect(await cards()).toEqual([
    'a 7 issued 2026-01-01 – – 2097-01-01',
    'b 255 issued 2026-01-01 – – 2096-05-31',
    'other 99 pending',
  ]);
  const rows = await listBulkRows(engine.db, run.id, { after: 0, limit: 10 });
  expect(rows[1]?.cells?.slice(-2)).toEqual(['255', 'FF']);
  expect(shownChange(rows[1]?.change ?? { before: null, after: null })).toEqual({
    before: { card_status: 'pending', card_valid_from: null },
    after: { card_status: 'issued', card_valid_from: '2026-01-01' },
  });
  const again = await issue(id);
  expect(again.rows).toEqual(['unchanged', 'unchanged']);
});

test('an archived person, a revoked card, one that is over and days that contradict each other are reasons of their rows', async () => {
  const { id } = await importCards(
    'a,a@x.org,1,',
    'b,b@x.org,2,',
    `c,c@x.org,3,${YESTERDAY}`,
    'd,d@x.org,4,2090-01-01',
    'e,e@x.org,5,',
  );
  await engine.db.execute(sql`
    update card set status = 'revoked', ended_at = now(), revoked_because = 'asked'
    where number = 2 and bulk_action_id = ${id}`);
  await engine.run(organisation, 'identifier\na', { action: 'archive' });
  const run = await issue(id, { cardValidFrom: '2095-01-01' });
  expect(run.rows).toEqual([
    'rejected · person-archived',
    'skipped · card-revoked',
    'rejected · card-expired card_id',
    'rejected · card-days card_valid_until',
    'updated',
  ]);
  expect((await cards())[0]).toBe('a 1 revoked archived');
});

test('of people who are selected all cards are issued, a row for each, and whoever has none is told of', async () => {
  const [one, two, none] = await Promise.all(['one', 'two', 'none'].map(person));
  if (!one || !two || !none) throw new Error('nobody');
  for (const number of [1, 2, 3, 4]) await addCard(engine.db, two.id, number);
  await addCard(engine.db, one.id, 5, { status: 'issued' });
  const ids = [one.id, two.id, none.id];
  const run = await runCards(engine, organisation, 'issue-cards', { selection: { personIds: ids } });
  expect(run.rows).toEqual(['rejected · no-card', 'unchanged', ...Array(4).fill('updated')]);
  const history = await engine.db.execute<{ version: number; number: string; after: string }>(sql`
    select version, before -> 'card' ->> 'number' as number, after -> 'card' ->> 'status' as after
    from person_history where person_id = ${two.id} and bulk_action_id = ${run.id} order by row_number`);
  // Four cards in two chunks, and each change is a version of its own.
  expect([...history].map(({ number, after }) => `${number} ${after}`)).toEqual(
    ['1', '2', '3', '4'].map((number) => `${number} issued`),
  );
  expect([...history].map(({ version }) => version).sort()).toEqual([2, 3, 4, 5]);
  const revoked = await runCards(engine, organisation, 'revoke-cards', { selection: { personIds: ids } });
  expect(revoked.rows).toEqual(['unchanged', ...Array(5).fill('updated')]);
  expect(await cards()).toEqual([
    ...[1, 2, 3, 4].map((number) => `two ${number} revoked asked`),
    'one 5 revoked asked',
  ]);
});

test('a dry run shows what it would do and does it once it is confirmed, asking once though somebody has two cards', async () => {
  const { id } = await importCards('a,a@x.org,7,', 'a,a@x.org,7,');
  const { id: second } = await importCards('a,a@x.org,8,');
  const a = sql`(select id from person where site_id = ${organisation.siteId} and identifier = 'a')`;
  await engine.db.execute(
    sql`update card set bulk_action_id = ${id} where bulk_action_id = ${second} and person_id = ${a}`,
  );
  const planned = await planCards(engine, organisation, 'issue-cards', { of: id, isDryRun: true });
  expect(planned.waiting?.state).toBe('awaiting-confirmation');
  expect(await cards()).toEqual(['a 7 pending', 'a 8 pending']);
  const rows = await listBulkRows(engine.db, planned.id, { after: 0, limit: 10 });
  expect(rows.map(({ plannedOutcome, change }) => [plannedOutcome, shownChange(change).after])).toEqual([
    ['updated', { card_status: 'issued' }],
    ['updated', { card_status: 'issued' }],
  ]);
  await engine.db.execute(
    sql`update bulk_action set state = 'queued', ask_until = null where id = ${planned.id}`,
  );
  const again = await engine.check(planned.id, await engine.lock(planned.id));
  expect(again.waiting).toBeNull();
  await engine.apply(again);
  await engine.end(planned.id);
  expect(await cards()).toEqual(['a 7 issued', 'a 8 issued']);
});

test('a chunk that is applied twice finds nothing left to do, and one whose lock has passed on writes nothing', async () => {
  const { id } = await importCards('a,a@x.org,7,');
  const planned = await planCards(engine, organisation, 'issue-cards', { of: id });
  const run = {
    bulkActionId: planned.id,
    rootId: organisation.rootId,
    byPersonId: organisation.adminId,
    existing: 'overwrite',
    lockSiteId: organisation.siteId,
    token: planned.token,
    uniqueFields: [],
    hasExtras: false,
  } as const;
  const range = { firstRow: 1, lastRow: 10 };
  expect(await applyCardChunk(engine.db, { ...run, token: planned.token - 1 }, range)).toEqual({});
  expect(await cards()).toEqual(['a 7 pending']);
  const both = await Promise.all([
    applyCardChunk(engine.db, run, range),
    applyCardChunk(engine.db, run, range),
  ]);
  expect(both.filter(({ updated }) => updated === 1)).toHaveLength(1);
  expect(await applyCardChunk(engine.db, run, range)).toEqual({});
  await engine.end(planned.id);
});

test('whoever may not change cards at a site has its rows refused', async () => {
  const { id } = await importCards('a,a@x.org,7,');
  await engine.db.execute(sql`
    update role set permissions = array_remove(permissions, 'cards:write') where site_id = ${organisation.rootId}`);
  expect((await issue(id)).rows).toEqual(['rejected · not-allowed']);
});

test('somebody who is forgotten after the rows were made leaves nothing in them', async () => {
  const { id } = await importCards('a,a@x.org,7,', 'b,b@x.org,8,');
  const planned = await planCards(engine, organisation, 'issue-cards', { of: id, isDryRun: true });
  await engine.run(organisation, 'identifier\na', { action: 'delete' });
  await engine.db.execute(
    sql`update bulk_action set state = 'queued', ask_until = null where id = ${planned.id}`,
  );
  const again = await engine.check(planned.id, await engine.lock(planned.id));
  await engine.apply(again);
  await engine.end(planned.id);
  expect(await outcomesOf(engine.db, planned.id)).toEqual([
    'rejected · person-gone · changed-since-plan',
    'updated',
  ]);
  const [row] = await engine.db.execute(sql`
    select cells, extras from bulk_row where bulk_action_id = ${planned.id} and row_number = 1`);
  expect(row).toEqual({ cells: null, extras: null });
});

test('a run that brought no cards, and a selection of nobody, are refused in words', async () => {
  const { id } = await importCards('a,a@x.org,,');
  await expect(planCards(engine, organisation, 'issue-cards', { of: id })).rejects.toThrow('no cards');
  await expect(
    planCards(engine, organisation, 'issue-cards', { selection: { text: 'nobody at all' } }),
  ).rejects.toThrow('Nobody is selected');
});

test('the number of a card that is revoked or over is free at once; the sweep says so of all, batch by batch', async () => {
  const [a, b] = await Promise.all(['a', 'b'].map(person));
  if (!a || !b) throw new Error('nobody');
  await addCard(engine.db, a.id, 1, { status: 'revoked' });
  for (const number of [2, 3, 4])
    await addCard(engine.db, a.id, number, { status: 'issued', validUntil: YESTERDAY });
  const taken = await importCards('b,b@example.org,1,', 'b,b@example.org,2,2097-01-01');
  expect(taken.counts.rejected).toBe(2);
  const { counts } = await importCards('b,b@example.org,2,');
  expect(counts.updated).toBe(1);
  expect(await cards()).toEqual([
    'a 1 revoked asked',
    `a 2 expired – ${YESTERDAY}`,
    `a 3 issued – ${YESTERDAY}`,
    `a 4 issued – ${YESTERDAY}`,
    'b 2 pending',
  ]);
  expect(await expireCards(engine.db, 1)).toBe(2);
  expect(await expireCards(engine.db, 1)).toBe(0);
  expect((await cards()).slice(2, 4)).toEqual([`a 3 expired – ${YESTERDAY}`, `a 4 expired – ${YESTERDAY}`]);
});

test('a card that was over when its file came is brought once, however often the file comes', async () => {
  await importCards(`a,a@x.org,7,${YESTERDAY}`);
  expect((await importCards(`a,a@x.org,7,${YESTERDAY}`)).counts.unchanged).toBe(1);
  await expireCards(engine.db);
  expect((await importCards(`a,a2@x.org,7,${YESTERDAY}`)).counts.updated).toBe(1);
  expect(await cards()).toHaveLength(1);
  expect((await importCards('a,a2@x.org,7,2097-01-01')).counts.updated).toBe(1);
  expect(await cards()).toEqual([`a 7 expired – ${YESTERDAY}`, 'a 7 pending – 2097-01-01']);
});

test('a file can archive whoever has a number and give it to somebody else', async () => {
  await importCards('a,a@x.org,7,');
  const file = 'identifier,email,card,action\nb,b@x.org,7,create\na,,,archive';
  const { counts } = await engine.run(organisation, file, { mapping: { card_id: 'card' } });
  expect([counts.created, counts.archived]).toEqual([1, 1]);
  expect(await cards()).toEqual(['a 7 revoked archived', 'b 7 pending']);
});

test('archiving by hand or by a sync revokes cards, and restoring does not bring them back', async () => {
  await importCards('a,a@x.org,7,', 'b,b@x.org,8,');
  await engine.run(organisation, 'identifier,email\nb,b@x.org', { action: 'sync' });
  expect(await cards()).toEqual(['a 7 revoked archived', 'b 8 pending']);
  await engine.run(organisation, 'identifier\na', { action: 'restore' });
  expect((await cards())[0]).toBe('a 7 revoked archived');
  const [b] = await engine.db.execute<{ id: number }>(sql`
    select id::int from person where site_id = ${organisation.siteId} and identifier = 'b'`);
  const read = b && (await findPerson(engine.db, b.id));
  if (!read) throw new Error('nobody');
  await movePerson(engine.db, read, archived, organisation.adminId);
  expect(await cards()).toEqual(['a 7 revoked archived', 'b 8 revoked archived']);
});
