// Sending mails about sources: through a mail server, with what came of the runs; and not once they have nothing to say.
import { sql } from 'drizzle-orm';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { mailActivities } from '../../activities/mail.ts';
import { openLog } from '../../adapters/log.ts';
import { openMailer } from '../../adapters/mail/transport.ts';
import { noteSourceMail } from '../../db/queries/sources/source-mails.ts';
import { noteSourceFailed, pauseSource } from '../../db/queries/sources/source-states.ts';
import type { SourceRow } from '../../db/queries/sources/sources.ts';
import { bulkAction } from '../../db/schema/bulk-actions.ts';
import type { Ask } from '../../domain/ask.ts';
import { DEFAULT_OPTIONS, NO_COUNTS } from '../../domain/bulk-action.ts';
import { useDatabase } from '../support/database.ts';
import { type Answers, startMailServer } from '../support/mail-server.ts';
import { makeOrganisation, type TestOrganisation } from '../support/runs.ts';
import { addDelivery, addSource } from '../support/source-rows.ts';

const database = useDatabase();
let organisation: TestOrganisation;
let source: SourceRow;
let runs = 0;

beforeEach(async () => {
  organisation = await makeOrganisation(database.db);
  source = await addSource(database.db, organisation, { tells: 'everything' });
});

async function setUp(answers: Answers = {}) {
  const server = await startMailServer(answers);
  const mailer = openMailer({ smtpUrl: server.url, from: 'Muster <muster@example.org>' });
  onTestFinished(() => mailer.close());
  const lines: string[] = [];
  const log = openLog('test', { level: 'trace', isJson: true }, { write: (line) => lines.push(line) });
  const { db } = database;
  return {
    server,
    lines,
    activities: mailActivities({ db, mailer, publicUrl: 'https://muster.example.org', log }),
  };
}

/** A run of the source's delivery. */
async function addRun(deliveryId: number, run: Partial<typeof bulkAction.$inferInsert>): Promise<string> {
  runs += 1;
  const id = `sourced${runs}`;
  await database.db.insert(bulkAction).values({
    id,
    siteId: source.siteId,
    rootId: source.rootId,
    kind: 'people',
    preset: 'people',
    options: { ...DEFAULT_OPTIONS, action: 'sync' },
    uploadIds: [],
    fileName: 'people-1.csv',
    sourceId: source.id,
    sourceDeliveryId: deliveryId,
    ...run,
  });
  return id;
}

const rowOf = async (mailId: number | undefined) => {
  const [row] = await database.db.execute(
    sql`select state, last_error as "lastError" from outgoing_mail where id = ${mailId ?? 0}`,
  );
  return row;
};

test('an import is told with the counts of its runs, in the language of the site, under a Message-ID of its own', async () => {
  const { server, activities, lines } = await setUp();
  const { db } = database;
  await db.execute(sql`update site set language = 'de' where id = ${source.siteId}`);
  const deliveryId = await addDelivery(db, source.id, 'imported');
  const runId = await addRun(deliveryId, {
    state: 'completed',
    counts: { ...NO_COUNTS, created: 1962, rejected: 38, total: 2000 },
    finishedAt: new Date(),
  });
  const news = { sourceId: source.id, what: 'source-imported', occasion: 'delivery-1', deliveryId } as const;
  const [mailId = 0] = await noteSourceMail(db, news);
  expect(await activities.sendMail({ mailId })).toEqual({ state: 'sent' });
  expect(await activities.sendMail({ mailId })).toEqual({ state: 'sent' });
  expect(server.mails).toHaveLength(1);
  const [mail] = server.mails;
  expect(mail).toMatchObject({
    subject: `${source.name}: importiert, 1.962 erledigt, 38 zu klären · Site ${source.siteId}`,
    messageId: `<source-imported-${source.id}-${mailId}@example.org>`,
    to: [{ address: 'registry@example.org' }],
  });
  for (const part of [mail?.html, mail?.text]) {
    expect(part).toContain(`https://muster.example.org/runs/${runId}`);
    expect(part).toContain('rows?outcome=rejected,failed');
  }
  expect(lines.join()).toContain(`"sourceId":${source.id}`);
  expect(lines.join()).not.toContain('registry');
});

