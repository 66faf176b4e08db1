// Photos over HTTP: the queue, the pictures, the decisions, case by status.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { sql } from 'drizzle-orm';
import sharp from 'sharp';
import { afterAll, describe, expect, test } from 'vitest';
import { openFiles } from '../../adapters/files.ts';
import { addCardholderPhoto } from '../../db/queries/photos/photos.ts';
import { thumbnailKeyOf } from '../../domain/photo.ts';
import {
  decisionMailsOf,
  invitationsOf,
  invite,
  newPicture,
  photosOf,
  whileHeld,
} from '../support/cardholder-photos.ts';
import { addPerson, archive } from '../support/people.ts';
import { FOREIGN, NORTH, ROOT, SOUTH, useApi } from './use-api.ts';

const started: { mailIds: readonly number[]; delayMs: number }[] = [];
const nudged: (readonly string[])[] = [];
const folder = await mkdtemp(join(tmpdir(), 'muster-photos-'));
afterAll(() => rm(folder, { recursive: true, force: true }));
const files = await openFiles(pathToFileURL(folder).href);
const api = useApi({
  files,
  cardholderMails: {
    async start(mailIds, { delayMs }) {
      started.push({ mailIds, delayMs });
    },
  },
  followUps: {
    async nudge(ids) {
      nudged.push(ids);
    },
  },
});

const jpeg = (width: number, height: number): Promise<Buffer> =>
  sharp({ create: { width, height, channels: 3, background: '#abc' } })
    .jpeg()
    .toBuffer();

let serial = 0;
/** A person whose photo waits, with its files. */
async function waiting(siteId = NORTH, runId: string | null = null) {
  serial += 1;
  const person = await addPerson(api.db, siteId, `w-${serial}`, {
    firstName: 'Wil',
    lastName: `No ${serial}`,
  });
  const invitationId = await invite(api.db, person.id, { runId });
  const picture = newPicture();
  const content = await jpeg(600, 800);
  for (const key of [picture.fileKey, thumbnailKeyOf(picture.fileKey)])
    await files.write(key, Readable.from([content]), { maxBytes: 2 ** 20 });
  await addCardholderPhoto(api.db, { ...picture, invitationId, personId: person.id });
  return { person, id: picture.photoId, sha256: picture.sha256, content };
}
const post = (path: string, body?: unknown, ask = api.owner) =>
  ask('POST', `/v1/photos/${path}`, body === undefined ? {} : { body });
const north = { siteId: NORTH, rootId: ROOT };

