// Mails to cardholders against a real mail server: each once, its fate noted, and nothing lost on the way.

import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { invitationActivities } from '../../activities/invitations.ts';
import { openLog } from '../../adapters/log.ts';
import { openLanes } from '../../adapters/mail/lanes.ts';
import { openDb } from '../../db/client.ts';
import {
  putInvitationSettings,
  putInvitationText,
  putLogo,
} from '../../db/queries/invitations/invitation-settings.ts';
import { inviteRun, remindRun } from '../../db/queries/invitations/invitations.ts';
import { useEngine } from '../support/engine.ts';
import { startMailServer } from '../support/mail-server.ts';
import { makeOrganisation, type TestOrganisation } from '../support/runs.ts';

const engine = useEngine();
let organisation: TestOrganisation;

beforeEach(async () => {
  organisation = await makeOrganisation(engine.db);
});

/** A run that has invited these, none of whose mails has left. */
async function invited(identifiers: readonly string[]): Promise<string> {
  const rows = identifiers.map((who) => `${who},${who}@a.org,${who.toUpperCase()}`);
  const csv = ['identifier,email,first_name', ...rows].join('\n');
  const { id } = await engine.run(organisation, csv, { invite: 'all' });
  expect(await inviteRun(engine.db, id)).toBe(identifiers.length);
  return id;
}

const many = (count: number): string[] =>
  Array.from({ length: count }, (_, n) => `p${String(n).padStart(3, '0')}`);

/** A worker's sending over a mail server; `send` is one step of it, `stop` cancels the step that is on. */
function sender(smtpUrl: string, { perSecond = 0, connections = 3, db = engine.db } = {}) {
  const lanes = openLanes({ smtpUrl, from: 'Cards <cards@example.org>' }, connections);
  onTestFinished(() => lanes.close());
  const activities = invitationActivities({
    db,
    files: engine.files,
    lanes,
    perSecond,
    publicUrl: 'https://cards.test',
    log: openLog('worker', { level: 'silent', isJson: true }),
  });
  let environment = new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR') });
  const inStep = <Input, Result>(work: (input: Input) => Promise<Result>, input: Input): Promise<Result> => {
    environment = new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR') });
    return environment.run(work, input) as Promise<Result>;
  };
  return {
    send: (id: string) => inStep(activities.sendInvitationMails, { id }),
    sendThese: (mailIds: number[]) => inStep(activities.sendCardholderMails, { mailIds }),
    stop: () => environment.cancel(),
  };
}

type Kept = { who: string; state: string; attempts: number; code: string | null; stop: string | null };

async function mailsOf(runId: string): Promise<Kept[]> {
  const rows = await engine.db.execute<Kept>(sql`
    select p.identifier as who, m.state, m.attempts, m.smtp_code as code, t.email_key as stop
    from invitation_mail m join invitation i on i.id = m.invitation_id join person p on p.id = i.person_id
    left join mail_stop t on t.person_id = p.id where i.bulk_action_id = ${runId} order by p.identifier, m.number`);
  return [...rows];
}

async function statesOf(runId: string): Promise<Record<string, number>> {
  const states: Record<string, number> = {};
  for (const { state } of await mailsOf(runId)) states[state] = (states[state] ?? 0) + 1;
  return states;
}

const makeDue = (runId: string) =>
  engine.db.execute(sql`
    update invitation_mail set due_at = now() where state = 'waiting'
      and invitation_id in (select id from invitation where bulk_action_id = ${runId})`);

