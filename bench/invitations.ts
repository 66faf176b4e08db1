// The figure of inviting: mails to cardholders a second, beside nodemailer's own pool over as many connections.
//
// Both send the same mails from this process to a server in another one that takes all. Muster claims each mail in Postgres
// before it leaves and notes it after; nodemailer remembers nothing.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import nodemailer from 'nodemailer';
import postgres from 'postgres';
import { invitationActivities } from '../activities/invitations.ts';
import type { MailsLeft } from '../activities/send-mails.ts';
import { openFiles } from '../adapters/files.ts';
import { openLog } from '../adapters/log.ts';
import { mouldOf } from '../adapters/mail/cardholder-mails.ts';
import { openLanes } from '../adapters/mail/lanes.ts';
import { openDb } from '../db/client.ts';
import { migrate } from '../db/migrate.ts';
import { CARDHOLDER_WORDS } from '../domain/invitation-words.ts';
import { compare, type Measured } from './measure.ts';
import { figuresOf } from './moves.ts';
import type { Stack } from './stack.ts';

const CONNECTIONS = 4;
const RUN = 'invites';
const FROM = 'Muster <muster@example.org>';
const PUBLIC_URL = 'https://muster.example.org';
const ORGANISATION = 'Northfield University';

export async function measureInvitations(stack: Stack, { rows, rounds }: { rows: number; rounds: number }) {
  const sink = await startSink();
  const database = await makeDatabase(stack.databaseUrl, rows);
  const contest = {
    rows,
    rival: 'nodemailer',
    prepare: () => database.sql.unsafe(RESET).then(() => {}),
    runRival: () => timed(rows, () => sendByNodemailer(sink.url, rows)),
    runMuster: () => timed(rows, () => sendByMuster(sink.url, database.url)),
  };
  try {
    return { invitations: figuresOf(await compare('invitations', contest, rounds)) };
  } finally {
    await database.drop();
    sink.stop();
  }
}

async function timed(rows: number, work: () => Promise<void>): Promise<Measured> {
  const began = performance.now();
  await work();
  return { seconds: (performance.now() - began) / 1000, outcomes: { updated: rows } };
}

async function startSink(): Promise<{ url: string; stop(): void }> {
  const program = fileURLToPath(new URL('./mail-sink.ts', import.meta.url));
  const child: ChildProcess = spawn(process.execPath, ['--import', 'tsx', program], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const [port] = await once(child.stdout as NodeJS.ReadableStream, 'data');
  return { url: `smtp://127.0.0.1:${String(port).trim()}`, stop: () => child.stdin?.end() };
}

/** A database beside that of the stack, whose own worker would send these mails as well. */
async function makeDatabase(stackUrl: string, rows: number) {
  const admin = postgres(stackUrl, { max: 1, onnotice: () => {} });
  const name = `bench_${RUN}`;
  await admin.unsafe(`drop database if exists ${name} with (force)`);
  await admin.unsafe(`create database ${name}`);
  const target = new URL(stackUrl);
  target.pathname = `/${name}`;
  await migrate(target.href);
  const sql = postgres(target.href, { max: 1, onnotice: () => {} });
  await sql.unsafe(filledWith(rows));
  const drop = async () => {
    await sql.end();
    await admin.unsafe(`drop database ${name} with (force)`);
    await admin.end();
  };
  return { url: target.href, sql, drop };
}

const filledWith = (rows: number): string => `
  insert into site (id, name, root_id, path) values (1, '${ORGANISATION}', 1, array[1]);
  insert into person (site_id, root_id, identifier, email, email_key, first_name, fields)
  select 1, 1, n, 'person' || n || '@example.org', 'person' || n || '@example.org', 'First ' || n, '{}'
  from generate_series(1, ${rows}) as n;
  insert into invitation (bulk_action_id, person_id, site_id, root_id, expires_at)
  select '${RUN}', id, 1, 1, now() + interval '28 days' from person;
  analyze person; analyze invitation`;

const RESET = `
  truncate invitation_mail;
  insert into invitation_mail (invitation_id, number, what) select id, 0, 'invitation' from invitation order by id;
  analyze invitation_mail;
  checkpoint`;

async function sendByMuster(smtpUrl: string, databaseUrl: string): Promise<void> {
  const db = openDb(databaseUrl, { poolMax: 10, sessionSettings: { jit: 'off' } });
  const lanes = openLanes({ smtpUrl, from: FROM }, CONNECTIONS);
  const { sendInvitationMails } = invitationActivities({
    db,
    lanes,
    files: await openFiles(pathToFileURL(tmpdir()).href),
    perSecond: 0,
    publicUrl: PUBLIC_URL,
    log: openLog('worker', { level: 'silent', isJson: true }),
  });
  const environment = new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR') });
  try {
    const step = (): Promise<MailsLeft> =>
      environment.run(sendInvitationMails, { id: RUN }) as Promise<MailsLeft>;
    for (let left = 1; left > 0; ) ({ left } = await step());
  } finally {
    lanes.close();
    await db.close();
  }
}

async function sendByNodemailer(smtpUrl: string, rows: number): Promise<void> {
  const transport = nodemailer.createTransport({ url: smtpUrl, pool: true, maxConnections: CONNECTIONS });
  const text = CARDHOLDER_WORDS.en.texts.invitation;
  const mould = await mouldOf({
    what: 'invitation',
    language: 'en',
    organisation: ORGANISATION,
    office: '',
    text,
    logoCid: null,
  });
  const expiresAt = new Date();
  let next = 0;
  const send = async () => {
    while (next < rows) {
      next += 1;
      const link = `${PUBLIC_URL}/p/${'x'.repeat(43)}`;
      const unsubscribeUrl = `${link}/unsubscribe`;
      const words = mould({
        firstName: `First ${next}`,
        link,
        unsubscribeUrl,
        expiresAt,
        reasons: null,
        note: null,
      });
      await transport.sendMail({
        from: FROM,
        to: `person${next}@example.org`,
        ...words,
        headers: {
          'Auto-Submitted': 'auto-generated',
          'X-Auto-Response-Suppress': 'All',
          'List-Unsubscribe': `<${unsubscribeUrl}>`,
          'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
        },
      });
    }
  };
  // As many as its queue needs to keep every connection busy.
  await Promise.all(Array.from({ length: 2 * CONNECTIONS }, send));
  transport.close();
}
