// How requests enter the audit trail: every write, download and refused right, before and after, and nobody's data.
import { request as httpRequest } from 'node:http';
import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { ApiDeps } from '../../api/deps.ts';
import { allRoutes } from '../../api/routes.ts';
import { checkAuditChain } from '../../db/queries/audit-chain.ts';
import { insertPerson } from '../../db/queries/people.ts';
import { addPerson, archive } from '../support/people.ts';
import { FOREIGN, NORTH, PASSWORD, ROOT, SOUTH, useApi } from './use-api.ts';

const api = useApi();

type Event = {
  seq: number;
  site_id: number | null;
  by_person_id: number | null;
  what: string;
  bulk_action_id: string | null;
  subject: string | null;
  subject_id: string | null;
  details: Record<string, unknown>;
};

let since = 0;
beforeEach(async () => {
  const [last] = await api.db.execute<{ seq: number }>(sql`select max(seq) as seq from audit_event`);
  since = last?.seq ?? 0;
});

const noted = async (): Promise<Event[]> => [
  ...(await api.db.execute<Event>(sql`
    select seq, site_id, by_person_id, what, bulk_action_id, subject, subject_id, details
    from audit_event where root_id = ${ROOT} and seq > ${since} order by seq`)),
];
/** Waits for an event that is noted after its answer has left. */
const notedLast = (what: string): Promise<Event[]> =>
  vi.waitFor(async () => {
    const events = await noted();
    expect(events.at(-1)?.what).toBe(what);
    return events;
  });

describe('every route says what it means', () => {
  const routes = allRoutes({
    publicUrl: 'http://muster.test',
    uploadBytesMax: 1,
    zipBytesMax: 1,
    photos: { bytesMax: 1 },
  } as ApiDeps);
  const name = ({ method, path }: { method: string; path: string }) => `${method} ${path}`;
  const isDownload = ({ replies }: (typeof routes)[number]) => {
    const { contentType } = replies[200] ?? {};
    return contentType !== undefined && contentType !== 'text/event-stream';
  };
  /**
   * A preview writes nothing; templates have nobody in them, numbers neither; a photo is looked at as a
   * person is; a draft is its owner's alone.
   */
  const ONLY_READ = [
    'post /v1/files/{id}/preview',
    'post /v1/files/{id}/read',
    'post /v1/import-drafts',
    'post /v1/notifications/seen',
    'patch /v1/import-drafts/{id}',
    'delete /v1/import-drafts/{id}',
    'get /v1/presets/{name}/template.csv',
    'get /v1/presets/{name}/template.zip',
    'get /v1/photos/{id}/picture',
    'get /v1/photos/{id}/thumbnail',
    'get /v1/sites/{id}/invitation-settings/logo',
    'post /v1/sites/{id}/invitation-texts/{language}/{what}/preview',
    'get /metrics',
  ];

  test('that may write, or that hands out a file: none is without an event', () => {
    const telling = routes.filter((route) => route.method !== 'get' || isDownload(route));
    expect(telling.length).toBeGreaterThan(30);
    expect(telling.filter(({ audit }) => audit === undefined).map(name)).toEqual([]);
    expect(telling.filter(({ audit }) => audit === 'nothing').map(name)).toEqual(
      expect.arrayContaining(ONLY_READ),
    );
    expect(telling.filter(({ audit }) => audit === 'nothing')).toHaveLength(ONLY_READ.length);
  });

  test('with a reading that makes no event of its own', () => {
    const reading = routes.filter((route) => route.method === 'get' && !isDownload(route));
    expect(reading.filter(({ audit }) => audit !== undefined && audit !== 'nothing').map(name)).toEqual([]);
  });
});

