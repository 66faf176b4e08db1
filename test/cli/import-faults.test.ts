// `muster import` when the way to the API breaks, when the file is huge, and when it is interrupted.
import { createReadStream, openSync, truncateSync } from 'node:fs';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import type { BulkAction } from '../../api/wire.ts';
import {
  completed,
  eventOf,
  type FixtureApi,
  json,
  problem,
  RUN,
  serveRun,
  startFixtureApi,
} from './fixture-api.ts';
import { muster, newFile, startMuster } from './muster.ts';

let api: FixtureApi;
let file: string;

beforeEach(async () => {
  api = await startFixtureApi();
  onTestFinished(() => api.stop());
  file = newFile('students.csv', 'email,identifier\nada@example.org,1\n');
});

const run = (...args: string[]) => muster(['import', ...args], { env: api.env });

describe('when the way breaks', () => {
  test('follows on from the last event after the API was gone', { timeout: 30_000 }, async () => {
    let end: BulkAction = { ...RUN, state: 'applying', progress: { done: 10, total: 100 } };
    serveRun(api, () => end);
    api.on('GET', /\/events$/, ({ response }) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(eventOf(end.state === 'completed' ? 9 : 4, end));
    });
    const { ended, stderrHas } = startMuster(['import', file, '--site', '1042'], { env: api.env });
    await stderrHas('Applying: 10 of 100 rows');
    await api.stop();
    await stderrHas('does not answer; trying again');
    end = completed({ updated: 100, total: 100 });
    await api.start();
    expect(await ended).toMatchObject({ code: 0, stdout: expect.stringContaining('100  updated') });
    const ids = api.seen
      .filter((seen) => seen.path.endsWith('/events'))
      .map((seen) => seen.headers['last-event-id']);
    expect(ids[0]).toBeUndefined();
    expect(ids.slice(1).every((id) => id === '4')).toBe(true);
  });

  test('asks for the run where there are no events', async () => {
    let asked = 0;
    serveRun(api, () => (++asked < 3 ? RUN : completed({ created: 1, total: 1 })));
    api.on('GET', /\/events$/, ({ response }) =>
      problem(response, 404, 'missing', 'There is nothing at this address.'),
    );
    expect((await run(file, '--site', '1042', '--json')).code).toBe(0);
    expect(api.seen.filter((seen) => seen.path.endsWith('/events'))).toHaveLength(1);
  });

  test('starts one run, however often the start has to be said', async () => {
    serveRun(api, () => completed({ created: 1, total: 1 }));
    let times = 0;
    api.on('POST', /bulk-actions$/, ({ request, response }) => {
      times++;
      if (times === 1) return void request.socket.destroy();
      if (times === 2) return problem(response, 503, 'unavailable', 'Starting up.', { 'retry-after': '0' });
      if (times === 3) return problem(response, 429, 'too-many-requests', 'Slower.', { 'retry-after': '1' });
      json(response, 202, RUN);
    });
    expect((await run(file, '--site', '1042', '--json')).code).toBe(0);
    const keys = api.seen
      .filter((seen) => seen.path.endsWith('bulk-actions'))
      .map((seen) => seen.headers['idempotency-key']);
    expect(keys).toHaveLength(4);
    expect(new Set(keys).size).toBe(1);
  });

  test('sends a file again from its start when the connection breaks', async () => {
    serveRun(api, () => completed({ created: 1, total: 1 }));
    const sizes: number[] = [];
    api.on('POST', /files$/, async ({ request, response }) => {
      if (sizes.length === 0) {
        sizes.push(0);
        return void request.socket.destroy();
      }
      let bytes = 0;
      for await (const chunk of request) bytes += (chunk as Buffer).length;
      sizes.push(bytes);
      json(response, 201, { id: 'f1', name: 'x', bytes, sha256: 'x' });
    });
    expect((await run(file, '--site', '1042', '--json')).code).toBe(0);
    expect(sizes).toEqual([0, 35]);
  });

  test('hears a refusal that comes before the file has gone out', async () => {
    serveRun(api, () => RUN);
    truncateSync(file, 64 * 1024 * 1024);
    api.on('POST', /files$/, ({ request, response }) => {
      problem(response, 413, 'too-large', 'The file is larger than 5 MB.', { connection: 'close' });
      request.resume();
    });
    const { code, stdout } = await run(file, '--site', '1042', '--json');
    expect([code, JSON.parse(stdout).error.code]).toEqual([1, 'too-large']);
  });
});

test('uploads 256 MB without holding them', { timeout: 60_000 }, async () => {
  serveRun(api, () => completed({ created: 1, total: 1 }));
  truncateSync(file, 256 * 1024 * 1024);
  let bytes = 0;
  let largestKb = 0;
  const { child, ended } = startMuster(['import', file, '--site', '1', '--json'], { env: api.env });
  api.on('POST', /files$/, async ({ request, response }) => {
    for await (const chunk of request) {
      if (bytes % (16 * 1024 * 1024) < (chunk as Buffer).length)
        largestKb = Math.max(largestKb, await residentKb(child.pid));
      bytes += (chunk as Buffer).length;
    }
    json(response, 201, { id: 'f1', name: 'x', bytes, sha256: 'x' });
  });
  expect((await ended).code).toBe(0);
  expect(bytes).toBe(256 * 1024 * 1024);
  expect(largestKb).toBeLessThan(200 * 1024);
});

async function residentKb(pid: number | undefined): Promise<number> {
  let status = '';
  for await (const chunk of createReadStream('', { fd: openSync(`/proc/${pid}/status`, 'r') }))
    status += chunk;
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0);
}

describe('Ctrl-C', () => {
  test('says that the run goes on and how to look again', async () => {
    serveRun(api, () => ({ ...RUN, state: 'applying', progress: { done: 1, total: 10 } }));
    const { child, ended, stderrHas } = startMuster(['import', file, '--site', '1042'], { env: api.env });
    await stderrHas('Applying: 1 of 10 rows');
    child.kill('SIGINT');
    const { code, stderr, stdout } = await ended;
    expect([code, stdout]).toEqual([130, '']);
    expect(stderr).toContain('The run goes on without you. Look again: muster run r7k2m9q4');
  });

  test('during the upload says that nothing was started', async () => {
    serveRun(api, () => RUN);
    api.on('POST', /files$/, ({ request }) => void request.resume());
    const { child, ended, stderrHas } = startMuster(['import', file, '--site', '1042'], { env: api.env });
    await stderrHas('Uploading');
    child.kill('SIGINT');
    expect(await ended).toMatchObject({ code: 130, stderr: expect.stringContaining('No run was started.') });
  });
});
