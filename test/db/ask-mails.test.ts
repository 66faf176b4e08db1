// Whom a run asks by mail: who started it, and whoever may approve or stop it; once each, in each round.
import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, test } from 'vitest';
import { insertAskMails } from '../../db/queries/ask-mails.ts';
import { listBulkActions } from '../../db/queries/bulk-actions.ts';
import { getMailToSend } from '../../db/queries/outgoing-mails.ts';
import { assignRole, insertRole } from '../../db/queries/roles/roles.ts';
import { abandonOpenRows, endRun } from '../../db/queries/runs.ts';
import { insertSite } from '../../db/queries/sites.ts';
import type { Ask } from '../../domain/ask.ts';
import type { Phase, WaitingState } from '../../domain/bulk-action.ts';
import type { Permission } from '../../domain/rights.ts';
import type { Approvable } from '../../domain/safeguards.ts';
import { useDatabase } from '../support/database.ts';
import { addEarlierRun } from '../support/earlier-runs.ts';
import { addPerson, addSite, archive } from '../support/people.ts';
import { makeOrganisation, type TestOrganisation } from '../support/runs.ts';

const database = useDatabase();
let organisation: TestOrganisation;
let otherSite: number;

beforeEach(async () => {
  organisation = await makeOrganisation(database.db);
  otherSite = await addSite(database.db, organisation.rootId, organisation.rootId + 2);
});

type Planned = { phase: Phase | null; siteId?: number };

/** A run of the organisation's admin that waits in its first round, with these rows in its plan. */
async function waitingRun(
  rows: readonly Planned[],
  {
    state = 'awaiting-approval',
    approvals = ['archive'],
  }: { state?: WaitingState; approvals?: Approvable[] } = {},
): Promise<string> {
  const id = await addEarlierRun(
    database.db,
    organisation,
    ['identifier'],
    rows.map(({ phase, siteId }, n) => ({
      cells: [`${n}`],
      outcome: phase === null ? ('unchanged' as const) : null,
      ...(phase && { phase }),
      ...(siteId && { siteId }),
    })),
    { isOpen: true },
  );
  const ask: Ask = {
    why: ['approval'],
    tripped: [],
    approvals,
    graceMinutes: 60,
    grown: 0,
    shrunk: 0,
    settled: { tripped: [], approvals: [] },
  };
  await database.db.execute(sql`
    update bulk_action set state = ${state}, ask_round = 1, ask = ${JSON.stringify(ask)}::jsonb where id = ${id}`);
  return id;
}

let admins = 0;

/** Somebody who sees and stops runs, with these permissions on these sites, mailed at `NAME@example.org`. */
async function addAdmin(name: string, permissions: Permission[], ...siteIds: number[]): Promise<number> {
  const id = await addHolder(name, permissions, ...siteIds);
  await give(id, ['bulk-actions:read', 'bulk-actions:run'], organisation.siteId);
  return id;
}

async function give(personId: number, permissions: Permission[], siteId: number): Promise<void> {
  const role = await insertRole(database.db, { siteId, name: `Role ${++admins}`, permissions });
  await assignRole(database.db, { personId, roleId: role.id, siteId });
}

async function addHolder(name: string, permissions: Permission[], ...siteIds: number[]): Promise<number> {
  const { id } = await addPerson(database.db, organisation.siteId, `${name}-${organisation.rootId}`);
  for (const siteId of siteIds) await give(id, permissions, siteId);
  return id;
}

const STARTER = 'somebody@example.org';

/** To whom mails of a run went, in order; admins of these tests by their name. */
async function readersOf(id: string, what?: string): Promise<string[]> {
  const rows = await database.db.execute<{ address: string }>(sql`
    select to_address as address from outgoing_mail
    where bulk_action_id = ${id} and what = coalesce(${what ?? null}, what) order by to_address`);
  return [...rows].map(({ address }) => address.replace(`-${organisation.rootId}@example.org`, ''));
}

