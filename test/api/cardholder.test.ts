// The cardholder's page over HTTP: its states and headers, plain forms, and what hostile hands send.
import { randomBytes } from 'node:crypto';
import { sql } from 'drizzle-orm';
import sharp from 'sharp';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  decide,
  inviteCardholder,
  mailLink,
  portrait,
  setInvitation,
  useCardholderPage,
} from '../support/cardholder-page.ts';
import { archive } from '../support/people.ts';
import { NORTH, ROOT, useApi } from './use-api.ts';

const nudged: string[] = [];
const api = useApi({
  followUps: { nudge: async (ids: readonly string[]) => void nudged.push(...ids) } as never,
});
useCardholderPage();

let photo: Buffer;
beforeAll(async () => {
  photo = await portrait();
});

const get = (path: string, headers: Record<string, string> = {}) =>
  api.anybody('GET', `/p/${path}`, { headers });
const AS_JSON = { Accept: 'application/json' };

type Sent = {
  content?: Buffer | undefined;
  fields?: Record<string, string>;
  lang?: string;
  headers?: Record<string, string>;
};

/** The form as a browser sends it. */
function send(token: string, { content = photo, fields = {}, lang, headers = {} }: Sent = {}) {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  form.set('photo', new Blob([new Uint8Array(content)]), 'IMG_0001.jpg');
  return api.anybody('POST', `/p/${token}/photo${lang ? `?lang=${lang}` : ''}`, { raw: form, headers });
}

const photosOf = async (personId: number) => [
  ...(await api.db.execute<{ id: string; state: string; crop: unknown; width: number; height: number }>(
    sql`select id, state, crop, width, height from photo where person_id = ${personId} order by created_at`,
  )),
];

/** What a browser shows, without the parts that it does not. */
const textOf = (page: string) =>
  page
    .replace(/<template[\s\S]*<\/template>/g, '')
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ');

describe('GET /p/{token}', () => {
  test('200: says why, how, how large, and until when, and has a form that needs no script', async () => {
    const { token } = await inviteCardholder(api.db, NORTH);
    await setInvitation(
      api.db,
      { token, personId: 0, invitationId: await invitationOf(token) },
      {
        expiresAt: new Date('2099-12-20T12:00:00Z'),
      },
    );
    const { status, headers, text } = await get(token);
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(headers.get('content-language')).toBe('en');
    expect(text).toContain('<html lang="en"');
    const shown = textOf(text);
    for (const words of [
      'University',
      'Amara, add the photo for your card',
      'Look straight ahead',
      'Head coverings',
      'Too far away',
      'JPEG or PNG, up to 20 MB. Link works until 20 December 2099 .',
      'How we use your photo',
    ])
      expect(shown).toContain(words);
    expect(text).toMatch(
      /<form[^>]+method="post" enctype="multipart\/form-data" action="\/p\/[\w-]+\/photo"/,
    );
  });

  test('200: in the language of the site, unless the browser wishes for another, unless one is chosen', async () => {
    const { token } = await inviteCardholder(api.db, NORTH);
    await api.db.execute(sql`update site set language = 'de' where id = ${ROOT}`);
    const languages = [
      await get(token),
      await get(token, { 'Accept-Language': 'fr' }),
      await get(token, { 'Accept-Language': 'en-US,en;q=0.9,de;q=0.8' }),
      await get(`${token}?lang=de`, { 'Accept-Language': 'en' }),
    ].map(({ headers, text }) => [headers.get('content-language'), /lang="(..)"/.exec(text)?.[1]]);
    await api.db.execute(sql`update site set language = null where id = ${ROOT}`);
    expect(languages).toEqual([
      ['de', 'de'],
      ['de', 'de'],
      ['en', 'en'],
      ['de', 'de'],
    ]);
  });

  test('200: writes dates as in the reader’s country', async () => {
    const { token, invitationId } = await inviteCardholder(api.db, NORTH);
    await setInvitation(
      api.db,
      { token, personId: 0, invitationId },
      { expiresAt: new Date('2099-12-20T12:00:00Z') },
    );
    expect(textOf((await get(token, { 'Accept-Language': 'en-US' })).text)).toContain('December 20, 2099');
    expect(textOf((await get(token, { 'Accept-Language': 'de' })).text)).toContain('20. Dezember 2099');
  });

  test('200: names the office and shows the logo that the nearest site upwards has', async () => {
    await api.db.execute(sql`
      insert into invitation_settings (site_id, office, reply_to, logo_file_key, logo_media_type)
      values (${ROOT}, 'Card <office>', 'cards@example.org', 'logo1', 'image/svg+xml')`);
    const { token } = await inviteCardholder(api.db, NORTH);
    const { text } = await get(token);
    expect(text).toContain('Card &lt;office&gt;');
    expect(text).toContain(`src="/p/${token}/logo"`);
    // Its file is gone: nothing but the picture is missing.
    expect((await get(`${token}/logo`)).status).toBe(404);
    await api.db.execute(sql`delete from invitation_settings`);
    expect((await get(token)).text).not.toContain('/logo');
  });

  test('200: what names hold is text, whatever it looks like', async () => {
    const { token } = await inviteCardholder(api.db, NORTH, {
      firstName: '<img src=x onerror=alert(1)>"\'&',
    });
    const { text } = await get(token);
    expect(text).toContain('&lt;img src=x onerror=alert(1)&gt;&quot;&#39;&amp;');
    expect(text).not.toContain('<img src=x');
  });

  test('200: somebody without a first name is asked all the same', async () => {
    const { token } = await inviteCardholder(api.db, NORTH, { firstName: null });
    expect(textOf((await get(token)).text)).toContain(' Add the photo for your card ');
  });

  test('410: an expired link tells when it ended, whom to ask, and nobody’s name', async () => {
    const holder = await inviteCardholder(api.db, NORTH);
    await setInvitation(api.db, holder, { expiresAt: new Date(Date.now() - 1000) });
    const { status, text } = await get(holder.token);
    expect(status).toBe(410);
    expect(textOf(text)).toContain('This link has expired');
    expect(text).not.toContain('Amara');
    expect(text).not.toContain('<form');
  });

  test('410: nobody waits any more: the invitation is closed, or the person has left', async () => {
    const closed = await inviteCardholder(api.db, NORTH);
    await setInvitation(api.db, closed, { state: 'closed' });
    const left = await inviteCardholder(api.db, NORTH);
    await archive(api.db, left.personId);
    for (const { token } of [closed, left]) {
      const { status, text } = await get(token);
      expect(status).toBe(410);
      expect(textOf(text)).toContain('No photo is needed any more');
      expect(text).not.toContain('Amara');
    }
  });

  test('every link of an invitation leads to the same page', async () => {
    const holder = await inviteCardholder(api.db, NORTH);
    const second = await mailLink(api.db, holder.invitationId);
    expect((await get(second)).status).toBe(200);
    expect((await get(holder.token)).status).toBe(200);
  });
});

