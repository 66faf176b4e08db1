// How a call takes refusals, outages and waits.
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { type Client, clientOf } from '../../cli/client.ts';
import { ApiProblem, retryAfterOf, Unreachable } from '../../cli/faults.ts';
import { type FixtureApi, json, problem, startFixtureApi } from './fixture-api.ts';

let api: FixtureApi;
let client: Client;

beforeEach(async () => {
  api = await startFixtureApi();
  onTestFinished(() => api.stop());
  client = clientOf({ url: api.env.MUSTER_URL, apiKey: 'k' }, () => {});
});

test('shows a problem’s sentence, and below it what it says of single inputs', async () => {
  api.on('GET', /sites$/, ({ response }) =>
    json(response, 400, {
      code: 'invalid',
      detail: 'It does not fit.',
      errors: [{ path: 'site', message: 'Too small.' }],
    }),
  );
  await expect(client.get('/sites')).rejects.toThrow('It does not fit.\n  site: Too small.');
});

test('says which request broke, for the operator to find it', async () => {
  api.on('GET', /sites$/, ({ response }) =>
    json(response, 500, { code: 'internal', detail: 'It broke.', requestId: 'q1' }),
  );
  await expect(client.get('/sites')).rejects.toThrow('It broke.\n  requestId: q1');
});

test('makes do with an answer that is no problem document', async () => {
  api.on('GET', /sites$/, ({ response }) => void response.writeHead(403, 'No').end('<html>no entry</html>'));
  const error = await client.get('/sites').catch((fault: unknown) => fault);
  expect(error).toBeInstanceOf(ApiProblem);
  expect(error).toMatchObject({
    code: 'http-403',
    message: `${api.env.MUSTER_URL}/v1/sites answered 403 No.`,
  });
});

test('says so where something else than a Muster answers', async () => {
  api.on('GET', /sites$/, ({ response }) => void response.writeHead(200).end('<html>hello</html>'));
  await expect(client.get('/sites')).rejects.toThrow('is no Muster. Check MUSTER_URL.');
});

test('waits as long as it is asked to, and no longer than is sensible', async () => {
  let times = 0;
  api.on('GET', /sites$/, ({ response }) => {
    if (++times > 1) return json(response, 200, { ok: true });
    response.writeHead(429, { 'retry-after': '1' }).end();
  });
  const begunAt = Date.now();
  expect(await client.get('/sites')).toEqual({ ok: true });
  expect(Date.now() - begunAt).toBeGreaterThanOrEqual(990);
  api.on('GET', /roles$/, ({ response }) => void response.writeHead(429, { 'retry-after': '86400' }).end());
  await expect(client.get('/roles')).rejects.toThrow('answered 429');
});

test('asks again after a gateway’s fault only what may come twice', async () => {
  let times = 0;
  api.on('POST', /sites$/, ({ response }) => {
    times++;
    response.writeHead(times === 1 ? 502 : 201, { 'content-type': 'application/json' }).end('{}');
  });
  await expect(client.post('/sites', {})).rejects.toThrow('answered 502');
  expect(times).toBe(1);
  times = 0;
  await client.post('/sites', {}, 'key');
  expect(times).toBe(2);
});

test('asks again after the API has lost its database only what may come twice', async () => {
  let times = 0;
  api.on('POST', /sites$/, ({ response }) => {
    times++;
    if (times === 1) problem(response, 503, 'unavailable', 'Try again in a moment.', { 'retry-after': '0' });
    else json(response, 201, {});
  });
  await expect(client.post('/sites', {})).rejects.toThrow('Try again in a moment.');
  expect(times).toBe(1);
  times = 0;
  await client.post('/sites', {}, 'key');
  expect(times).toBe(2);
  times = 0;
  api.on('GET', /sites$/, ({ response }) => {
    times++;
    if (times === 1) problem(response, 503, 'unavailable', 'Try again in a moment.', { 'retry-after': '0' });
    else json(response, 200, { ok: true });
  });
  expect(await client.get('/sites')).toEqual({ ok: true });
});

test('does not wait for a name that does not exist', async () => {
  const lost = clientOf({ url: 'http://muster.invalid', apiKey: 'k' }, () => {});
  const begunAt = Date.now();
  const error = await lost.get('/sites').catch((fault: unknown) => fault);
  expect(error).toBeInstanceOf(Unreachable);
  expect((error as Error).message).toContain('Check MUSTER_URL');
  // Some resolvers say „later“ where others say „no“; either way it is soon over.
  expect(Date.now() - begunAt).toBeLessThan(20_000);
});

test('waits a little for a Muster that is still starting', async () => {
  api.on('GET', /sites$/, ({ response }) => json(response, 200, { ok: true }));
  await api.stop();
  const asked = client.get('/sites');
  setTimeout(() => void api.start(), 700);
  expect(await asked).toEqual({ ok: true });
});

test('goes through all pages, up to what is wanted', async () => {
  api.on('GET', /sites$/, ({ seen, response }) => {
    const from = Number(seen.query.get('cursor') ?? 0);
    const limit = Number(seen.query.get('limit'));
    const items = Array.from({ length: Math.min(limit, 250 - from) }, (_, index) => from + index);
    json(response, 200, { items, next: from + limit < 250 ? String(from + limit) : null });
  });
  expect(await client.list('/sites')).toHaveLength(250);
  expect(await client.list('/sites', {}, 150)).toHaveLength(150);
  expect(api.seen.at(-1)?.query.get('limit')).toBe('50');
});

test('reads Retry-After as seconds or as a date', () => {
  const now = Date.parse('2026-03-01T10:00:00Z');
  expect(retryAfterOf('3', now)).toBe(3000);
  expect(retryAfterOf('Sun, 01 Mar 2026 10:00:05 GMT', now)).toBe(5000);
  expect([retryAfterOf(null, now), retryAfterOf('soon', now)]).toEqual([undefined, undefined]);
});
