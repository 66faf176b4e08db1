// People archived, restored, anonymized and deleted one by one over HTTP, case by status.
import { sql } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { assignRole, findRole, insertRole } from '../../db/queries/roles/roles.ts';
import { addPerson } from '../support/people.ts';
import { FOREIGN, NORTH, ROOT, SOUTH, useApi } from './use-api.ts';

const api = useApi();

let serial = 0;
/** A new person of a site, with an email of its own. */
async function someone(siteId = NORTH) {
  serial += 1;
  return addPerson(api.db, siteId, `s-${serial}`);
}

type Options = { ask?: typeof api.owner; headers?: Record<string, string>; version?: number };
const step =
  (method: string, path: string) =>
  (id: number, { ask = api.owner, headers = {}, version }: Options = {}) =>
    ask(method, `/v1/people/${id}${path}${version === undefined ? '' : `?version=${version}`}`, { headers });
const archive = step('POST', '/archive');
const restore = step('POST', '/restore');
const anonymize = step('POST', '/anonymize');
const remove = step('DELETE', '');

const historyOf = async (id: number) => [
  ...(await api.db.execute(sql`
    select version, what, before, after, by_person_id, bulk_action_id from person_history
    where person_id = ${id} and version > 1 order by version`)),
];

/** A run that holds the lock of a site, as the database knows it, while the work goes on. */
async function whileHeld(siteId: number, work: () => Promise<void>) {
  await api.db.execute(sql`
    insert into bulk_action (id, site_id, root_id, kind, preset, options, upload_ids, state, rows_total, by_name)
    values ('holding', ${siteId}, ${ROOT}, 'people', 'people', '{}', '{}', 'applying', 100, 'Ada Min')
    on conflict do nothing`);
  await api.db.execute(
    sql`update edit_lock set holder = 'holding', granted_at = now() where site_id = ${siteId}`,
  );
  try {
    await work();
  } finally {
    await api.db.execute(sql`update edit_lock set holder = null, granted_at = null`);
  }
}

describe('POST /v1/people/{id}/archive', () => {
  test('200: out of use, and the email is free for somebody else', async () => {
    const person = await someone();
    const answer = await archive(person.id);
    expect(answer.status).toBe(200);
    expect(answer.json).toMatchObject({ id: person.id, status: 'archived', email: person.email, version: 2 });
    expect(answer.headers.get('etag')).toBe('"2"');
    expect(await historyOf(person.id)).toEqual([
      {
        version: 2,
        what: 'archived',
        before: { status: 'active' },
        after: { status: 'archived' },
        by_person_id: api.ownerId,
        bulk_action_id: null,
      },
    ]);
    const taker = { siteId: SOUTH, identifier: 'taker', email: person.email };
    expect((await api.owner('POST', '/v1/people', { body: taker })).status).toBe(201);
  });

  test('200: one who is archived already stays unchanged, whatever version was read', async () => {
    const person = await someone();
    await archive(person.id, { version: 1 });
    const again = await archive(person.id, { version: 1 });
    expect(again.status).toBe(200);
    expect(again.json).toMatchObject({ status: 'archived', version: 2 });
    expect(await historyOf(person.id)).toHaveLength(1);
  });

  test('409: the last who gives roles on the top site, until somebody else does too', async () => {
    expect((await archive(api.ownerId)).json).toMatchObject({
      code: 'conflict',
      detail: expect.stringMatching(/give roles on the top site/),
    });
    const second = await api.admin(ROOT, ['roles:write', 'people:archive', 'people:delete']);
    expect((await archive(second.personId)).status).toBe(200);
    expect((await archive(api.ownerId)).status).toBe(409);
  });

  test('200: many at once archive a person once', async () => {
    const person = await someone();
    const answers = await Promise.all([1, 2, 3].map(() => archive(person.id)));
    expect(answers.map(({ status, json }) => [status, json.version])).toEqual([
      [200, 2],
      [200, 2],
      [200, 2],
    ]);
  });

  test('409: a version that has moved on, by query and by If-Match; an anonymized person', async () => {
    const person = await someone();
    await archive(person.id);
    await restore(person.id);
    expect((await archive(person.id, { version: 1 })).json).toMatchObject({ code: 'changed-meanwhile' });
    expect((await archive(person.id, { headers: { 'If-Match': '"2"' } })).status).toBe(409);
    expect((await archive(person.id, { headers: { 'If-Match': '"3"' } })).status).toBe(200);
    await api.db.execute(sql`
      update person set status = 'anonymized', identifier = null, email = null, email_key = null
      where id = ${person.id}`);
    expect((await archive(person.id)).json).toMatchObject({ status: 409, code: 'conflict' });
    expect((await restore(person.id)).status).toBe(409);
    expect((await remove(person.id)).status).toBe(409);
  });
});

