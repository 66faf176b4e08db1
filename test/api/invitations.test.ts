// Invitations over HTTP: how a site invites, what it says, who is invited by hand, and who may see and do what.
import { sql } from 'drizzle-orm';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { ensurePerson } from '../../db/queries/people.ts';
import { FOREIGN, NORTH, ROOT, SOUTH, useApi } from './use-api.ts';

const started: number[][] = [];
const api = useApi({
  cardholderMails: {
    start: async (mailIds) => {
      started.push([...mailIds]);
    },
  },
});

let people = 0;
async function person(siteId = NORTH) {
  people += 1;
  const email = `holder${people}@example.org`;
  return ensurePerson(api.db, {
    siteId,
    rootId: siteId === FOREIGN ? FOREIGN : ROOT,
    identifier: `holder-${people}`,
    email,
    username: null,
    firstName: 'Ada',
    lastName: 'Byron',
    displayName: null,
    fields: {},
  });
}

const settingsPath = (site: number) => `/v1/sites/${site}/invitation-settings`;
const textPath = (site: number, language: string, what: string) =>
  `/v1/sites/${site}/invitation-texts/${language}/${what}`;
const NOTHING = { office: null, replyTo: null, linkDays: null, reminderDays: null, deadlineDays: null };
const INVITER = ['invitations:write', 'sites:read', 'people:read'] as const;

describe('settings', () => {
  test('200: what a site says holds below it, null leaves it to the site above', async () => {
    const before = await api.owner('GET', settingsPath(NORTH));
    expect(before.json.effective).toMatchObject({
      linkDays: { value: 28, fromSiteId: null },
      reminderDays: { value: [7, 14], fromSiteId: null },
      deadlineDays: { value: 28, fromSiteId: null },
      office: { value: null },
      logoFromSiteId: null,
    });
    const body = { ...NOTHING, office: 'Card office', replyTo: 'cards@uni.example', reminderDays: [] };
    expect((await api.owner('PUT', settingsPath(ROOT), { body })).status).toBe(200);
    const own = { ...NOTHING, linkDays: 5, replyTo: 'north@uni.example' };
    const put = await api.owner('PUT', settingsPath(NORTH), { body: own });
    expect(put.json).toMatchObject({
      own,
      effective: {
        office: { value: 'Card office', fromSiteId: ROOT },
        replyTo: { value: 'north@uni.example', fromSiteId: NORTH },
        linkDays: { value: 5, fromSiteId: NORTH },
        reminderDays: { value: [], fromSiteId: ROOT },
      },
    });
  });

  test.each([
    ['replyTo', 'cards@uni.example\r\nBcc: all@uni.example'],
    ['replyTo', 'Cards <cards@uni.example>'],
    ['replyTo', 'a@b.org, c@d.org'],
    ['office', 'Card\noffice'],
    ['linkDays', 0],
    ['reminderDays', [7, 7]],
    ['reminderDays', [14, 7]],
  ])('400: %s as %j', async (name, value) => {
    const { status, json } = await api.owner('PUT', settingsPath(NORTH), {
      body: { ...NOTHING, [name]: value },
    });
    expect(status).toBe(400);
    expect(json.errors[0].path).toContain(name);
  });

  test('403 and 404: by who may', async () => {
    const reader = await api.admin(ROOT, ['sites:read']);
    expect((await reader('GET', settingsPath(NORTH))).status).toBe(200);
    expect((await reader('PUT', settingsPath(NORTH), { body: NOTHING })).status).toBe(403);
    const stranger = await api.admin(FOREIGN, INVITER);
    expect((await stranger('GET', settingsPath(NORTH))).status).toBe(404);
    expect((await stranger('PUT', settingsPath(NORTH), { body: NOTHING })).status).toBe(404);
  });
});

