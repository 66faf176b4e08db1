// Runs over HTTP: begun, listed, read and stopped, case by status.
import { sql } from 'drizzle-orm';
import { beforeAll, describe, expect, test } from 'vitest';
import { bulkActionWorkflowId } from '../../workflows/contract.ts';
import { FOREIGN, NORTH, ROOT, SOUTH, useApi } from './use-api.ts';

const api = useApi();

const RUNNER = ['bulk-actions:run', 'bulk-actions:read', 'people:create', 'people:update'] as const;
const upload = async (ask = api.owner) => {
  const answer = await ask('POST', '/v1/files?name=people.csv', { raw: 'email,identifier\n' });
  return answer.json.id as string;
};
const begin = (body: object, ask = api.owner, headers = {}) =>
  ask('POST', '/v1/bulk-actions', { body: { site: NORTH, ...body }, headers });
const end = (id: string, state = 'completed') =>
  api.db.execute(sql`update bulk_action set state = ${state}, finished_at = now() where id = ${id}`);

describe('POST /v1/bulk-actions', () => {
  test('202: the run is written down and its workflow started, without anybody’s data', async () => {
    const file = await upload();
    const options = { mapping: { email: 'Mail' }, expect: 3, clearBlank: ['username'] };
    const answer = await begin({ files: [file], options });
    expect(answer.status).toBe(202);
    const { id } = answer.json;
    expect(id).toMatch(/^[0-9a-hjkmnp-tv-z]{10}$/);
    expect(answer.headers.get('location')).toBe(`/v1/bulk-actions/${id}`);
    expect(answer.json).toMatchObject({
      site: NORTH,
      kind: 'people',
      preset: 'people',
      savedPreset: null,
      fileName: 'people.csv',
      state: 'staging',
      options: { action: 'create-or-update', existing: 'overwrite', headerRow: 1, ...options },
      counts: { created: 0, total: 0 },
      startedBy: 'Admin No 1',
      workflowId: `bulk-action/${id}`,
    });
    expect((await api.owner('GET', `/v1/bulk-actions/${id}`)).json).toEqual(answer.json);

    const started = await api.temporal.workflow.getHandle(bulkActionWorkflowId(id)).describe();
    expect(started.status.name).toBe('RUNNING');
    expect(started.type).toBe('bulkAction');
    expect(await started.staticSummary()).toBe(`Create and Update · site ${NORTH}`);
    expect(started.searchAttributes).toMatchObject({
      BulkActionKind: ['people'],
      BulkActionState: ['staging'],
      SiteId: [NORTH],
    });
    expect(started.priority?.fairnessKey).toBe(String(ROOT));
    const [row] = await api.db.execute(
      sql`select notify_email, by_name, grants, scopes from bulk_action where id = ${id}`,
    );
    expect(row).toEqual({
      notify_email: 'admin1@example.org',
      by_name: 'Admin No 1',
      grants: [{ siteId: ROOT, permissions: expect.arrayContaining([...RUNNER]) }],
      scopes: null,
    });
  });

  test('202: what the admin may do is noted, cut down to the scopes of the key', async () => {
    const admin = await api.admin(NORTH, [...RUNNER, 'people:delete']);
    const files = [await upload(admin)];
    await api.db.execute(sql`
      update api_key set scopes = ${sql.param([...RUNNER])}::text[] where person_id = ${admin.personId}`);
    const { id } = (await begin({ files }, admin)).json;
    const [row] = await api.db.execute(sql`select grants, scopes from bulk_action where id = ${id}`);
    expect(row).toEqual({
      grants: [{ siteId: NORTH, permissions: [...RUNNER].sort() }],
      scopes: [...RUNNER],
    });
    expect((await begin({ files, options: { action: 'delete' } }, admin)).status).toBe(403);
  });

  test('202: what is not asked for is as the preset has it', async () => {
    const begun = async (preset: string, options: object = {}) =>
      (await begin({ files: [await upload()], preset, options })).json;
    expect(await begun('user-update')).toMatchObject({
      preset: 'user-update',
      options: { action: 'update' },
    });
    expect(await begun('agents')).toMatchObject({ preset: 'agents', options: { action: 'create' } });
    const cards = { cardIdType: 'hex', cardValidFrom: '2026-09-01', cardValidUntil: '2027-08-31' };
    const options = { ...cards, matchBy: ['email'], existing: 'keep' };
    expect(await begun('access-cards', options)).toMatchObject({ preset: 'access-cards', options });
  });

  test('202: a preset that was saved on the site or above it, the nearest one', async () => {
    const save = (siteId: number, options: object) =>
      api.owner('POST', '/v1/presets', { body: { siteId, name: 'office', base: 'people', options } });
    await save(ROOT, { existing: 'keep', mapping: { email: 'Mail', identifier: 'No' } });
    const body = { files: [await upload()], preset: 'office' };
    const above = await begin({ ...body, options: { mapping: { identifier: 'Nr' } } });
    expect(above.json).toMatchObject({
      preset: 'people',
      savedPreset: 'office',
      options: { existing: 'keep', mapping: { email: 'Mail', identifier: 'Nr' }, action: 'create-or-update' },
    });
    await save(NORTH, { existing: 'fill-missing' });
    expect((await begin(body)).json.options).toMatchObject({ existing: 'fill-missing', mapping: {} });
    const overridden = await begin({ ...body, options: { existing: 'overwrite' } });
    expect(overridden.json.options.existing).toBe('overwrite');
    const headers = { 'Idempotency-Key': 'by a preset that is gone' };
    const { id } = (await begin(body, api.owner, headers)).json;
    await api.owner('DELETE', `/v1/presets/office?site=${NORTH}`);
    await api.owner('DELETE', `/v1/presets/office?site=${ROOT}`);
    expect((await begin(body, api.owner, headers)).json.id).toBe(id);
    expect((await begin(body)).status).toBe(404);
  });

  test('202: as many files as the preset has templates', async () => {
    const files = [await upload(), await upload(), await upload()];
    expect((await begin({ preset: 'agents', files })).json.fileName).toBe(
      'people.csv, people.csv, people.csv',
    );
    const refused = async (body: object) => (await begin(body)).json.errors;
    expect(await refused({ files })).toMatchObject([
      { path: 'files', message: expect.stringContaining('takes one file') },
    ]);
    const four = { preset: 'agents', files: [...files, await upload()] };
    expect(await refused(four)).toMatchObject([{ message: expect.stringContaining('3 files at most') }]);
    const twice = { preset: 'agents', files: [files[0], files[0]] };
    expect(await refused(twice)).toMatchObject([{ message: expect.stringContaining('named twice') }]);
  });

  test.each([
    ['create-or-update', ['people:create', 'people:update']],
    ['archive', ['people:archive']],
    ['restore', ['people:restore']],
    ['anonymize', ['people:anonymize']],
    ['delete', ['people:delete']],
  ] as const)('202 and 403: %s needs %j', async (action, permissions) => {
    const holder = await api.admin(NORTH, ['bulk-actions:run', ...permissions]);
    const options = { action };
    expect((await begin({ files: [await upload(holder)], options }, holder)).json.options.action).toBe(
      action,
    );
    for (const lacking of permissions) {
      const others = permissions.filter((permission) => permission !== lacking);
      const admin = await api.admin(NORTH, ['bulk-actions:run', ...others]);
      const answer = await begin({ files: [await upload(admin)], options }, admin);
      expect([answer.status, answer.json.detail]).toEqual([403, expect.stringContaining(lacking)]);
    }
  });

  test('202: the same key and request give the same run, even when its upload is gone', async () => {
    const body = { files: [await upload()] };
    const headers = { 'Idempotency-Key': 'once' };
    const answers = await Promise.all([1, 2, 3, 4].map(() => begin(body, api.owner, headers)));
    expect(answers.map((answer) => answer.status)).toEqual([202, 202, 202, 202]);
    expect(new Set(answers.map((answer) => answer.json.id)).size).toBe(1);
    await api.db.execute(sql`update upload set deleted_at = now() where id = ${body.files[0]}`);
    const again = await begin(body, api.owner, headers);
    expect([again.status, again.json.id]).toEqual([202, answers[0]?.json.id]);
  });

  test('400: what this version can’t do, in words; and what nobody can', async () => {
    const files = [await upload()];
    const refused = async (more: object) => (await begin({ files, ...more })).json;
    expect(await refused({ options: { guard: 20 } })).toMatchObject({ code: 'invalid' });
    expect(await refused({ options: { cardValidFrom: '2026-02-30' } })).toMatchObject({
      code: 'invalid',
      errors: [{ path: 'options.cardValidFrom' }],
    });
    const days = { cardValidFrom: '2026-02-02', cardValidUntil: '2026-02-01' };
    expect(await refused({ options: days })).toMatchObject({ code: 'invalid' });
    expect(await refused({ preset: 'user-update', options: { action: 'delete' } })).toMatchObject({
      code: 'invalid',
      detail: expect.stringContaining('user-update'),
    });
    expect(await refused({ options: { action: 'archive', invite: 'all' } })).toMatchObject({
      code: 'invalid',
    });
    expect(await refused({ options: { action: 'fly' } })).toMatchObject({
      code: 'invalid',
      errors: [{ path: 'options.action' }],
    });
    expect(await refused({ files: [] })).toMatchObject({ code: 'invalid' });
  });

  test('403: without the rights that its action needs', async () => {
    const admin = await api.admin(NORTH, ['bulk-actions:run', 'people:create']);
    const files = [await upload(admin)];
    const answer = await begin({ files }, admin);
    expect(answer.status).toBe(403);
    expect(answer.json.detail).toContain('people:update');
    expect((await begin({ files, options: { action: 'create' } }, admin)).status).toBe(202);
  });

  test('404: a site, a preset or an upload out of sight', async () => {
    const admin = await api.admin(NORTH, RUNNER);
    const files = [await upload(admin)];
    expect((await begin({ files, site: SOUTH }, admin)).status).toBe(404);
    expect((await begin({ files, preset: 'spoons' }, admin)).status).toBe(404);
    expect((await begin({ files: ['0000000000'] }, admin)).status).toBe(404);
    const stranger = await api.admin(FOREIGN, RUNNER);
    const foreign = await upload(stranger);
    expect((await begin({ files: [foreign] }, admin)).status).toBe(404);
    expect((await begin({ files }, api.owner)).status).toBe(202);
  });

  test('409: a key that has started another request', async () => {
    const headers = { 'Idempotency-Key': 'twice' };
    const files = [await upload()];
    await begin({ files }, api.owner, headers);
    const answer = await begin({ files, options: { existing: 'keep' } }, api.owner, headers);
    expect(answer.status).toBe(409);
  });

  test('410: an upload that was used and deleted', async () => {
    const files = [await upload()];
    await api.db.execute(sql`update upload set deleted_at = now() where id = ${files[0]}`);
    expect((await begin({ files })).status).toBe(410);
  });
});

