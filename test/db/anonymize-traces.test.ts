// Traces beside rows: runs that the person started, mails, headers, statistics; and what deleting leaves of them.
import { type SQL, sql } from 'drizzle-orm';
import { beforeEach, describe, expect, test } from 'vitest';
import { forgetGoneStarters, refreshStatistics } from '../../db/queries/forget-leftovers.ts';
import { addEarlierRun, listLeft } from '../support/earlier-runs.ts';
import { useEngine } from '../support/engine.ts';
import { addPerson, archive } from '../support/people.ts';
import { planPeople } from '../support/planned-runs.ts';
import { makeOrganisation, type TestOrganisation } from '../support/runs.ts';

const engine = useEngine();
let organisation: TestOrganisation;
let zoe: { id: number; version: number };

beforeEach(async () => {
  organisation = await makeOrganisation(engine.db);
  const person = await addPerson(engine.db, organisation.siteId, 'zoe-4711');
  await archive(engine.db, person.id);
  zoe = { ...person, version: person.version + 1 };
});

async function take(
  phase: 'anonymize' | 'delete',
  ...people: { id: number; version: number }[]
): Promise<string> {
  const run = await planPeople(engine.db, organisation, phase, people);
  await engine.apply(run);
  await engine.end(run.id);
  return run.id;
}

const rowsOf = async <Row = unknown>(query: SQL): Promise<Row[]> =>
  [...(await engine.db.execute(query))] as Row[];

const addMail = (run: string, state: 'waiting' | 'sent', address: string) =>
  engine.db.execute(sql`
    insert into outgoing_mail (bulk_action_id, what, to_address, data, state, settled_at)
    values (${run}, 'completed', ${address}, '{"name": "Zoë"}', ${state}, ${state === 'waiting' ? null : sql`now()`})`);

const mailOf = (run: string) =>
  rowsOf(sql`
    select to_address, data, state, last_error, forgotten_at is not null as is_forgotten, settled_at is not null as is_settled
    from outgoing_mail where bulk_action_id = ${run}`);

const starterOf = (run: string) =>
  rowsOf(sql`select by_person_id, by_name, notify_email, idempotency_key from bulk_action where id = ${run}`);

describe('runs that the person started', () => {
  const row = [{ cells: ['ann-1'], outcome: 'created' as const }];

  test('name nobody any more, and a mail that waits is not sent', async () => {
    const [ended, open] = [
      await addEarlierRun(engine.db, organisation, ['identifier'], row, { byPersonId: zoe.id }),
      await addEarlierRun(engine.db, organisation, ['identifier'], row, { byPersonId: zoe.id, isOpen: true }),
    ];
    await addMail(ended, 'sent', 'zoe@elsewhere.example');
    await addMail(open, 'waiting', 'zoe@elsewhere.example');
    await take('anonymize', zoe);
    const nobody = [{ by_person_id: zoe.id, by_name: null, notify_email: null, idempotency_key: null }];
    expect([await starterOf(ended), await starterOf(open)]).toEqual([nobody, nobody]);
    const forgotten = { to_address: null, data: {}, is_forgotten: true, is_settled: true };
    expect(await mailOf(ended)).toEqual([{ ...forgotten, state: 'sent', last_error: null }]);
    expect(await mailOf(open)).toEqual([
      { ...forgotten, state: 'refused', last_error: 'Not sent: the person of this address is anonymized.' },
    ]);
  });

  test('of others keep who started them', async () => {
    const run = await addEarlierRun(engine.db, organisation, ['identifier'], row);
    await addMail(run, 'sent', 'admin@elsewhere.example');
    await take('anonymize', zoe);
    expect(await starterOf(run)).toMatchObject([
      { by_name: 'Somebody', notify_email: 'somebody@example.org' },
    ]);
    expect(await mailOf(run)).toMatchObject([{ to_address: 'admin@elsewhere.example', is_forgotten: false }]);
  });

  test('a mail to the person’s address is forgotten whoever started the run', async () => {
    const run = await addEarlierRun(engine.db, organisation, ['identifier'], row);
    await addMail(run, 'sent', 'ZOE-4711@example.org');
    await take('anonymize', zoe);
    expect(await mailOf(run)).toMatchObject([{ to_address: null, is_forgotten: true }]);
  });
});

