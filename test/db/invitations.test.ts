// Who is invited by a run, who is reminded, and that nobody is twice.
import { sql } from 'drizzle-orm';
import { beforeAll, describe, expect, test } from 'vitest';
import { listOverdueMails } from '../../db/queries/invitations/invitation-mails.ts';
import {
  closeInvitation,
  inviteByHand,
  inviteRun,
  remindRun,
  sendAgain,
} from '../../db/queries/invitations/invitations.ts';
import { PERMISSIONS } from '../../domain/rights.ts';
import { useEngine } from '../support/engine.ts';
import { makeOrganisation, type TestOrganisation } from '../support/runs.ts';

const engine = useEngine();
let organisation: TestOrganisation;

beforeAll(async () => {
  organisation = await makeOrganisation(engine.db);
});

type Invited = { who: string; state: string };

/** Who is invited by a run, with the state of the first mail. */
async function invitedBy(runId: string): Promise<Record<string, string>> {
  const rows = await engine.db.execute<Invited>(sql`
    select p.identifier as who, m.state from invitation i
    join person p on p.id = i.person_id join invitation_mail m on m.invitation_id = i.id and m.number = 0
    where i.bulk_action_id = ${runId} order by 1`);
  return Object.fromEntries([...rows].map(({ who, state }) => [who, state]));
}

const personId = async (identifier: string, { siteId } = organisation): Promise<number> => {
  const [row] = await engine.db.execute<{ id: number }>(
    sql`select id::float8 as id from person where site_id = ${siteId} and identifier = ${identifier}`,
  );
  return row?.id as number;
};

const withoutEmail = (identifier: string, { siteId }: TestOrganisation) =>
  engine.db.execute(sql`
    update person set email = null, email_key = null where site_id = ${siteId} and identifier = ${identifier}`);

const numbersOf = async (id: number | undefined): Promise<number[]> => {
  const [mails] = await engine.db.execute<{ numbers: number[] }>(sql`
    select array_agg(number order by number) as numbers from invitation_mail where invitation_id = ${id}`);
  return mails?.numbers ?? [];
};

const allSent = (id: number | undefined) =>
  engine.db.execute(sql`
    update invitation_mail set state = 'sent', settled_at = now() where invitation_id = ${id} and state = 'waiting'`);

const csv = (...lines: string[]) => ['identifier,email,last_name,sendInvitation', ...lines].join('\n');

/** One person for each outcome that a run can give: old ones are there before. */
async function runOf(invite: 'none' | 'new' | 'all', own: (who: string) => string) {
  const site = await makeOrganisation(engine.db);
  const line = (who: string, name: string) => `${who},${who}@a.org,${name},${own(who)}`;
  await engine.run(site, 'identifier,email,last_name\nsame,same@a.org,Same\nother,other@a.org,Before\n');
  const rows = csv(
    line('same', 'Same'),
    line('other', 'After'),
    line('fresh', 'Fresh'),
    `bad,no email,X,yes`,
  );
  const { id } = await engine.run(site, rows, { invite });
  const invited = await inviteRun(engine.db, id);
  const by = await invitedBy(id);
  expect(invited).toBe(Object.keys(by).length);
  return Object.keys(by).sort();
}