describe('an invitation', () => {
  test('arrives once, with a link of its own whose hash alone is kept', async () => {
    const server = await startMailServer();
    const id = await invited(['ada', 'bob']);
    expect(await sender(server.url).send(id)).toEqual({ left: 0, nextDueInMs: null });
    expect(server.mails.map((mail) => mail.to?.[0]?.address).sort()).toEqual(['ada@a.org', 'bob@a.org']);
    const ada = server.mails.find((mail) => mail.to?.[0]?.address === 'ada@a.org');
    const [, token = ''] = /https:\/\/cards\.test\/p\/([\w-]{43})\s/.exec(ada?.text ?? '') ?? [];
    expect(ada?.html).toContain(`href="https://cards.test/p/${token}"`);
    expect(ada?.text).toMatch(/^Hello ADA,/);
    const [kept] = await engine.db.execute<{ id: number }>(sql`
      select m.id from invitation_mail m join invitation i on i.id = m.invitation_id
      join person p on p.id = i.person_id
      where m.token_hash = encode(sha256(${token}::bytea), 'hex') and p.identifier = 'ada'`);
    const header = Object.fromEntries((ada?.headers ?? []).map(({ key, value }) => [key, value]));
    expect(header).toMatchObject({
      'message-id': `<cardholder-${kept?.id}@example.org>`,
      'list-unsubscribe': `<https://cards.test/p/${token}/unsubscribe>`,
      'list-unsubscribe-post': 'List-Unsubscribe=One-Click',
      'auto-submitted': 'auto-generated',
    });
    expect(await sender(server.url).send(id)).toEqual({ left: 0, nextDueInMs: null });
    expect(server.mails).toHaveLength(2);
  });

  test('speaks the site’s language, in its words, and answers go where it says', async () => {
    const server = await startMailServer();
    const { siteId, rootId } = organisation;
    const id = await invited(['ada']);
    await engine.db.execute(sql`update site set language = 'de' where id = ${rootId}`);
    const settings = { linkDays: null, reminderDays: null, deadlineDays: null };
    await putInvitationSettings(engine.db, rootId, {
      ...settings,
      office: 'Kartenstelle',
      replyTo: 'karten@uni.example',
    });
    await putInvitationText(engine.db, siteId, 'de', 'reminder', {
      subject: 'Noch einmal, {firstName}',
      text: 'Bitte.\n\n{link}',
    });
    await sender(server.url).send(id);
    await remindRun(engine.db, id);
    await sender(server.url).send(id);
    const [invitation, reminder] = server.mails;
    expect(invitation?.text).toContain('Guten Tag ADA,');
    expect(invitation?.text).toContain('Kartenstelle');
    expect(invitation?.replyTo?.[0]?.address).toBe('karten@uni.example');
    expect(reminder?.subject).toBe('Noch einmal, ADA');
    expect(reminder?.html).toContain('>Foto senden<');
  });

  test('brings the site’s logo along, so that nothing is loaded from anywhere', async () => {
    const server = await startMailServer();
    const id = await invited(['ada']);
    const picture = Buffer.from('not really a picture');
    await engine.files.write('logo-1', Readable.from([picture]), { maxBytes: 100 });
    await putLogo(engine.db, organisation.rootId, { fileKey: 'logo-1', mediaType: 'image/png' });
    await sender(server.url).send(id);
    const [mail] = server.mails;
    expect(mail?.html).toContain('src="cid:logo"');
    expect(mail?.attachments).toMatchObject([{ mimeType: 'image/png', contentId: '<logo>', related: true }]);
    expect(mail?.html).not.toMatch(/src="http/);
    // Replaced meanwhile, its file is gone: the mail leaves all the same.
    await engine.files.delete('logo-1');
    await remindRun(engine.db, id);
    await sender(server.url).send(id);
    expect(server.mails[1]?.attachments).toEqual([]);
  });

  test('a name can’t write headers or HTML', async () => {
    const server = await startMailServer();
    const id = await invited(['eve']);
    await engine.db.execute(sql`
      update person set first_name = ${'Eve\r\nBcc: all@a.org <script>'} where identifier = 'eve' and site_id = ${organisation.siteId}`);
    await putInvitationText(engine.db, organisation.siteId, 'en', 'invitation', {
      subject: '{firstName}',
      text: '{firstName}\n\n{link}',
    });
    await sender(server.url).send(id);
    const [mail] = server.mails;
    expect(mail?.headers.some(({ key }) => key === 'bcc')).toBe(false);
    expect(mail?.subject).toBe('Eve Bcc: all@a.org <script>');
    expect(mail?.html).toContain('&lt;script&gt;');
    expect(mail?.html).not.toContain('<script');
  });
});

describe('what the server refuses', () => {
  test('a bad address is noted with its code and stopped; the others arrive', async () => {
    const server = await startMailServer({
      toRecipient: (address) =>
        address.startsWith('p001') ? [550, '5.1.1 <p001@a.org> no such user'] : undefined,
    });
    const id = await invited(many(5));
    await sender(server.url).send(id);
    expect(await statesOf(id)).toEqual({ sent: 4, bounced: 1 });
    const [, refused] = await mailsOf(id);
    expect(refused).toEqual({
      who: 'p001',
      state: 'bounced',
      attempts: 1,
      code: '550 5.1.1',
      stop: 'p001@a.org',
    });
    expect(await remindRun(engine.db, id)).toBe(4);
  });

  test.each([
    [554, '5.7.1 your address is blocked'],
    [552, '5.2.2 mailbox full'],
    [550, '5.7.26 unauthenticated'],
  ])('%i %s stops no further mails', async (code, words) => {
    const server = await startMailServer({ toRecipient: [code, words] });
    const id = await invited(['ada']);
    await sender(server.url).send(id);
    expect(await mailsOf(id)).toMatchObject([{ state: 'bounced', stop: null }]);
  });

  test('what is said about the message does not stop the address', async () => {
    const server = await startMailServer({ toMessage: [550, 'spam'] });
    const id = await invited(['ada']);
    await sender(server.url).send(id);
    expect(await mailsOf(id)).toMatchObject([{ state: 'bounced', code: '550', stop: null }]);
  });

  test('what is put off is tried again later, and given up after days', async () => {
    const server = await startMailServer({ toRecipient: [451, '4.7.1 greylisted'] });
    const id = await invited(['ada']);
    const { send } = sender(server.url);
    const first = await send(id);
    expect(first).toEqual({ left: 1, nextDueInMs: expect.any(Number) });
    expect(first.nextDueInMs).toBeGreaterThan(60_000);
    expect(await send(id)).toMatchObject({ left: 1 });
    expect(await mailsOf(id)).toMatchObject([{ state: 'waiting', attempts: 1, code: '451 4.7.1' }]);
    await makeDue(id);
    delete server.answers.toRecipient;
    expect(await send(id)).toEqual({ left: 0, nextDueInMs: null });
    expect(await mailsOf(id)).toMatchObject([{ state: 'sent', attempts: 2 }]);
    server.answers.toRecipient = [451, '4.7.1 greylisted'];
    await remindRun(engine.db, id);
    for (let attempt = 0; attempt < 9; attempt++) {
      await makeDue(id);
      await send(id);
    }
    expect((await mailsOf(id)).at(-1)).toMatchObject({ state: 'dropped', attempts: 9, code: '451 4.7.1' });
  });
});

describe('an outage', () => {
  test('costs no attempt, and whoever waits is sent to when it is over', async () => {
    const server = await startMailServer();
    await server.close();
    const id = await invited(many(7));
    const { send } = sender(server.url);
    const away = await send(id);
    expect(away.left).toBe(7);
    expect(away.nextDueInMs).toBeGreaterThanOrEqual(60_000);
    expect((await mailsOf(id)).every(({ state, attempts }) => state === 'waiting' && attempts === 0)).toBe(
      true,
    );
    const back = await startMailServer({}, Number(new URL(server.url).port));
    await makeDue(id);
    expect(await send(id)).toEqual({ left: 0, nextDueInMs: null });
    expect(back.mails).toHaveLength(7);
  });

  test('keeps all mails by hand waiting, so that nobody takes them for forgotten', async () => {
    const server = await startMailServer();
    await server.close();
    const id = await invited(many(60));
    const rows = await engine.db.execute<{ id: number }>(sql`
      select m.id::float8 as id from invitation_mail m join invitation i on i.id = m.invitation_id
      where i.bulk_action_id = ${id}`);
    const mailIds = [...rows].map((row) => row.id);
    await sender(server.url).sendThese(mailIds);
    const [due] = await engine.db.execute<{ mails: number }>(sql`
      select count(*)::int as mails from invitation_mail
      where id = any (${sql.param(mailIds)}::bigint[]) and due_at < now() + interval '30 seconds'`);
    expect(due?.mails).toBe(0);
  });

  test('a server that knows us not any more is one, not a refusal of the mail', async () => {
    const server = await startMailServer({ toSender: [530, '5.7.0 sign in first'] });
    const id = await invited(['ada']);
    await sender(server.url).send(id);
    expect(await mailsOf(id)).toMatchObject([{ state: 'waiting', attempts: 0 }]);
  });

  test('a connection that dies after the message has left leaves it unsure: it is not sent again', async () => {
    const server = await startMailServer({ dropsAfterMessage: true });
    const id = await invited(many(4));
    const { send } = sender(server.url, { connections: 2 });
    expect(await send(id)).toEqual({ left: 0, nextDueInMs: null });
    expect(await statesOf(id)).toEqual({ unsure: 4 });
    expect(await send(id)).toEqual({ left: 0, nextDueInMs: null });
    expect(server.mails).toHaveLength(4);
    server.answers.dropsAfterMessage = false;
    expect(await remindRun(engine.db, id)).toBe(4);
    await send(id);
    expect(server.mails).toHaveLength(8);
  });

  test('a server that ends connections now and then is sent to over new ones', async () => {
    const server = await startMailServer({ endsAfterMails: 3 });
    const id = await invited(many(20));
    const { send } = sender(server.url, { connections: 2 });
    for (let step = 0; step < 5; step++) {
      await send(id);
      await makeDue(id);
    }
    const states = await statesOf(id);
    expect(states['sent']).toBe(20);
    expect(server.mails).toHaveLength(20);
  });
});

/** A way to the database that can be cut, and is there again on the same port. */
async function cuttableDatabase() {
  const real = new URL(engine.url);
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const onward = connect(Number(real.port), real.hostname);
    for (const socket of [client, onward]) {
      sockets.add(socket);
      socket.on('error', () => {}).on('close', () => sockets.delete(socket));
    }
    client.pipe(onward).pipe(client);
  });
  const listen = (port: number) =>
    new Promise<void>((resolve) => server.listen(port, '127.0.0.1', () => resolve()));
  await listen(0);
  const { port } = server.address() as AddressInfo;
  const url = new URL(real);
  url.host = `127.0.0.1:${port}`;
  const db = openDb(url.href);
  const cut = () => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  onTestFinished(async () => {
    await db.close();
    cut();
  });
  return { db, cut, mend: () => listen(port) };
}

