// Archiving: the email is free, everything else stays as it was.
import { sql } from 'drizzle-orm';
import { beforeEach, expect, test } from 'vitest';
import { useEngine } from '../support/engine.ts';
import { addPerson, addSite } from '../support/people.ts';
import { planPeople } from '../support/planned-runs.ts';
import { makeOrganisation, type TestOrganisation } from '../support/runs.ts';

const engine = useEngine();
let organisation: TestOrganisation;

beforeEach(async () => {
  organisation = await makeOrganisation(engine.db);
});

const rowOf = async (id: number) => {
  const [row] = await engine.db.execute<Record<string, unknown>>(sql`select * from person where id = ${id}`);
  return row;
};

test('keeps everything of a person but the claim on the email', async () => {
  const { siteId, rootId } = organisation;
  const person = await addPerson(engine.db, siteId, 'ann', {
    username: 'ann',
    firstName: 'Ann',
    lastName: 'Lee',
    fields: { programme: 'Law', badge: 'B-1' },
  });
  const before = await rowOf(person.id);
  const run = await planPeople(engine.db, organisation, 'archive', [person]);
  await engine.apply(run);
  const after = await rowOf(person.id);
  expect(after).toEqual({ ...before, status: 'archived', version: 2, updated_at: after?.['updated_at'] });
  const values = await engine.db.execute(
    sql`select value from person_unique_value where person_id = ${person.id}`,
  );
  expect([...values]).toEqual([{ value: 'B-1' }]);
  await engine.end(run.id);

  const other = await addSite(engine.db, rootId, rootId + 2);
  const taker = await addPerson(engine.db, other, 'taker', { email: 'ANN@example.org' });
  expect(taker.status).toBe('active');
  await expect(addPerson(engine.db, siteId, 'ann', { email: 'x@example.org' })).rejects.toMatchObject({
    details: { field: 'identifier' },
  });
});

test('is in the history as the change of the status alone', async () => {
  const person = await addPerson(engine.db, organisation.siteId, 'ann');
  const run = await planPeople(engine.db, organisation, 'archive', [person]);
  await engine.apply(run);
  const entries = await engine.db.execute(sql`
    select version, what, before, after, by_person_id, bulk_action_id, row_number
    from person_history where person_id = ${person.id} and version = 2`);
  expect([...entries]).toEqual([
    {
      version: 2,
      what: 'archived',
      before: { status: 'active' },
      after: { status: 'archived' },
      by_person_id: organisation.adminId,
      bulk_action_id: run.id,
      row_number: 2,
    },
  ]);
});
