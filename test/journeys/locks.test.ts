// While a run changes the people of a site nobody else does, and everybody else goes on.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import type { Problem } from '../../api/wire.ts';
import { NO_COUNTS, rowsDone } from '../../domain/bulk-action.ts';
import { newFolder } from '../cli/muster.ts';
import { fileOf, roster } from '../support/rosters.ts';
import { until, useStack } from '../support/stack.ts';

const stack = useStack();

const ROWS = 1500;
// Far enough into the file that both lanes have applied something before one comes to it.
const HELD = ROWS / 2 + 1;

const all = (counts: object) => ({ ...NO_COUNTS, ...counts, total: ROWS });

async function siteWithPeople(): Promise<number> {
  const site = await stack().newSite();
  const { counts } = await stack().import(fileOf('people.csv', roster(site, 1, ROWS)), site);
  expect(counts).toEqual(all({ created: ROWS }));
  return site;
}

/** A run over all people of a site that stands still in its middle until it is let go. */
async function runInTheMiddle() {
  const site = await siteWithPeople();
  const held = await stack().hold(site, String(HELD));
  const id = await stack().startRun(roster(site, 1, ROWS, 'Eve'), site);
  await until('the run stands still', async () => {
    const [before] = await stack().db.execute(sql`
      select 1 as waits from pg_stat_activity where application_name = 'muster-apply' and wait_event_type = 'Lock'`);
    return before && (await stack().run(id)).counts.updated > 0 ? true : undefined;
  });
  return { site, id, ...held };
}

const personOf = async (site: number, identifier: string) => {
  const { body } = await stack().api<{ items: { id: number; firstName: string; version: number }[] }>(
    'GET',
    `/people?site=${site}&identifier=${identifier}`,
  );
  const [person] = body.items;
  if (!person) throw new Error(`nobody has the identifier ${identifier}`);
  return person;
};

const newPerson = (siteId: number, name: string) => ({
  siteId,
  identifier: name,
  email: `${name}@${siteId}.example`,
});

const holders = async (site: number) =>
  [
    ...(await stack().db.execute<{ holder: string | null }>(sql`
    select holder from edit_lock where site_id = ${site}`)),
  ].map(({ holder }) => holder);

/** The site can be edited again. */
async function expectFree(site: number): Promise<void> {
  expect(await holders(site)).toEqual([null]);
  const made = await stack().api('POST', '/people', newPerson(site, 'afterwards'));
  expect(made.status).toBe(201);
}

test('an edit of the site is refused with who, which run, how far, since when; reading and other sites go on', async () => {
  const other = await siteWithPeople();
  const { site, id, letGo } = await runInTheMiddle();
  const person = await personOf(site, '7');
  const edits = [
    await stack().api<Problem>('PATCH', `/people/${person.id}`, { lastName: 'Changed' }),
    await stack().api<Problem>('PATCH', `/people/${person.id}`, { lastName: 'Person 7' }),
    await stack().api<Problem>('POST', '/people', newPerson(site, 'new')),
  ];
  const run = await stack().run(id);
  for (const { status, headers, body } of edits) {
    expect([status, headers.get('content-type')]).toEqual([423, expect.stringContaining('problem+json')]);
    expect(body).toMatchObject({ code: 'locked', detail: expect.stringContaining(id) });
    expect(body.lock).toEqual({
      bulkActionId: id,
      by: 'Admin Admin',
      rowsDone: expect.any(Number),
      rowsTotal: ROWS,
      since: run.lockedAt,
    });
    expect(body.lock?.rowsDone).toBeGreaterThan(0);
    expect(body.lock?.rowsDone).toBeLessThan(ROWS);
  }

  expect((await stack().people(site)).length).toBeGreaterThan(0);
  expect((await stack().muster('export', 'people', '--site', String(site))).stdout.split('\n')).toHaveLength(
    ROWS + 2,
  );
  expect((await stack().muster('results', id)).stdout.split('\n')).toHaveLength(ROWS + 2);

  const neighbour = await personOf(other, '7');
  const edited = await stack().api<{ lastName: string }>('PATCH', `/people/${neighbour.id}`, {
    lastName: 'Changed',
  });
  expect([edited.status, edited.body.lastName]).toEqual([200, 'Changed']);
  expect((await stack().api('POST', '/people', newPerson(other, 'new'))).status).toBe(201);
  const ran = await stack().import(fileOf('people.csv', roster(other, 1, ROWS, 'Eve')), other);
  expect([ran.state, ran.counts]).toEqual(['completed', all({ updated: ROWS })]);
  expect((await stack().run(id)).state).toBe('applying');

  await letGo();
  expect((await stack().reaches(id, 'completed')).counts).toEqual(all({ updated: ROWS }));
  await expectFree(site);
  expect(await personOf(site, '7')).toMatchObject({ firstName: 'Eve', version: 2 });
});

