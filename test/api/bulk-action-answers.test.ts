// Answers to runs and pauses over HTTP: who may give them, and what they are refused with.
import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, test } from 'vitest';
import type { WaitingState } from '../../domain/bulk-action.ts';
import type { Permission } from '../../domain/rights.ts';
import { FOREIGN, NORTH, useApi } from './use-api.ts';

// No worker takes anything in here: what is asked is what the API itself decides.
const api = useApi();
let run = '';

beforeEach(async () => {
  const file = await api.owner('POST', '/v1/files?name=people.csv', {
    raw: 'identifier,email\n1,a@example.org\n',
    headers: { 'content-type': 'text/csv' },
  });
  const begun = await api.owner('POST', '/v1/bulk-actions', {
    body: { site: NORTH, files: [file.json.id], options: { action: 'delete' } },
  });
  expect(begun.status).toBe(202);
  run = begun.json.id;
});

/** The run as it is once it waits for another admin to approve, or for anybody to confirm, its one row: a deletion. */
async function waits(state: WaitingState): Promise<void> {
  await api.db.execute(sql`
    update bulk_action set state = ${state}, ask_round = 1, lock_site_ids = array[${NORTH}::int], rows_total = 1,
      ask = '{"why": ["approval"], "tripped": [], "approvals": ["delete"], "graceMinutes": 0, "grown": 0, "shrunk": 0}'
    where id = ${run}`);
  await api.db.execute(sql`
    insert into bulk_plan (bulk_action_id, row_number, phase, person_id, person_version)
    values (${run}, 2, 'delete', ${api.ownerId}, 1) on conflict do nothing`);
}

const answersOf = async (permissions: readonly Permission[], verb: string, site = NORTH, body?: object) => {
  const admin = await api.admin(site, permissions);
  const { status, json } = await admin('POST', `/v1/bulk-actions/${run}/${verb}`, body && { body });
  return [status, json.code];
};

describe('to confirm a run', () => {
  test('takes the right to run bulk actions and that of its action', async () => {
    expect(await answersOf(['bulk-actions:read', 'people:delete'], 'confirm')).toEqual([403, 'forbidden']);
    expect(await answersOf(['bulk-actions:read', 'bulk-actions:run'], 'confirm')).toEqual([403, 'forbidden']);
  });

  test.each(['update', 'undo'])('takes the rights to what its rows do, not to %s alone', async (action) => {
    await waits('awaiting-confirmation');
    await api.db.execute(sql`
      update bulk_action set kind = ${action === 'undo' ? 'undo' : 'people'},
        options = options || jsonb_build_object('action', ${action}::text) where id = ${run}`);
    expect(await answersOf(['bulk-actions:run', 'people:update'], 'confirm')).toEqual([403, 'forbidden']);
  });

  test('takes, of a sync, the right to what becomes of who is absent, and not that to archive', async () => {
    await waits('awaiting-confirmation');
    await api.db.execute(sql`
      update bulk_action set options = options || '{"action": "sync", "absent": "delete"}' where id = ${run}`);
    const rights = ['bulk-actions:run', 'people:create', 'people:update'] as const;
    const answer = (permission: Permission) =>
      answersOf([...rights, permission], 'confirm', NORTH, { round: 2 });
    expect(await answer('people:archive')).toEqual([403, 'forbidden']);
    expect(await answer('people:delete')).toEqual([409, 'conflict']);
  });

  test('one must have seen what it asks', async () => {
    await waits('awaiting-confirmation');
    expect(await answersOf(['bulk-actions:run', 'people:delete'], 'confirm', NORTH, { round: 2 })).toEqual([
      409,
      'conflict',
    ]);
  });

  test('one must see it', async () => {
    expect(await answersOf(['bulk-actions:run', 'people:delete'], 'confirm', FOREIGN)).toEqual([
      404,
      'missing',
    ]);
  });
});

describe('to approve a run', () => {
  beforeEach(() => waits('awaiting-approval'));

  test('is never for who started it', async () => {
    const own = await api.owner('POST', `/v1/bulk-actions/${run}/approve`);
    expect([own.status, own.json.code]).toEqual([403, 'forbidden']);
    expect(own.json.detail).toContain('started or confirmed themselves');
  });

  test('is never for who confirmed it', async () => {
    const admin = await api.admin(NORTH, ['bulk-actions:read', 'people:delete']);
    await api.db.execute(sql`
      insert into consent (bulk_action_id, round, what, by_person_id) values (${run}, 1, 'confirmed', ${admin.personId})`);
    const own = await admin('POST', `/v1/bulk-actions/${run}/approve`);
    expect([own.status, own.json.code]).toEqual([403, 'forbidden']);
  });

  test('takes the right of what is approved, on the site where it is planned', async () => {
    expect(await answersOf(['bulk-actions:read', 'bulk-actions:run'], 'approve')).toEqual([403, 'forbidden']);
    expect(await answersOf(['people:delete'], 'approve')).toEqual([403, 'forbidden']);
  });

  test('can’t be done ahead of what it asks next: rights are those to the plan that was seen', async () => {
    expect(await answersOf(['bulk-actions:read', 'people:delete'], 'approve', NORTH, { round: 2 })).toEqual([
      409,
      'conflict',
    ]);
  });

  test('shows what is asked, and until when', async () => {
    const { json } = await api.owner('GET', `/v1/bulk-actions/${run}`);
    expect(json).toMatchObject({
      state: 'awaiting-approval',
      ask: { round: 1, why: ['approval'], consents: [] },
    });
  });
});

