// A mail server that is away, or that refuses: the run does not wait for it, and says what became of its mail.
import { beforeAll, expect, test } from 'vitest';
import type { BulkAction } from '../../api/wire.ts';
import { startMailServer } from '../support/mail-server.ts';
import { fileOf, roster } from '../support/rosters.ts';
import { ownPort, until, useStack } from '../support/stack.ts';

let port = 0;
beforeAll(async () => {
  port = await ownPort();
});
const stack = useStack(() => ({ SMTP_URL: `smtp://127.0.0.1:${port}` }));

/** An import that completes at once, whatever its mail does. */
async function importPeople(): Promise<string> {
  const site = await stack().newSite();
  const { id, state } = await stack().import(fileOf('people.csv', roster(site, 1, 3)), site);
  expect(state).toBe('completed');
  return id ?? '';
}

const mailIs = (id: string, holds: (mail: NonNullable<BulkAction['mail']>) => boolean) =>
  until('the mail is as it should be', async () => {
    const { mail } = await stack().run(id);
    return mail && holds(mail) ? mail : undefined;
  });

test('a mail waits while the server is away, says why, and leaves when it is back', async () => {
  const id = await importPeople();
  const waiting = await mailIs(id, ({ attempts }) => attempts > 0);
  expect(waiting).toEqual({ state: 'waiting', attempts: expect.any(Number), lastError: expect.any(String) });
  expect(waiting.lastError).toContain('ECONNREFUSED');
  const shown = await stack().json<{ mail: object }>('run', id);
  expect(shown.mail).toMatchObject({ state: 'waiting' });

  const server = await startMailServer({}, port);
  const sent = await mailIs(id, ({ state }) => state !== 'waiting');
  expect(sent).toEqual({ state: 'sent', attempts: expect.any(Number), lastError: null });
  expect(sent.attempts).toBeGreaterThan(1);
  const [{ messageId } = {}, ...others] = server.mails;
  expect(messageId).toMatch(new RegExp(`^<${id}-completed-\\d+@muster\\.example>$`));
  expect(others).toEqual([]);
});

test('a mail that the server refuses for good is not tried again, and the run says why', async () => {
  const server = await startMailServer(
    { toRecipient: [550, '5.1.1 <admin@organisation.example>: no such mailbox here'] },
    port,
  );
  const id = await importPeople();
  const refused = await mailIs(id, ({ state }) => state !== 'waiting');
  expect(refused).toEqual({
    state: 'refused',
    attempts: 1,
    lastError: 'RCPT TO: 550 5.1.1 <[address]>: no such mailbox here',
  });
  expect((await stack().json<{ mail: object }>('run', id)).mail).toEqual(refused);
  const { code, stdout } = await stack().muster('run', id);
  expect([code, stdout]).toEqual([0, expect.stringContaining('Its mail was refused: RCPT TO: 550 5.1.1')]);
  expect(server.mails).toEqual([]);
});

test('another admin is asked by mail to approve, in the site’s language, and who started the run hears of its end', async () => {
  const server = await startMailServer({}, port);
  const site = await stack().newSite();
  const ask = async <Body = { id: number }>(method: string, path: string, body?: unknown): Promise<Body> => {
    const reply = await stack().api<Body>(method, path, body);
    expect({ path, isFine: reply.status < 300 }).toEqual({ path, isFine: true });
    return reply.body;
  };
  await stack().import(fileOf('people.csv', roster(site, 1, 3)), site);
  await ask('PATCH', `/sites/${site}`, { language: 'de' });
  await ask('PATCH', `/sites/${site}/safeguards`, { approvals: ['archive'] });
  const email = `approver@${site}.example`;
  const approver = await ask('POST', '/people', { siteId: site, identifier: 'approver', email });
  const permissions = ['bulk-actions:read', 'people:archive'];
  const role = await ask('POST', '/roles', { siteId: site, name: 'Approver', permissions });
  await ask('PUT', `/people/${approver.id}/roles/${role.id}?site=${site}`);
  const own = await ask<{ key: string }>('POST', '/api-keys', { email, name: 'approver' });

  const [first] = await stack().people(site);
  const run = await stack().startRun(`identifier\n${first?.identifier}\n`, site, { action: 'archive' });
  const mailAbout = (what: string) =>
    until(`the mail ${what} comes`, async () =>
      server.mails.find(({ messageId }) => messageId?.startsWith(`<${run}-${what}-`)),
    );
  const asked = await mailAbout('awaiting-approval');
  expect(asked.to).toMatchObject([{ address: email }]);
  expect(asked.subject).toMatch(/^Bitte freigeben: Archivieren, 1 Zeile · /);
  expect(asked.text).toContain(`muster approve ${run}`);
  expect((await stack().run(run)).state).toBe('awaiting-approval');
  const { status } = await stack().api('POST', `/bulk-actions/${run}/approve`, {}, own.key);
  expect(status).toBe(202);
  const ended = await mailAbout('completed');
  expect(ended.subject).toMatch(/^Archivieren beendet: 1 erledigt · /);
  expect(ended.to).toMatchObject([{ address: 'admin@organisation.example' }]);
  expect(server.mails.filter(({ messageId }) => messageId?.includes(run))).toHaveLength(2);
});
