// Keys that somebody else holds: a violation tells which field it is about, and the value.
import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, test } from 'vitest';
import { databaseFaultOf } from '../../db/sqlstate.ts';
import { type TakenKey, takenKeyOf } from '../../db/taken-keys.ts';
import { useEngine } from '../support/engine.ts';
import { addPerson, addSite } from '../support/people.ts';
import { listOutcomes, makeOrganisation, type TestOrganisation } from '../support/runs.ts';

const engine = useEngine();
let organisation: TestOrganisation;

beforeEach(async () => {
  organisation = await makeOrganisation(engine.db);
});

/** What the violation says that this change of somebody meets. */
async function takenBy(change: (personId: number) => ReturnType<typeof sql>): Promise<TakenKey | undefined> {
  const { siteId, rootId } = organisation;
  const holder = await addPerson(engine.db, siteId, 'held, by (one)', {
    username: 'ann',
    fields: { badge: 'B' },
  });
  await engine.db.execute(
    sql`insert into card (person_id, site_id, root_id, number) values (${holder.id}, ${siteId}, ${rootId}, 42)`,
  );
  const other = await addPerson(engine.db, siteId, 'other');
  const error = await engine.db.execute(change(other.id)).catch((fault: unknown) => fault);
  const fault = databaseFaultOf(error);
  return fault && takenKeyOf(fault);
}
const set = (column: string, value: string) => (id: number) =>
  sql`update person set ${sql.identifier(column)} = ${value} where id = ${id}`;

describe('a violation names', () => {
  test('the identifier, whatever characters it has', async () => {
    expect(await takenBy(set('identifier', 'held, by (one)'))).toEqual({
      field: 'identifier',
      value: 'held, by (one)',
    });
  });

  test('the email, the username and the card', async () => {
    expect(await takenBy(set('email_key', 'held, by (one)@example.org'))).toMatchObject({ field: 'email' });
    organisation = await makeOrganisation(engine.db);
    expect(await takenBy(set('username', 'ann'))).toEqual({ field: 'username', value: 'ann' });
    organisation = await makeOrganisation(engine.db);
    const { siteId, rootId } = organisation;
    const another = (id: number) =>
      sql`insert into card (person_id, site_id, root_id, number) values (${id}, ${siteId}, ${rootId}, 42)`;
    expect(await takenBy(another)).toEqual({ field: 'card_id', value: '42' });
  });

  test('a custom field by its id', async () => {
    const [field] = await engine.db.execute<{ id: number }>(
      sql`select id from field_definition where site_id = ${organisation.rootId} and name = 'badge'`,
    );
    const take = (id: number) =>
      sql`insert into person_unique_value (field_id, value, person_id) values (${field?.id ?? 0}, 'B', ${id})`;
    expect(await takenBy(take)).toEqual({ fieldId: field?.id, value: 'B' });
  });

  test('nothing where it is about no key of people', async () => {
    expect(
      await takenBy(
        () => sql`insert into site (id, name, root_id, path) select id, name, root_id, path from site`,
      ),
    ).toBeUndefined();
  });
});

test('a row of a run that meets one says the field and the value', async () => {
  const { siteId, rootId } = organisation;
  await addPerson(engine.db, siteId, 'a');
  const run = await engine.plan(organisation, 'identifier,email,badge\na,,B-1\nn,n@example.org,B-2\n');
  const other = await addSite(engine.db, rootId, rootId + 2);
  await addPerson(engine.db, other, 'x', { fields: { badge: 'B-1' } });
  await addPerson(engine.db, other, 'y', { fields: { badge: 'B-2' } });
  await engine.apply(run);
  const taken = (value: string) => [{ code: 'key-taken', field: 'badge', value }];
  expect(await listOutcomes(engine.db, run.id)).toEqual([
    { row: 2, outcome: 'failed', reasons: taken('B-1') },
    { row: 3, outcome: 'failed', reasons: taken('B-2') },
  ]);
});
