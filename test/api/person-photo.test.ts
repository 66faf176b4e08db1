// The photo of one person over HTTP: set and deleted by an admin, case by status.
import { sql } from 'drizzle-orm';
import sharp from 'sharp';
import { beforeAll, describe, expect, test } from 'vitest';
import { invitationsOf, invite, photosOf, sendPhoto, whileHeld } from '../support/cardholder-photos.ts';
import { addPerson, archive } from '../support/people.ts';
import { FOREIGN, NORTH, ROOT, SOUTH, useApi } from './use-api.ts';

const nudged: (readonly string[])[] = [];
const api = useApi({
  followUps: {
    async nudge(ids) {
      nudged.push(ids);
    },
  },
});

let red: Buffer;
let blue: Buffer;
beforeAll(async () => {
  const picture = (background: string) =>
    sharp({ create: { width: 300, height: 400, channels: 3, background } });
  red = await picture('#f00').jpeg().toBuffer();
  blue = await picture('#00f').png().toBuffer();
});

let serial = 0;
const someone = (siteId = NORTH) => {
  serial += 1;
  return addPerson(api.db, siteId, `s-${serial}`);
};
const put = (
  id: number,
  raw: Uint8Array | string = red,
  { ask = api.owner, query = '', headers = {} } = {},
) =>
  ask('PUT', `/v1/people/${id}/photo${query}`, {
    raw,
    headers: { 'Content-Type': 'image/jpeg', ...headers },
  });
const remove = (id: number, { ask = api.owner, query = '' } = {}) =>
  ask('DELETE', `/v1/people/${id}/photo${query}`);
const historyOf = async (id: number) => [
  ...(await api.db.execute(sql`
    select version, before, after from person_history where person_id = ${id} and version > 1 order by version`)),
];

