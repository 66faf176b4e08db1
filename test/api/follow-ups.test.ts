// GET and POST /v1/bulk-actions/{id}/follow-up…: how far, who is missing, from day to day; reminded and closed by rights.
import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, test } from 'vitest';
import type { MissingPerson } from '../../api/wire-follow-ups.ts';
import { readEvents } from '../../cli/events.ts';
import { countFollowUp } from '../../db/queries/follow-ups/follow-up-counts.ts';
import { beginFollowUp, endFollowUp, markInvited } from '../../db/queries/follow-ups/follow-ups.ts';
import { followUpWorkflowId, TASK_QUEUE } from '../../workflows/contract.ts';
import {
  addEndedRun,
  addFollowUp,
  addInvitee,
  answerInvitation,
  approvePhoto,
  followUpOf,
} from '../support/follow-ups.ts';
import { NORTH, ROOT, SOUTH, useApi } from './use-api.ts';

const api = useApi({ pollMs: 200 });
const organisation = () => ({ rootId: ROOT, siteId: NORTH, adminId: api.ownerId });
let id: string;

beforeEach(async () => {
  id = await addFollowUp(api.db, organisation(), { state: 'waiting' });
});

const add = (invitee?: Parameters<typeof addInvitee>[3]) => addInvitee(api.db, organisation(), id, invitee);
const path = (rest = '') => `/v1/bulk-actions/${id}/follow-up${rest}`;

describe('200', () => {
  test('how far it is, and when it reminds and ends', async () => {
    await add();
    const person = await add({ card: 'pending' });
    await answerInvitation(api.db, id, person);
    expect((await api.owner('GET', path())).json).toMatchObject({
      state: 'waiting',
      counts: null,
      deadlineAt: null,
    });
    await beginFollowUp(api.db, id);
    await countFollowUp(api.db, id);
    const { status, json } = await api.owner('GET', path());
    expect(status).toBe(200);
    const startedAt = Date.parse(json.startedAt);
    const day = 24 * 60 * 60 * 1000;
    expect(json).toMatchObject({
      state: 'waiting',
      counts: { invited: 2, received: 1, toReview: 1, photosMissing: 1, cards: 1, cardsMissing: 1 },
      remindersSent: 0,
      endedAt: null,
      endedBecause: null,
      workflowId: followUpWorkflowId(id),
    });
    expect(Date.parse(json.nextReminderAt) - startedAt).toBe(7 * day);
    expect(Date.parse(json.deadlineAt) - startedAt).toBe(28 * day);
  });

  test('from day to day, each counting what was there by its end', async () => {
    await api.db.execute(
      sql`update follow_up set started_at = now() - interval '3 days' where bulk_action_id = ${id}`,
    );
    const [first, second] = [await add(), await add({ card: 'issued' })];
    await answerInvitation(api.db, id, first);
    await approvePhoto(api.db, id, first);
    await api.db.execute(sql`
      update invitation set answered_at = now() - interval '3 days', done_at = now() - interval '1 day' where person_id = ${first}`);
    await answerInvitation(api.db, id, second);
    await add({ status: 'archived', invitation: 'done' });
    const { history } = (await api.owner('GET', path())).json;
    expect(
      history.map(({ received, approved, issued }: Record<string, number>) => [received, approved, issued]),
    ).toEqual([
      [1, 0, 0],
      [1, 0, 0],
      [1, 1, 0],
      [2, 1, 1],
    ]);
    expect(history.at(-1).day).toBe(new Date().toISOString().slice(0, 10));
  });

  test('with the run, and in the list of runs', async () => {
    await add();
    await countFollowUp(api.db, id);
    const expected = { state: 'waiting', counts: { invited: 1 } };
    expect((await api.owner('GET', `/v1/bulk-actions/${id}`)).json.followUp).toMatchObject(expected);
    const { items } = (await api.owner('GET', '/v1/bulk-actions')).json;
    expect(items.find((run: { id: string }) => run.id === id).followUp).toMatchObject(expected);
    const other = await addEndedRun(api.db, organisation());
    expect((await api.owner('GET', `/v1/bulk-actions/${other}`)).json.followUp).toBeNull();
  });

  test('who is missing what, page by page', async () => {
    const silent = await add();
    const waiting = await add({ card: 'pending' });
    await answerInvitation(api.db, id, waiting);
    const lost = await add({ mails: ['bounced'], stop: 'bounced' });
    const done = await add();
    await answerInvitation(api.db, id, done);
    await approvePhoto(api.db, id, done);
    await add({ status: 'archived' });
    const cardOnly = await add({ invitation: null, card: 'pending' });
    const people = async (query = '') =>
      (await api.owner('GET', path(`/people${query}`))).json.items.map(
        ({ id: personId, missing }: MissingPerson) => [personId, missing],
      );
    expect(await people()).toEqual([
      [silent, ['photo']],
      [waiting, ['review', 'card']],
      [lost, ['photo', 'mail']],
      [cardOnly, ['card']],
    ]);
    expect(await people('?missing=mail')).toEqual([[lost, ['photo', 'mail']]]);
    expect(await people('?missing=review&missing=mail')).toHaveLength(2);
    const page = (await api.owner('GET', path('/people?limit=3'))).json;
    expect(page.items).toHaveLength(3);
    const rest = (await api.owner('GET', path(`/people?limit=3&cursor=${page.next}`))).json;
    expect([rest.items.length, rest.next]).toEqual([1, null]);
    await endFollowUp(api.db, id, { because: 'deadline', byPersonId: null });
    expect(await people('?missing=photo')).toEqual([
      [silent, ['photo']],
      [lost, ['photo', 'mail']],
    ]);
  });

  test('as events until it has ended', async () => {
    const person = await add();
    await countFollowUp(api.db, id);
    const { key } = await api.admin(ROOT, ['bulk-actions:read']);
    const stream = await fetch(`${api.url}${path('/events')}`, {
      headers: { authorization: `Bearer ${key}` },
    });
    const heard: [string, string][] = [];
    const listening = (async () => {
      for await (const { event, data } of readEvents(stream.body as never))
        heard.push([event, JSON.parse(data).state]);
    })();
    await expect.poll(() => heard).toEqual([['progress', 'waiting']]);
    await answerInvitation(api.db, id, person);
    await countFollowUp(api.db, id);
    await expect.poll(() => heard).toHaveLength(2);
    await endFollowUp(api.db, id, { because: 'closed', byPersonId: null });
    await listening;
    expect(heard.slice(-2)).toEqual([
      ['progress', 'ended'],
      ['end', 'ended'],
    ]);
  });
});

