// What comes to the cardholder's page besides good photos: files of all kinds, broken requests, too many, and goodbyes.
import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { sql } from 'drizzle-orm';
import sharp from 'sharp';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { openFiles } from '../../adapters/files.ts';
import { openLog } from '../../adapters/log.ts';
import {
  type Cardholder,
  inviteCardholder,
  noise,
  portrait,
  useCardholderPage,
} from '../support/cardholder-page.ts';
import { archive } from '../support/people.ts';
import { NORTH, useApi } from './use-api.ts';

const MB = 2 ** 20;
const lines: string[] = [];
let isStoreAway = false;
/** Holds up whatever is written, while there is one. */
let gate: Promise<void> | undefined;
const path = join(tmpdir(), `muster-files-${randomBytes(6).toString('hex')}`);
const folder = await openFiles(pathToFileURL(path).href);
const api = useApi({
  log: openLog('api', { level: 'debug', isJson: true }, { write: (line) => void lines.push(line) }),
  files: {
    ...folder,
    write: async (...args) => {
      if (isStoreAway) throw new Error('the store is away');
      await gate;
      return folder.write(...args);
    },
  },
});
useCardholderPage();
afterEach(() => {
  isStoreAway = false;
});
afterAll(() => rm(path, { recursive: true, force: true }));

const AS_JSON = { Accept: 'application/json' };
const send = (token: string, content: Buffer, headers: Record<string, string> = {}) => {
  const form = new FormData();
  form.set('photo', new Blob([new Uint8Array(content)]), 'photo.jpg');
  return api.anybody('POST', `/p/${token}/photo`, { raw: form, headers });
};
const countPhotos = async ({ personId }: Cardholder) =>
  (await api.db.execute(sql`select from photo where person_id = ${personId}`)).length;

/** Both ways of sending: what the script is told, and what the page shows after a form. */
async function refused(content: Buffer): Promise<{ status: number; code: string; detail: string }> {
  const holder = await inviteCardholder(api.db, NORTH);
  const told = await send(holder.token, content, AS_JSON);
  expect(told.headers.get('content-type')).toContain('application/problem+json');
  const form = await send(holder.token, content);
  expect(form.status).toBe(303);
  const location = form.headers.get('location') ?? '';
  expect(location).toBe(`/p/${holder.token}?fault=${told.json.code}`);
  const page = await api.anybody('GET', location);
  expect(page.status).toBe(200);
  expect(page.text).toContain('role="alert"');
  expect(page.text).toContain(told.json.detail);
  expect(await countPhotos(holder)).toBe(0);
  return { status: told.status, code: told.json.code, detail: told.json.detail };
}

