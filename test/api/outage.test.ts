// An API whose database is away: it says so, and when to try again.
import { afterAll, expect, test } from 'vitest';
import { openDb } from '../../db/client.ts';
import { useApi } from './use-api.ts';

// Nothing listens there, and nothing will: the port is the system's own.
const nowhere = openDb('postgres://nobody@127.0.0.1:1/nothing');
afterAll(() => nowhere.close());
const api = useApi({ db: nowhere });

test('503: that nothing is lost, and to try again in a moment', async () => {
  const answer = await api.owner('GET', '/v1/sites');
  expect(answer.status).toBe(503);
  expect(answer.headers.get('retry-after')).toBe('2');
  expect(answer.headers.get('content-type')).toContain('application/problem+json');
  expect(answer.json).toMatchObject({
    code: 'unavailable',
    status: 503,
    title: 'Not available for a moment',
    detail: 'Nothing that was written is lost. Try again in a moment.',
  });
  expect(answer.json.requestId).toBe(answer.headers.get('x-request-id'));
  expect(answer.text).not.toMatch(/127\.0\.0\.1|ECONNREFUSED|nothing"/);
});

test('503: in German too, and for what would write', async () => {
  const answer = await api.owner('POST', '/v1/sites', {
    body: { name: 'x', parentId: 1 },
    headers: { 'Accept-Language': 'de' },
  });
  expect(answer.status).toBe(503);
  expect(answer.json.detail).toContain('Versuchen Sie es gleich noch einmal.');
});