describe('a write', () => {
  test('is noted before and after, with who, what, where, and the names of what was sent', async () => {
    const answer = await api.owner('POST', '/v1/people', {
      body: { siteId: NORTH, identifier: 'w-1', email: 'w1@example.org', firstName: 'Wilhelmina' },
    });
    const requestId = answer.headers.get('x-request-id');
    const by = { by_person_id: api.ownerId, site_id: NORTH, bulk_action_id: null, subject: 'person' };
    expect(await noted()).toMatchObject([
      {
        ...by,
        what: 'request.began',
        subject_id: null,
        details: { request: requestId, of: 'person.created' },
      },
      {
        ...by,
        what: 'person.created',
        subject_id: String(answer.json.id),
        details: { request: requestId, fields: expect.arrayContaining(['identifier', 'email', 'firstName']) },
      },
    ]);
  });

  test('that deletes still says at whom and where', async () => {
    const { id } = await addPerson(api.db, SOUTH, 'w-2');
    expect((await api.owner('DELETE', `/v1/people/${id}`)).status).toBe(204);
    const about = { site_id: SOUTH, subject: 'person', subject_id: String(id) };
    expect(await noted()).toMatchObject([
      { ...about, what: 'request.began' },
      { ...about, what: 'person.deleted' },
    ]);
  });

  test('to the organisation: sites, fields, units, roles, who holds them, keys, presets, safeguards', async () => {
    const { owner } = api;
    const site = (await owner('POST', '/v1/sites', { body: { name: 'East', parentId: ROOT } })).json;
    await owner('PATCH', `/v1/sites/${site.id}`, { body: { name: 'Far East' } });
    const named = { siteId: NORTH, name: 'w_field', label: 'x', type: 'text' };
    const field = (await owner('POST', '/v1/field-definitions', { body: named })).json;
    await owner('DELETE', `/v1/field-definitions/${field.id}`);
    const unit = (await owner('POST', '/v1/org-units', { body: { siteId: NORTH, name: 'w unit' } })).json;
    await owner('DELETE', `/v1/org-units/${unit.id}`);
    await owner('POST', `/v1/org-units/import?site=${NORTH}`, { raw: 'name,parent\nw units,\n' });
    const role = (
      await owner('POST', '/v1/roles', {
        body: { siteId: NORTH, name: 'w role', permissions: ['people:read'] },
      })
    ).json;
    const person = await addPerson(api.db, NORTH, 'w-3');
    await owner('PUT', `/v1/people/${person.id}/roles/${role.id}`);
    await owner('DELETE', `/v1/people/${person.id}/roles/${role.id}`);
    await owner('DELETE', `/v1/roles/${role.id}`);
    const key = (await owner('POST', '/v1/api-keys', { body: { email: 'w3@example.org', siteId: NORTH } }))
      .json;
    await owner('DELETE', `/v1/api-keys/${key.id}`);
    await owner('POST', '/v1/presets', { body: { siteId: NORTH, name: 'w-preset' } });
    await owner('DELETE', `/v1/presets/w-preset?site=${NORTH}`);
    await owner('PATCH', `/v1/sites/${NORTH}/safeguards`, { body: { graceMinutes: 5 } });
    const events = (await noted()).filter(({ what }) => what !== 'request.began');
    const told = events.map(({ what, site_id, subject, subject_id }) => [what, site_id, subject, subject_id]);
    expect(told).toEqual([
      ['site.created', site.id, 'site', String(site.id)],
      ['site.updated', site.id, 'site', String(site.id)],
      ['field.created', NORTH, 'field', String(field.id)],
      ['field.deleted', NORTH, 'field', String(field.id)],
      ['org-unit.created', NORTH, 'org-unit', String(unit.id)],
      ['org-unit.deleted', NORTH, 'org-unit', String(unit.id)],
      ['org-units.imported', NORTH, null, null],
      ['role.created', NORTH, 'role', String(role.id)],
      ['role.given', NORTH, 'person', String(person.id)],
      ['role.taken', NORTH, 'person', String(person.id)],
      ['role.deleted', NORTH, 'role', String(role.id)],
      ['key.created', NORTH, 'key', String(key.id)],
      ['key.revoked', NORTH, 'key', String(key.id)],
      ['preset.saved', NORTH, 'preset', expect.stringMatching(/^\d+$/)],
      ['preset.removed', NORTH, 'preset', expect.stringMatching(/^\d+$/)],
      ['safeguard.updated', NORTH, 'safeguard', String(NORTH)],
    ]);
    expect(events[8]?.details).toMatchObject({ roleId: role.id });
    expect(events[11]?.details).toMatchObject({ personId: key.personId });
  });

  test('that begins a run, from the upload on', async () => {
    const file = (await api.owner('POST', '/v1/files?name=wilhelmina.csv', { raw: 'identifier\nw-9\n' }))
      .json;
    const body = { site: NORTH, files: [file.id] };
    const run = (await api.owner('POST', '/v1/bulk-actions', { body })).json;
    await api.owner('POST', `/v1/bulk-actions/${run.id}/cancel`);
    expect((await noted()).filter(({ what }) => what !== 'request.began')).toMatchObject([
      { what: 'file.uploaded', subject: 'file', subject_id: file.id },
      {
        what: 'run.started',
        bulk_action_id: run.id,
        subject_id: run.id,
        site_id: NORTH,
        details: { action: 'create-or-update', preset: 'people', isDryRun: false },
      },
      { what: 'run.cancel-requested', bulk_action_id: run.id, by_person_id: api.ownerId },
    ]);
  });

  test('that was refused is told by its code, that broke as broken, and never as done', async () => {
    const { id } = await addPerson(api.db, NORTH, 'w-4');
    expect((await api.owner('POST', `/v1/people/${id}/anonymize`)).status).toBe(409);
    expect((await noted()).slice(1)).toMatchObject([
      {
        what: 'request.refused',
        subject_id: String(id),
        details: { of: 'person.anonymized', code: 'not-archived' },
      },
    ]);
    await api.db.execute(sql`alter table org_unit rename to org_unit_away`);
    const broken = await api.owner('POST', '/v1/org-units', { body: { siteId: NORTH, name: 'x' } });
    await api.db.execute(sql`alter table org_unit_away rename to org_unit`);
    expect(broken.status).toBe(500);
    expect((await noted()).slice(2)).toMatchObject([
      { what: 'request.began', details: { of: 'org-unit.created' } },
      { what: 'request.failed', details: { of: 'org-unit.created' } },
    ]);
  });

  test('that does not fit its description leaves no trace: it was never let in', async () => {
    expect((await api.owner('POST', '/v1/people', { body: { siteId: NORTH } })).status).toBe(400);
    expect(await noted()).toEqual([]);
  });

  test('is refused where the trail can’t be written', async () => {
    await api.db.execute(sql`alter table audit_head rename to audit_head_away`);
    const body = { siteId: NORTH, identifier: 'w-5', email: 'w5@example.org' };
    const created = await api.owner('POST', '/v1/people', { body });
    const exported = await api.owner('GET', '/v1/people.csv');
    await api.db.execute(sql`alter table audit_head_away rename to audit_head`);
    expect([created.status, exported.status]).toEqual([500, 500]);
    expect(exported.text).not.toContain('example.org');
    expect((await api.owner('GET', '/v1/people?identifier=w-5')).json.items).toEqual([]);
  });
});

