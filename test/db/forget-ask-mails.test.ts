// Mails by which runs asked admins are forgotten with those admins; and with who started the run, whose name they have.
import { sql } from 'drizzle-orm';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { MAIL_FORGOTTEN_CHANNEL } from '../../db/queries/forget.ts';
import { forgetGoneAdmins } from '../../db/queries/forget-leftovers.ts';
import { forgetSettledMails } from '../../db/queries/retention.ts';
import { dumpOf } from '../support/dump.ts';
import { addEarlierRun } from '../support/earlier-runs.ts';
import { useEngine } from '../support/engine.ts';
import { findWords } from '../support/markers.ts';
import { addPerson, archive } from '../support/people.ts';
import { planPeople } from '../support/planned-runs.ts';
import { makeOrganisation, type TestOrganisation } from '../support/runs.ts';
import { until } from '../support/stack.ts';

const engine = useEngine();
const MARK = 'qxverwalterin';
const ADDRESS = `${MARK}@example.org`;
let organisation: TestOrganisation;
let zoe: { id: number; version: number };

beforeEach(async () => {
  organisation = await makeOrganisation(engine.db);
  const person = await addPerson(engine.db, organisation.siteId, MARK);
  await archive(engine.db, person.id);
  zoe = { ...person, version: person.version + 1 };
});

async function take(phase: 'anonymize' | 'delete', person: { id: number; version: number }): Promise<void> {
  const run = await planPeople(engine.db, organisation, phase, [person]);
  await engine.apply(run);
  await engine.end(run.id);
}

const openRun = (byPersonId?: number) =>
  addEarlierRun(
    engine.db,
    organisation,
    ['identifier'],
    [{ cells: ['ann-1'], outcome: null, phase: 'archive' }],
    {
      isOpen: true,
      ...(byPersonId && { byPersonId }),
    },
  );

/** A mail about the run to an admin; gives its key. */
async function addMail(run: string, to: { id: number; address: string }, state: 'waiting' | 'sent') {
  const [mail] = await engine.db.execute<{ key: string }>(sql`
    insert into outgoing_mail (bulk_action_id, what, round, to_address, data, state, settled_at)
    values (${run}, 'awaiting-approval', 1, ${to.address}, ${JSON.stringify({ to: 'admin', personId: to.id })}::jsonb,
      ${state}, ${state === 'waiting' ? null : sql`now()`})
    returning bulk_action_id || '-awaiting-approval-' || id as key`);
  return mail?.key ?? '';
}

const mailsOf = async (run: string) => [
  ...(await engine.db.execute(sql`
    select to_address, data, state, last_error, forgotten_at is not null as "isForgotten"
    from outgoing_mail where bulk_action_id = ${run} order by id`)),
];

/** The keys of mails that are said to be forgotten from now on. */
async function listenForKeys(): Promise<string[]> {
  const keys: string[] = [];
  const stop = await engine.db.listen(MAIL_FORGOTTEN_CHANNEL, (key) => void keys.push(key));
  onTestFinished(async () => void (await stop?.()));
  return keys;
}

const FORGOTTEN = { to_address: null, data: {}, isForgotten: true };
const notSent = (how: string) => ({
  ...FORGOTTEN,
  state: 'refused',
  last_error: `Not sent: the person of this address is ${how}.`,
});

test.each(['anonymize', 'delete'] as const)(
  'an admin who was asked to approve leaves no address behind (%s), and what waits is not sent',
  async (phase) => {
    const keys = await listenForKeys();
    const run = await openRun();
    const other = await addPerson(engine.db, organisation.siteId, 'bob-4711');
    const key = await addMail(run, { id: zoe.id, address: ADDRESS.toUpperCase() }, 'waiting');
    await addMail(run, { id: other.id, address: 'bob-4711@example.org' }, 'waiting');
    const sentRun = await openRun();
    const sentKey = await addMail(sentRun, { id: zoe.id, address: ADDRESS }, 'sent');
    await take(phase, zoe);
    const [gone, kept] = await mailsOf(run);
    expect(gone).toEqual(notSent(`${phase}d`));
    expect(kept).toMatchObject({ to_address: 'bob-4711@example.org', state: 'waiting' });
    expect(await mailsOf(sentRun)).toEqual([{ ...FORGOTTEN, state: 'sent', last_error: null }]);
    await until('it was said', async () => keys.length >= 2 || undefined);
    expect(keys.sort()).toEqual([key, sentKey].sort());
    const { pg_stats: _, ...dump } = await dumpOf(engine.db);
    expect(Object.entries(dump).filter(([, text]) => findWords(text, [MARK]).length > 0)).toEqual([]);
  },
);

test('an address that the admin has no more goes too', async () => {
  await engine.db.execute(sql`
    insert into person_history (person_id, version, what, before, after)
    values (${zoe.id}, 99, 'updated', '{"email": "qxfrueher@example.org"}', '{}')`);
  const run = await openRun();
  await addMail(run, { id: zoe.id, address: 'qxfrueher@example.org' }, 'sent');
  await take('anonymize', zoe);
  expect(await mailsOf(run)).toMatchObject([FORGOTTEN]);
});

test('mails to others about a run of who is anonymized go on without the name, and copies of sent ones go', async () => {
  const keys = await listenForKeys();
  const run = await openRun(zoe.id);
  const other = await addPerson(engine.db, organisation.siteId, 'bob-4712');
  const sent = await addMail(run, { id: other.id, address: 'bob-4712@example.org' }, 'sent');
  await addMail(run, { id: other.id, address: 'bob-4712b@example.org' }, 'waiting');
  await take('anonymize', zoe);
  expect(await mailsOf(run)).toMatchObject([
    FORGOTTEN,
    { to_address: 'bob-4712b@example.org', state: 'waiting', isForgotten: false },
  ]);
  await until('it was said', async () => keys.length > 0 || undefined);
  expect(keys).toEqual([sent]);
});

test('a mail that was made while its admin was forgotten, or whose address was kept long enough, goes with the sweep', async () => {
  const keys = await listenForKeys();
  const [run, oldRun, keptRun] = [await openRun(), await openRun(), await openRun()];
  const old = await addMail(oldRun, { id: zoe.id, address: ADDRESS }, 'sent');
  await engine.db.execute(sql`
    update outgoing_mail set settled_at = now() - interval '31 days' where bulk_action_id = ${oldRun}`);
  await forgetSettledMails(engine.db, 30, 100);
  expect(await mailsOf(oldRun)).toMatchObject([{ to_address: null, data: { personId: zoe.id } }]);
  expect(await forgetSettledMails(engine.db, 30, 100)).toBe(0);
  await take('anonymize', zoe);
  const late = await addMail(run, { id: zoe.id, address: ADDRESS }, 'waiting');
  await addMail(keptRun, { id: organisation.adminId, address: 'ada@example.org' }, 'waiting');
  expect(await forgetGoneAdmins(engine.db)).toBe(2);
  expect(await mailsOf(run)).toEqual([notSent('gone')]);
  expect(await mailsOf(oldRun)).toMatchObject([FORGOTTEN]);
  expect(await mailsOf(keptRun)).toMatchObject([{ to_address: 'ada@example.org', state: 'waiting' }]);
  expect(await forgetGoneAdmins(engine.db)).toBe(0);
  await until('it was said', async () => keys.length >= 2 || undefined);
  expect(keys.sort()).toEqual([late, old].sort());
});
