// The life of a follow-up in the database: made with the end of its run, timed by its site, ended in one statement.
import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, test } from 'vitest';
import { countFollowUp } from '../../db/queries/follow-ups/follow-up-counts.ts';
import {
  addReminder,
  beginFollowUp,
  endFollowUp,
  listFollowUpsBeside,
  listOpenFollowUps,
  markInvited,
  markReminded,
  markWaiting,
} from '../../db/queries/follow-ups/follow-ups.ts';
import { forgetGoneStarters } from '../../db/queries/forget-leftovers.ts';
import { getDeliveryToMake } from '../../db/queries/webhook-deliveries.ts';
import { insertWebhook } from '../../db/queries/webhooks.ts';
import { bodyOf, type WebhookEvent } from '../../domain/webhook.ts';
import { useEngine } from '../support/engine.ts';
import {
  addFollowUp,
  addInvitee,
  answerInvitation,
  approvePhoto,
  followUpOf,
} from '../support/follow-ups.ts';
import { makeOrganisation, type TestOrganisation } from '../support/runs.ts';

const engine = useEngine();
let organisation: TestOrganisation;

beforeEach(async () => {
  organisation = await makeOrganisation(engine.db);
});

const CSV = 'identifier,email\n1,a@x.org\n2,b@x.org\n';
const isFollowedUp = async (id: string) =>
  (await engine.db.execute(sql`select from follow_up where bulk_action_id = ${id}`)).length === 1;

describe('a run that has completed is followed up', () => {
  test.each(['new', 'all'] as const)('where it invites %s', async (invite) => {
    const { id, followsUp } = await engine.run(organisation, CSV, { invite });
    expect(followsUp).toBe(true);
    expect(await followUpOf(engine.db, id)).toMatchObject({
      site_id: organisation.siteId,
      root_id: organisation.rootId,
      state: 'inviting',
      counts: null,
      deadline_at: null,
    });
    expect((await engine.end(id)).followsUp).toBe(true);
  });

  test('where a row of it says so', async () => {
    const csv = (word: string) => `identifier,email,send_invitation\n1,a@x.org,no\n2,b@x.org,${word}\n`;
    const none = await engine.run(organisation, csv('no'));
    expect(none.followsUp).toBe(false);
    const { id, followsUp } = await engine.run(organisation, csv('yes'));
    expect([followsUp, await isFollowedUp(id)]).toEqual([true, true]);
  });

  test('where it has brought cards that are not handed out', async () => {
    const { id, followsUp } = await engine.run(organisation, 'identifier,email,card_id\n1,a@x.org,4711\n', {
      mapping: { card_id: 'card_id' },
    });
    expect([followsUp, await isFollowedUp(id)]).toEqual([true, true]);
  });

  test('and not where none of it is so', async () => {
    const { id, followsUp } = await engine.run(organisation, CSV);
    expect([followsUp, await isFollowedUp(id)]).toEqual([false, false]);
  });
});

test('a run that was stopped, or rejected, invites nobody', async () => {
  const { id } = await engine.plan(organisation, CSV, { invite: 'all' });
  const cancelled = await engine.end(id, { state: 'cancelled' });
  const rejected = await engine.stage(organisation, CSV, { invite: 'all' });
  const refused = { state: 'rejected', code: 'invalid', message: 'No.', details: {} } as const;
  expect([cancelled.followsUp, (await engine.end(rejected, refused)).followsUp]).toEqual([false, false]);
  expect([await isFollowedUp(id), await isFollowedUp(rejected)]).toEqual([false, false]);
});