describe('a file that is not taken is said in place, and the form is there again', () => {
  test('413: larger than 20 MB', async () => {
    const { status, code, detail } = await refused(Buffer.alloc(20 * MB + 1, 0xff));
    expect([status, code]).toEqual([413, 'picture-too-large']);
    expect(detail).toContain('more than 20 MB');
  });

  test('413: more pixels than 25 million', async () => {
    const blank = { create: { width: 6000, height: 5000, channels: 3 as const, background: '#fff' } };
    const { status, code } = await refused(await sharp(blank).png().toBuffer());
    expect([status, code]).toEqual([413, 'too-many-pixels']);
  });

  test.each([
    ['a text', Buffer.from('hello')],
    ['a page', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>')],
    ['an archive', Buffer.from('504b0304', 'hex')],
    ['a GIF', Buffer.from('GIF89a')],
    ['HEIC', Buffer.from('0000001c6674797068656963', 'hex')],
  ])('415: %s, whatever its name says', async (_, content) => {
    expect(await refused(content)).toMatchObject({ status: 415, code: 'not-a-picture' });
  });

  test('422: a picture that is damaged', async () => {
    const whole = await portrait();
    expect(await refused(whole.subarray(0, 900))).toMatchObject({ status: 422, code: 'broken-picture' });
  });

  test('400: none', async () => {
    expect(await refused(Buffer.alloc(0))).toMatchObject({ status: 400, code: 'no-photo' });
  });

  test('400: no form at all, and one without an end', async () => {
    const { token } = await inviteCardholder(api.db, NORTH);
    const post = (type: string) =>
      api.anybody('POST', `/p/${token}/photo`, {
        raw: 'x'.repeat(99),
        headers: { 'Content-Type': type, ...AS_JSON },
      });
    expect((await post('image/jpeg')).json.code).toBe('no-photo');
    expect((await post('multipart/form-data')).json.code).toBe('no-photo');
    expect((await post('multipart/form-data; boundary=x')).status).toBe(400);
  });

  test('400: a form that ends in the middle of the photo, and one that is all parts', async () => {
    const { token } = await inviteCardholder(api.db, NORTH);
    const part = (name: string) =>
      `--x\r\nContent-Disposition: form-data; name="${name}"; filename="a"\r\n\r\nabc\r\n`;
    const post = (raw: string) =>
      api.anybody('POST', `/p/${token}/photo`, {
        raw,
        headers: { 'Content-Type': 'multipart/form-data; boundary=x', ...AS_JSON },
      });
    expect((await post(part('photo').trimEnd())).json.code).toBe('broke-off');
    expect((await post(`${part('other').repeat(500)}--x--`)).json.code).toBe('no-photo');
  });

  test('a message that nobody wrote is not shown', async () => {
    const { token } = await inviteCardholder(api.db, NORTH);
    for (const fault of ['<b>', 'constructor', 'unheard-of', 'picture-too-large&fault=x'])
      expect((await api.anybody('GET', `/p/${token}?fault=${fault}`)).text).not.toContain('id="problem"');
  });
});

test('a photo of nearly 20 MB is taken', async () => {
  const holder = await inviteCardholder(api.db, NORTH);
  const content = await noise(3900, 3900);
  expect(content.length).toBeGreaterThan(14 * MB);
  const filled = Buffer.concat([content, Buffer.alloc(20 * MB - content.length)]);
  expect((await send(holder.token, filled, AS_JSON)).status).toBe(201);
  expect(await countPhotos(holder)).toBe(1);
});

test('photos that are still at work count as memory: one too many is asked to come again, and then is taken', async () => {
  const content = Buffer.concat([await portrait(), Buffer.alloc(19 * MB)]);
  const holders = await Promise.all(Array.from({ length: 15 }, () => inviteCardholder(api.db, NORTH)));
  let open = () => {};
  gate = new Promise((resolve) => {
    open = resolve;
  });
  const statuses: number[] = [];
  const sending = holders.map(async ({ token }) => {
    statuses.push((await send(token, content, AS_JSON)).status);
  });
  try {
    await expect.poll(() => statuses).toContain(503);
  } finally {
    open();
    gate = undefined;
    await Promise.all(sending);
  }
  expect(statuses.filter((status) => status === 201).length).toBeGreaterThanOrEqual(12);
  const refusedOnes = statuses.filter((status) => status === 503).length;
  expect(refusedOnes).toBeLessThanOrEqual(3);
  for (const { token } of holders) expect((await send(token, content, AS_JSON)).status).toBe(201);
});

test('a line that breaks in the middle of a photo leaves nothing behind', async () => {
  const holder = await inviteCardholder(api.db, NORTH);
  const before = lines.length;
  await new Promise<void>((resolve) => {
    const socket = connect(Number(new URL(api.url).port), '127.0.0.1', () => {
      socket.write(
        `POST /p/${holder.token}/photo HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 99999\r\n\r\n--b\r\nContent-Disposition: form-data; name="photo"; filename="x"\r\n\r\nabc`,
      );
      setTimeout(() => socket.destroy(), 200);
    });
    socket.once('close', () => resolve());
  });
  await expect.poll(() => lines.slice(before).some((line) => line.includes('/p/:token/photo'))).toBe(true);
  expect(await countPhotos(holder)).toBe(0);
  expect((await send(holder.token, await portrait(), AS_JSON)).status).toBe(201);
});

test('500: what breaks on our side is told as that, in the language of the page, and is logged', async () => {
  const holder = await inviteCardholder(api.db, NORTH);
  isStoreAway = true;
  const photo = await portrait();
  const told = await send(holder.token, photo, { ...AS_JSON, 'Accept-Language': 'de' });
  expect([told.status, told.json.code]).toEqual([500, 'unavailable']);
  expect(told.json.detail).toContain('Nichts ist verloren');
  const page = await send(holder.token, photo);
  expect([page.status, page.headers.get('content-type')]).toEqual([500, 'text/html; charset=utf-8']);
  expect(page.text).not.toContain(holder.token);
  isStoreAway = false;
  expect((await send(holder.token, photo, AS_JSON)).status).toBe(201);
});

test('429: a link that is asked for without end has to wait, others have not', async () => {
  const [busy, other] = [await inviteCardholder(api.db, NORTH), await inviteCardholder(api.db, NORTH)];
  const statuses: number[] = [];
  for (let n = 0; n < 12; n++) statuses.push((await send(busy.token, Buffer.from('x'))).status);
  expect(statuses).toEqual([...Array(10).fill(303), 429, 429]);
  const told = await send(busy.token, Buffer.from('x'), AS_JSON);
  expect([told.status, told.headers.get('retry-after'), told.json.code]).toEqual([
    429,
    '60',
    'too-many-requests',
  ]);
  expect((await send(other.token, Buffer.from('x'))).status).toBe(303);
});

describe('no more mails', () => {
  const stops = async ({ personId }: Cardholder) =>
    (await api.db.execute(sql`select reason from mail_stop where person_id = ${personId}`)).length;

  test('opening the link changes nothing, the button does, and the page says so ever after', async () => {
    const holder = await inviteCardholder(api.db, NORTH);
    const asked = await api.anybody('GET', `/p/${holder.token}/unsubscribe`);
    expect([asked.status, await stops(holder)]).toEqual([200, 0]);
    expect(asked.text).toContain('Get no more mails about your photo?');
    const done = await api.anybody('POST', `/p/${holder.token}/unsubscribe`);
    expect([done.status, await stops(holder)]).toEqual([200, 1]);
    expect(done.text).toContain('You get no more of these mails');
    expect((await api.anybody('GET', `/p/${holder.token}/unsubscribe`)).text).toContain(
      'You get no more of these mails',
    );
    expect((await api.anybody('GET', `/p/${holder.token}`)).status).toBe(200);
  });

  test('200: one click of a mail program does it, once and again, also when the link has expired', async () => {
    const holder = await inviteCardholder(api.db, NORTH, { days: -1 });
    for (let n = 0; n < 2; n++) {
      const { status } = await api.anybody('POST', `/p/${holder.token}/unsubscribe`, {
        raw: 'List-Unsubscribe=One-Click',
        headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
      });
      expect(status).toBe(200);
    }
    expect(await stops(holder)).toBe(1);
    const noted = await api.db.execute(sql`
      select what, subject, by_person_id as "by" from audit_event where subject_id = ${String(holder.personId)}`);
    expect([...noted]).toEqual([{ what: 'person.unsubscribed', subject: 'person', by: null }]);
  });

  test('404: for a link that nobody was sent', async () => {
    const link = `/p/${randomBytes(32).toString('base64url')}`;
    expect((await api.anybody('POST', `${link}/unsubscribe`)).status).toBe(404);
  });

  test('200: somebody who has left may say so as well', async () => {
    const holder = await inviteCardholder(api.db, NORTH);
    await archive(api.db, holder.personId);
    expect((await api.anybody('POST', `/p/${holder.token}/unsubscribe`)).status).toBe(200);
    expect(await stops(holder)).toBe(1);
  });
});

test('no token is ever logged: not of a page, a photo, a picture, nor of what went wrong', async () => {
  const holder = await inviteCardholder(api.db, NORTH);
  lines.length = 0;
  const photo = await portrait();
  await api.anybody('GET', `/p/${holder.token}`);
  await api.anybody('GET', `/p/${holder.token}?fault=no-photo&lang=de`);
  await send(holder.token, photo);
  isStoreAway = true;
  await send(holder.token, await portrait({ width: 700, height: 900 }));
  for (const rest of ['/picture', '/logo', '/unsubscribe', '/else', '/', '/%00'])
    await api.anybody('GET', `/p/${holder.token}${rest}`);
  await api.anybody('DELETE', `/p/${holder.token}`);
  await api.anybody('GET', `/p/${holder.token.slice(0, 10)}`);
  await api.anybody('GET', '/p/0123456789');
  expect(lines.length).toBeGreaterThan(10);
  const said = lines.join('');
  expect(said).toContain('/p/:token/photo');
  expect(said).toContain('the store is away');
  expect(said).not.toContain(holder.token.slice(0, 10));
  expect(said).not.toContain('0123456789');
});