describe('POST /v1/people/{id}/restore', () => {
  test('200: back in use as before; one who is active stays unchanged', async () => {
    const person = await someone();
    await archive(person.id);
    const answer = await restore(person.id);
    expect(answer.json).toMatchObject({ status: 'active', email: person.email, version: 3 });
    expect((await restore(person.id)).json).toMatchObject({ status: 'active', version: 3 });
    expect((await historyOf(person.id)).map(({ what }) => what)).toEqual(['archived', 'restored']);
  });

  test('409: the email is somebody else’s by now, and it says so', async () => {
    const person = await someone();
    await archive(person.id);
    await addPerson(api.db, SOUTH, `taker-${person.id}`, { email: person.email });
    const answer = await restore(person.id);
    expect(answer.json).toMatchObject({ status: 409, code: 'key-taken', errors: [{ path: 'email' }] });
    expect((await api.owner('GET', `/v1/people/${person.id}`)).json).toMatchObject({
      status: 'archived',
      version: 2,
    });
  });
});

describe('POST /v1/people/{id}/anonymize', () => {
  test('200: an archived person is nobody; once more changes nothing', async () => {
    const person = await someone();
    await archive(person.id);
    const answer = await anonymize(person.id, { version: 2 });
    expect(answer.status).toBe(200);
    expect(answer.json).toMatchObject({ status: 'anonymized', identifier: null, email: null, version: 3 });
    expect((await anonymize(person.id)).json).toMatchObject({ status: 'anonymized', version: 3 });
    expect((await historyOf(person.id)).map(({ what }) => what)).toEqual(['anonymized']);
  });

  test('403: somebody who holds more than the admin does', async () => {
    const north = await api.admin(NORTH, ['people:read', 'people:anonymize']);
    const higher = await api.admin(NORTH, ['people:read', 'people:update']);
    await archive(higher.personId);
    expect((await anonymize(higher.personId, { ask: north })).json).toMatchObject({ code: 'forbidden' });
    expect((await anonymize(higher.personId)).status).toBe(200);
  });

  test('409: somebody who is active, and oneself', async () => {
    const person = await someone();
    expect((await anonymize(person.id)).json).toMatchObject({ status: 409, code: 'not-archived' });
    expect((await anonymize(api.ownerId)).status).toBe(409);
  });
});