describe('an approval is asked of', () => {
  const ARCHIVE: Permission[] = ['people:archive'];

  test('whoever holds the right on every site where it is planned, there or above', async () => {
    const { rootId, siteId } = organisation;
    await addAdmin('above', ARCHIVE, rootId);
    await addAdmin('both', ARCHIVE, siteId, otherSite);
    await addAdmin('one', ARCHIVE, siteId);
    await addAdmin('reader', ['people:read', 'people:update'], rootId);
    const below = await insertSite(database.db, { name: 'Below', parentId: otherSite });
    await addAdmin('below', ARCHIVE, siteId, below.id);
    const both = await waitingRun([{ phase: 'archive' }, { phase: 'archive', siteId: otherSite }]);
    await insertAskMails(database.db, both, 1, 'awaiting-approval');
    expect(await readersOf(both)).toEqual(['above', 'both']);
    const here = await waitingRun([{ phase: 'archive' }, { phase: 'update', siteId: otherSite }]);
    await insertAskMails(database.db, here, 1, 'awaiting-approval');
    expect(await readersOf(here)).toEqual(['above', 'below', 'both', 'one']);
  });

  test('whoever holds all rights that are needed, by one role or several', async () => {
    const { rootId, siteId } = organisation;
    const several = await addAdmin('several', ['people:archive'], siteId);
    await give(several, ['people:delete'], rootId);
    await addAdmin('archiver', ['people:archive'], siteId);
    const run = await waitingRun([{ phase: 'archive' }, { phase: 'delete' }], {
      approvals: ['archive', 'delete'],
    });
    await insertAskMails(database.db, run, 1, 'awaiting-approval');
    expect(await readersOf(run)).toEqual(['several']);
  });

  test('whoever sees the run', async () => {
    const { rootId, siteId } = organisation;
    await addHolder('blind', ARCHIVE, rootId);
    const elsewhere = await addHolder('elsewhere', ARCHIVE, rootId);
    await give(elsewhere, ['bulk-actions:read'], otherSite);
    await give(await addHolder('seeing', ARCHIVE, siteId), ['bulk-actions:read'], rootId);
    const run = await waitingRun([{ phase: 'archive' }]);
    await insertAskMails(database.db, run, 1, 'awaiting-approval');
    expect(await readersOf(run)).toEqual(['seeing']);
  });

  test('whoever may update, where keys are handed over', async () => {
    await addAdmin('updater', ['people:update'], organisation.siteId);
    const run = await waitingRun([{ phase: 'hand-over' }, { phase: null }], { approvals: ['update'] });
    await insertAskMails(database.db, run, 1, 'awaiting-approval');
    expect(await readersOf(run)).toEqual(['updater']);
  });

  test('nobody who started or confirmed it, is archived, has no email, or is of another organisation', async () => {
    const { siteId, rootId, adminId } = organisation;
    await addAdmin('fine', ARCHIVE, siteId);
    const confirmer = await addAdmin('confirmer', ARCHIVE, siteId);
    await archive(database.db, await addAdmin('archived', ARCHIVE, siteId));
    const silent = await addAdmin('silent', ARCHIVE, siteId);
    await database.db.execute(sql`update person set email = null, email_key = null where id = ${silent}`);
    const mine = organisation;
    organisation = await makeOrganisation(database.db);
    await addAdmin('foreigner', ARCHIVE, organisation.rootId);
    organisation = mine;
    const run = await waitingRun([{ phase: 'archive' }]);
    await database.db.execute(sql`
      insert into consent (bulk_action_id, round, what, by_person_id) values (${run}, 1, 'confirmed', ${confirmer})`);
    await insertAskMails(database.db, run, 1, 'awaiting-approval');
    expect(await readersOf(run)).toEqual(['fine']);
    const [starter] = await database.db.execute(sql`select root_id from person where id = ${adminId}`);
    expect(starter).toEqual({ root_id: rootId });
  });

  test('at most fifty', async () => {
    for (let n = 0; n < 52; n++) await addAdmin(`admin${n}`, ARCHIVE, organisation.siteId);
    const run = await waitingRun([{ phase: 'archive' }]);
    expect(await insertAskMails(database.db, run, 1, 'awaiting-approval')).toHaveLength(50);
  });

  test('nobody where nobody may: who started the run is told', async () => {
    await addAdmin('reader', ['people:read'], organisation.rootId);
    const run = await waitingRun([{ phase: 'archive' }]);
    const [mailId] = await insertAskMails(database.db, run, 1, 'awaiting-approval');
    expect(await readersOf(run)).toEqual([STARTER]);
    expect((await getMailToSend(database.db, mailId ?? 0)).data).toEqual({ to: 'starter' });
    await addAdmin('late', ARCHIVE, organisation.siteId);
    await insertAskMails(database.db, run, 1, 'approval-reminder');
    expect(await readersOf(run, 'approval-reminder')).toEqual(['late']);
  });
});

test('a confirmation is asked of who started the run alone', async () => {
  await addAdmin('other', ['people:archive'], organisation.rootId);
  const run = await waitingRun([{ phase: 'archive' }], { state: 'awaiting-confirmation' });
  await insertAskMails(database.db, run, 1, 'awaiting-confirmation');
  await insertAskMails(database.db, run, 1, 'confirmation-reminder');
  expect(await readersOf(run)).toEqual([STARTER, STARTER]);
});

