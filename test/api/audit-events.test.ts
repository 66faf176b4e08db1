// The audit trail over HTTP: found by its filters, within one's sites, downloaded, and proved to be whole.
import { createHash } from 'node:crypto';
import { parse } from 'csv-parse/sync';
import { sql } from 'drizzle-orm';
import { beforeAll, describe, expect, test } from 'vitest';
import type { AuditEvent } from '../../api/wire-audit.ts';
import { addPerson } from '../support/people.ts';
import { NORTH, ROOT, SOUTH, useApi } from './use-api.ts';

const api = useApi();
let person: { id: number };
let runId = '';

beforeAll(async () => {
  person = await addPerson(api.db, SOUTH, 's-1');
  await api.owner('PATCH', `/v1/people/${person.id}`, { body: { firstName: 'Ann' } });
  await api.owner('PATCH', `/v1/sites/${NORTH}`, { body: { name: 'North End' } });
  await api.owner('POST', `/v1/people/${person.id}/anonymize`);
  const file = (await api.owner('POST', '/v1/files?name=a.csv', { raw: 'identifier\n1\n' })).json;
  runId = (await api.owner('POST', '/v1/bulk-actions', { body: { site: SOUTH, files: [file.id] } })).json.id;
});

const eventsOf = async (query: string): Promise<AuditEvent[]> => {
  const answer = await api.owner('GET', `/v1/audit-events?${query}`);
  expect(answer.status, answer.text).toBe(200);
  return answer.json.items;
};
const whats = async (query: string) => (await eventsOf(query)).map(({ what }) => what);

describe('GET /v1/audit-events', () => {
  test('200: the newest first, one for each request, by the name that its person has now', async () => {
    expect(await whats('')).toEqual([
      'run.started',
      'file.uploaded',
      'request.refused',
      'site.updated',
      'person.updated',
    ]);
    expect((await eventsOf('what=person.updated'))[0]).toMatchObject({
      siteId: SOUTH,
      byId: api.ownerId,
      byName: 'Admin No 1',
      runId: null,
      subject: 'person',
      subjectId: String(person.id),
      details: { fields: ['firstName'] },
      hash: expect.stringMatching(/^[0-9a-f]{64}$/),
      at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    });
  });

  test('200: with the beginnings too where asked for; one whose end is unknown is always there', async () => {
    expect(await eventsOf('beginnings=all')).toHaveLength(10);
    const details = JSON.stringify({ request: 'a-request-that-died', of: 'person.deleted' });
    await api.db.execute(sql`
      select note_audit(${ROOT}, ${ROOT}, null, 'request.began', null, null, null, ${details}::jsonb)`);
    expect(await whats('what=request.began')).toEqual(['request.began']);
  });

  test.each([
    ['what=site.updated', ['site.updated']],
    ['what=site.updated&what=person.', ['site.updated', 'person.updated']],
    ['what=run.', ['run.started']],
    [`site=${NORTH}`, ['site.updated']],
    ['subject=site', ['site.updated']],
    ['subject=person&what=person.', ['person.updated']],
    ['by=999999', []],
    ['run=nothing', []],
    ['to=2020-01-01', []],
    ['from=2999-01-01', []],
    ['from=2999-01-01T00:00:00%2B02:00', []],
    ['from=0000-01-01&to=9999-12-31&what=site.', ['site.updated']],
  ])('200: found by %s', async (query, expected) => {
    expect(await whats(query)).toEqual(expected);
  });

  test('200: found by its run, by what it was done to, and by days, the last one whole', async () => {
    expect(await whats(`run=${runId}`)).toEqual(['run.started']);
    expect(await whats(`subject=person&subjectId=${person.id}`)).toEqual([
      'request.refused',
      'person.updated',
    ]);
    const today = new Date().toISOString().slice(0, 10);
    expect(await whats(`from=${today}&to=${today}&what=site.`)).toEqual(['site.updated']);
  });

  test('200: page by page, each event once', async () => {
    const seen: number[] = [];
    for (let cursor = ''; ; ) {
      const { json } = await api.owner(
        'GET',
        `/v1/audit-events?limit=2&what=run.&what=site.&what=person.${cursor}`,
      );
      seen.push(...json.items.map(({ seq }: AuditEvent) => seq));
      if (json.next === null) break;
      cursor = `&cursor=${json.next}`;
    }
    expect(seen).toHaveLength(3);
    expect(seen).toEqual([...seen].sort((one, other) => other - one));
  });

  test('200: an admin of one site sees what was done there and below', async () => {
    const south = await api.admin(SOUTH, ['audit:read']);
    const { json } = await south('GET', '/v1/audit-events?beginnings=all');
    expect(new Set(json.items.map(({ siteId }: AuditEvent) => siteId))).toEqual(new Set([SOUTH]));
    expect((await south('GET', `/v1/audit-events?site=${NORTH}`)).status).toBe(404);
    expect((await south('GET', `/v1/audit-events?site=${ROOT}`)).status).toBe(404);
    const csv = await south('GET', '/v1/audit-events.csv');
    expect(csv.text).not.toContain('site.updated');
    expect(csv.text).toContain('person.updated');
  });

  test('403: without audit:read, and that is noted', async () => {
    const reader = await api.admin(NORTH, ['people:read']);
    expect((await reader('GET', '/v1/audit-events')).status).toBe(403);
    expect((await reader('GET', `/v1/audit-events?site=${NORTH}`)).status).toBe(403);
    expect((await eventsOf(`by=${reader.personId}`)).map(({ what }) => what)).toEqual([
      'right.refused',
      'right.refused',
    ]);
  });

  test.each(['what=people', 'what=x y.', 'from=yesterday', 'subject=nobody', 'cursor=x', 'by=ann'])(
    '400: %s',
    async (query) => {
      expect((await api.owner('GET', `/v1/audit-events?${query}`)).status).toBe(400);
    },
  );
});