describe('taken up', () => {
  const days = async (id: string) => {
    const [row] = await engine.db.execute<{ reminders: number[]; deadline: number }>(sql`
      select array(select extract(epoch from r - started_at)::double precision from unnest(reminders_at) as r) as reminders,
        extract(epoch from deadline_at - started_at)::double precision as deadline
      from follow_up where bulk_action_id = ${id}`);
    const inDays = (seconds = 0) => Math.round((seconds / 86_400) * 1000) / 1000;
    return [row?.reminders.map(inDays), inDays(row?.deadline)];
  };
  const settings = (siteId: number, reminderDays: number[] | null, deadlineDays: number | null) =>
    engine.db.execute(sql`
      insert into invitation_settings (site_id, reminder_days, deadline_days)
      values (${siteId}, ${reminderDays === null ? null : sql.param(reminderDays)}::double precision[], ${deadlineDays})`);

  test('it reminds after one week and two, and ends after four, unless a site says otherwise', async () => {
    const id = await addFollowUp(engine.db, organisation);
    expect(await beginFollowUp(engine.db, id)).toEqual({ hasEnded: false, isInvited: false });
    expect(await days(id)).toEqual([[7, 14], 28]);
  });

  test('each setting is that of the nearest site that has it; a reminder past the end is left out', async () => {
    await settings(organisation.rootId, [20, 2, 0.5], 40);
    await settings(organisation.siteId, null, 10);
    const id = await addFollowUp(engine.db, organisation);
    await beginFollowUp(engine.db, id);
    expect(await days(id)).toEqual([[0.5, 2], 10]);
  });

  test('its times stay as they are, whatever a site says later', async () => {
    const id = await addFollowUp(engine.db, organisation);
    await beginFollowUp(engine.db, id);
    await settings(organisation.siteId, [], 1);
    await beginFollowUp(engine.db, id);
    expect(await days(id)).toEqual([[7, 14], 28]);
  });

  test('it knows that its invitations are written down, and that it has ended', async () => {
    const id = await addFollowUp(engine.db, organisation);
    await markInvited(engine.db, id);
    expect(await beginFollowUp(engine.db, id)).toEqual({ hasEnded: false, isInvited: true });
    await markWaiting(engine.db, id);
    expect((await followUpOf(engine.db, id))['state']).toBe('waiting');
    await endFollowUp(engine.db, id, { because: 'closed', byPersonId: null });
    expect(await beginFollowUp(engine.db, id)).toMatchObject({ hasEnded: true });
  });

  test('of a run that has none, it is refused', async () => {
    await expect(beginFollowUp(engine.db, 'none')).rejects.toMatchObject({ code: 'missing' });
  });
});

describe('a reminder by hand', () => {
  let id: string;
  beforeEach(async () => {
    id = await addFollowUp(engine.db, organisation, { state: 'waiting' });
    await beginFollowUp(engine.db, id);
  });

  test('is due now, beside those that are to come', async () => {
    expect(await addReminder(engine.db, id)).toBeUndefined();
    const counted = await countFollowUp(engine.db, id);
    expect(counted?.remindersAt).toHaveLength(3);
    expect(counted?.remindersSent).toBe(0);
    expect(Math.abs((counted?.remindersAt[0] ?? 0) - Date.now())).toBeLessThan(10_000);
    await markReminded(engine.db, id, 1);
    await markReminded(engine.db, id, 1);
    expect(await countFollowUp(engine.db, id)).toMatchObject({ remindersSent: 1 });
  });

  test('goes once in an hour, whether the one before has left or not', async () => {
    await addReminder(engine.db, id);
    expect(await addReminder(engine.db, id)).toBe('too-soon');
    await markReminded(engine.db, id, 1);
    expect(await addReminder(engine.db, id)).toBe('too-soon');
    await engine.db.execute(sql`
      update follow_up set reminders_at[1] = reminders_at[1] - interval '61 minutes' where bulk_action_id = ${id}`);
    expect(await addReminder(engine.db, id)).toBeUndefined();
  });

  test('asked for by two admins at once is one', async () => {
    const asked = await Promise.all([1, 2, 3].map(() => addReminder(engine.db, id)));
    expect(asked.filter((why) => why === undefined)).toHaveLength(1);
    expect((await countFollowUp(engine.db, id))?.remindersAt).toHaveLength(3);
  });

  test('is refused while invitations leave, after the end, and where there is nothing', async () => {
    const inviting = await addFollowUp(engine.db, organisation);
    expect(await addReminder(engine.db, inviting)).toBe('inviting');
    await endFollowUp(engine.db, id, { because: 'closed', byPersonId: null });
    expect(await addReminder(engine.db, id)).toBe('ended');
    expect(await addReminder(engine.db, 'none')).toBe('missing');
  });
});

