// The history of a person over HTTP: what each entry says, who sees what of it, and what is left of the forgotten.
import { sql } from 'drizzle-orm';
import { beforeAll, describe, expect, test } from 'vitest';
import type { HistoryEntry } from '../../api/wire-person-history.ts';
import { invite, sendPhoto } from '../support/cardholder-photos.ts';
import { addPerson } from '../support/people.ts';
import { NORTH, ROOT, SOUTH, useApi } from './use-api.ts';

const api = useApi({ followUps: { async nudge() {} } });

let serial = 0;
const someone = (given = {}) => {
  serial += 1;
  return addPerson(api.db, NORTH, `h-${serial}`, given);
};
const read = async (id: number, query = '', ask = api.owner): Promise<HistoryEntry[]> => {
  const answer = await ask('GET', `/v1/people/${id}/history${query}`);
  expect(answer.status, answer.text).toBe(200);
  return answer.json.items;
};
const whats = async (id: number, query = '') => (await read(id, query)).map(({ what }) => what);
const patch = (id: number, body: object) => api.owner('PATCH', `/v1/people/${id}`, { body });

beforeAll(async () => {
  await api.owner('POST', '/v1/field-definitions', {
    body: { siteId: ROOT, name: 'programme', label: 'Programme of study' },
  });
  await api.db.execute(sql`
    insert into bulk_action (id, site_id, root_id, kind, preset, options, upload_ids, file_name, state, by_name)
    values ('wrote', ${NORTH}, ${ROOT}, 'people', 'people', '{"action": "sync"}', '{}', 'alumni.csv', 'applying', 'Ada')`);
});

