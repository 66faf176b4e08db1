// Sending the outbox: each mail once, its fate recorded, and nothing told of its address.
import { eq } from 'drizzle-orm';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { mailActivities } from '../../activities/mail.ts';
import { openLog } from '../../adapters/log.ts';
import { MailOutage, openMailer } from '../../adapters/mail/transport.ts';
import { listWaitingMails } from '../../db/queries/outgoing-mails.ts';
import { bulkAction } from '../../db/schema/bulk-actions.ts';
import { outgoingMail } from '../../db/schema/outgoing-mails.ts';
import { site } from '../../db/schema/sites.ts';
import type { Ask } from '../../domain/ask.ts';
import { DEFAULT_OPTIONS, NO_COUNTS, type State } from '../../domain/bulk-action.ts';
import { Refusal } from '../../domain/refusal.ts';
import { useDatabase } from '../support/database.ts';
import { type Answers, startMailServer } from '../support/mail-server.ts';

const database = useDatabase();
let runs = 0;

beforeEach(async () => {
  await database.db
    .insert(site)
    .values({ id: 1042, name: 'Northfield University', rootId: 1042, path: [1042] })
    .onConflictDoNothing();
});

/** A completed run with its mail waiting; gives the mail's id and the run's. */
async function waitingMail(toAddress = 'ada.lovelace@example.org') {
  const id = `run${++runs}`;
  await database.db.insert(bulkAction).values({
    id,
    siteId: 1042,
    rootId: 1042,
    kind: 'people',
    preset: 'people',
    options: DEFAULT_OPTIONS,
    uploadIds: [],
    fileName: 'students.csv',
    state: 'completed',
    counts: { ...NO_COUNTS, created: 1962, rejected: 38, total: 2000 },
    byName: 'Mara Lindqvist',
    notifyEmail: toAddress,
    finishedAt: new Date(),
  });
  const [mail] = await database.db
    .insert(outgoingMail)
    .values({ bulkActionId: id, what: 'completed', toAddress })
    .returning({ id: outgoingMail.id });
  if (!mail) throw new Error('no mail was made');
  return { mailId: mail.id, runId: id };
}

const ASK: Ask = {
  why: ['limits', 'approval'],
  tripped: [{ limited: 'archived', limit: { people: 100 }, actual: 412, activePeople: 3208, siteId: 1042 }],
  approvals: ['archive'],
  graceMinutes: 0,
  grown: 0,
  shrunk: 0,
  settled: { tripped: [], approvals: [] },
};

/** A run that asks in its second round, with a mail to somebody who may approve; gives the mail's id and the run's. */
async function askingMail(run: { state?: State; askRound?: number } = {}) {
  const id = `ask${++runs}`;
  await database.db.insert(bulkAction).values({
    id,
    siteId: 1042,
    rootId: 1042,
    kind: 'people',
    preset: 'people',
    options: { ...DEFAULT_OPTIONS, action: 'archive' },
    uploadIds: [],
    fileName: 'leavers.csv',
    state: 'awaiting-approval',
    askRound: 2,
    ask: ASK,
    askUntil: new Date('2026-11-25T07:41:30Z'),
    planned: { ...NO_COUNTS, archived: 412, total: 412 },
    byName: 'Mara Lindqvist',
    ...run,
  });
  const [mail] = await database.db
    .insert(outgoingMail)
    .values({
      bulkActionId: id,
      what: 'awaiting-approval',
      round: 2,
      toAddress: 'grace.hopper@example.org',
      data: { to: 'admin', personId: 7 },
    })
    .returning({ id: outgoingMail.id });
  if (!mail) throw new Error('no mail was made');
  return { mailId: mail.id, runId: id };
}

async function setUp(answers: Answers = {}) {
  const server = await startMailServer(answers);
  const mailer = openMailer({ smtpUrl: server.url, from: 'Muster <muster@example.org>' });
  onTestFinished(() => mailer.close());
  const lines: string[] = [];
  const log = openLog('test', { level: 'trace', isJson: true }, { write: (line) => lines.push(line) });
  const activities = mailActivities({
    db: database.db,
    mailer,
    publicUrl: 'https://muster.example.org',
    log,
  });
  return { server, activities, lines };
}

const rowOf = async (mailId: number) =>
  (await database.db.select().from(outgoingMail).where(eq(outgoingMail.id, mailId)))[0];