describe('202', () => {
  test('a reminder is due now', async () => {
    await beginFollowUp(api.db, id);
    const { status, json } = await api.owner('POST', path('/remind'));
    expect(status).toBe(202);
    expect(Date.parse(json.nextReminderAt)).toBeLessThanOrEqual(Date.now() + 1000);
  });

  test('a follow-up whose workflow is gone is started again to be closed', async () => {
    // Nobody works here: the request reaches the workflow, and is not answered in time.
    const asked = api.owner('POST', path('/close'));
    const handle = api.temporal.workflow.getHandle(followUpWorkflowId(id));
    await expect
      .poll(
        () =>
          handle.describe().then(
            ({ taskQueue }) => taskQueue,
            () => undefined,
          ),
        { timeout: 15_000 },
      )
      .toBe(TASK_QUEUE);
    expect((await asked).status).toBe(503);
    await handle.terminate();
  }, 60_000);
});

describe('refused', () => {
  test('404: a run without a follow-up, and one out of sight', async () => {
    const bare = await addEndedRun(api.db, organisation());
    expect((await api.owner('GET', `/v1/bulk-actions/${bare}/follow-up`)).status).toBe(404);
    const south = await api.admin(SOUTH, ['bulk-actions:read', 'people:read']);
    expect((await south('GET', path())).status).toBe(404);
  });

  test('403: each needs its right', async () => {
    const reader = await api.admin(ROOT, ['bulk-actions:read']);
    expect((await reader('GET', path())).status).toBe(200);
    expect((await reader('GET', path('/people'))).status).toBe(403);
    expect((await reader('POST', path('/remind'))).status).toBe(403);
    expect((await reader('POST', path('/close'))).status).toBe(403);
  });

  test('409: after its end', async () => {
    await endFollowUp(api.db, id, { because: 'closed', byPersonId: null });
    expect((await api.owner('POST', path('/remind'))).status).toBe(409);
    expect((await api.owner('POST', path('/close'))).status).toBe(409);
  });

  test('409: reminders twice within an hour', async () => {
    await beginFollowUp(api.db, id);
    await api.owner('POST', path('/remind'));
    expect((await api.owner('POST', path('/remind'))).status).toBe(409);
  });

  test('409: results are not discarded before it is known whom they invite; then they are, and it goes on', async () => {
    const fresh = await addFollowUp(api.db, organisation());
    const discard = () => api.owner('POST', `/v1/bulk-actions/${fresh}/discard`);
    expect((await discard()).status).toBe(409);
    await addInvitee(api.db, organisation(), fresh);
    await markInvited(api.db, fresh);
    expect((await discard()).status).toBe(200);
    expect((await countFollowUp(api.db, fresh))?.counts).toMatchObject({ invited: 1 });
    expect((await followUpOf(api.db, fresh))['state']).toBe('inviting');
  });
});