describe('a right that is lacking', () => {
  test('is noted of writes and of readings, with the right and the site', async () => {
    const reader = await api.admin(NORTH, ['sites:read']);
    const by = { by_person_id: reader.personId, what: 'right.refused', site_id: NORTH };
    await reader('GET', `/v1/people?site=${NORTH}`);
    await reader('PATCH', `/v1/sites/${NORTH}`, { body: { name: 'Mine' } });
    await reader('GET', '/v1/people.csv');
    expect((await noted()).filter(({ what }) => what !== 'request.began')).toMatchObject([
      { ...by, details: { of: 'get /v1/people', permission: 'people:read' } },
      {
        ...by,
        subject: 'site',
        subject_id: String(NORTH),
        details: { of: 'site.updated', permission: 'sites:write' },
      },
      { ...by, details: { of: 'people.exported', permission: 'people:export' } },
    ]);
  });

  test('is noted where another site’s page uses a session', async () => {
    const signedIn = await api.anybody('POST', '/v1/session', {
      body: { email: 'admin1@example.org', password: PASSWORD },
    });
    const headers = { Cookie: signedIn.headers.get('set-cookie') ?? '', Origin: 'https://evil.example' };
    const body = { name: 'x', parentId: ROOT };
    expect((await api.anybody('POST', '/v1/sites', { headers, body })).status).toBe(403);
    expect((await noted()).slice(1)).toMatchObject([
      { what: 'right.refused', by_person_id: api.ownerId, details: { of: 'site.created' } },
    ]);
  });

  test('keeps its 403 to itself where it can’t be noted', async () => {
    const reader = await api.admin(NORTH, ['sites:read']);
    await api.db.execute(sql`alter table audit_head rename to audit_head_away`);
    const answer = await reader('GET', `/v1/people?site=${NORTH}`);
    await api.db.execute(sql`alter table audit_head_away rename to audit_head`);
    expect(answer.status).toBe(500);
  });
});