test('a grace period is told to who started the run and to all who may stop what waits, who confirmed among them', async () => {
  const remover = await addAdmin('remover', ['people:delete', 'people:anonymize'], organisation.siteId);
  await addAdmin('archiver', ['people:archive'], organisation.siteId);
  const powerless = await addHolder('powerless', ['people:delete'], organisation.siteId);
  await give(powerless, ['bulk-actions:read'], organisation.siteId);
  const run = await waitingRun([{ phase: 'delete' }, { phase: 'archive' }], {
    state: 'grace-period',
    approvals: [],
  });
  await database.db.execute(sql`
    insert into consent (bulk_action_id, round, what, by_person_id) values (${run}, 1, 'confirmed', ${remover})`);
  await insertAskMails(database.db, run, 1, 'grace-period');
  expect(await readersOf(run)).toEqual(['remover', STARTER]);
});

describe('mails of a round', () => {
  test('are made once, however often it is said, and given until they are sent', async () => {
    await addAdmin('one', ['people:archive'], organisation.siteId);
    await addAdmin('two', ['people:archive'], organisation.siteId);
    const run = await waitingRun([{ phase: 'archive' }]);
    const all = await Promise.all(
      [1, 2, 3].map(() => insertAskMails(database.db, run, 1, 'awaiting-approval')),
    );
    const ids = await insertAskMails(database.db, run, 1, 'awaiting-approval');
    expect(ids).toHaveLength(2);
    expect(all.flat().every((id) => ids.includes(id))).toBe(true);
    await database.db.execute(
      sql`update outgoing_mail set state = 'sent', settled_at = now() where id = ${ids[0]}`,
    );
    await addAdmin('three', ['people:archive'], organisation.siteId);
    expect(await insertAskMails(database.db, run, 1, 'awaiting-approval')).toEqual(ids.slice(1));
    expect(await readersOf(run)).toEqual(['one', 'two']);
  });

  test('are made anew in the next round, and never for a round or a wait that is over', async () => {
    const run = await waitingRun([{ phase: 'archive' }], { state: 'awaiting-confirmation' });
    await insertAskMails(database.db, run, 1, 'awaiting-confirmation');
    await database.db.execute(sql`update bulk_action set ask_round = 2 where id = ${run}`);
    expect(await insertAskMails(database.db, run, 1, 'confirmation-reminder')).toEqual([]);
    expect(await insertAskMails(database.db, run, 2, 'awaiting-confirmation')).toHaveLength(1);
    await database.db.execute(sql`update bulk_action set state = 'queued' where id = ${run}`);
    expect(await insertAskMails(database.db, run, 2, 'confirmation-reminder')).toEqual([]);
    expect(await insertAskMails(database.db, 'nobody', 1, 'awaiting-confirmation')).toEqual([]);
    expect(await readersOf(run)).toEqual([STARTER, STARTER]);
  });

  test('have each a key of their own, the same each time', async () => {
    await addAdmin('one', ['people:archive'], organisation.siteId);
    await addAdmin('two', ['people:archive'], organisation.siteId);
    const run = await waitingRun([{ phase: 'archive' }]);
    const ids = await insertAskMails(database.db, run, 1, 'awaiting-approval');
    const keys = await Promise.all(ids.map(async (id) => (await getMailToSend(database.db, id)).key));
    expect(keys).toEqual(ids.map((id) => `${run}-awaiting-approval-${id}`));
  });
});

test('a mail is in the language of the nearest site that says one, and in English where none does', async () => {
  const run = await waitingRun([{ phase: 'archive' }], { state: 'awaiting-confirmation' });
  const [id] = await insertAskMails(database.db, run, 1, 'awaiting-confirmation');
  const language = async () => (await getMailToSend(database.db, id ?? 0)).language;
  const say = (siteId: number, words: string | null) =>
    database.db.execute(sql`update site set language = ${words} where id = ${siteId}`);
  expect(await language()).toBe('en');
  await say(organisation.rootId, 'de');
  expect(await language()).toBe('de');
  await say(organisation.siteId, 'en');
  expect(await language()).toBe('en');
  await say(organisation.siteId, null);
  expect(await language()).toBe('de');
});

test('a run that has asked is one run of a list, and its mail is the one that says how it ended', async () => {
  await addAdmin('one', ['people:archive'], organisation.siteId);
  await addAdmin('two', ['people:archive'], organisation.siteId);
  const run = await waitingRun([{ phase: 'archive' }]);
  await insertAskMails(database.db, run, 1, 'awaiting-approval');
  const shown = async () =>
    (await listBulkActions(database.db, [organisation.siteId], { limit: 10 })).map(({ mail }) => mail);
  expect(await shown()).toEqual([null]);
  await abandonOpenRows(database.db, run);
  const { mailId } = await endRun(database.db, run, { state: 'cancelled' });
  expect((await getMailToSend(database.db, mailId ?? 0)).what).toBe('cancelled');
  expect((await endRun(database.db, run, { state: 'cancelled' })).mailId).toBe(mailId);
  expect(await shown()).toEqual([{ state: 'waiting', attempts: 0, lastError: null }]);
});
