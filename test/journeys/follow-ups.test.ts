// A run invites, cardholders answer by their links, an admin decides: the follow-up sees all of it, whoever is killed, and
// tells how it ended.
import sharp from 'sharp';
import { expect, test } from 'vitest';
import type { FollowUpDetail, MissingPerson } from '../../api/wire-follow-ups.ts';
import type { CaughtMail } from '../../dev/mail-catcher.ts';
import { fileOf, lines } from '../support/rosters.ts';
import { until, useStack } from '../support/stack.ts';

const stack = useStack();

async function mailsTo(address: string): Promise<CaughtMail[]> {
  const all = (await (await fetch(`${stack().url}/dev/mail.json`)).json()) as CaughtMail[];
  return all.filter(({ to }) => to.includes(address));
}

const linkIn = (mail: CaughtMail): string => {
  const [link] = /https?:\/\/\S+\/p\/[A-Za-z0-9_-]{43}/.exec(mail.text) ?? [];
  if (!link) throw new Error(`a mail without a link: ${mail.text}`);
  return link;
};

/** As the page's form does it, without scripts. */
async function sendPhoto(link: string): Promise<number> {
  const picture = await sharp({ create: { width: 900, height: 1200, channels: 3, background: '#98aab5' } })
    .jpeg()
    .toBuffer();
  const body = new FormData();
  body.append('photo', new Blob([new Uint8Array(picture)], { type: 'image/jpeg' }), 'me.jpg');
  return (await fetch(`${link}/photo`, { method: 'POST', body, redirect: 'manual' })).status;
}

const followUp = (id: string) => stack().json<FollowUpDetail>('follow-up', id);
const reaches = (id: string, what: string, isThere: (now: FollowUpDetail) => boolean) =>
  until(`the follow-up ${what}`, async () => {
    const now = await followUp(id).catch(() => undefined);
    return now && isThere(now) ? now : undefined;
  });

async function killWorker(): Promise<void> {
  const { worker } = stack().local.pids;
  process.kill(worker ?? 0, 'SIGKILL');
  await until('the worker is back', async () => {
    const now = stack().local.pids['worker'];
    return (now !== undefined && now !== worker) || undefined;
  });
}

async function invite(...people: string[]): Promise<{ id: string; addresses: string[] }> {
  const site = await stack().newSite();
  const addresses = people.map((name) => `${name}@${site}.example`);
  const rows = people.map((name, n) => [name, addresses[n] ?? '', name]);
  const file = fileOf('people.csv', lines([['identifier', 'email', 'first_name'], ...rows]));
  const run = await stack().import(file, site, '--invite', 'new');
  return { id: run.id as string, addresses };
}

const mailOf = (address: string, n = 0) =>
  until(`mail ${n} to ${address}`, async () => (await mailsTo(address))[n]);

test('photos come by links and are approved, one is sent back: it ends when all are there, and says so', async () => {
  const { id, addresses } = await invite('ada', 'ben');
  const [ada = '', ben = ''] = addresses;
  expect(await sendPhoto(linkIn(await mailOf(ada)))).toBe(303);
  await killWorker();
  expect(await sendPhoto(linkIn(await mailOf(ben)))).toBe(303);
  await reaches(id, 'has both photos', ({ counts }) => counts?.toReview === 2);
  const run = await stack().muster('run', id);
  expect(run.stdout).toMatch(/Follow-up: .*2 of 2 photos · 2 to review · ends/);

  const waiting = await stack().api<{ items: { id: string; person: { email: string } }[] }>(
    'GET',
    '/photos?state=waiting',
  );
  const photos = waiting.body.items.map(({ id: photoId }) => photoId).slice(-2);
  const [first = '', second = ''] = photos;
  expect((await stack().api('POST', `/photos/${first}/approve`, {})).status).toBe(200);
  const sentBack = await stack().api('POST', `/photos/${second}/send-back`, { reasons: ['blurred-or-dark'] });
  expect(sentBack.status).toBe(200);
  await reaches(id, 'misses one again', ({ counts }) => counts?.approved === 1 && counts.photosMissing === 1);
  const [missing] = await stack().json<MissingPerson[]>('follow-up', id, '--people');
  expect(missing?.missing).toEqual(['photo']);

  const again = missing?.email ?? '';
  expect(await sendPhoto(linkIn(await mailOf(again, 1)))).toBe(303);
  await reaches(id, 'has it', ({ counts }) => counts?.toReview === 1);
  const last = await stack().api<{ items: { id: string }[] }>('GET', '/photos?state=waiting');
  await killWorker();
  expect((await stack().api('POST', `/photos/${last.body.items.at(-1)?.id}/approve`, {})).status).toBe(200);
  const ended = await reaches(id, 'ends', ({ state }) => state === 'ended');
  expect(ended).toMatchObject({
    endedBecause: 'complete',
    counts: { invited: 2, approved: 2, photosMissing: 0 },
  });
  expect(ended.history.at(-1)).toMatchObject({ received: 2, approved: 2 });
  const closing = await until('the closing mail', async () =>
    (await stack().mails(id)).find(({ subject }) => subject.startsWith('Follow-up ended')),
  );
  expect(closing.text).toContain('All 2 photos came.');
});

test('who is silent is reminded; an admin closes it, and the link says so', async () => {
  const { id, addresses } = await invite('cleo');
  const [cleo = ''] = addresses;
  await mailOf(cleo);
  await reaches(id, 'waits', ({ state }) => state === 'waiting');
  expect((await stack().muster('follow-up', 'remind', id)).code).toBe(0);
  const reminder = await mailOf(cleo, 1);
  const tooSoon = await stack().muster('follow-up', 'remind', id);
  expect([tooSoon.code, tooSoon.stderr]).toEqual([1, expect.stringContaining('less than an hour ago')]);
  await killWorker();
  const closed = await stack().json<FollowUpDetail>('follow-up', 'close', id);
  expect(closed).toMatchObject({ state: 'ended', endedBecause: 'closed', remindersSent: 1 });
  // The page takes it for a visit, and says that nobody waits any more.
  expect(await sendPhoto(linkIn(reminder))).toBe(303);
  expect((await fetch(linkIn(reminder))).status).toBe(410);
  expect((await followUp(id)).counts).toMatchObject({ received: 0, photosMissing: 1 });
  const closing = await until('the closing mail', async () =>
    (await stack().mails(id)).find(({ subject }) => subject.startsWith('Follow-up ended')),
  );
  expect(closing.text).toContain('1 photo is missing');
});

test('an undo of the run leaves nobody to wait for', async () => {
  const undone = await invite('emil');
  await reaches(undone.id, 'waits', ({ state }) => state === 'waiting');
  await stack().muster('discard', undone.id);
  expect((await stack().muster('undo', undone.id)).code).toBe(0);
  expect(await reaches(undone.id, 'ends', ({ state }) => state === 'ended')).toMatchObject({
    endedBecause: 'complete',
    counts: { invited: 0, gone: 1 },
  });
});