describe('who is invited', () => {
  test.each([
    ['none', []],
    ['new', ['fresh']],
    ['all', ['fresh', 'other', 'same']],
  ] as const)('%s, where the rows say nothing', async (invite, expected) => {
    expect(await runOf(invite, () => '')).toEqual(expected);
  });

  test.each(['none', 'new', 'all'] as const)('the row’s own word wins over %s', async (invite) => {
    expect(await runOf(invite, () => 'yes')).toEqual(['fresh', 'other', 'same']);
    expect(await runOf(invite, () => 'no')).toEqual([]);
  });

  test('whoever comes back is one of all, and not new', async () => {
    const site = await makeOrganisation(engine.db);
    await engine.run(site, 'identifier,email\nback,back@a.org\n');
    await engine.run(site, 'identifier\nback\n', { action: 'archive' });
    const restored = await engine.run(site, 'identifier\nback\n', { action: 'restore', invite: 'new' });
    expect(await inviteRun(engine.db, restored.id)).toBe(0);
    await engine.run(site, 'identifier\nback\n', { action: 'archive' });
    const again = await engine.run(site, 'identifier\nback\n', { action: 'restore', invite: 'all' });
    expect(await inviteRun(engine.db, again.id)).toBe(1);
  });

  test('whoever was archived since is not invited', async () => {
    const site = await makeOrganisation(engine.db);
    const { id } = await engine.run(site, 'identifier,email\ngone,gone@a.org\nhere,here@a.org\n', {
      invite: 'all',
    });
    await engine.run(site, 'identifier\ngone\n', { action: 'archive' });
    await inviteRun(engine.db, id);
    expect(Object.keys(await invitedBy(id))).toEqual(['here']);
  });

  test('nobody is invited by a run that has not completed, nor where its admin may not', async () => {
    const site = await makeOrganisation(engine.db);
    const planned = await engine.plan(site, 'identifier,email\na,a@a.org\n', { invite: 'all' });
    expect(await inviteRun(engine.db, planned.id)).toBe(0);
    await engine.apply(planned);
    await engine.end(planned.id);
    await engine.db.execute(sql`
      update role set permissions = array_remove(permissions, 'invitations:write') where site_id = ${site.rootId}`);
    expect(await inviteRun(engine.db, planned.id)).toBe(0);
    await engine.db.execute(sql`
      update role set permissions = ${sql.param([...PERMISSIONS])}::text[] where site_id = ${site.rootId}`);
    expect(await inviteRun(engine.db, planned.id)).toBe(1);
  });

  test('asked again, a run invites nobody twice', async () => {
    const { id } = await engine.run(organisation, 'identifier,email\ntwice,twice@a.org\n', { invite: 'new' });
    expect(await inviteRun(engine.db, id)).toBe(1);
    const [one, two] = await Promise.all([inviteRun(engine.db, id), inviteRun(engine.db, id)]);
    expect([one, two]).toEqual([1, 1]);
    const [counted] = await engine.db.execute<{ mails: number }>(sql`
      select count(*)::int as mails from invitation_mail m join invitation i on i.id = m.invitation_id
      where i.bulk_action_id = ${id}`);
    expect(counted?.mails).toBe(1);
  });
});

describe('who can’t be reached has an invitation, and a mail that is dropped', () => {
  test('without an email, unsubscribed by field or by link, bounced; and reached again at another address', async () => {
    const site = await makeOrganisation(engine.db);
    const rows = [
      'identifier,email,unsubscribe',
      'plain,plain@a.org,no',
      'none,none@a.org,',
      'field,field@a.org,yes',
      'link,link@a.org,',
      'bounced,bounced@a.org,',
      'moved,moved@a.org,',
    ].join('\n');
    const { id } = await engine.run(site, rows, { invite: 'all' });
    await withoutEmail('none', site);
    for (const [who, reason, key] of [
      ['link', 'unsubscribed', null],
      ['bounced', 'bounced', 'bounced@a.org'],
      ['moved', 'bounced', 'before@a.org'],
    ] as const)
      await engine.db.execute(sql`
        insert into mail_stop (person_id, reason, email_key) values (${await personId(who, site)}, ${reason}, ${key})`);
    await inviteRun(engine.db, id);
    expect(await invitedBy(id)).toEqual({
      plain: 'waiting',
      none: 'dropped',
      field: 'dropped',
      link: 'dropped',
      bounced: 'dropped',
      moved: 'waiting',
    });
  });
});

describe('how long a link works', () => {
  test('as the nearest site upwards says, else four weeks', async () => {
    const site = await makeOrganisation(engine.db);
    const days = async () => {
      const { id } = await engine.run(site, `identifier,email\nd,d@a.org\n`, { invite: 'all' });
      await inviteRun(engine.db, id);
      const [row] = await engine.db.execute<{ days: number }>(sql`
        select round(extract(epoch from expires_at - created_at) / 86400)::int as days
        from invitation where bulk_action_id = ${id}`);
      return row?.days;
    };
    expect(await days()).toBe(28);
    await engine.db.execute(
      sql`insert into invitation_settings (site_id, link_days) values (${site.rootId}, 10)`,
    );
    expect(await days()).toBe(10);
    await engine.db.execute(
      sql`insert into invitation_settings (site_id, link_days) values (${site.siteId}, 3)`,
    );
    expect(await days()).toBe(3);
  });
});