describe('ends', () => {
  let id: string;
  beforeEach(async () => {
    id = await addFollowUp(engine.db, organisation, { state: 'waiting' });
  });
  const invitations = async () =>
    (
      await engine.db.execute<{ state: string }>(
        sql`select state from invitation where bulk_action_id = ${id} order by id`,
      )
    ).map(({ state }) => state);
  const mails = async () =>
    (
      await engine.db.execute<{ id: number; to_address: string }>(
        sql`select id, to_address from outgoing_mail where bulk_action_id = ${id} and what = 'follow-up-ended'`,
      )
    ).map(({ id: mailId, to_address }) => [Number(mailId), to_address]);

  test('with its last counts, its open invitations and one mail to who started the run', async () => {
    const people = [];
    for (let n = 0; n < 4; n++) people.push(await addInvitee(engine.db, organisation, id));
    const [answered = 0, approved = 0, added = 0] = people;
    await answerInvitation(engine.db, id, answered);
    await answerInvitation(engine.db, id, approved);
    await approvePhoto(engine.db, id, approved);
    await answerInvitation(engine.db, id, added);
    await engine.db.execute(
      sql`update photo set state = 'approved', decided_at = now() where person_id = ${added}`,
    );
    await engine.db.execute(sql`update invitation set state = 'open' where person_id = ${added}`);
    const ended = await endFollowUp(engine.db, id, { because: 'deadline', byPersonId: null });
    expect(ended).toMatchObject({
      hasEnded: true,
      endedBecause: 'deadline',
      counts: { invited: 4, received: 3, toReview: 1, approved: 2, photosMissing: 1 },
    });
    expect(await invitations()).toEqual(['answered', 'done', 'done', 'closed']);
    expect(await mails()).toEqual([[ended.mailId, `admin@${organisation.rootId}.example`]]);
    expect(await followUpOf(engine.db, id)).toMatchObject({ state: 'ended', ended_because: 'deadline' });
  });

  test('once: a second end changes nothing and gives the same', async () => {
    await addInvitee(engine.db, organisation, id);
    const first = await endFollowUp(engine.db, id, { because: 'closed', byPersonId: organisation.adminId });
    const record = await followUpOf(engine.db, id);
    expect(record['closed_by_id']).toBe(organisation.adminId);
    expect(await endFollowUp(engine.db, id, { because: 'deadline', byPersonId: null })).toEqual(first);
    expect(await followUpOf(engine.db, id)).toEqual(record);
    expect(await mails()).toHaveLength(1);
  });

  test('as complete only where nothing is missing, by its own count', async () => {
    const person = await addInvitee(engine.db, organisation, id);
    await answerInvitation(engine.db, id, person);
    const early = await endFollowUp(engine.db, id, { because: 'complete', byPersonId: null });
    expect(early).toMatchObject({ hasEnded: false, endedBecause: null, mailId: null });
    expect((await followUpOf(engine.db, id))['state']).toBe('waiting');
    await approvePhoto(engine.db, id, person);
    const ended = await endFollowUp(engine.db, id, { because: 'complete', byPersonId: null });
    expect(ended).toMatchObject({ hasEnded: true, endedBecause: 'complete', counts: { approved: 1 } });
  });

  test('without the mails of those who are not waited for any more; what was decided is said all the same', async () => {
    const person = await addInvitee(engine.db, organisation, id, { mails: ['sent', 'waiting'] });
    await engine.db.execute(sql`
      insert into invitation_mail (invitation_id, number, what)
      select id, 2, 'sent-back' from invitation where person_id = ${person}`);
    await endFollowUp(engine.db, id, { because: 'closed', byPersonId: null });
    const states = await engine.db.execute<{ state: string }>(
      sql`select m.state from invitation_mail m join invitation i on i.id = m.invitation_id
        where i.person_id = ${person} order by m.number`,
    );
    expect(states.map(({ state }) => state)).toEqual(['sent', 'dropped', 'waiting']);
  });

  test('in silence where it never had anybody to wait for', async () => {
    expect(await endFollowUp(engine.db, id, { because: 'complete', byPersonId: null })).toMatchObject({
      hasEnded: true,
      mailId: null,
    });
    expect(await mails()).toEqual([]);
  });

  test('with a mail where those whom it waited for were deleted', async () => {
    const person = await addInvitee(engine.db, organisation, id);
    await countFollowUp(engine.db, id);
    await engine.db.execute(sql`delete from person where id = ${person}`);
    const { mailId } = await endFollowUp(engine.db, id, { because: 'complete', byPersonId: null });
    expect(mailId).not.toBeNull();
  });

  test('with a message to every webhook that hears of it, once', async () => {
    const hears = (events: WebhookEvent[]) =>
      insertWebhook(engine.db, {
        siteId: organisation.rootId,
        url: 'https://x.org',
        events,
        secret: 'whsec_x',
      });
    await hears(['follow-up.ended']);
    await hears(['bulk-action.completed']);
    await addInvitee(engine.db, organisation, id);
    const { deliveryIds, counts } = await endFollowUp(engine.db, id, { because: 'closed', byPersonId: null });
    expect(deliveryIds).toHaveLength(1);
    expect((await endFollowUp(engine.db, id, { because: 'closed', byPersonId: null })).deliveryIds).toEqual(
      deliveryIds,
    );
    const { payload } = await getDeliveryToMake(engine.db, deliveryIds[0] ?? '');
    const body = JSON.parse(bodyOf(payload, (runId) => `https://muster/${runId}`));
    expect(body).toMatchObject({
      type: 'follow-up.ended',
      data: {
        id,
        site: organisation.siteId,
        because: 'closed',
        followUp: counts,
        url: `https://muster/${id}`,
      },
    });
    expect(Object.keys(body.data)).toEqual(['id', 'site', 'because', 'followUp', 'url']);
  });

  test('with an event in the audit trail', async () => {
    await addInvitee(engine.db, organisation, id);
    await endFollowUp(engine.db, id, { because: 'closed', byPersonId: organisation.adminId });
    const [event] = await engine.db.execute(sql`
      select what, by_person_id, details -> 'because' as because from audit_event where bulk_action_id = ${id}`);
    expect(event).toEqual({ what: 'follow-up.ended', by_person_id: organisation.adminId, because: 'closed' });
  });
});

