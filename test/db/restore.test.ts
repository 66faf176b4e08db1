// Restoring: who comes back must win the email back, and who can't holds up nobody else.
import { sql } from 'drizzle-orm';
import { beforeEach, expect, test } from 'vitest';
import { useEngine } from '../support/engine.ts';
import { addPerson, addSite, archive } from '../support/people.ts';
import { planPeople } from '../support/planned-runs.ts';
import { listOutcomes, makeOrganisation, type TestOrganisation } from '../support/runs.ts';

const engine = useEngine();
let organisation: TestOrganisation;

beforeEach(async () => {
  organisation = await makeOrganisation(engine.db);
});

async function addArchived(identifier: string, email = `${identifier}@example.org`) {
  const person = await addPerson(engine.db, organisation.siteId, identifier, { email });
  await archive(engine.db, person.id);
  return { id: person.id, version: person.version + 1 };
}

const statusOf = async (id: number) => {
  const [row] = await engine.db.execute<{ status: string; version: number }>(
    sql`select status, version from person where id = ${id}`,
  );
  return row;
};

test('fails for the person whose email is somebody else’s by then, with the reason, and for nobody else', async () => {
  const people = [];
  for (const key of ['a', 'b', 'c', 'd', 'e']) people.push(await addArchived(key));
  const run = await planPeople(engine.db, organisation, 'restore', people);
  const other = await addSite(engine.db, organisation.rootId, organisation.rootId + 2);
  await addPerson(engine.db, other, 'x', { email: 'B@example.org' });
  await addPerson(engine.db, other, 'y', { email: 'e@example.org' });
  expect(await engine.apply(run)).toBe(5);
  const taken = (value: string) => [{ code: 'key-taken', field: 'email', value }];
  expect(await listOutcomes(engine.db, run.id)).toEqual([
    { row: 2, outcome: 'restored', reasons: [] },
    { row: 3, outcome: 'failed', reasons: taken('b@example.org') },
    { row: 4, outcome: 'restored', reasons: [] },
    { row: 5, outcome: 'restored', reasons: [] },
    { row: 6, outcome: 'failed', reasons: taken('e@example.org') },
  ]);
  expect(await Promise.all(people.map(({ id }) => statusOf(id)))).toEqual([
    { status: 'active', version: 3 },
    { status: 'archived', version: 2 },
    { status: 'active', version: 3 },
    { status: 'active', version: 3 },
    { status: 'archived', version: 2 },
  ]);
  const { counts } = await engine.end(run.id);
  expect(counts).toMatchObject({ restored: 3, failed: 2, total: 5 });
});

test('fails for one of two people of one email, and takes the rest', async () => {
  const people = [];
  for (const key of ['a', 'b', 'c'])
    people.push(await addArchived(key, key === 'c' ? 'a@example.org' : undefined));
  const run = await planPeople(engine.db, organisation, 'restore', people);
  expect(await engine.apply(run)).toBe(3);
  const outcomes = await listOutcomes(engine.db, run.id);
  expect(outcomes[1]?.outcome).toBe('restored');
  expect([outcomes[0]?.outcome, outcomes[2]?.outcome].sort()).toEqual(['failed', 'restored']);
  expect(outcomes.flatMap(({ reasons }) => reasons)).toEqual([
    { code: 'key-taken', field: 'email', value: 'a@example.org' },
  ]);
});

test('tells an email that is taken from a person who has changed', async () => {
  const people = [];
  for (const key of ['a', 'b']) people.push(await addArchived(key));
  const run = await planPeople(engine.db, organisation, 'restore', people);
  const other = await addSite(engine.db, organisation.rootId, organisation.rootId + 2);
  await addPerson(engine.db, other, 'x', { email: 'a@example.org' });
  await engine.db.execute(sql`update person set version = version + 1 where id = ${people[1]?.id ?? 0}`);
  await engine.apply(run);
  expect((await listOutcomes(engine.db, run.id)).map(({ reasons }) => reasons)).toEqual([
    [{ code: 'key-taken', field: 'email', value: 'a@example.org' }],
    [{ code: 'changed-meanwhile' }],
  ]);
});

test('brings back people without an email', async () => {
  const person = await addArchived('a');
  await engine.db.execute(sql`update person set email = null, email_key = null where id = ${person.id}`);
  const run = await planPeople(engine.db, organisation, 'restore', [person]);
  await engine.apply(run);
  expect(await statusOf(person.id)).toEqual({ status: 'active', version: 3 });
});

test('is in the history as the change of the status alone', async () => {
  const person = await addArchived('a');
  const run = await planPeople(engine.db, organisation, 'restore', [person]);
  await engine.apply(run);
  const [entry] = await engine.db.execute(
    sql`select version, what, before, after from person_history where bulk_action_id = ${run.id}`,
  );
  expect(entry).toEqual({
    version: 3,
    what: 'restored',
    before: { status: 'archived' },
    after: { status: 'active' },
  });
});