test('through an outage of the database nobody is left out, and nobody is sent to twice', async () => {
  const server = await startMailServer({
    toRecipient: (address) => (address.startsWith('p00') ? [451, '4.7.1 come back later'] : undefined),
  });
  const id = await invited(many(40));
  const { db, cut, mend } = await cuttableDatabase();
  const ended = sender(server.url, { db, perSecond: 40 }).send(id);
  await expect.poll(() => server.mails.length, { timeout: 20_000 }).toBeGreaterThan(3);
  cut();
  await sleep(2_000);
  await mend();
  await ended;
  expect(await statesOf(id)).toEqual({ sent: 30, waiting: 10 });
  expect(server.mails).toHaveLength(30);
});

describe('at most once', () => {
  test('what a sender that has died had claimed is unsure, and is not sent again', async () => {
    const server = await startMailServer();
    const id = await invited(many(6));
    await engine.db.execute(sql`
      update invitation_mail set state = 'sending', claimed_at = now(), token_hash = id::text
      where id in (select m.id from invitation_mail m join invitation i on i.id = m.invitation_id
        where i.bulk_action_id = ${id} order by m.id limit 2)`);
    await sender(server.url).send(id);
    expect(await statesOf(id)).toEqual({ unsure: 2, sent: 4 });
    expect(server.mails).toHaveLength(4);
  });

  test('two workers at once send each mail once, and both note the truth', async () => {
    const server = await startMailServer();
    const id = await invited(many(60));
    const [one, two] = [sender(server.url), sender(server.url)];
    await Promise.all([one.send(id), two.send(id)]);
    expect(new Set(server.mails.map((mail) => mail.to?.[0]?.address)).size).toBe(60);
    expect(server.mails).toHaveLength(60);
    expect(await statesOf(id)).toEqual({ sent: 60 });
  });

  test('a step that is cancelled gives back what it has claimed, and the next one goes on', async () => {
    const server = await startMailServer();
    const id = await invited(many(40));
    const first = sender(server.url, { perSecond: 20 });
    const ended = first.send(id).catch(() => 'cancelled');
    await expect.poll(() => server.mails.length, { timeout: 20_000 }).toBeGreaterThan(2);
    first.stop();
    expect(await ended).toBe('cancelled');
    const states = await statesOf(id);
    expect(Object.keys(states).sort()).toEqual(['sent', 'waiting']);
    expect(states['sent']).toBe(server.mails.length);
    await sender(server.url).send(id);
    expect(await statesOf(id)).toEqual({ sent: 40 });
    expect(server.mails).toHaveLength(40);
  });
});