const invitationOf = async (token: string): Promise<number> => {
  const { createHash } = await import('node:crypto');
  const hash = createHash('sha256').update(token).digest('hex');
  const [row] = await api.db.execute<{ id: number }>(
    sql`select invitation_id::float8 as id from invitation_mail where token_hash = ${hash}`,
  );
  return row?.id ?? 0;
};

describe('a link that nobody was sent', () => {
  const STRANGE = [
    randomBytes(32).toString('base64url'),
    'short',
    'a'.repeat(3000),
    '%00',
    '%E0%A4%A',
    '..%2f..%2fetc%2fpasswd',
    "'%20or%201=1--",
    '%3Cscript%3Ealert(1)%3C%2Fscript%3E',
    `${'A'.repeat(43)}/whatever`,
    `${'A'.repeat(43)}/picture`,
    `${'A'.repeat(43)}/unsubscribe`,
  ];

  test.each(STRANGE)('404: %s leads nowhere, in the same words, and is not shown', async (path) => {
    const { status, headers, text } = await get(path);
    expect(status).toBe(404);
    expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(textOf(text)).toContain('This link leads nowhere');
    for (const written of [path, path.replace(/%3C/g, '<').replace(/%3E/g, '>').replace(/%2F/gi, '/')])
      expect(text).not.toContain(written);
    expect(text).not.toContain('University');
  });

  test('404: nothing is taken by it', async () => {
    const before = await api.storedFiles();
    expect((await send(randomBytes(32).toString('base64url'))).status).toBe(404);
    expect(await api.storedFiles()).toEqual(before);
  });
});

describe('headers', () => {
  test('nothing is kept, framed, indexed, sent along or run inline', async () => {
    const { token } = await inviteCardholder(api.db, NORTH);
    for (const path of [token, 'nowhere', `${token}/unsubscribe`]) {
      const { headers, text } = await get(path);
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('x-robots-tag')).toContain('noindex');
      expect(headers.get('set-cookie')).toBeNull();
      const policy = headers.get('content-security-policy') ?? '';
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("script-src 'self'");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toContain('unsafe');
      expect(text).not.toMatch(/<script(?![^>]* src=)|\son\w+=|\sstyle=/);
    }
  });

  test('script, style and letters are there, small, and kept for good', async () => {
    const { token } = await inviteCardholder(api.db, NORTH);
    const { text } = await get(token);
    const names = [...text.matchAll(/"(\/p\/assets\/[^"]+)"/g)].map((match) => match[1] ?? '');
    expect(names.length).toBe(3);
    for (const name of names) {
      const { status, headers, text: content } = await get(name.slice(3), { 'Accept-Encoding': 'gzip' });
      expect(status).toBe(200);
      expect(headers.get('cache-control')).toContain('immutable');
      expect(content.length).toBeGreaterThan(1000);
    }
    expect((await get('assets/main.js')).status).toBe(404);
  });
});

