// `muster undo` against an API that says what a test needs it to.
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import type { BulkAction } from '../../api/wire.ts';
import { completed, eventOf, type FixtureApi, json, problem, RUN, startFixtureApi } from './fixture-api.ts';
import { muster } from './muster.ts';

let api: FixtureApi;
const UNDO: BulkAction = { ...RUN, id: 'u3d2m9q4', kind: 'undo', fileName: null, undoes: RUN.id };

beforeEach(async () => {
  api = await startFixtureApi();
  onTestFinished(() => api.stop());
});

const undo = (...args: string[]) => muster(['undo', RUN.id, ...args], { env: api.env });
const asked = () => api.seen.find(({ method, path }) => method === 'POST' && path.endsWith('/undo'));

function serveUndo(current: BulkAction): void {
  api.on('POST', /\/undo$/, ({ response }) => json(response, 202, UNDO));
  api.on('GET', /^\/v1\/bulk-actions\/u3d2m9q4$/, ({ response }) => json(response, 200, current));
  api.on('GET', /\/events$/, ({ response }) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).end(eventOf(1, current));
  });
}

const ended = (counts: Parameters<typeof completed>[0]): BulkAction => ({
  ...completed(counts),
  id: UNDO.id,
  kind: 'undo',
  fileName: null,
  undoes: RUN.id,
});

test('asks for what was given and no more, with a key of its own, and prints the new run', async () => {
  serveUndo(ended({ updated: 2, archived: 1, total: 3 }));
  const { code, stdout } = await undo('--json');
  expect(code).toBe(0);
  expect(asked()?.path).toBe(`/v1/bulk-actions/${RUN.id}/undo`);
  expect(JSON.parse(asked()?.body ?? 'null')).toEqual({});
  expect(asked()?.headers['idempotency-key']).toMatch(/^[0-9a-f-]{36}$/);
  expect(JSON.parse(stdout)).toMatchObject({
    id: UNDO.id,
    state: 'completed',
    counts: { updated: 2, archived: 1, total: 3 },
    error: null,
  });
});

test('sends every option that is given', async () => {
  serveUndo({ ...ended({ total: 3 }), state: 'awaiting-confirmation', finishedAt: null, isDryRun: true });
  await undo(
    '--created',
    'delete',
    '--dry-run',
    '--max-change',
    '20%',
    '--max-remove',
    '5',
    '--replace-limits',
  );
  expect(JSON.parse(asked()?.body ?? 'null')).toEqual({
    created: 'delete',
    dryRun: true,
    limits: { changed: { percent: 20 }, removed: { people: 5 } },
    replacesLimits: true,
  });
});

test('ends with 2 where some rows need somebody', async () => {
  serveUndo(ended({ updated: 2, rejected: 1, total: 3 }));
  const { code, stdout } = await undo();
  expect(code).toBe(2);
  expect(stdout).toContain(`undo · run ${UNDO.id}`);
});

test('leaves the run to itself with --no-wait', async () => {
  serveUndo(UNDO);
  const { code, stdout } = await undo('--no-wait');
  expect([code, stdout.trim()]).toEqual([0, UNDO.id]);
});

test('ends with 1 and the reason where the run can’t be undone', async () => {
  api.on('POST', /\/undo$/, ({ response }) =>
    problem(response, 409, 'conflict', 'The run has changed nobody, so there is nothing to undo.'),
  );
  const { code, stdout } = await undo('--json');
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toEqual({
    id: null,
    state: null,
    counts: null,
    error: { code: 'conflict', message: expect.stringContaining('changed nobody') },
  });
});
