// Beginning a run on roles over HTTP: what begins, and what is refused in words, case by status.
import { sql } from 'drizzle-orm';
import { beforeAll, describe, expect, test } from 'vitest';
import { findSelection } from '../../db/queries/selection.ts';
import type { Permission } from '../../domain/rights.ts';
import { bulkActionWorkflowId } from '../../workflows/contract.ts';
import { addPerson } from '../support/people.ts';
import { FOREIGN, NORTH, ROOT, SOUTH, useApi } from './use-api.ts';

const api = useApi();

const RUNNER: readonly Permission[] = ['bulk-actions:run', 'people:read', 'roles:write'];
let reader = 0;
let guard = 0;
const people: Record<string, number> = {};

beforeAll(async () => {
  reader = await role('Reader', ['people:read']);
  guard = await role('Guard', ['people:read', 'cards:write']);
  for (const [name, site] of [
    ['ann', NORTH],
    ['dan', SOUTH],
    ['foreign', FOREIGN],
  ] as const)
    people[name] = (await addPerson(api.db, site, name)).id;
});

async function role(name: string, permissions: readonly Permission[], siteId = ROOT): Promise<number> {
  const { json } = await api.owner('POST', '/v1/roles', { body: { siteId, name, permissions } });
  return json.id;
}

type Body = Record<string, unknown>;
const body = (more: Body = {}): Body => ({
  site: NORTH,
  kind: 'roles',
  selection: { all: true },
  options: { add: [reader] },
  ...more,
});
const begin = (more: Body = {}, ask = api.owner, headers = {}) =>
  ask('POST', '/v1/bulk-actions', { body: body(more), headers });