describe('DELETE /v1/people/{id}', () => {
  test('204: active or archived, gone with all that is theirs; 404 from then on', async () => {
    const [active, archived] = [await someone(), await someone()];
    await archive(archived.id);
    await api.db.execute(sql`
      insert into photo (id, person_id, site_id, kind, file_key, media_type, bytes, sha256)
      values ('pic', ${active.id}, ${NORTH}, 'cardholder', 'pic', 'image/png', 3, 'hash')`);
    for (const person of [active, archived]) {
      const answer = await remove(person.id);
      expect(answer.status).toBe(204);
      expect(answer.text).toBe('');
      expect((await api.owner('GET', `/v1/people/${person.id}`)).status).toBe(404);
      expect((await remove(person.id)).status).toBe(404);
    }
    expect(await historyOf(active.id)).toEqual([
      {
        version: 2,
        what: 'deleted',
        before: null,
        after: null,
        by_person_id: api.ownerId,
        bulk_action_id: null,
      },
    ]);
    const [proof] = await api.db.execute(sql`select * from photo_deletion where photo_id = 'pic'`);
    expect(proof).toMatchObject({ sha256: 'hash', by_person_id: api.ownerId, bulk_action_id: null });
  });

  test('204: whoever reported to the person reports to nobody', async () => {
    const boss = await someone();
    const report = await addPerson(api.db, SOUTH, `report-${boss.id}`, { supervisorId: boss.id });
    await remove(boss.id);
    const [row] = await api.db.execute(
      sql`select supervisor_id, version from person where id = ${report.id}`,
    );
    expect(row).toEqual({ supervisor_id: null, version: 1 });
  });

  test('204: what runs know of the person goes too, and stays counted', async () => {
    const person = await someone();
    await api.db.execute(sql`
      with run as (
        insert into bulk_action (id, site_id, root_id, kind, preset, options, upload_ids, state, finished_at)
        values ('earlier', ${NORTH}, ${ROOT}, 'people', 'people', '{}', '{}', 'completed', now())
      ), row as (
        insert into bulk_row (bulk_action_id, row_number, cells, site_id, identifier)
        values ('earlier', 2, '["Zoë"]', ${NORTH}, ${person.identifier})
      )
      insert into bulk_plan (bulk_action_id, row_number, person_id, outcome)
      values ('earlier', 2, ${person.id}, 'updated')`);
    await remove(person.id);
    const [row] = await api.db.execute(sql`
      select r.cells, r.identifier, b.outcome from bulk_row r join bulk_plan b using (bulk_action_id, row_number)
      where bulk_action_id = 'earlier'`);
    expect(row).toEqual({ cells: null, identifier: null, outcome: 'updated' });
  });

  test('403: somebody who holds more than the admin does, on any site', async () => {
    const north = await api.admin(NORTH, ['people:read', 'people:delete']);
    const peer = await api.admin(NORTH, ['people:read']);
    const higher = await api.admin(NORTH, ['people:read', 'people:update']);
    const elsewhere = await someone();
    const role =
      (await findRole(api.db, [SOUTH], 'reader')) ??
      (await insertRole(api.db, { siteId: SOUTH, name: 'reader', permissions: ['people:read'] }));
    await assignRole(api.db, { personId: elsewhere.id, roleId: role.id, siteId: SOUTH });
    expect((await remove(peer.personId, { ask: north })).status).toBe(204);
    for (const id of [higher.personId, elsewhere.id]) {
      const answer = await remove(id, { ask: north });
      expect(answer.json).toMatchObject({ status: 403, code: 'forbidden' });
      expect((await remove(id)).status).toBe(204);
    }
  });

  test('409: nobody deletes themselves', async () => {
    const answer = await remove(api.ownerId);
    expect(answer.json).toMatchObject({ status: 409, code: 'conflict' });
    expect((await api.owner('GET', '/v1/people')).status).toBe(200);
  });

  test('409: a version that has moved on', async () => {
    const person = await someone();
    await archive(person.id);
    expect((await remove(person.id, { version: 1 })).json).toMatchObject({ code: 'changed-meanwhile' });
    expect((await remove(person.id, { version: 2 })).status).toBe(204);
  });
});

describe.each([
  ['archive', archive, 'people:archive'],
  ['restore', restore, 'people:restore'],
  ['anonymize', anonymize, 'people:anonymize'],
  ['delete', remove, 'people:delete'],
] as const)('%s', (_, act, permission) => {
  test('403 and 404: without the right, and out of sight', async () => {
    const person = await someone();
    const reader = await api.admin(NORTH, ['people:read', 'people:update']);
    expect((await act(person.id, { ask: reader })).json).toMatchObject({ status: 403, code: 'forbidden' });
    const south = await api.admin(SOUTH, [permission]);
    expect((await act(person.id, { ask: south })).status).toBe(404);
    expect((await act((await someone(FOREIGN)).id)).status).toBe(404);
    expect((await act(999_999_999)).status).toBe(404);
    expect(await historyOf(person.id)).toEqual([]);
  });

  test('400: a version that is none', async () => {
    const person = await someone();
    expect((await act(person.id, { version: 1.5 })).status).toBe(400);
    expect((await act(person.id, { headers: { 'If-Match': 'one' } })).status).toBe(400);
  });

  test('423: while a run holds the site, even where nothing would change; other sites go on', async () => {
    const [one, archived, elsewhere] = [await someone(), await someone(), await someone(SOUTH)];
    await archive(archived.id);
    // Only archived people are anonymized.
    if (act === anonymize) for (const { id } of [one, elsewhere]) await archive(id);
    const before = await historyOf(one.id);
    await whileHeld(NORTH, async () => {
      for (const { id } of [one, archived]) {
        const answer = await act(id);
        expect(answer.status).toBe(423);
        expect(answer.json.lock).toMatchObject({ bulkActionId: 'holding', by: 'Ada Min' });
      }
      expect((await act(elsewhere.id)).status).toBeLessThan(300);
    });
    expect(await historyOf(one.id)).toEqual(before);
  });
});