describe('a waiting mail', () => {
  test('is sent with the run’s counts and links, and recorded', async () => {
    const { server, activities } = await setUp();
    const { mailId, runId } = await waitingMail();
    expect(await activities.sendMail({ mailId })).toEqual({ state: 'sent' });
    expect(server.mails[0]).toMatchObject({
      subject: 'Create and Update finished: 1,962 done, 38 need you · Northfield University',
      messageId: `<${runId}-completed-${mailId}@example.org>`,
      to: [{ address: 'ada.lovelace@example.org' }],
    });
    expect(server.mails[0]?.html).toContain(`https://muster.example.org/runs/${runId}"`);
    expect(server.mails[0]?.html).toContain(`/runs/${runId}/rows?outcome=rejected,failed`);
    expect(await rowOf(mailId)).toMatchObject({ state: 'sent', attempts: 1, lastError: null });
  });

  test('is not sent again once it is settled', async () => {
    const { server, activities } = await setUp();
    const { mailId } = await waitingMail();
    await activities.sendMail({ mailId });
    expect(await activities.sendMail({ mailId })).toEqual({ state: 'sent' });
    await activities.giveUpOnMail({ mailId });
    expect(server.mails).toHaveLength(1);
    expect(await rowOf(mailId)).toMatchObject({ state: 'sent', attempts: 1 });
  });

  test('stays waiting while the server is away, with the attempt and its reason', async () => {
    const { server, activities } = await setUp({ toRecipient: [451, 'later, <ada.lovelace@example.org>'] });
    const { mailId } = await waitingMail();
    await expect(activities.sendMail({ mailId })).rejects.toThrow(MailOutage);
    await expect(activities.sendMail({ mailId })).rejects.toThrow(MailOutage);
    expect(await rowOf(mailId)).toMatchObject({
      state: 'waiting',
      attempts: 2,
      lastError: 'RCPT TO: 451 later, <[address]>',
    });
    delete server.answers.toRecipient;
    expect(await activities.sendMail({ mailId })).toEqual({ state: 'sent' });
    expect(await rowOf(mailId)).toMatchObject({ state: 'sent', attempts: 3, lastError: null });
  });

  test('is settled with the reason where the server refuses it for good', async () => {
    const { activities, lines } = await setUp({
      toRecipient: [550, 'no such user ada.lovelace@example.org'],
    });
    const { mailId } = await waitingMail();
    expect(await activities.sendMail({ mailId })).toEqual({ state: 'refused' });
    expect(await rowOf(mailId)).toMatchObject({
      state: 'refused',
      attempts: 1,
      lastError: 'RCPT TO: 550 no such user [address]',
    });
    expect(lines.join()).toContain('mail refused');
    expect(lines.join()).not.toContain('lovelace');
  });

  test('keeps its last error as the reason when it is given up', async () => {
    const { activities } = await setUp({ toMessage: [452, 'disk full'] });
    const { mailId } = await waitingMail();
    await expect(activities.sendMail({ mailId })).rejects.toThrow('disk full');
    await activities.giveUpOnMail({ mailId });
    expect(await rowOf(mailId)).toMatchObject({
      state: 'refused',
      lastError: 'Given up. DATA: 452 disk full',
    });
  });
});

describe('a mail by which a run asks', () => {
  test('has the question, the plan’s counts and how to answer', async () => {
    const { server, activities } = await setUp();
    const { mailId, runId } = await askingMail();
    expect(await activities.sendMail({ mailId })).toEqual({ state: 'sent' });
    const [mail] = server.mails;
    expect(mail).toMatchObject({
      subject: 'Please approve: Archive, 412 rows · Northfield University',
      messageId: `<${runId}-awaiting-approval-${mailId}@example.org>`,
      to: [{ address: 'grace.hopper@example.org' }],
    });
    for (const words of ['It would archive 412 people', `muster approve ${runId}`, 'Mara Lindqvist'])
      expect([mail?.text?.includes(words), mail?.html?.includes(words)]).toEqual([true, true]);
  });

  test('is in the language of the run’s site', async () => {
    const { server, activities } = await setUp();
    const { mailId } = await askingMail();
    const setLanguage = (language: 'de' | null) =>
      database.db.update(site).set({ language }).where(eq(site.id, 1042));
    await setLanguage('de');
    onTestFinished(async () => void (await setLanguage(null)));
    await activities.sendMail({ mailId });
    expect(server.mails[0]?.subject).toBe('Bitte freigeben: Archivieren, 412 Zeilen · Northfield University');
    expect(server.mails[0]?.html).toContain('lang="de"');
  });

  test.each([
    ['has been answered', { state: 'queued' }],
    ['has ended', { state: 'cancelled', finishedAt: new Date() }],
    ['has asked anew', { askRound: 3 }],
  ] as const)('is not sent once its run %s', async (_, run) => {
    const { server, activities } = await setUp();
    const { mailId } = await askingMail(run);
    expect(await activities.sendMail({ mailId })).toEqual({ state: 'refused' });
    expect(server.mails).toEqual([]);
    expect(await rowOf(mailId)).toMatchObject({
      state: 'refused',
      attempts: 0,
      lastError: 'Not sent: the run no longer waits for this.',
    });
  });
});

test('a mail that is not there is refused', async () => {
  const { activities } = await setUp();
  await expect(activities.sendMail({ mailId: 999_999 })).rejects.toThrow(Refusal);
});

test('what waits is listed oldest first', async () => {
  const { activities } = await setUp();
  const [one, two] = [await waitingMail(), await waitingMail()];
  await activities.sendMail({ mailId: one.mailId });
  const ids = await listWaitingMails(database.db);
  expect(ids).toContain(two.mailId);
  expect(ids).not.toContain(one.mailId);
  expect(ids).toEqual(ids.toSorted((a, b) => a - b));
});