describe('a download', () => {
  test('is noted with what narrowed it, and without what that was narrowed to', async () => {
    await api.owner('GET', `/v1/people.csv?site=${NORTH}&email=secret@example.org&filter=first_name~Qxname`);
    const events = await notedLast('people.exported');
    expect(events).toMatchObject([
      { what: 'request.began', site_id: NORTH, details: { of: 'people.exported' } },
      { what: 'people.exported', site_id: NORTH, details: { narrowedBy: ['email', 'first_name'] } },
    ]);
    expect(events[1]?.details).not.toHaveProperty('isWhole');
    await api.owner('GET', '/v1/sites.csv');
    await notedLast('sites.exported');
    await api.owner('GET', `/v1/audit-events.csv?site=${NORTH}`);
    expect((await notedLast('audit.exported')).at(-1)?.details).toMatchObject({ narrowedBy: ['site'] });
  });

  test('that the client did not wait for is told as one in part', async () => {
    await api.db.execute(sql`
      insert into person (site_id, root_id, identifier, first_name, fields)
      select ${SOUTH}, ${ROOT}, 'bulk-' || n, repeat('x', 190), '{}' from generate_series(1, 40000) as n`);
    const reader = await api.admin(SOUTH, ['people:export']);
    await new Promise<void>((resolve, reject) => {
      const headers = { Authorization: `Bearer ${reader.key}` };
      const asked = httpRequest(`${api.url}/v1/people.csv`, { headers }, (response) => {
        response.once('data', () => {
          response.destroy();
          resolve();
        });
      });
      asked.once('error', reject).end();
    });
    expect((await notedLast('people.exported')).at(-1)?.details).toMatchObject({ isWhole: false });
  });
});

describe('signing in', () => {
  const signIn = (email: string, password: string) =>
    api.anybody('POST', '/v1/session', { body: { email, password } });
  const EMAIL = 'admin1@example.org';

  test('and out, and in vain with a known account, is noted; of an unknown one there is nothing to note', async () => {
    const answer = await signIn(EMAIL, PASSWORD);
    const headers = { Cookie: answer.headers.get('set-cookie') ?? '', 'Sec-Fetch-Site': 'same-origin' };
    expect((await api.anybody('DELETE', '/v1/session', { headers })).status).toBe(204);
    await signIn(EMAIL, 'wrong');
    await signIn('nobody-qx@example.org', 'wrong');
    const by = { by_person_id: api.ownerId, site_id: ROOT, details: {} };
    expect(await noted()).toMatchObject([
      { ...by, what: 'session.opened' },
      { ...by, what: 'session.closed' },
      {
        ...by,
        by_person_id: null,
        what: 'session.refused',
        subject: 'person',
        subject_id: String(api.ownerId),
      },
    ]);
  });

  test('is refused where the trail can’t be written', async () => {
    await api.db.execute(sql`alter table audit_head rename to audit_head_away`);
    const answer = await signIn(EMAIL, PASSWORD);
    await api.db.execute(sql`alter table audit_head_away rename to audit_head`);
    expect([answer.status, answer.headers.get('set-cookie')]).toEqual([500, null]);
  });
});