test('whoever has left, has answered or wants no mails since is not sent to', async () => {
  const server = await startMailServer();
  const id = await invited(['gone', 'answered', 'refuses', 'here']);
  const of = (who: string) =>
    sql`(select id from person where site_id = ${organisation.siteId} and identifier = ${who})`;
  await engine.run(organisation, 'identifier\ngone\n', { action: 'archive' });
  await engine.db.execute(sql`update invitation set state = 'answered' where person_id = ${of('answered')}`);
  await engine.db.execute(
    sql`insert into mail_stop (person_id, reason) values (${of('refuses')}, 'unsubscribed')`,
  );
  await sender(server.url).send(id);
  expect(server.mails.map((mail) => mail.to?.[0]?.address)).toEqual(['here@a.org']);
  expect(await statesOf(id)).toEqual({ dropped: 3, sent: 1 });
});

test('by the ids of mails, what is due leaves, and what is not waits', async () => {
  const server = await startMailServer();
  const id = await invited(['now', 'later']);
  const rows = await engine.db.execute<{ id: number }>(sql`
    update invitation_mail m set due_at = case p.identifier when 'later' then now() + interval '1 hour' else now() end
    from invitation i join person p on p.id = i.person_id
    where i.id = m.invitation_id and i.bulk_action_id = ${id} returning m.id::float8 as id`);
  const left = await sender(server.url).sendThese([...rows].map((row) => row.id));
  expect(left.left).toBe(1);
  expect(left.nextDueInMs).toBeGreaterThan(3_000_000);
  expect(server.mails).toHaveLength(1);
});