describe('GET /v1/bulk-actions', () => {
  const ids: string[] = [];
  const listed = async (query: string, ask = api.owner) =>
    (await ask('GET', `/v1/bulk-actions?${query}`)).json.items.map((run: { id: string }) => run.id);

  beforeAll(async () => {
    for (let n = 0; n < 3; n += 1)
      ids.unshift((await begin({ site: SOUTH, files: [await upload()] })).json.id);
  });

  test('200: newest first, by site and state, page by page', async () => {
    expect(await listed(`site=${SOUTH}`)).toEqual(ids);
    const first = await api.owner('GET', `/v1/bulk-actions?site=${SOUTH}&limit=2`);
    expect(await listed(`site=${SOUTH}&limit=2&cursor=${first.json.next}`)).toEqual(ids.slice(2));
    await end(ids[1] ?? '', 'cancelled');
    expect(await listed(`site=${SOUTH}&state=cancelled`)).toEqual([ids[1]]);
  });

  test('200: by the name of the file, or by id', async () => {
    const file = (
      await api.owner('POST', '/v1/files?name=Herbst_100%25.csv', {
        raw: 'email,identifier\na@example.org,1\n',
      })
    ).json.id;
    const { id } = (await begin({ site: NORTH, files: [file] })).json;
    expect(await listed(`site=${NORTH}&q=herbst_100%25`)).toEqual([id]);
    expect(await listed(`site=${NORTH}&q=erbst`)).toEqual([id]);
    expect(await listed(`q=${id.toUpperCase()}`)).toEqual([id]);
    expect(await listed(`site=${SOUTH}&q=herbst`)).toEqual([]);
    expect(await listed(`site=${NORTH}&q=herbst-100`)).toEqual([]);
  });

  test('200: of one’s own sites alone', async () => {
    const south = await api.admin(SOUTH, RUNNER);
    expect(await listed('', south)).toEqual(ids);
    const north = await api.admin(NORTH, RUNNER);
    expect(await listed('', north)).not.toContain(ids[0]);
    expect((await north('GET', `/v1/bulk-actions/${ids[0]}`)).status).toBe(404);
    expect((await api.owner('GET', '/v1/bulk-actions/nothing')).status).toBe(404);
  });

  test('200: counts are the sum of the tally until the run has ended', async () => {
    const id = ids[0];
    await api.db.execute(sql`update bulk_action set rows_total = 50 where id = ${id}`);
    await api.db.execute(sql`
      insert into bulk_tally (bulk_action_id, outcome, rows)
      values (${id}, 'created', 10), (${id}, 'created', 5), (${id}, 'rejected', 2)`);
    const { json } = await api.owner('GET', `/v1/bulk-actions/${id}`);
    expect(json.counts).toMatchObject({ created: 15, rejected: 2, updated: 0, total: 50 });
    expect(json.progress).toEqual({ done: 17, total: 50 });
  });
});