describe('GET /v1/audit-events.csv', () => {
  test('200: the whole trail, from which anybody can recompute the chain', async () => {
    const { text, headers } = await api.owner('GET', '/v1/audit-events.csv');
    expect(headers.get('content-disposition')).toContain('audit-events.csv');
    const rows: Record<string, string>[] = parse(text, { columns: true, bom: true });
    expect(rows.length).toBeGreaterThan(9);
    expect(rows.map(({ seq }) => Number(seq))).toEqual(rows.map((_, n) => n + 1));
    const hashed = ['seq', 'at', 'account_id', 'by_id', 'what', 'run', 'subject', 'subject_id', 'details'];
    let previous = Buffer.alloc(32);
    for (const row of rows) {
      const values = hashed.map((name) =>
        name === 'at' ? String(Date.parse(row['at'] ?? '') * 1000) : row[name],
      );
      const parts = [String(ROOT), ...values].map((value) =>
        value ? `${[...value].length}:${value},` : '-,',
      );
      previous = createHash('sha256').update(previous).update(parts.join('')).digest();
      expect(previous.toString('hex')).toBe(row['hash']);
    }
  });

  test('200: a name that a spreadsheet would run is made harmless', async () => {
    await api.db.execute(sql`update person set display_name = '=1+1' where id = ${api.ownerId}`);
    const { text } = await api.owner('GET', `/v1/audit-events.csv?what=site.`);
    await api.db.execute(sql`update person set display_name = null where id = ${api.ownerId}`);
    expect(text).toContain(",'=1+1,site.updated");
  });
});

describe('GET /v1/audit-events/verify', () => {
  const verify = (query = '') => api.owner('GET', `/v1/audit-events/verify${query}`);

  test('200: whole, with its end; that end is still there later', async () => {
    const { status, json } = await verify();
    expect([status, json.isIntact, json.firstBroken]).toEqual([200, true, null]);
    expect(json.events).toBe(json.head.seq);
    await api.owner('PATCH', `/v1/sites/${NORTH}`, { body: { name: 'North' } });
    const shown = `?seq=${json.head.seq}&hash=${json.head.hash}`;
    expect((await verify(shown)).json).toMatchObject({ isIntact: true, events: json.events + 2 });
    const other = `?seq=${json.head.seq}&hash=${'0'.repeat(64)}`;
    expect((await verify(other)).json).toMatchObject({
      isIntact: false,
      firstBroken: { seq: json.head.seq, why: 'not-as-shown' },
    });
  });

  test('403: for whoever reads one site only', async () => {
    const south = await api.admin(SOUTH, ['audit:read']);
    expect((await south('GET', '/v1/audit-events/verify')).status).toBe(403);
  });

  test('400: an end without its hash', async () => {
    expect((await verify('?seq=3')).status).toBe(400);
  });

  test('200: says where somebody with all rights on the database has changed something', async () => {
    await api.db.execute(sql`alter table audit_event disable trigger user`);
    await api.db.execute(sql`update audit_event set by_person_id = null where root_id = ${ROOT} and seq = 3`);
    await api.db.execute(sql`alter table audit_event enable always trigger audit_event_stays`);
    expect((await verify()).json).toMatchObject({ isIntact: false, firstBroken: { seq: 3, why: 'altered' } });
  });
});