test('who started the run is told of its end, even if deleted meanwhile; then nothing of them is kept', async () => {
  const starter = await addInvitee(engine.db, organisation, await addFollowUp(engine.db, organisation));
  const id = await addFollowUp(engine.db, { ...organisation, adminId: starter }, { state: 'waiting' });
  await addInvitee(engine.db, organisation, id);
  await engine.db.execute(sql`delete from person where id = ${starter}`);
  await forgetGoneStarters(engine.db);
  const { mailId } = await endFollowUp(engine.db, id, { because: 'deadline', byPersonId: null });
  const [mail] = await engine.db.execute(sql`select to_address from outgoing_mail where id = ${mailId}`);
  expect(mail).toEqual({ to_address: `admin@${organisation.rootId}.example` });
  await forgetGoneStarters(engine.db);
  const [run] = await engine.db.execute(sql`select by_name, notify_email from bulk_action where id = ${id}`);
  expect(run).toEqual({ by_name: null, notify_email: null });
});

test('open ones are found by whoever looks after them, ended ones are not', async () => {
  const [open, ended] = [
    await addFollowUp(engine.db, organisation),
    await addFollowUp(engine.db, organisation),
  ];
  await endFollowUp(engine.db, ended, { because: 'closed', byPersonId: null });
  const found = (await listOpenFollowUps(engine.db, 20)).map(({ id }) => id);
  expect(found).toContain(open);
  expect(found).not.toContain(ended);
  const { id } = await engine.run(organisation, CSV);
  expect(await listFollowUpsBeside(engine.db, id)).toEqual([open]);
});
