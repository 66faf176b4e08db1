// A run invites, its worker is killed while the mails leave: nobody gets two, nobody is lost, and all of it adds up.
import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import type { Invitation } from '../../api/wire-invitations.ts';
import type { CaughtMail } from '../../dev/mail-catcher.ts';
import { fileOf, lines } from '../support/rosters.ts';
import { until, useStack } from '../support/stack.ts';

const CONNECTIONS = 2;
/** As activities/send-mails.ts has it. */
const CLAIMED_AT_ONCE = 5;
const PEOPLE = 400;

const stack = useStack(() => ({ INVITATIONS_PER_SECOND: '60', INVITATION_CONNECTIONS: String(CONNECTIONS) }));

async function caught(site: number): Promise<CaughtMail[]> {
  const all = (await (await fetch(`${stack().url}/dev/mail.json`)).json()) as CaughtMail[];
  return all.filter(({ to }) => to[0]?.endsWith(`@${site}.example`));
}

async function statesOf(runId: string): Promise<Record<string, number>> {
  const rows = await stack().db.execute<{ state: string; mails: number }>(sql`
    select m.state, count(*)::int as mails from invitation_mail m join invitation i on i.id = m.invitation_id
    where i.bulk_action_id = ${runId} group by 1`);
  return Object.fromEntries([...rows].map(({ state, mails }) => [state, mails]));
}

test('every address gets one mail at most, and what is unsure is no more than was claimed', async () => {
  const site = await stack().newSite();
  const rows = Array.from({ length: PEOPLE }, (_, n) => [`p${n}`, `p${n}@${site}.example`, `Ada ${n}`]);
  const file = fileOf('people.csv', lines([['identifier', 'email', 'first_name'], ...rows]));
  const run = await stack().import(file, site, '--invite', 'new');
  expect(run.state).toBe('completed');
  const runId = run.id as string;
  await until('mails leave', async () => (await statesOf(runId))['sent'] || undefined);
  const { pids } = stack().local;
  process.kill(pids['worker'] as number, 'SIGKILL');
  await until('all of them are settled', async () => {
    const states = await statesOf(runId);
    const settled = Object.keys(states).every((state) => state !== 'waiting' && state !== 'sending');
    return (settled && Object.keys(states).length > 0) || undefined;
  });
  const states = await statesOf(runId);
  expect((states['sent'] ?? 0) + (states['unsure'] ?? 0)).toBe(PEOPLE);
  expect(states['unsure'] ?? 0).toBeLessThanOrEqual(CONNECTIONS * CLAIMED_AT_ONCE);
  const mails = await caught(site);
  expect(new Set(mails.map(({ to }) => to[0])).size).toBe(mails.length);
  expect(mails.length).toBeGreaterThanOrEqual(states['sent'] ?? 0);
  expect(mails.length).toBeLessThanOrEqual(PEOPLE);
  const [mail] = mails;
  expect(mail?.subject).toMatch(/^Your photo for /);
  expect(mail?.text).toContain(`${stack().url}/p/`);
  expect(mail?.headers['list-unsubscribe-post']).toBe('List-Unsubscribe=One-Click');
  const listed = await stack().json<Invitation[]>('invitations', 'list', '--run', runId, '--limit', '1000');
  expect(listed).toHaveLength(PEOPLE);
});

test('an invitation by hand leaves within moments, in the site’s words', async () => {
  const site = await stack().newSite();
  await stack().import(
    fileOf(
      'people.csv',
      lines([
        ['identifier', 'email'],
        ['1', `ada@${site}.example`],
      ]),
    ),
    site,
  );
  const [person] = await stack().people(site);
  const text = fileOf('text.txt', 'Please.\n\n{link}\n');
  const said = await stack().muster(
    ...['invitations', 'text', '--site', String(site), '--mail', 'invitation'],
    ...['--subject', 'A photo, please', '--file', text],
  );
  expect(said.code).toBe(0);
  const sent = await stack().muster('invitations', 'send', String(person?.id));
  expect([sent.code, sent.stdout]).toEqual([0, expect.stringContaining('1 invited by mail')]);
  const mail = await until('the mail comes', async () => (await caught(site))[0]);
  expect([mail.subject, mail.text.split('\n')[0]]).toEqual(['A photo, please', 'Please.']);
});