describe('nobody’s data', () => {
  const MARKS = ['qxmark', 'Qxmark', '4915112345678'];

  test('is in the trail, whatever is typed, and none of a person who is gone', async () => {
    const { owner } = api;
    const fields = { siteId: ROOT, name: 'qxroom', label: 'Qxmark room', type: 'text' };
    await owner('POST', '/v1/field-definitions', { body: fields });
    const body = { siteId: NORTH, identifier: 'qxmark-1', email: 'qxmark@example.org', firstName: 'Qxmark' };
    const made = await owner('POST', '/v1/people', { body: { ...body, fields: { qxroom: 'Qxmark 5' } } });
    const { id } = made.json;
    await owner('PATCH', `/v1/people/${id}`, { body: { lastName: 'Qxmarkson', fields: { qxroom: null } } });
    await owner('PATCH', `/v1/people/${id}`, { body: { fields: { 'qxmark@example.org': 'x' } } });
    await owner('DELETE', '/v1/people/4915112345678');
    await owner('POST', '/v1/bulk-actions/qxmark@example.org/cancel');
    await owner('DELETE', `/v1/presets/qxmark?site=${NORTH}`);
    await owner('GET', '/v1/people.csv?q=Qxmark&filter=qxroom~Qxmark');
    await owner('GET', '/v1/bulk-actions/qxmark/results.csv');
    await owner('POST', '/v1/files?name=Qxmark.csv', { raw: 'identifier\nqxmark-1\n' });
    await owner('POST', '/v1/api-keys', { body: { email: 'qxmark@example.org', name: 'Qxmark' } });
    await archive(api.db, id);
    await owner('POST', `/v1/people/${id}/anonymize`);
    const rows = await api.db.execute(sql`select to_jsonb(e)::text as text from audit_event e`);
    const whole = JSON.stringify([...rows]);
    expect(MARKS.filter((mark) => whole.includes(mark))).toEqual([]);
    expect(whole).toContain('fields.qxroom');
    expect(whole).toContain(`"subject_id\\": \\"${id}\\"`);
  });

  test('of an admin is shown once that admin is anonymized, and the chain still holds', async () => {
    const admin = await api.admin(SOUTH, ['sites:read', 'sites:write']);
    await admin('PATCH', `/v1/sites/${SOUTH}`, { body: { name: 'South End' } });
    const events = async () =>
      (await api.owner('GET', `/v1/audit-events?by=${admin.personId}`)).json.items as {
        byName: string | null;
      }[];
    expect((await events()).map(({ byName }) => byName)).toEqual([expect.stringMatching(/^Admin No/)]);
    await archive(api.db, admin.personId);
    expect((await api.owner('POST', `/v1/people/${admin.personId}/anonymize`)).status).toBe(200);
    expect((await events()).map(({ byName }) => byName)).toEqual([null]);
    expect((await checkAuditChain(api.db, ROOT)).firstBroken).toBeNull();
  });

  test('of another organisation is named: what is out of reach is as if it were not there', async () => {
    const edit = await insertPerson(
      api.db,
      {
        ...{ username: null, firstName: null, lastName: null, displayName: null, fields: {} },
        siteId: FOREIGN,
        identifier: 'f-1',
        email: 'f1@example.org',
      },
      null,
    );
    if (edit.kind !== 'written') throw new Error('held');
    await api.owner('DELETE', `/v1/people/${edit.person.id}`);
    await api.owner('PATCH', `/v1/sites/${FOREIGN}`, { body: { name: 'x' } });
    expect(await noted()).toMatchObject(
      Array.from({ length: 4 }, () => ({ site_id: ROOT, subject_id: null, by_person_id: api.ownerId })),
    );
  });
});

test('fifty writes at once leave a whole chain', async () => {
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, n) =>
      api.owner('POST', '/v1/people', {
        body: { siteId: NORTH, identifier: `many-${n}`, email: `many-${n}@example.org` },
      }),
    ),
  );
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
  expect(await noted()).toHaveLength(100);
  expect((await checkAuditChain(api.db, ROOT)).firstBroken).toBeNull();
});