describe('GET /v1/bulk-actions/{id}/rows', () => {
  test('200: rows with their outcome and what to do, filtered and page by page', async () => {
    const { id } = (await begin({ files: [await upload()] })).json;
    await api.db.execute(sql`
      insert into bulk_row (bulk_action_id, row_number, cells)
      select ${id}, n, json_build_array('person ' || n) from generate_series(2, 6) n`);
    await api.db.execute(sql`
      insert into bulk_plan (bulk_action_id, row_number, outcome, reasons)
      select ${id}, n, case when n = 4 then 'rejected' else 'created' end,
        case when n = 4 then '[{"code": "not-an-email", "field": "email", "value": "x"}]'::jsonb end
      from generate_series(2, 5) n`);
    const all = await api.owner('GET', `/v1/bulk-actions/${id}/rows`);
    expect(all.json.items).toHaveLength(5);
    expect(all.json.items.at(-1)).toEqual({
      row: 6,
      cells: ['person 6'],
      personId: null,
      phase: null,
      outcome: null,
      plannedOutcome: null,
      reasons: [],
      before: null,
      after: null,
      agreed: null,
      mended: null,
    });
    const rejected = await api.owner('GET', `/v1/bulk-actions/${id}/rows?outcome=rejected`);
    expect(rejected.json.items).toMatchObject([
      {
        row: 4,
        outcome: 'rejected',
        reasons: [{ code: 'not-an-email', hint: expect.stringContaining('x') }],
      },
    ]);
    const first = await api.owner('GET', `/v1/bulk-actions/${id}/rows?outcome=created&limit=2`);
    const rest = await api.owner(
      'GET',
      `/v1/bulk-actions/${id}/rows?outcome=created&limit=2&cursor=${first.json.next}`,
    );
    expect(rest.json.items.map((row: { row: number }) => row.row)).toEqual([5]);
    const operator = await api.admin(NORTH, ['bulk-actions:read']);
    expect((await operator('GET', `/v1/bulk-actions/${id}/rows`)).status).toBe(403);
  });
});

describe('POST /v1/bulk-actions/{id}/cancel', () => {
  test('202: the request is on record, whether a worker runs or not', async () => {
    const { id } = (await begin({ files: [await upload()] })).json;
    const answer = await api.owner('POST', `/v1/bulk-actions/${id}/cancel`);
    expect(answer.status).toBe(202);
    expect(answer.json).toMatchObject({ id, isCancelling: true });
    const [row] = await api.db.execute(sql`select cancel_requested_at from bulk_action where id = ${id}`);
    expect(row?.['cancel_requested_at']).not.toBeNull();
  });

  test('403, 404 and 409: without the right, out of sight, and too late', async () => {
    const { id } = (await begin({ files: [await upload()] })).json;
    const reader = await api.admin(NORTH, ['bulk-actions:read']);
    expect((await reader('POST', `/v1/bulk-actions/${id}/cancel`)).status).toBe(403);
    const south = await api.admin(SOUTH, RUNNER);
    expect((await south('POST', `/v1/bulk-actions/${id}/cancel`)).status).toBe(404);
    await end(id);
    const late = await api.owner('POST', `/v1/bulk-actions/${id}/cancel`);
    expect(late.status).toBe(409);
    expect(late.json.detail).toContain('ended');
  });
});