describe('reminding', () => {
  const lines = ['open', 'answered', 'done', 'closed', 'gone', 'waiting', 'refuses'];

  test('reaches whoever is active, has not answered and wants mails, once in each round', async () => {
    const site = await makeOrganisation(engine.db);
    const rows = ['identifier,email', ...lines.map((who) => `${who},${who}@a.org`)].join('\n');
    const { id } = await engine.run(site, rows, { invite: 'all' });
    await inviteRun(engine.db, id);
    const of = (who: string) =>
      sql`person_id = (select id from person where site_id = ${site.siteId} and identifier = ${who})`;
    await engine.db.execute(sql`
      update invitation_mail set state = 'sent', settled_at = now()
      where invitation_id in (select id from invitation where bulk_action_id = ${id} and not ${of('waiting')})`);
    for (const state of ['answered', 'done', 'closed'])
      await engine.db.execute(
        sql`update invitation set state = ${state} where bulk_action_id = ${id} and ${of(state)}`,
      );
    await engine.db.execute(sql`
      insert into mail_stop (person_id, reason) values (${await personId('refuses', site)}, 'unsubscribed')`);
    await engine.run(site, 'identifier\ngone\n', { action: 'archive' });
    expect(await remindRun(engine.db, id)).toBe(1);
    expect(await remindRun(engine.db, id)).toBe(0);
    // Its reminder of the first round has not left yet.
    expect(await remindRun(engine.db, id, 1)).toBe(0);
    await engine.db.execute(sql`update invitation_mail set state = 'sent' where what = 'reminder'`);
    const rounds = await Promise.all([remindRun(engine.db, id, 1), remindRun(engine.db, id, 1)]);
    expect(rounds.sort()).toEqual([0, 1]);
    const mails = await engine.db.execute<{ who: string; number: number; round: number }>(sql`
      select p.identifier as who, m.number, m.round from invitation_mail m join invitation i on i.id = m.invitation_id
      join person p on p.id = i.person_id where i.bulk_action_id = ${id} and m.what = 'reminder' order by 2`);
    expect([...mails]).toEqual([
      { who: 'open', number: 1, round: 0 },
      { who: 'open', number: 2, round: 1 },
    ]);
  });
});

test('a reminder leads somewhere: its link works as long as any other, but not past the deadline', async () => {
  const site = await makeOrganisation(engine.db);
  const { id } = await engine.run(site, 'identifier,email\na,a@a.org\nb,b@a.org\n', { invite: 'all' });
  await inviteRun(engine.db, id);
  await engine.db.execute(sql`
    insert into follow_up (bulk_action_id, site_id, root_id, state) select id, site_id, root_id, 'waiting' from bulk_action
    where id = ${id} on conflict do nothing`);
  await engine.db.execute(sql`
    update invitation_mail set state = 'sent', settled_at = now()
    where invitation_id in (select id from invitation where bulk_action_id = ${id})`);
  const daysLeft = async () => {
    const [left] = await engine.db.execute<{ days: number[] }>(sql`
      select array_agg(round(extract(epoch from expires_at - now()) / 86400)::int order by person_id) as days
      from invitation where bulk_action_id = ${id}`);
    return left?.days;
  };
  const ofB = sql`person_id = (select max(person_id) from invitation where bulk_action_id = ${id})`;
  await engine.db.execute(sql`
    update follow_up set deadline_at = now() + interval '10 days' where bulk_action_id = ${id}`);
  await engine.db.execute(sql`
    update invitation set expires_at = now() - interval '1 day' where bulk_action_id = ${id} and ${ofB}`);
  expect(await daysLeft()).toEqual([28, -1]);
  expect(await remindRun(engine.db, id, 0)).toBe(2);
  expect(await daysLeft()).toEqual([28, 10]);
});

