// Beginning a run on photos over HTTP, case by status, and the upload of a zip.
import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import type { Permission } from '../../domain/rights.ts';
import { bulkActionWorkflowId } from '../../workflows/contract.ts';
import { NORTH, ROOT, SOUTH, useApi } from './use-api.ts';

const MAX = 64 * 1024;
const api = useApi({ uploadBytesMax: MAX, zipBytesMax: 4 * MAX });
const RUNNER: readonly Permission[] = ['bulk-actions:run', 'photos:write'];

const upload = async (name = 'photos.zip', bytes = 100, ask = api.owner): Promise<string> => {
  const answer = await ask('POST', `/v1/files?name=${name}`, {
    raw: 'x'.repeat(bytes),
    headers: { 'Content-Type': 'application/zip' },
  });
  return answer.json.id;
};

const begin = (body: object, ask = api.owner, headers = {}) =>
  ask('POST', '/v1/bulk-actions', { body: { site: NORTH, kind: 'photos', ...body }, headers });

const addField = (siteId: number, name: string, unique: boolean) =>
  api.owner('POST', '/v1/field-definitions', { body: { siteId, name, label: name, type: 'text', unique } });

test('201: a zip may be larger than other files, raw or multipart, up to its own limit', async () => {
  const send = async (name: string, bytes: number) => {
    const raw = 'x'.repeat(bytes);
    const form = new FormData();
    form.set('file', new Blob([raw]), name);
    const headers = { 'Content-Type': 'application/zip' };
    return [
      (await api.owner('POST', `/v1/files?name=${name}`, { raw, headers })).status,
      (await api.owner('POST', '/v1/files', { raw: form })).status,
    ];
  };
  expect(await send('people.csv', MAX + 1)).toEqual([413, 413]);
  expect(await send('photos.zip', MAX + 1)).toEqual([201, 201]);
  expect(await send('PHOTOS.ZIP', 4 * MAX)).toEqual([201, 201]);
  expect(await send('photos.zip', 4 * MAX + 1)).toEqual([413, 413]);
});

test('202: the run is written down with what was asked, and its workflow started as one that takes its time', async () => {
  const file = await upload();
  const answer = await begin({
    files: [file],
    options: { match: 'identifier', existing: 'keep', expect: 3, maxChangePercent: 20 },
    dryRun: true,
  });
  expect(answer.status).toBe(202);
  expect(answer.json).toMatchObject({
    site: NORTH,
    kind: 'photos',
    fileName: 'photos.zip',
    isDryRun: true,
    options: {
      action: 'add-photos',
      photoMatch: 'identifier',
      existing: 'keep',
      expect: 3,
      limits: { changed: { percent: 20 } },
    },
  });
  const run = await api.temporal.workflow.getHandle(bulkActionWorkflowId(answer.json.id)).describe();
  expect(run.searchAttributes).toMatchObject({ BulkActionKind: ['photos'] });
  expect(await run.staticSummary()).toBe(`Add photos · site ${NORTH}`);
});

test('202: photos are overwritten unless told; the same Idempotency-Key gives the same run', async () => {
  const body = { files: [await upload()], options: { match: 'email' } };
  const headers = { 'Idempotency-Key': 'photos-1' };
  const first = await begin(body, api.owner, headers);
  expect(first.json).toMatchObject({ options: { existing: 'overwrite', expect: null }, isDryRun: false });
  expect((await begin(body, api.owner, headers)).json.id).toBe(first.json.id);
  expect((await begin({ ...body, dryRun: true }, api.owner, headers)).status).toBe(409);
});

test('400: a field by which several may be meant, with those that can be used', async () => {
  await addField(ROOT, 'badge', true);
  await addField(SOUTH, 'desk', true);
  await addField(NORTH, 'room', false);
  const files = [await upload()];
  const says = async (match: string) => (await begin({ files, options: { match } })).json;
  expect(await says('room')).toMatchObject({
    status: 400,
    code: 'invalid',
    errors: [
      {
        path: 'options.match',
        message:
          'The field room is not unique. Pictures are matched by a field that is: identifier, email, username, badge.',
      },
    ],
  });
  expect((await says('desk')).detail).toContain('There is no field desk here');
  expect((await says('first_name')).status).toBe(400);
  expect((await begin({ files, options: { match: 'badge' } })).status).toBe(202);
});

test('400: no field to match by, several zips, options of other kinds', async () => {
  const files = [await upload()];
  expect((await begin({ files, options: {} })).status).toBe(400);
  expect((await begin({ files: [...files, await upload()], options: { match: 'email' } })).status).toBe(400);
  expect((await begin({ files, options: { match: 'email', existing: 'fill-missing' } })).status).toBe(400);
  expect((await begin({ files, options: { match: 'email', action: 'delete' } })).status).toBe(400);
});

test('403: without photos:write, or without bulk-actions:run, on the site', async () => {
  const able = await api.admin(NORTH, RUNNER);
  const files = [await upload('photos.zip', 100, able)];
  const options = { match: 'identifier' };
  for (const lacking of RUNNER) {
    const admin = await api.admin(
      NORTH,
      [...RUNNER, 'people:update' as const].filter((permission) => permission !== lacking),
    );
    const answer = await begin({ files, options }, admin);
    expect(answer.json).toMatchObject({
      status: 403,
      detail: `You lack the right ${lacking} on site ${NORTH}.`,
    });
  }
  expect((await begin({ files, options, site: SOUTH }, able)).status).toBe(404);
  expect((await begin({ files, options }, able)).status).toBe(202);
});

test('404: an upload that is not there', async () => {
  expect((await begin({ files: ['none'], options: { match: 'email' } })).status).toBe(404);
});

test('a person shows the approved photo, where one is asked for', async () => {
  const { json: person } = await api.owner('POST', '/v1/people', {
    body: { siteId: NORTH, identifier: 'p1' },
  });
  const shown = async () => (await api.owner('GET', `/v1/people/${person.id}`)).json.photo;
  expect(await shown()).toBeNull();
  await api.db.execute(sql`
    insert into photo (id, person_id, site_id, kind, state, file_key, media_type, bytes, sha256)
    select p.id, ${person.id}, ${NORTH}, p.kind, p.state, p.id, 'image/jpeg', 1, 'sha'
    from (values ('now', 'cardholder', 'approved'), ('old', 'cardholder', 'replaced'), ('new', 'cardholder', 'waiting'),
      ('id-card', 'additional', 'approved')) as p (id, kind, state)`);
  expect(await shown()).toEqual({
    id: 'now',
    pictureUrl: '/v1/photos/now/picture',
    thumbnailUrl: '/v1/photos/now/thumbnail',
  });
});