describe('GET /v1/photos', () => {
  test('200: what waits, oldest first, page by page, and how many there are', async () => {
    const ids: string[] = [];
    for (const site of [NORTH, SOUTH, NORTH, ROOT]) ids.push((await waiting(site)).id);
    const reviewer = await api.admin(ROOT, ['photos:review']);
    const pages: string[] = [];
    for (let next: string | null = ''; next !== null; ) {
      const cursor: string = next === '' ? '' : `&cursor=${next}`;
      const { json } = await reviewer('GET', `/v1/photos?limit=2${cursor}`);
      pages.push(...json.items.map((photo: { id: string }) => photo.id));
      next = json.next;
    }
    expect(pages.slice(-4)).toEqual(ids);
    expect(new Set(pages).size).toBe(pages.length);
    expect((await reviewer('GET', '/v1/photos/counts')).json).toEqual({ waiting: pages.length });
    const { json } = await reviewer('GET', `/v1/photos?site=${SOUTH}`);
    expect(json.items).toHaveLength(1);
    expect((await reviewer('GET', `/v1/photos/counts?site=${SOUTH}`)).json).toEqual({ waiting: 1 });
  });

  test('200: shows whom it is of, when they were invited, what the pixels tell', async () => {
    const { id, person } = await waiting(SOUTH);
    const { json } = await api.owner('GET', `/v1/photos/${id}`);
    expect(json).toMatchObject({
      id,
      siteId: SOUTH,
      state: 'waiting',
      person: {
        id: person.id,
        identifier: person.identifier,
        displayName: `Wil No ${serial}`,
        orgUnit: null,
      },
      invitedAt: expect.any(String),
      runId: null,
      width: 600,
      height: 800,
      crop: null,
      checks: { size: 'fine', focus: 'fine', light: 'fine', background: 'warning' },
      warnings: 1,
      pictureUrl: `/v1/photos/${id}/picture`,
      thumbnailUrl: `/v1/photos/${id}/thumbnail`,
      decidedAt: null,
      decidedBy: null,
      reasons: [],
      note: null,
      reconsiderUntil: null,
    });
  });

  test('200: what was decided, the newest first, and by the reason', async () => {
    const [one, two, three] = [await waiting(SOUTH), await waiting(SOUTH), await waiting(SOUTH)];
    await post(`${one.id}/send-back`, { reasons: ['background'] });
    await post(`${two.id}/send-back`, { reasons: ['face-hidden', 'background'], note: 'Hat off' });
    await post(`${three.id}/approve`, {});
    const listed = async (query: string) =>
      (await api.owner('GET', `/v1/photos?site=${SOUTH}&${query}`)).json.items.map(
        (photo: { id: string }) => photo.id,
      );
    expect(await listed('state=declined')).toEqual([two.id, one.id]);
    expect(await listed('state=declined&limit=1')).toEqual([two.id]);
    expect(await listed('state=declined&reason=face-hidden')).toEqual([two.id]);
    expect((await listed('state=approved'))[0]).toBe(three.id);
  });

  test('200: nobody who is archived is in the queue, and nobody anonymized anywhere', async () => {
    const { person, id } = await waiting(SOUTH);
    await archive(api.db, person.id);
    const { json } = await api.owner('GET', `/v1/photos?site=${SOUTH}&limit=1000`);
    expect(json.items.map((photo: { id: string }) => photo.id)).not.toContain(id);
  });

  test('400, 403 and 404: a cursor of somebody’s making, no right, a site out of sight', async () => {
    expect((await api.owner('GET', '/v1/photos?cursor=x')).status).toBe(400);
    expect((await api.owner('GET', '/v1/photos?state=replaced')).status).toBe(400);
    const reader = await api.admin(NORTH, ['people:read', 'photos:write']);
    expect((await reader('GET', '/v1/photos')).status).toBe(403);
    expect((await reader('GET', '/v1/photos/counts')).status).toBe(403);
    const reviewer = await api.admin(NORTH, ['photos:review']);
    expect((await reviewer('GET', `/v1/photos?site=${SOUTH}`)).status).toBe(404);
  });
});

