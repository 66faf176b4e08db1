// Health over HTTP, and an API that has to do without Temporal.
import { describe, expect, test } from 'vitest';
import { NORTH, useApi } from './use-api.ts';

const api = useApi();
const alone = useApi({ isTemporalAway: true });

describe('health', () => {
  test('200: it lives, and can work', async () => {
    expect((await api.anybody('GET', '/livez')).json).toEqual({ status: 'ok' });
    const ready = await api.anybody('GET', '/readyz');
    expect([ready.status, ready.json]).toEqual([200, { database: 'ok', temporal: 'ok' }]);
  });

  test('200: numbers by route, without ids', async () => {
    await api.owner('GET', '/v1/people/123');
    const { text } = await api.anybody('GET', '/metrics');
    expect(text).toContain('route="/v1/people/:id",status="404"');
    expect(text).not.toContain('/v1/people/123');
  });

  test('503: says what is away', async () => {
    const ready = await alone.anybody('GET', '/readyz');
    expect([ready.status, ready.json]).toEqual([503, { database: 'ok', temporal: 'away' }]);
  });

  test('202: a run begins all the same, for the sweep to start it', async () => {
    const file = await alone.owner('POST', '/v1/files?name=a.csv', { raw: 'email\n' });
    const body = { site: NORTH, files: [file.json.id] };
    const answer = await alone.owner('POST', '/v1/bulk-actions', { body });
    expect(answer.status).toBe(202);
    const cancelled = await alone.owner('POST', `/v1/bulk-actions/${answer.json.id}/cancel`);
    expect(cancelled.status).toBe(202);
  });
});

describe('every reply', () => {
  test('404: an address where nothing is', async () => {
    const answer = await api.owner('GET', '/v1/spoons');
    expect(answer.status).toBe(404);
    expect(answer.json).toMatchObject({ code: 'missing', instance: '/v1/spoons' });
    expect(answer.json.requestId).toBe(answer.headers.get('x-request-id'));
  });

  test('500: says nothing of what broke but the number to ask by', async () => {
    await api.db.execute('alter table field_definition rename to hidden');
    const answer = await api.owner('GET', `/v1/field-definitions?site=${NORTH}`);
    await api.db.execute('alter table hidden rename to field_definition');
    expect(answer.status).toBe(500);
    expect(answer.json.code).toBe('internal');
    expect(answer.text).not.toContain('field_definition');
    expect(answer.json.requestId).toBe(answer.headers.get('x-request-id'));
  });

  test('carries the headers that browsers are hardened by', async () => {
    const { headers } = await api.anybody('GET', '/livez');
    expect(headers.get('content-security-policy')).toContain("default-src 'self'");
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('x-powered-by')).toBeNull();
  });
});