test('runs of one site wait for each other, in the order in which they came', async () => {
  const { site, id, letGo } = await runInTheMiddle();
  const second = await stack().startRun(roster(site, 1, ROWS, 'Ida'), site);
  await stack().reaches(second, 'queued');
  const third = await stack().startRun(roster(site, 1, ROWS, 'Ola'), site);
  await stack().reaches(third, 'queued');
  const shown = await stack().json<{ state: string; counts: object }>('run', second);
  expect([shown.state, shown.counts]).toEqual(['queued', all({})]);
  await letGo();
  const ended = [];
  for (const run of [id, second, third]) ended.push(await stack().reaches(run, 'completed'));
  for (const { counts } of ended) expect(counts).toEqual(all({ updated: ROWS }));
  const locked = ended.map((run) => run.lockedAt ?? '');
  expect(locked).toEqual([...locked].sort());
  expect((locked[1] ?? '') >= (ended[0]?.finishedAt ?? '')).toBe(true);
  expect((locked[2] ?? '') >= (ended[1]?.finishedAt ?? '')).toBe(true);
  expect(await personOf(site, '7')).toMatchObject({ firstName: 'Ola', version: 4 });
  await expectFree(site);
});

describe('a run that is cancelled', () => {
  test('in its middle keeps what is done, and what is left can be uploaded to finish the job', async () => {
    const { site, id, letGo } = await runInTheMiddle();
    const file = fileOf('people.csv', roster(site, 1, 10));
    const waiting = stack().startMuster('import', file, '--site', String(site), '--json');
    const asked = await stack().muster('cancel', id);
    expect([asked.code, asked.stdout]).toEqual([0, expect.stringContaining('chunk')]);
    expect((await stack().run(id)).isCancelling).toBe(true);
    await letGo();
    const { counts } = await stack().reaches(id, 'cancelled');
    expect(rowsDone(counts)).toBe(ROWS);
    expect(counts).toEqual(all({ updated: counts.updated, 'not-processed': counts['not-processed'] }));
    expect(counts.updated).toBeGreaterThan(0);
    expect(counts['not-processed']).toBeGreaterThan(0);
    const [people] = await stack().db.execute(sql`
      select count(*) filter (where first_name = 'Eve' and version = 2) as changed,
        count(*) filter (where first_name = 'Ada' and version = 1) as kept
      from person where site_id = ${site} and identifier::int between 11 and ${ROWS}`);
    // Who waited has the site now, and makes the first ten what they were.
    expect((await waiting.ended).code).toBe(0);
    expect(people).toEqual({ changed: counts.updated - 10, kept: counts['not-processed'] });
    await expectFree(site);
    const mail = await stack().mailOf(id);
    expect(mail.subject).toMatch(/^Create and Update cancelled: [\d,]+ done, [\d,]+ left · A site$/);

    const failed = join(newFolder(), 'failed.csv');
    expect((await stack().muster('results', id, '--only', 'failed', '-o', failed)).code).toBe(0);
    expect(readFileSync(failed, 'utf8').trim().split('\n')).toHaveLength(counts['not-processed'] + 1);
    const rest = await stack().import(failed, site);
    const total = counts['not-processed'];
    expect([rest.code, rest.counts]).toEqual([0, { ...NO_COUNTS, updated: total, total }]);
  });

  test('while it waits for its turn never begins', async () => {
    const { site, id, letGo } = await runInTheMiddle();
    const second = await stack().startRun(roster(site, 1, ROWS, 'Ida'), site);
    await stack().reaches(second, 'queued');
    expect((await stack().muster('cancel', second)).code).toBe(0);
    const { counts } = await stack().reaches(second, 'cancelled');
    expect(counts).toEqual(all({ 'not-processed': ROWS }));
    expect(await holders(site)).toEqual([id]);
    await letGo();
    await stack().reaches(id, 'completed');
    await expectFree(site);
  });

  test('ends its import with exit code 1', async () => {
    const site = await siteWithPeople();
    const held = await stack().hold(site, String(HELD));
    const file = fileOf('people.csv', roster(site, 1, ROWS, 'Eve'));
    const { ended } = stack().startMuster('import', file, '--site', String(site), '--json');
    const id = await until('the run applies', async () => {
      const [run] = await stack().db.execute<{ id: string }>(sql`
        select id from bulk_action where site_id = ${site} and state = 'applying'`);
      return run?.id;
    });
    await stack().muster('cancel', id);
    await held.letGo();
    const { code, stdout } = await ended;
    expect([code, JSON.parse(stdout)]).toMatchObject([1, { id, state: 'cancelled', error: null }]);
  });
});

test('a run that is rejected holds nothing', async () => {
  const site = await siteWithPeople();
  const { state } = await stack().import(fileOf('x.csv', roster(site, 1, 3)), site, '--expect', '4');
  expect(state).toBe('rejected');
  await expectFree(site);
});