describe('to decline a run', () => {
  beforeEach(() => waits('awaiting-approval'));

  test('takes a word why, and is never for who started it', async () => {
    const rights = ['bulk-actions:read', 'people:delete'] as const;
    expect(await answersOf(rights, 'decline', NORTH, {})).toEqual([400, 'invalid']);
    const own = await api.owner('POST', `/v1/bulk-actions/${run}/decline`, { body: { note: 'No.' } });
    expect([own.status, own.json.code]).toEqual([403, 'forbidden']);
  });

  test('takes the right of what is approved', async () => {
    const body = { note: 'No.' };
    expect(await answersOf(['bulk-actions:read', 'bulk-actions:run'], 'decline', NORTH, body)).toEqual([
      403,
      'forbidden',
    ]);
  });

  test('asks the run to stop, and keeps who said what; the audit trail has no word of it', async () => {
    const admin = await api.admin(NORTH, ['bulk-actions:read', 'people:delete']);
    const said = { body: { note: 'They are back.' } };
    const { status, json } = await admin('POST', `/v1/bulk-actions/${run}/decline`, said);
    expect([status, json.isCancelling]).toEqual([202, true]);
    const timeline = await api.owner('GET', `/v1/bulk-actions/${run}/timeline`);
    expect(timeline.json.steps).toContainEqual(
      expect.objectContaining({ what: 'declined', state: 'done', note: 'They are back.' }),
    );
    const trail = await api.owner('GET', `/v1/audit-events?run=${run}&what=run.declined`);
    expect(trail.json.items).toMatchObject([{ what: 'run.declined', details: { round: 1 } }]);
    expect(trail.text).not.toContain('They are back');
  });

  test('is refused where nobody waits for it', async () => {
    await waits('grace-period');
    const rights = ['bulk-actions:read', 'people:delete'] as const;
    expect(await answersOf(rights, 'decline', NORTH, { note: 'No.' })).toEqual([409, 'conflict']);
  });
});

test('the timeline tells of mails to whom they went: by name to who may read those people, else in numbers', async () => {
  await waits('awaiting-approval');
  const reader = await api.admin(NORTH, ['people:read']);
  await api.db.execute(
    sql`update person set first_name = 'Jonas', last_name = 'Weber' where id = ${reader.personId}`,
  );
  await api.db.execute(sql`
    insert into outgoing_mail (bulk_action_id, what, round, to_address, data, state, settled_at)
    select ${run}, 'awaiting-approval', 1, 'admin-' || id || '@example.org', jsonb_build_object('to', 'admin', 'personId', id),
      'sent', now()
    from person where id in (${reader.personId}, ${api.ownerId})`);
  const mailsFor = async (...rights: Permission[]) => {
    const admin = await api.admin(NORTH, ['bulk-actions:read', ...rights]);
    return (await admin('GET', `/v1/bulk-actions/${run}/timeline`)).json;
  };
  const mail = {
    what: 'awaiting-approval',
    round: 1,
    at: expect.any(String),
    sent: 2,
    waiting: 0,
    refused: 0,
  };
  const { mails, keptUntil, steps } = await mailsFor('people:read');
  expect(mails).toEqual([{ ...mail, to: ['Jonas Weber'], others: 1 }]);
  expect(keptUntil).toBeNull();
  expect(steps).toContainEqual(expect.objectContaining({ what: 'locked', sites: 1 }));
  expect((await mailsFor()).mails).toEqual([{ ...mail, to: [], others: 2 }]);
});

describe('a pause', () => {
  test('is noted at once, with who holds the run, and is given once', async () => {
    const paused = await api.owner('POST', `/v1/bulk-actions/${run}/pause`);
    expect([paused.status, paused.json.paused]).toEqual([
      202,
      { at: expect.any(String), by: expect.any(String) },
    ]);
    const again = await api.owner('POST', `/v1/bulk-actions/${run}/pause`);
    expect([again.status, again.json.code]).toEqual([409, 'conflict']);
  });

  test('takes the right to run bulk actions', async () => {
    expect(await answersOf(['bulk-actions:read'], 'pause')).toEqual([403, 'forbidden']);
    expect(await answersOf(['bulk-actions:read'], 'resume')).toEqual([403, 'forbidden']);
  });

  test('can’t end where there is none', async () => {
    const resumed = await api.owner('POST', `/v1/bulk-actions/${run}/resume`);
    expect([resumed.status, resumed.json.code]).toEqual([409, 'conflict']);
  });
});
