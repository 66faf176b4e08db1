// `muster photo`: what it sends, and how it shows what comes back.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import type { Photo } from '../../api/wire-photo-review.ts';
import { type FixtureApi, json, problem, startFixtureApi } from './fixture-api.ts';
import { muster, newFile, newFolder } from './muster.ts';

const PHOTO: Photo = {
  id: 'f1',
  siteId: 1042,
  state: 'waiting',
  person: { id: 7, identifier: 'N1', displayName: 'Ada Byron', orgUnit: null },
  invitedAt: null,
  createdAt: '2026-03-01T10:00:00.000Z',
  runId: null,
  mediaType: 'image/jpeg',
  bytes: 1000,
  width: 600,
  height: 800,
  crop: null,
  checks: { size: 'fine', focus: 'warning', light: 'fine', background: 'warning' },
  warnings: 2,
  pictureUrl: '/v1/photos/f1/picture',
  thumbnailUrl: '/v1/photos/f1/thumbnail',
  decidedAt: null,
  decidedBy: null,
  reasons: [],
  note: null,
  reconsiderUntil: null,
};

let api: FixtureApi;
beforeEach(async () => {
  api = await startFixtureApi();
  onTestFinished(() => api.stop());
});
const run = (...args: string[]) => muster(['photo', ...args], { env: api.env });
const last = () => api.seen.at(-1);
const lastBody = () => JSON.parse(last()?.body ?? 'null');

test('lists what waits, with what its pixels warn of', async () => {
  let items = [PHOTO];
  api.on('GET', /photos$/, ({ response }) => json(response, 200, { items, next: null }));
  expect((await run('list', '--site', '1042')).stdout).toBe(
    'Id  Site  Identifier  Name       Came              Warnings\n' +
      'f1  1042  N1          Ada Byron  2026-03-01 10:00  focus, background\n',
  );
  expect(Object.fromEntries(last()?.query ?? [])).toEqual({ site: '1042', state: 'waiting', limit: '50' });
  expect(JSON.parse((await run('list', '--json')).stdout)).toEqual([PHOTO]);
  items = [{ ...PHOTO, state: 'declined', reasons: ['background'] }];
  const declined = await run('list', '--state', 'declined', '--reason', 'background');
  expect(declined.stdout).toContain('Reasons\nf1');
  items = [];
  expect((await run('list')).stdout).toBe('No photo is found.\n');
});

test('approves several and says what became of the others: exit 2', async () => {
  const items: unknown[] = [
    { id: 'f1', outcome: 'decided' },
    { id: 'f2', outcome: 'not-waiting', decision: { state: 'declined', by: 'Ada Admin', at: null } },
    { id: 'f3', outcome: 'locked', runId: 'r1' },
    { id: 'f4', outcome: 'missing' },
  ];
  api.on('POST', /photos\/review$/, ({ response }) => json(response, 200, { items, decided: 1 }));
  const { code, stdout, stderr } = await run('approve', 'f1', 'f2', 'f3', 'f4');
  expect([code, stdout]).toEqual([2, '1 of 4 photos are approved.\n']);
  expect(stderr.split('\n').slice(0, 3)).toEqual([
    'Photo f2: somebody has decided before: declined by Ada Admin.',
    'Photo f3: a run is changing its site: r1.',
    'Photo f4: there is no such photo, or not any more.',
  ]);
  expect(lastBody()).toEqual({ decision: 'approve', ids: ['f1', 'f2', 'f3', 'f4'] });
  items.splice(1);
  expect(await run('approve', 'f1')).toMatchObject({ code: 0, stdout: '1 of 1 photo is approved.\n' });
  expect(JSON.parse((await run('approve', 'f1', '--json')).stdout)).toEqual({ items, decided: 1 });
});

test('sends back with reasons and a note, and never without either', async () => {
  const items = [{ id: 'f1', outcome: 'decided' }];
  api.on('POST', /photos\/review$/, ({ response }) => json(response, 200, { items, decided: 1 }));
  const { stdout } = await run(
    'send-back',
    'f1',
    '--reason',
    'background',
    '--reason',
    'face-hidden',
    '--note',
    'Hat',
  );
  expect(stdout).toBe('1 of 1 photo is sent back.\n');
  expect(lastBody()).toEqual({
    decision: 'send-back',
    ids: ['f1'],
    reasons: ['background', 'face-hidden'],
    note: 'Hat',
  });
  expect(await run('send-back', 'f1')).toMatchObject({ code: 1, stderr: expect.stringContaining('Say why') });
  expect((await run('send-back', 'f1', '--reason', 'ugly')).code).toBe(1);
});

test('takes a decision back, or says that it is too late', async () => {
  api.on('POST', /photos\/f1\/reconsider$/, ({ response }) => json(response, 200, PHOTO));
  api.on('POST', /photos\/f2\/reconsider$/, ({ response }) =>
    problem(response, 409, 'conflict', 'Too late.'),
  );
  expect(await run('reconsider', 'f1')).toMatchObject({ code: 0, stdout: 'Photo f1 waits again.\n' });
  expect(await run('reconsider', 'f2')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('Too late.'),
  });
});

test('downloads a picture, whole, cropped or small', async () => {
  api.on('GET', /photos\/f1\/(picture|thumbnail)$/, ({ response }) => {
    response.writeHead(200, { 'content-type': 'image/jpeg' }).end('JPEG');
  });
  const target = join(newFolder(), 'ada.jpg');
  expect((await run('get', 'f1', '-o', target)).code).toBe(0);
  expect(readFileSync(target, 'utf8')).toBe('JPEG');
  await run('get', 'f1', '--cropped', '-o', target);
  expect([last()?.path, last()?.query.get('cropped')]).toEqual(['/v1/photos/f1/picture', 'true']);
  await run('get', 'f1', '--thumbnail', '-o', target);
  expect(last()?.path).toBe('/v1/photos/f1/thumbnail');
  expect((await run('get', 'f1', '--thumbnail', '--cropped', '-o', target)).code).toBe(1);
});

test('sets the photo of a person by id or identifier, and removes it', async () => {
  const person = { id: 7, siteId: 1042 };
  api.on('GET', /people\/7$/, ({ response }) => json(response, 200, person));
  api.on('GET', /people$/, ({ response }) => json(response, 200, { items: [person], next: null }));
  api.on('PUT', /people\/7\/photo$/, ({ response }) => json(response, 200, { ...PHOTO, state: 'approved' }));
  api.on('DELETE', /people\/7\/photo$/, ({ response }) => void response.writeHead(204).end());
  const picture = newFile('ada.png', 'PNG');
  expect(await run('set', '7', picture)).toMatchObject({ code: 0, stdout: 'Person 7 has the photo f1.\n' });
  expect([last()?.method, last()?.body]).toEqual(['PUT', 'PNG']);
  expect((await run('set', picture, '--site', '1042', '--identifier', 'N1')).code).toBe(0);
  expect(await run('set', '7', '/nowhere.png')).toMatchObject({
    code: 1,
    stderr: 'There is no file /nowhere.png.\n',
  });
  expect(await run('remove', '7')).toMatchObject({ code: 0, stdout: 'Person 7 has no photo any more.\n' });
  expect(JSON.parse((await run('remove', '7', '--json')).stdout)).toEqual({ id: 7, isRemoved: true });
});