describe('POST /v1/bulk-actions of the kind roles', () => {
  test('202: the run is written down with its selection and its workflow started', async () => {
    const selection = {
      filter: ['last_name~berg', 'org_unit=North'],
      status: 'all',
      q: 'ne\u0301',
      ids: [people['ann']],
    };
    const options = { add: ['Reader', String(guard)], maxChangePercent: 20 };
    const answer = await begin({ selection, options, dryRun: true });
    expect(answer.status).toBe(202);
    expect(answer.json).toMatchObject({
      site: NORTH,
      kind: 'roles',
      fileName: null,
      isDryRun: true,
      options: {
        action: 'change-roles',
        roles: { add: [reader, guard], remove: [] },
        limits: { changed: { percent: 20 } },
      },
    });
    expect(await findSelection(api.db, answer.json.id)).toEqual({
      filters: ['last_name~berg', 'org_unit=North'],
      status: 'all',
      text: 'n\u00e9',
      personIds: [people['ann']],
    });
    const started = await api.temporal.workflow.getHandle(bulkActionWorkflowId(answer.json.id)).describe();
    expect(await started.staticSummary()).toBe(`Change roles · site ${NORTH}`);
  });

  test('202: the same Idempotency-Key gives the same run and one selection, 409 with another request', async () => {
    const key = { 'Idempotency-Key': 'roles-1' };
    const first = await begin({}, api.owner, key);
    const second = await begin({}, api.owner, key);
    expect(second.json.id).toBe(first.json.id);
    const both = await Promise.all(
      [1, 2, 3].map(() => begin({}, api.owner, { 'Idempotency-Key': 'roles-2' })),
    );
    expect(new Set(both.map(({ json }) => json.id)).size).toBe(1);
    const [count] = await api.db.execute(sql`
      select count(*)::int as selections from bulk_selection s join bulk_action a on a.id = s.bulk_action_id
      where a.idempotency_key in ('roles-1', 'roles-2')`);
    expect(count).toEqual({ selections: 2 });
    expect((await begin({ options: { remove: [reader] } }, api.owner, key)).status).toBe(409);
  });

  test.each([
    ['no selection', undefined, /selection: Say whom the run is for.*{"all": true}/],
    ['an empty selection', {}, /would select everybody.*{"all": true}/],
    ['a status alone', { status: 'active' }, /would select everybody/],
    ['empty filters', { filter: [] }, /would select everybody/],
    ['all beside a filter', { all: true, q: 'a' }, /all selects everybody/],
    ['no one by ids', { ids: [] }, /selection.ids/],
    ['an unknown field', { filter: ['colour=red'] }, /selection.filter: Write field=value/],
    ['a word that is no filter', { filter: ['ann'] }, /selection.filter: Write field=value/],
    ['anonymized people', { status: 'anonymized', q: 'a' }, /selection.status/],
    ['an unknown key', { everyone: true }, /everyone/],
  ])('400: %s', async (_, selection, words) => {
    const answer = await begin({ selection });
    expect(answer.status).toBe(400);
    expect(answer.json.detail).toMatch(words);
  });

  test('400: no role, one that is both given and taken, one that is none, a name of several, an unknown option', async () => {
    const near = await role('Near', ['people:read'], NORTH);
    await role('Near', ['people:read']);
    for (const [options, words] of [
      [{}, /Name the roles/],
      [{ add: [reader], remove: ['Reader'] }, /Reader is both in add and in remove/],
      [{ add: ['Nobody'] }, /options.add.0: There is no role Nobody at site 1001/],
      [{ add: [reader], remove: [2 ** 40] }, /options.remove.0: There is no role/],
      [{ add: ['Near'] }, /Several roles are called Near: \d+ of site 1001, \d+ of site 1000/],
      [{ add: [reader], existing: 'keep' }, /existing/],
    ] as const) {
      const answer = await begin({ options });
      expect(answer.status).toBe(400);
      expect(answer.json.detail).toMatch(words);
    }
    expect((await begin({ options: { add: [near] } })).status).toBe(202);
    expect((await begin({ site: ROOT, options: { add: ['Near'] } })).status).toBe(202);
  });

  test('403: whoever lacks roles:write, people:read or bulk-actions:run at the site', async () => {
    for (const left of RUNNER) {
      const admin = await api.admin(
        NORTH,
        RUNNER.filter((permission) => permission !== left),
      );
      const answer = await begin({}, admin);
      expect(answer.status).toBe(403);
      expect(answer.json.detail).toContain(left);
    }
  });

  test('403: a role that allows more than the admin may do there, given or taken', async () => {
    const admin = await api.admin(NORTH, RUNNER);
    for (const options of [{ add: [guard] }, { remove: [guard] }]) {
      const answer = await begin({ options }, admin);
      expect(answer.status).toBe(403);
      expect(answer.json.detail).toMatch(
        /The role Guard allows cards:write, and you lack that right on site 1001/,
      );
    }
    expect((await begin({}, admin)).status).toBe(202);
  });

  test('403: rights on a site below reach no higher; 404 where nothing of the site is theirs', async () => {
    const admin = await api.admin(NORTH, RUNNER);
    expect((await begin({ site: ROOT }, admin)).status).toBe(404);
    expect((await begin({ site: SOUTH }, admin)).status).toBe(404);
    expect((await begin({ site: FOREIGN })).status).toBe(404);
  });

  test('404: people named by ids who are not at the site or below it', async () => {
    const answer = await begin({
      selection: { ids: [people['ann'], people['dan'], people['foreign'], 2 ** 40] },
    });
    expect(answer.status).toBe(404);
    expect(answer.json.detail).toContain(
      `not there any more: ${people['dan']}, ${people['foreign']}, ${2 ** 40}.`,
    );
    expect((await begin({ site: ROOT, selection: { ids: [people['ann'], people['dan']] } })).status).toBe(
      202,
    );
  });

  test('the audit trail has the roles, and nothing of the selection', async () => {
    const answer = await begin({
      selection: { filter: ['last_name=Secretname'] },
      options: { remove: [guard] },
    });
    const { json } = await api.owner('GET', `/v1/audit-events?run=${answer.json.id}`);
    const [event] = json.items.filter(({ what }: { what: string }) => what === 'run.started');
    expect(event?.details).toMatchObject({ action: 'change-roles', roles: { add: [], remove: [guard] } });
    expect(JSON.stringify(json)).not.toContain('Secretname');
  });
});