describe('POST /p/{token}/photo', () => {
  test('303: a plain form brings a photo, and the page says that it has arrived', async () => {
    const holder = await inviteCardholder(api.db, NORTH, { runId: 'run0000001' });
    const { status, headers } = await send(holder.token, { lang: 'de' });
    expect([status, headers.get('location')]).toEqual([303, `/p/${holder.token}?lang=de`]);
    expect(nudged).toContain('run0000001');
    const page = await get(holder.token);
    expect(page.status).toBe(200);
    expect(textOf(page.text)).toContain('Your photo has arrived');
    expect(await photosOf(holder.personId)).toEqual([
      expect.objectContaining({ state: 'waiting', crop: null, width: 1200, height: 1528 }),
    ]);
    const picture = await fetch(`${api.url}/p/${holder.token}/picture`);
    expect(picture.headers.get('content-type')).toBe('image/jpeg');
    expect((await sharp(Buffer.from(await picture.arrayBuffer())).metadata()).height).toBe(320);
  });

  test('201: the script is told where to go next, and the part is kept in pixels of the kept picture', async () => {
    const holder = await inviteCardholder(api.db, NORTH);
    const content = await portrait({ width: 2400, height: 3200 });
    const fields = {
      upload: 'a',
      left: '600',
      top: '400',
      width: '1200',
      height: '1600',
      pictureWidth: '2400',
      pictureHeight: '3200',
    };
    const { status, json } = await send(holder.token, { content, fields, headers: AS_JSON });
    expect([status, json]).toEqual([201, { next: `/p/${holder.token}` }]);
    expect(await photosOf(holder.personId)).toEqual([
      expect.objectContaining({
        width: 1500,
        height: 2000,
        crop: { left: 375, top: 250, width: 750, height: 1000 },
      }),
    ]);
    expect((await get(holder.token)).text).toContain('viewBox="375 250 750 1000"');
  });

  test.each([
    [
      'past the edge',
      { left: '1', top: '0', width: '1200', height: '1528', pictureWidth: '1200', pictureHeight: '1528' },
    ],
    [
      'of another shape',
      { left: '0', top: '0', width: '10', height: '10', pictureWidth: '1528', pictureHeight: '1200' },
    ],
    [
      'no numbers',
      { left: '-1', top: 'x', width: '1e9', height: '', pictureWidth: '1200', pictureHeight: '1528' },
    ],
  ])('303: a part %s is no part: the whole picture is kept', async (_, fields) => {
    const holder = await inviteCardholder(api.db, NORTH);
    expect((await send(holder.token, { fields })).status).toBe(303);
    expect(await photosOf(holder.personId)).toEqual([expect.objectContaining({ crop: null })]);
  });

  test('the same upload again, in turn and at once, is one photo', async () => {
    const holder = await inviteCardholder(api.db, NORTH);
    const once = () => send(holder.token, { fields: { upload: 'one' }, headers: AS_JSON });
    const answers = await Promise.all([once(), once(), once()]);
    answers.push(await once());
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201]);
    expect(await photosOf(holder.personId)).toHaveLength(1);
    const deleted = await api.db.execute(sql`select from photo_deletion`);
    expect(deleted).toHaveLength(0);
  });

  test('another photo takes the place of the one that waits', async () => {
    const holder = await inviteCardholder(api.db, NORTH);
    await send(holder.token, { fields: { upload: 'one' } });
    await send(holder.token, { fields: { upload: 'two' } });
    expect(await photosOf(holder.personId)).toHaveLength(1);
  });

  test('approved, and sent back with reasons and a note as text, the page says what comes next', async () => {
    const holder = await inviteCardholder(api.db, NORTH);
    await send(holder.token, { fields: { upload: 'one' } });
    await decide(api.db, holder, {
      reasons: ['face-hidden', 'background'],
      note: 'Bring <b>it</b>\nby Friday',
    });
    const back = await get(holder.token);
    expect(back.status).toBe(200);
    expect(textOf(back.text)).toContain('Amara, one more photo for your card');
    expect(textOf(back.text)).toContain('Your face can’t be seen in full.');
    expect(textOf(back.text)).toContain('Take another');
    expect(back.text).toContain('Bring &lt;b&gt;it&lt;/b&gt;\nby Friday');
    expect((await get(`${holder.token}/picture`)).status).toBe(404);
    await send(holder.token, { fields: { upload: 'two' } });
    await decide(api.db, holder, 'approved');
    const approved = await get(holder.token);
    expect(approved.status).toBe(200);
    expect(textOf(approved.text)).toContain('Your photo is accepted');
    expect(approved.text).not.toContain('<form');
  });

  test('303 and 410: a link that ends between page and photo takes none, and the page says why', async () => {
    const holder = await inviteCardholder(api.db, NORTH);
    expect((await get(holder.token)).status).toBe(200);
    await setInvitation(api.db, holder, { expiresAt: new Date(Date.now() - 1000) });
    const { status, headers } = await send(holder.token);
    expect([status, headers.get('location')]).toEqual([303, `/p/${holder.token}`]);
    const asJson = await send(holder.token, { headers: AS_JSON });
    expect([asJson.status, asJson.json]).toEqual([410, { next: `/p/${holder.token}` }]);
    expect((await get(holder.token)).status).toBe(410);
    expect(await photosOf(holder.personId)).toEqual([]);
  });
});