describe('GET /v1/photos/{id} and its pictures', () => {
  test('200 and 304: streamed as it is kept, never guessed at, kept by the asker alone', async () => {
    const { id, sha256, content } = await waiting();
    for (const part of ['picture', 'thumbnail', 'picture?cropped=true']) {
      const url = `${api.url}/v1/photos/${id}/${part}`;
      const headers = { Authorization: `Bearer ${(await api.admin(NORTH, ['people:read'])).key}` };
      const answer = await fetch(url, { headers });
      expect(answer.status).toBe(200);
      expect(Buffer.from(await answer.arrayBuffer()).equals(content)).toBe(true);
      expect(answer.headers.get('content-type')).toBe('image/jpeg');
      expect(answer.headers.get('cache-control')).toMatch(/^private/);
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
      const etag = answer.headers.get('etag') ?? '';
      expect(etag).toContain(sha256);
      const again = await fetch(url, { headers: { ...headers, 'If-None-Match': `"other", W/${etag}` } });
      expect([again.status, (await again.arrayBuffer()).byteLength]).toEqual([304, 0]);
    }
  });

  test('200: with the crop cut out, under another ETag', async () => {
    const { id } = await waiting();
    const crop = { left: 10, top: 20, width: 300, height: 400 };
    await post(`${id}/approve`, { crop });
    const answer = await fetch(`${api.url}/v1/photos/${id}/picture?cropped=true`, {
      headers: { Authorization: `Bearer ${(await api.admin(ROOT, ['people:read'])).key}` },
    });
    const { width, height } = await sharp(Buffer.from(await answer.arrayBuffer())).metadata();
    expect([width, height]).toEqual([300, 400]);
    expect(answer.headers.get('etag')).toContain('-10-20-300-400');
  });

  test('403 and 404: without the right, out of sight, not there, and ids of somebody’s making', async () => {
    const { id } = await waiting();
    const reviewer = await api.admin(NORTH, ['photos:review']);
    const south = await api.admin(SOUTH, ['people:read']);
    for (const part of ['', '/picture', '/thumbnail']) {
      expect((await reviewer('GET', `/v1/photos/${id}${part}`)).status).toBe(403);
      expect((await south('GET', `/v1/photos/${id}${part}`)).status).toBe(404);
      expect((await api.anybody('GET', `/v1/photos/${id}${part}`)).status).toBe(401);
      for (const hostile of ['none', '..%2f..%2fetc%2fpasswd', "'%20or%201=1--", '%F0%9F%92%A9'])
        expect((await api.owner('GET', `/v1/photos/${hostile}${part}`)).status).toBe(404);
      for (const hostile of ['x'.repeat(65), 'a%00b', '%E0%A4%A'])
        expect((await api.owner('GET', `/v1/photos/${hostile}${part}`)).status).toBe(400);
    }
    const foreign = await waiting(FOREIGN);
    expect((await api.owner('GET', `/v1/photos/${foreign.id}`)).status).toBe(404);
  });

  test('404: where the file is gone', async () => {
    const { id } = await waiting();
    await files.delete(id);
    expect((await api.owner('GET', `/v1/photos/${id}/picture`)).status).toBe(404);
  });
});