describe('PUT /v1/people/{id}/photo', () => {
  test('200: approved at once, raw or multipart; the one before is replaced; history has both', async () => {
    const person = await someone();
    const first = await put(person.id);
    expect(first.json).toMatchObject({ state: 'approved', width: 300, height: 400, mediaType: 'image/jpeg' });
    const form = new FormData();
    form.set('file', new Blob([Uint8Array.from(blue)]), 'portrait.png');
    const second = await api.owner('PUT', `/v1/people/${person.id}/photo`, { raw: form });
    expect(second.status).toBe(200);
    expect(await photosOf(api.db, person.id)).toMatchObject([
      { id: first.json.id, state: 'replaced' },
      { id: second.json.id, state: 'approved' },
    ]);
    expect(await historyOf(person.id)).toEqual([
      { version: 2, before: {}, after: { photo: first.json.id } },
      { version: 3, before: { photo: first.json.id }, after: { photo: second.json.id } },
    ]);
    const stored = await api.storedFiles();
    expect(stored.filter((name) => name.startsWith(second.json.id))).toHaveLength(2);
    const picture = await api.owner('GET', `/v1/photos/${second.json.id}/thumbnail`);
    expect([picture.status, picture.headers.get('content-type')]).toEqual([200, 'image/jpeg']);
  });

  test('200: nobody waits for a photo any more, and one that waited is replaced', async () => {
    const person = await someone();
    const invitation = await invite(api.db, person.id, { runId: 'asking' });
    await invite(api.db, person.id, { runId: 'asking-too' });
    await sendPhoto(api.db, person.id, invitation);
    await put(person.id);
    expect(await invitationsOf(api.db, person.id)).toEqual(['done', 'done']);
    expect((await photosOf(api.db, person.id)).map(({ state }) => state)).toEqual(['replaced', 'approved']);
    expect([...(nudged.at(-1) ?? [])].sort()).toEqual(['asking', 'asking-too']);
    // What was before was no approved photo.
    expect((await historyOf(person.id))[0]).toMatchObject({ before: {} });
  });

  test('200: an ID document of the person stays as it is', async () => {
    const person = await someone();
    await api.db.execute(sql`
      insert into photo (id, person_id, site_id, kind, file_key, media_type, bytes, sha256)
      values (${`doc-${person.id}`}, ${person.id}, ${NORTH}, 'additional', ${`doc-${person.id}`}, 'image/png', 1, 'x')`);
    await put(person.id);
    await put(person.id);
    expect((await remove(person.id)).status).toBe(204);
    expect(await photosOf(api.db, person.id)).toMatchObject([{ id: `doc-${person.id}`, state: 'approved' }]);
  });

  test('400 and 413: no picture, a broken one, too large; nothing is kept', async () => {
    const person = await someone();
    const before = (await api.storedFiles()).length;
    for (const raw of ['hello', red.subarray(0, 300), Buffer.alloc(0), 'GIF89a...'])
      expect((await put(person.id, raw)).status).toBe(400);
    const gif = await put(person.id, 'GIF89a...', { headers: { 'Accept-Language': 'de' } });
    expect(gif.json).toMatchObject({ code: 'invalid', errors: [{ path: 'file' }] });
    expect((await put(person.id, Buffer.alloc(1024 * 1024 + 1))).status).toBe(413);
    const large = await put(person.id, Buffer.alloc(1024 * 1024 + 1), {
      headers: { 'Accept-Language': 'de' },
    });
    expect(large.json.detail).toBe(
      'Das Bild ist größer als 1 MB. Speichern Sie es kleiner und laden Sie es noch einmal hoch.',
    );
    expect(await photosOf(api.db, person.id)).toEqual([]);
    expect((await api.storedFiles()).length).toBe(before);
  });

  test('409: somebody archived, and a version that has moved on', async () => {
    const person = await someone();
    await put(person.id, red, { query: '?version=1' });
    expect((await put(person.id, red, { query: '?version=1' })).json).toMatchObject({
      code: 'changed-meanwhile',
    });
    expect((await put(person.id, red, { headers: { 'If-Match': '"1"' } })).status).toBe(409);
    expect((await put(person.id, red, { headers: { 'If-Match': '"2"' } })).status).toBe(200);
    await archive(api.db, person.id);
    expect((await put(person.id)).status).toBe(409);
  });

  test('200: many at once leave one approved', async () => {
    const person = await someone();
    const answers = await Promise.all([put(person.id), put(person.id, blue), put(person.id)]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    const states = (await photosOf(api.db, person.id)).map(({ state }) => state);
    expect(states.sort()).toEqual(['approved', 'replaced', 'replaced']);
  });
});

describe('DELETE /v1/people/{id}/photo', () => {
  test('204: gone with what it replaced, proof and history are left; then 404', async () => {
    const person = await someone();
    const ids = [(await put(person.id)).json.id, (await put(person.id, blue)).json.id];
    expect((await remove(person.id)).status).toBe(204);
    expect(await photosOf(api.db, person.id)).toEqual([]);
    const proofs = await api.db.execute(sql`
      select photo_id, by_person_id::int as by, file_key from photo_deletion
      where photo_id in (${ids[0]}, ${ids[1]}) order by deleted_at, photo_id`);
    expect([...proofs].map((proof) => proof['photo_id']).sort()).toEqual([...ids].sort());
    expect(proofs[0]).toMatchObject({ by: api.ownerId });
    expect((await historyOf(person.id)).at(-1)).toEqual({ version: 4, before: { photo: ids[1] }, after: {} });
    expect((await remove(person.id)).status).toBe(404);
    expect((await api.owner('GET', `/v1/people/${person.id}/photo`)).status).toBe(404);
  });

  test('204: the runs that have asked for one count again', async () => {
    const person = await someone();
    await invite(api.db, person.id, { runId: 'asking' });
    await put(person.id);
    nudged.length = 0;
    expect((await remove(person.id)).status).toBe(204);
    expect(nudged).toEqual([['asking']]);
  });

  test('204: one that waits for a look stays', async () => {
    const person = await someone();
    await put(person.id);
    await sendPhoto(api.db, person.id, await invite(api.db, person.id));
    await remove(person.id);
    expect(await photosOf(api.db, person.id)).toMatchObject([{ state: 'waiting' }]);
    expect((await remove(person.id)).status).toBe(404);
  });
});

describe.each([
  ['PUT', (id: number, ask = api.owner) => put(id, red, { ask })],
  ['DELETE', (id: number, ask = api.owner) => remove(id, { ask })],
] as const)('%s /v1/people/{id}/photo', (method, act) => {
  test('403 and 404: without the right, and out of sight', async () => {
    const person = await someone();
    const reviewer = await api.admin(NORTH, ['people:read', 'people:update', 'photos:review']);
    expect((await act(person.id, reviewer)).json).toMatchObject({ status: 403, code: 'forbidden' });
    const south = await api.admin(SOUTH, ['photos:write']);
    expect((await act(person.id, south)).status).toBe(404);
    expect((await act((await someone(FOREIGN)).id)).status).toBe(404);
    expect((await act(999_999_999)).status).toBe(404);
  });

  test('423: while a run holds the site; no file is left behind', async () => {
    const person = await someone();
    await put(person.id);
    const before = await api.storedFiles();
    await whileHeld(api.db, { siteId: NORTH, rootId: ROOT }, async () => {
      const answer = await act(person.id);
      expect(answer.status).toBe(423);
      expect(answer.json.lock).toMatchObject({ bulkActionId: 'holding' });
    });
    expect(await api.storedFiles()).toEqual(before);
    expect((await historyOf(person.id)).length).toBe(1);
  });

  test('is noted as done to the person, and names no photo', async () => {
    const person = await someone();
    await put(person.id);
    await act(person.id);
    const what = method === 'PUT' ? 'photo.added' : 'photo.deleted';
    const [noted] = await api.db.execute(sql`
      select subject, subject_id, site_id, details - 'request' as details from audit_event
      where what = ${what} and subject_id = ${String(person.id)} order by seq desc limit 1`);
    expect(noted).toEqual({ subject: 'person', subject_id: String(person.id), site_id: NORTH, details: {} });
  });
});