describe('GET /v1/people/{id}/history', () => {
  test('200: what changed by which field, before and after, with names in place of ids', async () => {
    const boss = await someone({ firstName: 'Hanna', lastName: 'Vogt' });
    const { id } = await someone();
    const unit = await api.owner('POST', '/v1/org-units', { body: { siteId: NORTH, name: 'Physics' } });
    await patch(id, { fields: { programme: 'BSc' }, orgUnitId: unit.json.id, supervisorId: boss.id });
    await patch(id, { fields: { programme: 'MSc' } });
    const [second, first, created] = await read(id);
    expect(second).toMatchObject({
      what: 'updated',
      by: 'Admin No 1',
      run: null,
      changes: [{ field: 'programme', label: 'Programme of study', before: 'BSc', after: 'MSc' }],
    });
    expect(first?.changes.map(({ field, before, after }) => [field, before, after])).toEqual([
      ['org_unit', null, 'Physics'],
      ['supervisor', null, 'Hanna Vogt'],
      ['programme', null, 'BSc'],
    ]);
    expect(created).toMatchObject({ what: 'created', by: null });
    expect(created?.changes).toContainEqual(
      expect.objectContaining({ field: 'identifier', label: null, before: null }),
    );
  });

  test('200: cards, roles, photos and mails say what they are, and filters part them', async () => {
    const { id } = await someone({ firstName: 'Amara' });
    const added = await api.owner('POST', '/v1/cards', { body: { personId: id, number: '77722267' } });
    await api.owner('POST', `/v1/cards/${added.json.id}/issue`);
    await api.owner('POST', `/v1/cards/${added.json.id}/revoke`);
    const role = await api.owner('POST', '/v1/roles', { body: { siteId: ROOT, name: `Lab ${serial}` } });
    await api.owner('PUT', `/v1/people/${id}/roles/${role.json.id}`);
    await api.owner('PUT', `/v1/people/${id}/roles/${role.json.id}?site=${SOUTH}`);
    const invitation = await invite(api.db, id);
    const first = await sendPhoto(api.db, id, invitation);
    await api.owner('POST', `/v1/photos/${first}/send-back`, {
      body: { reasons: ['background'], note: 'A plain wall, then.' },
    });
    const second = await sendPhoto(api.db, id, invitation);
    await api.owner('POST', `/v1/photos/${second}/approve`);
    expect(await whats(id, '?filter=photos')).toEqual([
      'photo-approved',
      'photo-sent',
      'photo-declined',
      'photo-sent',
    ]);
    await api.owner('DELETE', `/v1/people/${id}/photo`);
    const all = await read(id);
    const [onSouth, given] = all.filter(({ what }) => what === 'roles-changed');
    expect(given).toMatchObject({ siteId: null, changes: [{ field: 'role', after: `Lab ${serial}` }] });
    expect(onSouth?.siteId).toBe(SOUTH);
    expect(all.find(({ what }) => what === 'card-issued')).toMatchObject({ cardNumber: '77722267' });
    expect(all.find(({ what }) => what === 'photo-declined')).toMatchObject({
      by: 'Admin No 1',
      reasons: ['background'],
    });
    expect(await whats(id, '?filter=changes')).toEqual([
      'roles-changed',
      'roles-changed',
      'card-revoked',
      'card-issued',
      'card-added',
      'created',
    ]);
    // The photo that was approved is gone by now, and so is the word of who had sent it.
    expect(await whats(id, '?filter=photos')).toEqual([
      'photo-removed',
      'photo-set',
      'photo-declined',
      'photo-sent',
    ]);
    expect(await whats(id, '?filter=mails')).toContain('mail-sent');
    expect(all.map(({ at }) => at)).toEqual(
      all
        .map(({ at }) => at)
        .sort()
        .reverse(),
    );
  });

  test('200: an approved photo, and a decision that was taken back', async () => {
    const { id } = await someone({ firstName: 'Amara', lastName: 'Okafor' });
    const photo = await sendPhoto(api.db, id, await invite(api.db, id));
    await api.owner('POST', `/v1/photos/${photo}/approve`);
    const [approved, sent] = await read(id, '?filter=photos');
    expect(approved).toMatchObject({ what: 'photo-approved', by: 'Admin No 1' });
    expect(sent).toMatchObject({ what: 'photo-sent', by: 'Amara Okafor' });
    await api.owner('POST', `/v1/photos/${photo}/reconsider`);
    expect((await whats(id, '?filter=photos'))[0]).toBe('photo-removed');
  });

  test('200: to which address a mail went, also where it is another by now, and when its link was opened', async () => {
    const { id } = await someone({ email: 'then@north.example' });
    await invite(api.db, id);
    const mail = async () => (await read(id, '?filter=mails')).map(({ mail }) => mail);
    expect(await mail()).toMatchObject([{ what: 'invitation', state: 'sent', to: null, openedAt: null }]);
    await api.db.execute(sql`
      update invitation_mail set claimed_at = now(), opened_at = '2026-11-18T08:00:00Z'
      where invitation_id in (select id from invitation where person_id = ${id})`);
    const sent = { what: 'invitation', state: 'sent', openedAt: '2026-11-18T08:00:00.000Z' };
    expect(await mail()).toEqual([{ ...sent, to: 'then@north.example' }]);
    await patch(id, { username: 'nothing to do with it' });
    await patch(id, { email: 'now@north.example' });
    await patch(id, { email: 'later@north.example' });
    expect(await mail()).toEqual([{ ...sent, to: 'then@north.example' }]);
  });

  test('200: page by page, each entry once', async () => {
    const { id } = await someone();
    for (const username of ['one', 'two', 'three', 'four']) await patch(id, { username });
    await invite(api.db, id);
    const all = await read(id);
    const paged: HistoryEntry[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const query: string = cursor === '' ? '' : `&cursor=${cursor}`;
      const answer = await api.owner('GET', `/v1/people/${id}/history?limit=2${query}`);
      paged.push(...answer.json.items);
      cursor = answer.json.next;
    }
    expect(paged).toEqual(all);
    expect(paged).toHaveLength(6);
    const wrong = await api.owner('GET', `/v1/people/${id}/history?cursor=bm9wZQ`);
    expect(wrong.status).toBe(400);
  });

  test('200: the run and its row, for whoever may see runs there; names of people in sight alone', async () => {
    const { id } = await someone();
    const boss = await addPerson(api.db, SOUTH, `boss-${serial}`, { firstName: 'Jonas', lastName: 'Weber' });
    await api.db.execute(sql`
      insert into person_history (person_id, version, bulk_action_id, row_number, what, before, after)
      values (${id}, 2, 'wrote', 4, 'updated', '{}', ${JSON.stringify({ supervisor_id: boss.id })}::jsonb)`);
    const [byOwner] = await read(id);
    expect(byOwner).toMatchObject({
      run: { id: 'wrote', kind: 'people', action: 'sync', fileName: 'alumni.csv', row: 4 },
      changes: [{ field: 'supervisor', after: 'Jonas Weber' }],
    });
    const reader = await api.admin(NORTH, ['people:read']);
    const [byReader] = await read(id, '', reader);
    expect(byReader).toMatchObject({ run: null, changes: [{ after: String(boss.id) }] });
  });

  test('200: of somebody anonymized nothing but that', async () => {
    const { id } = await someone({ firstName: 'Amara' });
    await invite(api.db, id);
    await patch(id, { fields: { programme: 'Secret' } });
    await api.owner('POST', `/v1/people/${id}/archive`);
    await api.owner('POST', `/v1/people/${id}/anonymize`);
    expect(await read(id)).toMatchObject([{ what: 'anonymized', by: 'Admin No 1', changes: [] }]);
  });

  test('404 and 403: out of sight, and without people:read', async () => {
    const { id } = await someone();
    const stranger = await api.admin(SOUTH, ['people:read']);
    expect((await stranger('GET', `/v1/people/${id}/history`)).status).toBe(404);
    const blind = await api.admin(NORTH, ['cards:write']);
    expect((await blind('GET', `/v1/people/${id}/history`)).status).toBe(403);
  });
});
