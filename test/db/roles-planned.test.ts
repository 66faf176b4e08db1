// The plan of a run on roles as people are asked about it: what is shown, when it asks, and what it asks anew.
import { sql } from 'drizzle-orm';
import { beforeEach, expect, test } from 'vitest';
import { listBulkRows } from '../../db/queries/bulk-row-list.ts';
import { giveRole } from '../../db/queries/roles/role-holders.ts';
import { insertRole } from '../../db/queries/roles/roles.ts';
import { shownChange } from '../../domain/row-change.ts';
import { useEngine } from '../support/engine.ts';
import { addPerson } from '../support/people.ts';
import { makeOrganisation, type TestOrganisation } from '../support/runs.ts';
import { planRolesOf } from '../support/selections.ts';

const engine = useEngine();
let organisation: TestOrganisation;
let reader = 0;
let guard = 0;
let ann = 0;

beforeEach(async () => {
  const { db } = engine;
  organisation = await makeOrganisation(db);
  const { rootId, siteId } = organisation;
  for (const name of ['ann', 'ben', 'cat']) await addPerson(db, siteId, name);
  const [first] = await db.execute<{ id: number }>(
    sql`select min(id) as id from person where site_id = ${siteId}`,
  );
  ann = first?.id ?? 0;
  reader = (await insertRole(db, { siteId: rootId, name: 'Reader', permissions: ['people:read'] })).id;
  guard = (await insertRole(db, { siteId: rootId, name: 'Guard', permissions: [] })).id;
});

test('a dry run shows who would hold what, and writes nothing', async () => {
  await giveRole(engine.db, { personId: ann, roleId: guard, siteId: organisation.siteId }, null);
  const roles = { add: [reader], remove: [guard] };
  const planned = await planRolesOf(engine, organisation, {}, roles, { isDryRun: true });
  expect(planned.waiting?.state).toBe('awaiting-confirmation');
  const rows = await listBulkRows(engine.db, planned.id, { after: 0, limit: 10, isWaiting: true });
  expect(rows.map(({ plannedOutcome, change }) => [plannedOutcome, shownChange(change)])).toEqual([
    ['updated', { before: { role: 'Guard' }, after: { role: 'Reader' } }],
    ['updated', { before: { role: null }, after: { role: 'Reader' } }],
    ['updated', { before: { role: null }, after: { role: 'Reader' } }],
  ]);
  const left = await engine.db.execute(sql`select from role_assignment where role_id = ${reader}`);
  expect(left.length).toBe(0);
});

test('a run that changes more people than its limit asks before it does', async () => {
  const limits = { changed: { people: 2 } };
  const planned = await planRolesOf(engine, organisation, {}, { add: [reader] }, { limits });
  expect(planned.waiting?.state).toBe('awaiting-confirmation');
  const fewer = await planRolesOf(engine, organisation, { text: 'ann' }, { add: [reader] }, { limits });
  expect(fewer.waiting).toBeNull();
});