describe('deciding', () => {
  test('200: approved at once, with its mail started and its runs nudged', async () => {
    const { id, person } = await waiting(NORTH, 'run-approve');
    const answer = await post(`${id}/approve`);
    expect(answer.status).toBe(200);
    expect(answer.json).toMatchObject({
      state: 'approved',
      decidedBy: 'Admin No 1',
      reconsiderUntil: expect.any(String),
    });
    const [mail] = await decisionMailsOf(api.db, person.id);
    expect(started.at(-1)).toEqual({ mailIds: [mail?.id], delayMs: 10_000 });
    expect(nudged.at(-1)).toEqual(['run-approve']);
    expect((await api.owner('GET', `/v1/people/${person.id}/photo`)).json.id).toBe(id);
    expect((await api.owner('GET', `/v1/people/${person.id}`)).json.version).toBe(2);
  });

  test('200: sent back with reason and note; taken back again; then 409', async () => {
    const { id, person } = await waiting(NORTH, 'run-back');
    const { json } = await post(`${id}/send-back`, {
      reasons: ['background', 'face-hidden', 'background'],
      note: '  Hat off, please ',
    });
    expect(json).toMatchObject({
      state: 'declined',
      reasons: ['face-hidden', 'background'],
      note: 'Hat off, please',
    });
    expect(await invitationsOf(api.db, person.id)).toEqual(['open']);
    expect((await post(`${id}/reconsider`)).json).toMatchObject({
      state: 'waiting',
      reasons: [],
      note: null,
    });
    expect(nudged.at(-1)).toEqual(['run-back']);
    expect((await post(`${id}/reconsider`)).json).toMatchObject({ status: 409, code: 'conflict' });
  });

  test('400: no reason and no note, one that is none, a crop that reaches out, a long note', async () => {
    const { id } = await waiting();
    for (const body of [{}, { reasons: [], note: '  ' }, { reasons: ['ugly'] }, { note: 'x'.repeat(501) }])
      expect((await post(`${id}/send-back`, body)).status).toBe(400);
    for (const crop of [
      { left: 400, top: 0, width: 201, height: 10 },
      { left: -1, top: 0, width: 10, height: 10 },
      { left: 0, top: 0, width: 0, height: 10 },
      { left: 0.5, top: 0, width: 10, height: 10 },
    ])
      expect((await post(`${id}/approve`, { crop })).status).toBe(400);
    expect(
      (await photosOf(api.db, (await api.owner('GET', `/v1/photos/${id}`)).json.person.id))[0]?.state,
    ).toBe('waiting');
  });

  test('403 and 404: without the right, and out of sight; the refusal is noted', async () => {
    const { id } = await waiting();
    const reader = await api.admin(NORTH, ['people:read', 'photos:write']);
    const south = await api.admin(SOUTH, ['people:read', 'photos:review']);
    for (const [path, body] of [
      [`${id}/approve`, {}],
      [`${id}/send-back`, { note: 'x' }],
      [`${id}/reconsider`, undefined],
    ] as const) {
      expect((await post(path, body, reader)).json).toMatchObject({ status: 403, code: 'forbidden' });
      expect((await post(path, body, south)).status).toBe(404);
    }
    const [noted] = await api.db.execute(sql`
      select details from audit_event where by_person_id = ${reader.personId} and what = 'right.refused' limit 1`);
    expect(noted).toMatchObject({ details: { of: 'photo.approved', permission: 'photos:review' } });
  });

  test('409: somebody was quicker, and it says who and what, in German too', async () => {
    const { id } = await waiting();
    await post(`${id}/send-back`, { note: 'again' });
    const late = await api.owner('POST', `/v1/photos/${id}/approve`, {
      body: {},
      headers: { 'Accept-Language': 'de' },
    });
    expect(late.json).toMatchObject({
      status: 409,
      code: 'conflict',
      detail: 'Jemand hat dieses Foto bereits zurückgeschickt.',
      decision: { state: 'declined', by: 'Admin No 1', at: expect.any(String) },
    });
    expect(late.json.detail).not.toContain('Admin');
  });

  test('423: while a run holds the site', async () => {
    const { id } = await waiting();
    await whileHeld(api.db, north, async () => {
      for (const [path, body] of [
        ['approve', {}],
        ['send-back', { note: 'x' }],
      ] as const) {
        const answer = await post(`${id}/${path}`, body);
        expect(answer.status).toBe(423);
        expect(answer.json.lock).toMatchObject({ bulkActionId: 'holding', by: 'Ada Min' });
      }
    });
    expect((await post(`${id}/approve`)).status).toBe(200);
  });
});

describe('POST /v1/photos/{id}/turn', () => {
  test('200: another picture stands there, all of it for the card, and the files of the former are erased; 409: too late', async () => {
    const { id } = await waiting();
    const { json } = await post(`${id}/turn`, { quarters: 1 });
    expect(json).toMatchObject({ id, state: 'waiting', width: 800, height: 600, crop: null });
    const { headers } = await api.owner('GET', `/v1/photos/${id}/picture`);
    expect(headers.get('etag')).not.toContain(`sha-${id}`);
    await expect(files.read(id)).rejects.toThrow();
    await expect(files.read(thumbnailKeyOf(id))).rejects.toThrow();
    expect((await post(`${id}/turn`, { quarters: 4 })).status).toBe(400);
    await post(`${id}/approve`, {});
    expect((await post(`${id}/turn`, { quarters: 1 })).json).toMatchObject({ status: 409, code: 'conflict' });
    // What was made for the turn that came too late is gone as well.
    expect((await api.owner('GET', `/v1/photos/${id}/picture`)).status).toBe(200);
  });
});

