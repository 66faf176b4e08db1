// Where people belong, over HTTP: org units and supervisors, set, shown, recorded and searched by.
import { sql } from 'drizzle-orm';
import { beforeAll, describe, expect, test } from 'vitest';
import { FOREIGN, NORTH, ROOT, SOUTH, useApi } from './use-api.ts';

const api = useApi();

const create = async (body: object) => (await api.owner('POST', '/v1/people', { body })).json;
const patch = (id: number, body: object) => api.owner('PATCH', `/v1/people/${id}`, { body });
const unit = async (siteId: number, name: string): Promise<number> =>
  (await api.owner('POST', '/v1/org-units', { body: { siteId, name } })).json.id;

let [library, desk, south, boss] = [0, 0, 0, 0];
beforeAll(async () => {
  library = await unit(ROOT, 'Library');
  desk = await unit(NORTH, 'Desk');
  south = await unit(SOUTH, 'Southern');
  boss = (await create({ siteId: NORTH, identifier: 'boss', orgUnitId: desk })).id;
});

describe('a person', () => {
  test('needs an identifier and no email', async () => {
    const made = await create({ siteId: NORTH, identifier: 'agent-1' });
    expect(made).toMatchObject({ identifier: 'agent-1', email: null, orgUnitId: null, supervisorId: null });
    const answer = await api.owner('POST', '/v1/people', { body: { siteId: NORTH, email: 'a@b.example' } });
    expect(answer.status).toBe(400);
    expect((await patch(made.id, { email: 'agent@example.org' })).json.email).toBe('agent@example.org');
    expect((await patch(made.id, { email: null })).json.email).toBeNull();
  });

  test('belongs to an org unit of the site or of one above it, and has a supervisor of the organisation', async () => {
    const made = await create({
      siteId: SOUTH,
      identifier: 'placed',
      orgUnitId: library,
      supervisorId: boss,
    });
    expect(made).toMatchObject({ orgUnitId: library, orgUnit: 'Library', supervisorId: boss });
    const moved = await patch(made.id, { orgUnitId: south, supervisorId: null });
    expect(moved.json).toMatchObject({ orgUnitId: south, orgUnit: 'Southern', supervisorId: null });
    expect((await patch(made.id, { firstName: 'Pat' })).json).toMatchObject({ orgUnit: 'Southern' });
    expect((await patch(made.id, { orgUnitId: null })).json).toMatchObject({ orgUnit: null, version: 4 });
    const history = await api.db.execute(
      sql`select what, before, after from person_history where person_id = ${made.id} order by version`,
    );
    expect([...history]).toEqual([
      {
        what: 'created',
        before: null,
        after: { identifier: 'placed', org_unit_id: library, supervisor_id: boss },
      },
      {
        what: 'updated',
        before: { org_unit_id: library, supervisor_id: boss },
        after: { org_unit_id: south },
      },
      { what: 'updated', before: {}, after: { first_name: 'Pat' } },
      { what: 'updated', before: { org_unit_id: south }, after: {} },
    ]);
  });

  test('400: not to a unit of another site, nor under oneself, a stranger or nobody', async () => {
    const made = await create({ siteId: NORTH, identifier: 'misplaced' });
    const stranger = await api.db.execute<{ id: number }>(sql`
      insert into person (site_id, root_id, identifier) values (${FOREIGN}, ${FOREIGN}, 'stranger') returning id`);
    const paths = async (body: object) =>
      (await patch(made.id, body)).json.errors?.map((error: { path: string }) => error.path);
    expect(await paths({ orgUnitId: south })).toEqual(['orgUnitId']);
    expect(await paths({ orgUnitId: 999_999, supervisorId: made.id })).toEqual(['orgUnitId', 'supervisorId']);
    expect(await paths({ supervisorId: stranger[0]?.id, email: 'none' })).toEqual(['supervisorId', 'email']);
    expect(await paths({ supervisorId: 999_999_999 })).toEqual(['supervisorId']);
  });
});

test('people are found by org unit, supervisor and role', async () => {
  const made = await create({ siteId: NORTH, identifier: 'found', orgUnitId: desk, supervisorId: boss });
  const role = await api.owner('POST', '/v1/roles', {
    body: { siteId: NORTH, name: 'Night desk', permissions: ['people:read'] },
  });
  await api.owner('PUT', `/v1/people/${made.id}/roles/${role.json.id}`);
  const found = async (...filters: string[]) => {
    const query = filters.map((filter) => `&filter=${encodeURIComponent(filter)}`).join('');
    const answer = await api.owner('GET', `/v1/people?site=${NORTH}${query}`);
    return answer.json.items.map((person: { identifier: string }) => person.identifier).sort();
  };
  expect(await found('org_unit=Desk')).toEqual(['boss', 'found']);
  expect(await found('org_unit=desk')).toEqual([]);
  expect(await found('org_unit~des')).toEqual(['boss', 'found']);
  expect(await found('supervisor=boss')).toEqual(['found']);
  expect(await found('supervisor~BOS', 'org_unit=Desk')).toEqual(['found']);
  expect(await found('role=Night desk')).toEqual(['found']);
  expect(await found('role=Nobody')).toEqual([]);
  const [item] = (await api.owner('GET', `/v1/people?site=${NORTH}&identifier=found`)).json.items;
  expect(item).toMatchObject({ orgUnit: 'Desk', supervisorId: boss });
  expect(item.roles).toBeUndefined();
  const csv = await api.owner('GET', `/v1/people.csv?site=${NORTH}&filter=role%3DNight%20desk`);
  expect(csv.text.trim().split('\r\n')).toHaveLength(2);
});
