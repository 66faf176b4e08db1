// Uploads over HTTP: raw and multipart, limited, aborted.
import { createHash } from 'node:crypto';
import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { listUploads } from '../../db/queries/uploads.ts';
import { NORTH, useApi } from './use-api.ts';

const MAX = 1024 * 1024;
const api = useApi({ uploadBytesMax: MAX });

const CSV = 'email,identifier\nann@example.org,1\n';
const sha256 = createHash('sha256').update(CSV).digest('hex');
const sendRaw = (raw: string | FormData, name = 'people.csv', ask = api.owner) =>
  ask('POST', `/v1/files?name=${encodeURIComponent(name)}`, { raw, headers: { 'Content-Type': 'text/csv' } });
const form = (content: string, name: string) => {
  const data = new FormData();
  data.set('note', 'a field that is no file');
  data.set('file', new Blob([content]), name);
  return data;
};

describe('POST /v1/files', () => {
  test('201: raw, with its name in the address', async () => {
    const answer = await sendRaw(CSV, 'C:\\rosters\\people ü.csv');
    expect(answer.status).toBe(201);
    expect(answer.json).toEqual({
      id: expect.stringMatching(/^[0-9a-hjkmnp-tv-z]{10}$/),
      name: 'people ü.csv',
      bytes: CSV.length,
      sha256,
    });
    expect(await api.storedFiles()).toContain(answer.json.id);
    expect(await listUploads(api.db, [answer.json.id])).toEqual([
      expect.objectContaining({ name: 'people ü.csv', byPersonId: api.ownerId, isDeleted: false }),
    ]);
  });

  test('201: as multipart form data', async () => {
    const answer = await api.owner('POST', '/v1/files', { raw: form(CSV, 'grüße.csv') });
    expect(answer.status).toBe(201);
    expect(answer.json).toMatchObject({ name: 'grüße.csv', bytes: CSV.length, sha256 });
  });

  test('201: an empty file is stored as it is', async () => {
    expect((await sendRaw('')).json.bytes).toBe(0);
  });

  test('400: multipart without a file', async () => {
    const data = new FormData();
    data.set('note', 'nothing else');
    const answer = await api.owner('POST', '/v1/files', { raw: data });
    expect(answer.status).toBe(400);
  });

  test('401 and 403: without a key, or without the right to run anything', async () => {
    expect((await sendRaw(CSV, 'x.csv', api.anybody)).status).toBe(401);
    const reader = await api.admin(NORTH, ['people:read']);
    expect((await sendRaw(CSV, 'x.csv', reader)).status).toBe(403);
    const runner = await api.admin(NORTH, ['bulk-actions:run']);
    expect((await sendRaw(CSV, 'x.csv', runner)).status).toBe(201);
  });

  test('413: over the limit, raw or multipart, and nothing is kept', async () => {
    const before = (await api.storedFiles()).length;
    const large = 'x'.repeat(3 * MAX);
    const raw = await sendRaw(large);
    expect(raw.status).toBe(413);
    expect(raw.json).toMatchObject({ code: 'too-large' });
    expect(raw.json.detail).toContain('1 MB');
    const multipart = await api.owner('POST', '/v1/files', { raw: form(large, 'large.csv') });
    expect(multipart.status).toBe(413);
    expect(await api.storedFiles()).toHaveLength(before);
    expect((await sendRaw('x'.repeat(MAX))).status).toBe(201);
  });

  test('an upload that is aborted leaves nothing', async () => {
    const before = (await api.storedFiles()).length;
    const { key } = await api.admin(NORTH, ['bulk-actions:run']);
    for (const type of ['text/csv', 'multipart/form-data; boundary=b']) {
      const sent = request(`${api.url}/v1/files`, {
        method: 'POST',
        headers: { Authorization: `Bearer ${key}`, 'Content-Type': type, 'Content-Length': 500_000 },
      });
      sent.on('error', () => {});
      const head = '--b\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n';
      sent.write((type === 'text/csv' ? '' : head) + 'y'.repeat(100_000));
      await sleep(150);
      sent.destroy();
    }
    await expect.poll(async () => (await api.storedFiles()).length, { timeout: 5000 }).toBe(before);
  });
});