describe('POST /v1/photos/review', () => {
  test('200: each by itself, in the order asked for, with what became of it', async () => {
    const [one, quick, held, gone] = [
      await waiting(),
      await waiting(),
      await waiting(SOUTH),
      await waiting(),
    ];
    await post(`${quick.id}/send-back`, { note: 'x' });
    await archive(api.db, gone.person.id);
    const foreign = await waiting(FOREIGN);
    const ids = [quick.id, one.id, one.id, held.id, 'none', foreign.id, gone.id];
    await whileHeld(api.db, { siteId: SOUTH, rootId: ROOT }, async () => {
      const { status, json } = await post('review', { decision: 'approve', ids });
      expect(status).toBe(200);
      expect(json).toEqual({
        decided: 1,
        items: [
          {
            id: quick.id,
            outcome: 'not-waiting',
            decision: { state: 'declined', by: 'Admin No 1', at: expect.any(String) },
          },
          { id: one.id, outcome: 'decided' },
          { id: held.id, outcome: 'locked', runId: 'holding' },
          { id: 'none', outcome: 'missing' },
          { id: foreign.id, outcome: 'missing' },
          { id: gone.id, outcome: 'not-active' },
        ],
      });
    });
    expect(started.at(-1)?.mailIds).toHaveLength(1);
    const [noted] = await api.db.execute(sql`
      select details - 'request' as details from audit_event where what = 'photos.reviewed' order by seq desc limit 1`);
    expect(noted).toEqual({ details: { decision: 'approve', decided: 1 } });
  });

  test('200: sent back, all for the same reason', async () => {
    const two = [await waiting(), await waiting()];
    const ids = two.map(({ id }) => id);
    expect((await post('review', { decision: 'send-back', ids, reasons: ['background'] })).json.decided).toBe(
      2,
    );
    for (const { person } of two) expect(await invitationsOf(api.db, person.id)).toEqual(['open']);
  });

  test('400 and 403: none, too many, no reason; one of a site without the right, and then nothing is decided', async () => {
    const [one, two] = [await waiting(NORTH), await waiting(SOUTH)];
    for (const body of [
      { decision: 'approve', ids: [] },
      { decision: 'approve', ids: Array.from({ length: 501 }, (_, n) => `x${n}`) },
      { decision: 'send-back', ids: [one.id] },
      { decision: 'approve', ids: [one.id], reasons: ['background'] },
      { decision: 'perhaps', ids: [one.id] },
    ])
      expect((await post('review', body)).status).toBe(400);
    const mixed = await api.admin(NORTH, ['photos:review']);
    const [role] = await api.db.execute<{ id: number }>(sql`
      insert into role (site_id, name, permissions) values (${SOUTH}, 'mixed', '{people:read}') returning id::int as id`);
    await api.db.execute(sql`
      insert into role_assignment (person_id, role_id, site_id) values (${mixed.personId}, ${role?.id}, ${SOUTH})`);
    const answer = await post('review', { decision: 'approve', ids: [one.id, two.id] }, mixed);
    expect(answer.json).toMatchObject({ status: 403, code: 'forbidden' });
    expect((await photosOf(api.db, one.person.id))[0]?.state).toBe('waiting');
  });
});

test('GET /v1/photos/decline-reasons 200: the words for admins and cardholders, in the language asked for', async () => {
  const { json } = await api.owner('GET', '/v1/photos/decline-reasons');
  expect(json.items.map(({ reason }: { reason: string }) => reason)).toEqual([
    'face-hidden',
    'blurred-or-dark',
    'background',
    'somebody-else',
  ]);
  expect(json.items[0].label).toBe('Face not fully visible');
  const german = await api.owner('GET', '/v1/photos/decline-reasons?lang=de');
  expect(german.json.items[0].label).toBe('Gesicht nicht ganz zu sehen');
  expect(german.json.items[0].sentence).not.toBe(json.items[0].sentence);
  // Both sides are told of the same fault.
  expect([json.items[3].label, json.items[3].sentence]).toEqual([
    'Not a photo of this person',
    'The photo does not seem to be of you, or not of you alone.',
  ]);
});