test('each kind is put together from what the database has of it', async () => {
  const { server, activities } = await setUp();
  const { db } = database;
  const deliveryId = await addDelivery(db, source.id, 'failed');
  await addRun(deliveryId, { state: 'cancelled', cancelReason: 'timed-out', finishedAt: new Date() });
  await noteSourceFailed(db, source.id, { code: 'unreachable', message: 'It is away just now.' });
  await pauseSource(db, source.id, { reason: 'failures', byPersonId: null });
  await db.execute(sql`update source set stale_since = now(), fresh_hours = 24 where id = ${source.id}`);
  const waiting = await db.execute<{ id: number }>(sql`
    insert into source_delivery (source_id, stem, problem_code, problem_message)
    values (${source.id}, '2', 'incomplete-set', 'Nothing has come for people-*.csv.') returning id::float8 as id`);
  const told = [
    { what: 'source-failed', deliveryId },
    { what: 'source-paused' },
    { what: 'source-stale', data: { goodSince: '2026-11-20T02:31:00.000Z' } },
    { what: 'source-incomplete', deliveryId: waiting[0]?.id ?? 0 },
  ] as const;
  for (const news of told) {
    const [mailId = 0] = await noteSourceMail(db, { sourceId: source.id, occasion: 'now', ...news });
    expect(await activities.sendMail({ mailId })).toEqual({ state: 'sent' });
  }
  const [failed, paused, stale, incomplete] = server.mails.map(({ text }) => text);
  expect(failed).toContain('none came in time');
  for (const text of [paused, stale]) {
    expect(text).toContain('It is away just now.');
    expect(text).toContain(`muster source resume ${source.id}`);
  }
  expect(stale).toContain('Every day at 02:30 (Europe/Berlin)');
  expect(stale).toMatch(/Nov 20, 2026, 2:31\sAM UTC/);
  expect(incomplete).toContain('waits for people-*.csv');
});

const ASK: Ask = {
  why: ['limits'],
  tripped: [{ limited: 'archived', limit: { people: 100 }, actual: 412, activePeople: 3208, siteId: 1042 }],
  approvals: [],
  graceMinutes: 0,
  grown: 0,
  shrunk: 0,
  settled: { tripped: [], approvals: [] },
};

test('a question has the limit and the answer; once that is given, and an alarm is over, the mail is not sent', async () => {
  const { server, activities } = await setUp();
  const { db } = database;
  const deliveryId = await addDelivery(db, source.id, 'imported');
  const runId = await addRun(deliveryId, {
    state: 'awaiting-confirmation',
    askRound: 1,
    ask: ASK,
    askUntil: new Date('2026-11-25T07:41:30Z'),
    planned: { ...NO_COUNTS, archived: 412, total: 412 },
  });
  await pauseSource(db, source.id, { reason: 'run-asks', byPersonId: null, forRunId: runId });
  const asks = { sourceId: source.id, what: 'source-asks', data: { runId } } as const;
  const [first = 0] = await noteSourceMail(db, { ...asks, occasion: `run-${runId}-1` });
  const [second = 0] = await noteSourceMail(db, { ...asks, occasion: `run-${runId}-2` });
  expect(await activities.sendMail({ mailId: first })).toEqual({ state: 'sent' });
  expect(server.mails[0]?.text).toContain('It would archive 412 people');
  expect(server.mails[0]?.text).toContain(`muster confirm ${runId}`);
  await db.execute(sql`update bulk_action set state = 'queued' where id = ${runId}`);
  const [stale = 0] = await noteSourceMail(db, {
    sourceId: source.id,
    what: 'source-stale',
    occasion: 'stale-1',
  });
  for (const mailId of [second, stale])
    expect(await activities.sendMail({ mailId })).toEqual({ state: 'refused' });
  expect(server.mails).toHaveLength(1);
  expect(await rowOf(second)).toEqual({
    state: 'refused',
    lastError: 'Not sent: the run no longer waits for this.',
  });
  expect(await rowOf(stale)).toEqual({ state: 'refused', lastError: 'Not sent: the alarm is over.' });
});

test('a mail server that refuses it, or is away for good, settles it with the reason', async () => {
  const { activities } = await setUp({ toRecipient: [550, 'no such user registry@example.org'] });
  const { db } = database;
  const news = { sourceId: source.id, what: 'source-failed' } as const;
  const [refused = 0] = await noteSourceMail(db, { ...news, occasion: 'delivery-1' });
  expect(await activities.sendMail({ mailId: refused })).toEqual({ state: 'refused' });
  expect(await rowOf(refused)).toEqual({
    state: 'refused',
    lastError: 'RCPT TO: 550 no such user [address]',
  });
  const [givenUp = 0] = await noteSourceMail(db, { ...news, occasion: 'delivery-2' });
  await activities.giveUpOnMail({ mailId: givenUp });
  expect(await rowOf(givenUp)).toMatchObject({ state: 'refused' });
});