describe('by hand', () => {
  test('whoever is active is invited; asked again, the open invitation gets another mail', async () => {
    const site = await makeOrganisation(engine.db);
    await engine.run(site, 'identifier,email\na,a@a.org\nb,b@a.org\ngone,gone@a.org\n');
    await engine.run(site, 'identifier\ngone\n', { action: 'archive' });
    await withoutEmail('b', site);
    const ids = [await personId('a', site), await personId('b', site), await personId('gone', site)];
    const first = await inviteByHand(engine.db, ids, site.adminId);
    expect(first.map((one) => [one.personId, one.isReachable])).toEqual([
      [ids[0], true],
      [ids[1], false],
    ]);
    expect(await inviteByHand(engine.db, ids, site.adminId)).toMatchObject([
      { ...first[0] },
      { id: first[1]?.id, isReachable: false },
    ]);
    expect(await numbersOf(first[0]?.id)).toEqual([0]);
    await allSent(first[0]?.id);
    const again = await inviteByHand(engine.db, ids, site.adminId);
    expect(again.map(({ id, isReachable }) => [id, isReachable])).toEqual([
      [first[0]?.id, true],
      [first[1]?.id, false],
    ]);
    expect(await numbersOf(first[0]?.id)).toEqual([0, 1]);
  });

  test('a mail that has not left is not doubled, however often it is sent again and by how many at once', async () => {
    const site = await makeOrganisation(engine.db);
    await engine.run(site, 'identifier,email\na,a@a.org\n');
    const [made] = await inviteByHand(engine.db, [await personId('a', site)], site.adminId);
    const id = made?.id as number;
    expect(await sendAgain(engine.db, id)).toEqual({ isReachable: true, mailId: made?.mailId });
    await allSent(id);
    const sent = await Promise.all(Array.from({ length: 6 }, () => sendAgain(engine.db, id)));
    expect(new Set(sent.map((one) => one?.mailId)).size).toBe(1);
    expect(await numbersOf(id)).toEqual([0, 1]);
    // Whoever was sending it has died: nobody knows, and another one is wanted.
    await engine.db.execute(sql`
      update invitation_mail set state = 'sending', claimed_at = now() - interval '2 minutes'
      where invitation_id = ${id} and number = 1`);
    expect((await sendAgain(engine.db, id))?.mailId).not.toBe(sent[0]?.mailId);
    expect(await numbersOf(id)).toEqual([0, 1, 2]);
  });

  test('what is sent again of an invitation that is followed up is found where nobody was told of it', async () => {
    const site = await makeOrganisation(engine.db);
    const run = await engine.run(site, 'identifier,email\na,a@a.org\n', { invite: 'all' });
    await inviteRun(engine.db, run.id);
    await engine.db.execute(sql`
      insert into follow_up (bulk_action_id, site_id, root_id, state) select id, site_id, root_id, 'waiting' from bulk_action
      where id = ${run.id} on conflict do nothing`);
    const [invited] = await engine.db.execute<{ id: number; mailId: number }>(sql`
      select i.id::float8 as id, m.id::float8 as "mailId"
      from invitation i join invitation_mail m on m.invitation_id = i.id where i.bulk_action_id = ${run.id}`);
    const overdue = async () => {
      await engine.db.execute(sql`
        update invitation_mail set due_at = now() - interval '5 minutes' where invitation_id = ${invited?.id}`);
      return listOverdueMails(engine.db, 60);
    };
    expect(await overdue()).not.toContain(invited?.mailId);
    await allSent(invited?.id);
    const again = await sendAgain(engine.db, invited?.id as number);
    expect(await overdue()).toContain(again?.mailId);
  });

  test('sent again while it is open, and not once it is closed', async () => {
    const site = await makeOrganisation(engine.db);
    await engine.run(site, 'identifier,email\na,a@a.org\n');
    const [made] = await inviteByHand(engine.db, [await personId('a', site)], site.adminId);
    const id = made?.id as number;
    expect(await sendAgain(engine.db, id)).toMatchObject({ isReachable: true, mailId: expect.any(Number) });
    expect(await closeInvitation(engine.db, id)).toEqual({ bulkActionId: null });
    expect(await closeInvitation(engine.db, id)).toBeUndefined();
    expect(await sendAgain(engine.db, id)).toBeUndefined();
  });
});
