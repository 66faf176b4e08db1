// What other runs know of somebody who is deleted goes with them; the run that deletes keeps its results.
import { sql } from 'drizzle-orm';
import { beforeEach, expect, test } from 'vitest';
import { useEngine } from '../support/engine.ts';
import { listOutcomes, makeOrganisation, type TestOrganisation } from '../support/runs.ts';

const engine = useEngine();
let organisation: TestOrganisation;

beforeEach(async () => {
  organisation = await makeOrganisation(engine.db);
});

const rowsOf = async (id: string) => [
  ...(await engine.db.execute(sql`
    select row_number as row, cells, identifier, email, first_name from bulk_row
    where bulk_action_id = ${id} order by row_number`)),
];

test('rows of earlier runs are emptied and stay counted; those of the deleting run can be read', async () => {
  const first = await engine.run(
    organisation,
    'identifier,email,first_name\nann,ann.lee@example.org,Ann\nbob,bob.ray@example.org,Bob\n',
  );
  const taking = await engine.run(organisation, 'identifier,email,first_name\nzoe,ann.lee@example.org,Zoe\n');
  expect((await listOutcomes(engine.db, taking.id))[0]?.reasons).toMatchObject([
    { code: 'key-taken', value: 'ann.lee@example.org' },
  ]);
  const { id } = await engine.run(organisation, 'identifier,first_name\nann,Ann\n', { action: 'delete' });

  expect(await rowsOf(first.id)).toEqual([
    { row: 2, cells: null, identifier: null, email: null, first_name: null },
    {
      row: 3,
      cells: ['bob', 'bob.ray@example.org', 'Bob'],
      identifier: 'bob',
      email: 'bob.ray@example.org',
      first_name: 'Bob',
    },
  ]);
  expect((await listOutcomes(engine.db, first.id)).map(({ outcome }) => outcome)).toEqual([
    'created',
    'created',
  ]);
  expect(JSON.stringify(await rowsOf(taking.id))).not.toContain('ann.lee');
  expect(JSON.stringify(await listOutcomes(engine.db, taking.id))).not.toContain('ann.lee');
  expect(await rowsOf(id)).toMatchObject([{ row: 2, cells: ['ann', 'Ann'], identifier: 'ann' }]);
  expect(await listOutcomes(engine.db, id)).toEqual([{ row: 2, outcome: 'deleted', reasons: [] }]);
});