describe('the logo', () => {
  const put = (raw: Uint8Array, type = 'image/png') =>
    api.owner('PUT', `${settingsPath(ROOT)}/logo`, { raw, headers: { 'content-type': type } });

  test('is taken by its content, made to fit, inherited, and given up', async () => {
    expect((await api.owner('GET', `${settingsPath(SOUTH)}/logo`)).status).toBe(404);
    const wide = await sharp({ create: { width: 2000, height: 300, channels: 4, background: '#0b6377' } })
      .png()
      .toBuffer();
    expect((await put(wide)).status).toBe(204);
    const shown = await fetch(`${api.url}${settingsPath(SOUTH)}/logo`, {
      headers: { authorization: `Bearer ${(await api.admin(ROOT, ['sites:read'])).key}` },
    });
    expect(shown.headers.get('content-type')).toBe('image/png');
    expect(await sharp(Buffer.from(await shown.arrayBuffer())).metadata()).toMatchObject({
      width: 480,
      height: 72,
    });
    expect((await api.owner('GET', settingsPath(SOUTH))).json.effective.logoFromSiteId).toBe(ROOT);
    expect((await put(await sharp(wide).jpeg().toBuffer(), 'application/octet-stream')).status).toBe(204);
    expect((await api.storedFiles()).filter((name) => name.includes('logo'))).toHaveLength(1);
    expect((await api.owner('DELETE', `${settingsPath(ROOT)}/logo`)).status).toBe(204);
    expect((await api.storedFiles()).filter((name) => name.includes('logo'))).toHaveLength(0);
    expect((await api.owner('GET', `${settingsPath(SOUTH)}/logo`)).status).toBe(404);
  });

  test('400 and 413: no picture, another kind of picture, too large', async () => {
    expect((await put(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'))).status).toBe(400);
    const gif = await sharp({ create: { width: 2, height: 2, channels: 3, background: '#fff' } })
      .gif()
      .toBuffer();
    expect((await put(gif)).status).toBe(400);
    expect((await put(Buffer.alloc(300 * 1024, 1))).status).toBe(413);
  });
});

describe('texts', () => {
  test('200: built in, of the site above, own, and back', async () => {
    const path = textPath(NORTH, 'de', 'invitation');
    expect((await api.owner('GET', path)).json).toMatchObject({
      subject: 'Ihr Foto für {organisation}',
      fromSiteId: null,
      placeholders: ['firstName', 'organisation', 'office', 'link', 'expires'],
    });
    const body = { subject: 'Foto, {firstName}', text: 'Hallo {firstName}\n\n{link}' };
    await api.owner('PUT', textPath(ROOT, 'de', 'invitation'), { body });
    expect((await api.owner('GET', path)).json).toMatchObject({ ...body, fromSiteId: ROOT });
    const own = { subject: 'Nord', text: '{link}' };
    expect((await api.owner('PUT', path, { body: own })).json).toMatchObject({ ...own, fromSiteId: NORTH });
    expect((await api.owner('DELETE', path)).status).toBe(204);
    expect((await api.owner('GET', path)).json.fromSiteId).toBe(ROOT);
  });

  test.each([
    ['invitation', { subject: 'S', text: 'No way there' }, 'text'],
    ['invitation', { subject: 'S', text: '{link} {first_name}' }, 'text'],
    ['invitation', { subject: 'S {link}', text: '{link}' }, 'subject'],
    ['invitation', { subject: 'S', text: '{link} {reasons}' }, 'text'],
    ['approved', { subject: 'S', text: '{link}' }, 'text'],
    ['reminder', { subject: 'S\r\nBcc: x@y.org', text: '{link}' }, 'subject'],
    ['reminder', { subject: 'S\u2028S', text: '{link}\u0007' }, 'text'],
  ])('400: %s %j', async (what, body, path) => {
    const { status, json } = await api.owner('PUT', textPath(NORTH, 'en', what), { body });
    expect(status).toBe(400);
    expect(json.errors.map((fault: { path: string }) => fault.path)).toContain(path);
  });

  test('a preview shows the mail with sample values, and saves nothing', async () => {
    const path = textPath(SOUTH, 'en', 'sent-back');
    const { json } = await api.owner('POST', `${path}/preview`, {
      body: { text: 'Dear {firstName} <b>\n\n{reasons}\n\n{note}\n\n{link}' },
    });
    expect(json.text).toContain('Dear Ada <b>\n\n– The photo is blurred or too dark.\n– The background');
    expect(json.html).toContain('Dear Ada &lt;b&gt;');
    expect(json.html).toContain('>Send another photo<');
    expect((await api.owner('GET', path)).json.fromSiteId).toBeNull();
    expect((await api.owner('POST', `${path}/preview`, { body: { text: 'x' } })).status).toBe(400);
  });

  test('403: to say it takes invitations:write', async () => {
    const reader = await api.admin(ROOT, ['sites:read']);
    const body = { subject: 'S', text: '{link}' };
    expect((await reader('PUT', textPath(NORTH, 'en', 'invitation'), { body })).status).toBe(403);
    expect((await reader('DELETE', textPath(NORTH, 'en', 'invitation'))).status).toBe(403);
  });
});

describe('by hand', () => {
  const invite = async (ids: number[], ask = api.owner) =>
    ask('POST', '/v1/invitations', { body: { personIds: ids } });

  test('201: active people are invited, and the mails of those who can be reached set going', async () => {
    const [ada, silent] = [await person(), await person()];
    await api.db.execute(sql`update person set email = null, email_key = null where id = ${silent.id}`);
    const made = await invite([ada.id, silent.id]);
    expect(made.status).toBe(201);
    const reachable = made.json.items.map((one: { personId: number; isReachable: boolean }) => [
      one.personId,
      one.isReachable,
    ]);
    expect(Object.fromEntries(reachable)).toEqual({ [ada.id]: true, [silent.id]: false });
    expect(started.at(-1)).toHaveLength(1);
    const list = await api.owner('GET', `/v1/invitations?person=${ada.id}`);
    expect(list.json.items).toMatchObject([
      {
        personId: ada.id,
        personName: 'Ada Byron',
        state: 'open',
        bulkActionId: null,
        mail: { number: 0, state: 'waiting' },
      },
    ]);
    const dropped = await api.owner('GET', `/v1/invitations?site=${NORTH}&mail=dropped`);
    expect(dropped.json.items.map((one: { personId: number }) => one.personId)).toContain(silent.id);
  });

  test('whose mail waits already is not written to twice, and holds nobody else up', async () => {
    const [first, second] = [await person(), await person()];
    await invite([first.id]);
    const [waiting] = started.at(-1) ?? [];
    expect((await invite([first.id, second.id])).json.items).toHaveLength(2);
    expect(started.at(-1)).toHaveLength(2);
    expect(started.at(-1)?.at(0)).not.toBe(waiting);
    expect(started.at(-1)?.at(1)).toBe(waiting);
  });

  test('the list goes page by page, the newest first', async () => {
    const made = await invite([(await person(SOUTH)).id, (await person(SOUTH)).id, (await person(SOUTH)).id]);
    const ids = made.json.items.map(({ id }: { id: number }) => id).reverse();
    const first = await api.owner('GET', `/v1/invitations?site=${SOUTH}&limit=2`);
    const second = await api.owner('GET', `/v1/invitations?site=${SOUTH}&limit=2&cursor=${first.json.next}`);
    expect([...first.json.items, ...second.json.items].map(({ id }: { id: number }) => id)).toEqual(ids);
    expect(second.json.next).toBeNull();
  });

  test('sent again while it is open; not once it is closed, and not to whom nothing reaches', async () => {
    const ada = await person();
    const [{ id }] = (await invite([ada.id])).json.items;
    const again = await api.owner('POST', `/v1/invitations/${id}/send`);
    expect(again.status).toBe(202);
    expect(started.at(-1)).toEqual([again.json.mailId]);
    await api.db.execute(sql`
      insert into mail_stop (person_id, reason, email_key, smtp_code)
      values (${ada.id}, 'bounced', ${ada.email}, '550 5.1.1')`);
    expect((await api.owner('POST', `/v1/invitations/${id}/send`)).status).toBe(409);
    const stopped = await api.owner('GET', `/v1/people/${ada.id}`);
    expect(stopped.json.mailStops).toMatchObject([{ reason: 'bounced', smtpCode: '550 5.1.1' }]);
    expect((await api.owner('DELETE', `/v1/people/${ada.id}/mail-stop`)).status).toBe(204);
    expect((await api.owner('GET', `/v1/people/${ada.id}`)).json.mailStops).toEqual([]);
    expect((await api.owner('POST', `/v1/invitations/${id}/send`)).status).toBe(202);
    expect((await api.owner('POST', `/v1/invitations/${id}/close`)).json.state).toBe('closed');
    expect((await api.owner('POST', `/v1/invitations/${id}/close`)).status).toBe(200);
    expect((await api.owner('POST', `/v1/invitations/${id}/send`)).status).toBe(409);
  });

  test('403 and 404: at one’s own sites alone, and with the right', async () => {
    const [ada, foreign] = [await person(), await person(FOREIGN)];
    expect((await invite([ada.id, foreign.id])).status).toBe(404);
    const reader = await api.admin(ROOT, ['people:read']);
    expect((await invite([ada.id], reader)).status).toBe(403);
    const south = await api.admin(SOUTH, INVITER);
    expect((await invite([ada.id], south)).status).toBe(404);
    const [{ id }] = (await invite([ada.id])).json.items;
    expect((await reader('GET', `/v1/invitations/${id}`)).status).toBe(200);
    for (const path of ['send', 'close'])
      expect((await reader('POST', `/v1/invitations/${id}/${path}`)).status).toBe(403);
    expect((await south('GET', `/v1/invitations/${id}`)).status).toBe(404);
    expect((await reader('DELETE', `/v1/people/${ada.id}/mail-stop`)).status).toBe(403);
  });
});

describe('runs that invite', () => {
  const begin = async (ask: typeof api.owner, options: object) => {
    const file = await ask('POST', '/v1/files?name=a.csv', { raw: 'identifier,email\n1,one@a.org\n' });
    return ask('POST', '/v1/bulk-actions', {
      body: { site: NORTH, files: [file.json.id], options, dryRun: true },
    });
  };
  const RUNNER = ['bulk-actions:run', 'people:create', 'people:update', 'people:archive'] as const;

  test('202 with the right, 403 without it, also where the file shall say it', async () => {
    expect((await begin(api.owner, { invite: 'new' })).status).toBe(202);
    const runner = await api.admin(ROOT, RUNNER);
    expect((await begin(runner, {})).status).toBe(202);
    expect((await begin(runner, { invite: 'all' })).json).toMatchObject({ status: 403 });
    expect((await begin(runner, { mapping: { send_invitation: 'email' } })).json).toMatchObject({
      status: 403,
    });
    expect(
      (await begin(await api.admin(ROOT, [...RUNNER, 'invitations:write']), { invite: 'all' })).status,
    ).toBe(202);
  });

  test('400: nobody is invited who is asked to leave', async () => {
    expect((await begin(api.owner, { action: 'archive', invite: 'all' })).status).toBe(400);
  });
});