test('a header that was a person’s row is taken off the run’s columns and mapping', async () => {
  const [misread, fine] = [
    await addEarlierRun(engine.db, organisation, ['identifier'], [{ cells: ['a'], outcome: 'created' }]),
    await addEarlierRun(engine.db, organisation, ['identifier'], [{ cells: ['a'], outcome: 'created' }]),
  ];
  await engine.db.execute(sql`
    update bulk_action set columns = '[{"header": "Zoe-4711", "field": null}, {"header": "Zoë", "field": "first_name"}]',
      options = options || '{"mapping": {"first_name": "Zoë"}}' where id = ${misread}`);
  await take('anonymize', zoe);
  const left = await rowsOf(
    sql`select columns, options -> 'mapping' as mapping from bulk_action where id in (${misread}, ${fine}) order by id = ${fine}`,
  );
  expect(left).toEqual([
    {
      columns: [
        { header: '', field: null },
        { header: '', field: 'first_name' },
      ],
      mapping: {},
    },
    { columns: [{ header: 'identifier', field: 'identifier' }], mapping: {} },
  ]);
});

describe('deleting', () => {
  test('empties rows of earlier runs, and keeps those of its own', async () => {
    const earlier = await addEarlierRun(
      engine.db,
      organisation,
      ['identifier', null],
      [
        { cells: ['zoe-4711', 'Zoë'], personId: zoe.id, outcome: 'created' },
        { cells: ['typo', 'zoe-4711'], outcome: 'rejected' },
      ],
    );
    const run = await take('delete', zoe);
    expect((await listLeft(engine.db, earlier)).map(({ cells }) => cells)).toEqual([null, null]);
    expect((await listLeft(engine.db, run)).map(({ cells }) => cells)).toEqual([['row 2']]);
  });

  test('leaves the mail of a run that is on; once that is over, name and address go', async () => {
    const row = [{ cells: ['ann-1'], outcome: 'created' as const }];
    const ended = await addEarlierRun(engine.db, organisation, ['identifier'], row, { byPersonId: zoe.id });
    const open = await addEarlierRun(engine.db, organisation, ['identifier'], row, {
      byPersonId: zoe.id,
      isOpen: true,
    });
    await addMail(ended, 'waiting', 'zoe-4711@example.org');
    await take('delete', zoe);
    expect(await mailOf(ended)).toMatchObject([{ to_address: 'zoe-4711@example.org', state: 'waiting' }]);
    expect(await starterOf(ended)).toMatchObject([{ by_name: null }]);
    expect(await starterOf(open)).toMatchObject([
      { by_name: 'Somebody', notify_email: 'somebody@example.org' },
    ]);

    await engine.db.execute(
      sql`update outgoing_mail set state = 'sent', settled_at = now() where bulk_action_id = ${ended}`,
    );
    await engine.db.execute(
      sql`update bulk_action set state = 'completed', finished_at = now() where id = ${open}`,
    );
    await forgetGoneStarters(engine.db);
    expect(await mailOf(ended)).toMatchObject([{ to_address: null, state: 'sent' }]);
    expect(await starterOf(open)).toMatchObject([{ by_name: null, notify_email: null }]);
    expect(await forgetGoneStarters(engine.db)).toBe(0);
  });
});

test('the planner’s statistics are taken anew once somebody is forgotten, until no old ones can be left', async () => {
  const named = {
    cells: ['ann-1'],
    outcome: 'created' as const,
    read: { extras: { supervisor: { by: 'identifier', value: 'zoe-4711' } } },
  };
  const run = await addEarlierRun(engine.db, organisation, ['identifier'], [named], { byPersonId: zoe.id });
  await addMail(run, 'sent', 'zoe-4711@example.org');
  await engine.db.execute(sql`analyze`);
  await engine.db.execute(
    sql`update person_history set at = now() - interval '1 hour' where what in ('anonymized', 'deleted')`,
  );
  expect(await refreshStatistics(engine.db)).toBe(false);
  const seen = () => rowsOf(sql`select 1 from pg_stats where pg_stats::text like '%zoe-4711%'`);
  expect(await seen()).not.toEqual([]);
  for (const { id, version } of await rowsOf<{ id: number; version: number }>(
    sql`select id, version from person where identifier = 'zoe-4711'`,
  ))
    await takeAnywhere(id, version);
  expect(await refreshStatistics(engine.db)).toBe(true);
  expect(await seen()).toEqual([]);
});

/** The people of all tests before have the same name: each is anonymized where it is. */
async function takeAnywhere(id: number, version: number): Promise<void> {
  const [at] = await rowsOf<TestOrganisation>(sql`
    select root_id as "rootId", site_id as "siteId", ${organisation.adminId}::bigint as "adminId" from person where id = ${id}`);
  if (!at) throw new Error('nobody');
  await engine.db.execute(sql`update person set status = 'archived' where id = ${id}`);
  const run = await planPeople(engine.db, at, 'anonymize', [{ id, version }]);
  await engine.apply(run);
  await engine.end(run.id);
}
