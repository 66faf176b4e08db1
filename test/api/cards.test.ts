// Cards over HTTP, case by status: added, found in both forms, issued, revoked, replaced, and runs on many.
import { sql } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { addCard } from '../support/card-runs.ts';
import { addPerson } from '../support/people.ts';
import { FOREIGN, NORTH, ROOT, SOUTH, useApi } from './use-api.ts';

const nudged: string[] = [];
const api = useApi({
  followUps: {
    nudge: async (ids) => {
      nudged.push(...ids);
    },
    ensure: async () => {},
    close: async () => {},
    remindNow: async () => {},
    listRunning: async () => new Set(),
  },
});

const YESTERDAY = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);

let serial = 0;
const someone = (siteId = NORTH) => addPerson(api.db, siteId, `s-${++serial}`);
/** A number that nobody has. */
const fresh = () => String(1_000_000 + ++serial);

const post = (path: string, body?: unknown, ask = api.owner) =>
  ask('POST', `/v1${path}`, body === undefined ? {} : { body });
const add = async (given: Record<string, unknown> = {}) => {
  const personId = given['personId'] ?? (await someone()).id;
  return post('/cards', { personId, number: fresh(), ...given });
};

const historyOf = async (id: number) => [
  ...(await api.db.execute(sql`
    select version, what, before -> 'card' ->> 'status' as before, after -> 'card' ->> 'status' as after
    from person_history where person_id = ${id} and version > 1 order by version`)),
];

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

describe('POST /v1/cards', () => {
  test('201: pending, or issued at once; the number in both forms, whatever it was given in', async () => {
    const person = await someone();
    const one = await add({ personId: person.id, number: '00:ff', type: 'hex', validUntil: '2099-12-31' });
    expect(one.status).toBe(201);
    expect(one.headers.get('location')).toBe(`/v1/cards/${one.json.id}`);
    expect(one.json).toMatchObject({
      personId: person.id,
      identifier: person.identifier,
      siteId: NORTH,
      number: { decimal: '255', hex: 'FF' },
      status: 'pending',
      validFrom: null,
      validUntil: '2099-12-31',
      issuedAt: null,
    });
    const two = await add({ personId: person.id, number: '18446744073709551615', issue: true });
    expect(two.json).toMatchObject({ number: { hex: 'FFFFFFFFFFFFFFFF' }, status: 'issued' });
    expect(await historyOf(person.id)).toEqual([
      { version: 2, what: 'updated', before: null, after: 'pending' },
      { version: 3, what: 'updated', before: null, after: 'issued' },
    ]);
    const shown = await api.owner('GET', `/v1/people/${person.id}`);
    expect(shown.json.cards.map(({ id }: { id: number }) => id)).toEqual([two.json.id, one.json.id]);
  });

  test('400: digits that are none, a day that is over, a last day before the first', async () => {
    expect((await add({ number: '12x' })).json.errors).toEqual([
      { path: 'number', message: expect.stringContaining('no decimal card ID') },
    ]);
    expect((await add({ number: '18446744073709551616' })).status).toBe(400);
    expect((await add({ validUntil: YESTERDAY })).json.errors[0].message).toContain('over already');
    expect((await add({ validFrom: '2099-01-02', validUntil: '2099-01-01' })).status).toBe(400);
    expect((await add({ unknown: 1 })).status).toBe(400);
  });

  test('403, 404: a right that is lacking; people of other organisations are not there', async () => {
    const reader = await api.admin(NORTH, ['people:read']);
    const person = await someone();
    const refused = await post('/cards', { personId: person.id, number: fresh() }, reader);
    expect([refused.status, refused.json.code]).toEqual([403, 'forbidden']);
    const stranger = await addPerson(api.db, FOREIGN, `f-${++serial}`);
    expect((await add({ personId: stranger.id })).status).toBe(404);
    expect((await add({ personId: 999_999_999 })).status).toBe(404);
  });

  test('409: a number in use, in either form; somebody archived', async () => {
    const number = BigInt(fresh());
    expect((await add({ number: String(number) })).status).toBe(201);
    const again = await add({ number: number.toString(16), type: 'hex' });
    expect([again.status, again.json.detail]).toEqual([
      409,
      expect.stringContaining('has this number already'),
    ]);
    const gone = await someone();
    await post(`/people/${gone.id}/archive`);
    expect((await add({ personId: gone.id })).status).toBe(409);
  });

  test('of two who give the same number in one moment exactly one gets it', async () => {
    for (let round = 0; round < 5; round += 1) {
      const number = fresh();
      const both = await Promise.all([
        add({ number, issue: true }),
        add({ number, issue: true }),
        add({ number }),
      ]);
      expect(both.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
    }
  });

  test('423: a run holds the site', async () => {
    const person = await someone();
    const { json: card } = await add({ personId: person.id });
    await whileHeld(NORTH, async () => {
      const held = await add({ personId: person.id });
      expect([held.status, held.json.lock.bulkActionId]).toEqual([423, 'holding']);
      for (const [method, path, body] of [
        ['POST', '/issue', undefined],
        ['POST', '/revoke', undefined],
        ['POST', '/replace', { number: fresh() }],
        ['PATCH', '', { validUntil: null }],
      ] as const)
        expect((await api.owner(method, `/v1/cards/${card.id}${path}`, body && { body })).status).toBe(423);
    });
    expect(await historyOf(person.id)).toHaveLength(1);
  });

  test('the number of a card that is over is free at once', async () => {
    const [holder, number] = [await someone(), fresh()];
    const over = await addCard(api.db, holder.id, number, { status: 'issued', validUntil: YESTERDAY });
    expect((await api.owner('GET', `/v1/cards/${over}`)).json).toMatchObject({
      status: 'expired',
      endedAt: `${new Date().toISOString().slice(0, 10)}T00:00:00.000Z`,
    });
    expect((await add({ number })).status).toBe(201);
    const [row] = await api.db.execute(sql`select status from card where id = ${over}`);
    expect(row).toEqual({ status: 'expired' });
  });
});

describe('steps of a card', () => {
  test('issued, given other days, replaced, revoked: each once, told in the person’s history, and of its run', async () => {
    const person = await someone();
    const id = await addCard(api.db, person.id, fresh(), {
      bulkActionId: 'brought',
      validUntil: '2098-01-01',
    });
    nudged.length = 0;
    for (const _ of [1, 2])
      expect((await post(`/cards/${id}/issue`)).json).toMatchObject({ id, status: 'issued' });
    expect(nudged).toEqual(['brought']);
    const days = await api.owner('PATCH', `/v1/cards/${id}`, { body: { validFrom: '2026-01-01' } });
    expect(days.json).toMatchObject({ validFrom: '2026-01-01', validUntil: '2098-01-01' });
    const number = fresh();
    const replaced = await post(`/cards/${id}/replace`, { number, validFrom: null });
    expect([replaced.status, replaced.json]).toMatchObject([
      201,
      { status: 'issued', replacesId: id, validFrom: null, validUntil: '2098-01-01', bulkActionId: null },
    ]);
    expect((await api.owner('GET', `/v1/cards/${id}`)).json).toMatchObject({
      status: 'revoked',
      revokedBecause: 'replaced',
    });
    for (const _ of [1, 2])
      expect((await post(`/cards/${replaced.json.id}/revoke`)).json).toMatchObject({
        revokedBecause: 'asked',
      });
    expect((await historyOf(person.id)).map(({ before, after }) => [before, after])).toEqual([
      ['pending', 'issued'],
      ['issued', 'issued'],
      ['issued', 'issued'],
      ['issued', 'revoked'],
    ]);
    const all = await api.owner('GET', `/v1/people/${person.id}/cards`);
    expect(all.json.items.map(({ status }: { status: string }) => status)).toEqual(['revoked', 'revoked']);
  });

  test('a pending card that is replaced is still the card that its run waits for', async () => {
    const id = await addCard(api.db, (await someone()).id, fresh(), { bulkActionId: 'brought' });
    expect((await post(`/cards/${id}/replace`, { number: fresh() })).json).toMatchObject({
      bulkActionId: 'brought',
    });
  });

  test('replaced by a number in use, nothing happens at all', async () => {
    const [{ json: one }, { json: other }] = [await add({ issue: true }), await add()];
    const refused = await post(`/cards/${one.id}/replace`, { number: other.number.decimal });
    expect(refused.status).toBe(409);
    expect((await api.owner('GET', `/v1/cards/${one.id}`)).json.status).toBe('issued');
    expect((await post(`/cards/${one.id}/replace`, { number: one.number.hex, type: 'hex' })).status).toBe(
      201,
    );
  });

  test('409: a card out of use is neither issued nor replaced nor given days', async () => {
    const { json: card } = await add();
    await post(`/cards/${card.id}/revoke`);
    expect((await post(`/cards/${card.id}/issue`)).json).toMatchObject({ status: 409 });
    expect((await post(`/cards/${card.id}/replace`, { number: fresh() })).status).toBe(409);
    const over = await addCard(api.db, (await someone()).id, fresh(), { validUntil: YESTERDAY });
    const days = await api.owner('PATCH', `/v1/cards/${over}`, { body: { validUntil: '2099-01-01' } });
    expect([days.status, days.json.detail]).toEqual([409, expect.stringContaining('is over')]);
  });

  test('two who issue and archive at once leave no card in use with somebody who is archived', async () => {
    for (let round = 0; round < 5; round += 1) {
      const person = await someone();
      const { json: card } = await add({ personId: person.id });
      await Promise.all([post(`/cards/${card.id}/issue`), post(`/people/${person.id}/archive`)]);
      const after = await api.owner('GET', `/v1/people/${person.id}/cards`);
      expect(after.json.items[0]).toMatchObject({ status: 'revoked', revokedBecause: 'archived' });
    }
  });

  test('each step is in the audit trail, about its card', async () => {
    const { json: card } = await add();
    await post(`/cards/${card.id}/issue`);
    const { json: next } = await post(`/cards/${card.id}/replace`, { number: fresh() });
    const { json } = await api.owner('GET', `/v1/audit-events?what=card.&limit=3`);
    expect(
      json.items.map(({ what, subjectId, siteId, details }: Record<string, unknown>) => [
        what,
        subjectId,
        siteId,
        (details as Record<string, unknown>)['cardId'],
      ]),
    ).toEqual([
      ['card.replaced', String(card.id), NORTH, next.id],
      ['card.issued', String(card.id), NORTH, undefined],
      ['card.added', String(card.id), NORTH, undefined],
    ]);
    expect(JSON.stringify(json)).not.toContain(card.number.decimal);
  });
});

describe('GET /v1/cards', () => {
  test('200: by site, person, run, status as it is today, and number in either form', async () => {
    const person = await someone(SOUTH);
    const one = await addCard(api.db, person.id, '48879', { status: 'issued' });
    const two = await addCard(api.db, person.id, fresh(), {
      validUntil: YESTERDAY,
      bulkActionId: 'some-run',
    });
    const ids = async (query: string, ask = api.owner) => {
      const { json } = await ask('GET', `/v1/cards?${query}`);
      return json.items.map(({ id }: { id: number }) => id);
    };
    expect(await ids(`site=${SOUTH}`)).toEqual([one, two]);
    expect(await ids(`site=${SOUTH}&status=expired`)).toEqual([two]);
    expect(await ids(`person=${person.id}&status=issued`)).toEqual([one]);
    expect(await ids('run=some-run')).toEqual([two]);
    expect(await ids('number=48879')).toEqual([one]);
    expect(await ids('number=0xBEEF')).toEqual([one]);
    expect((await api.owner('GET', '/v1/cards?number=beef')).status).toBe(400);
    expect(await ids('number=48879', await api.admin(NORTH, ['people:read']))).toEqual([]);
    expect((await (await api.admin(NORTH, ['cards:write']))('GET', '/v1/cards')).status).toBe(403);
    const page = await api.owner('GET', `/v1/cards?site=${SOUTH}&limit=1`);
    expect(await ids(`site=${SOUTH}&limit=1&cursor=${page.json.next}`)).toEqual([two]);
    expect((await api.owner('GET', '/v1/cards/999999999')).status).toBe(404);
  });
});

describe('POST /v1/bulk-actions of the kind cards', () => {
  const begin = (body: object, ask = api.owner) =>
    post('/bulk-actions', { site: NORTH, kind: 'cards', ...body }, ask);
  const ended = async (id: string, siteId = NORTH, state = 'completed') =>
    api.db.execute(sql`
      insert into bulk_action (id, site_id, root_id, kind, preset, options, upload_ids, state, finished_at)
      values (${id}, ${siteId}, ${ROOT}, 'people', 'people', '{}', '{}', ${state}, case ${state} when 'completed' then now() end)`);

  test('202: of a run or of people, with days and limits', async () => {
    await ended('with-cards');
    await addCard(api.db, (await someone()).id, fresh(), { bulkActionId: 'with-cards' });
    const options = {
      action: 'issue-cards',
      of: 'with-cards',
      cardValidUntil: '2099-01-01',
      maxChangePercent: 5,
    };
    const run = await begin({ options, dryRun: true });
    expect([run.status, run.json]).toMatchObject([
      202,
      {
        kind: 'cards',
        isDryRun: true,
        options: { action: 'issue-cards', cardsOfId: 'with-cards', cardValidUntil: '2099-01-01' },
      },
    ]);
    const selection = { ids: [(await someone()).id] };
    expect((await begin({ selection, options: { action: 'revoke-cards' } })).status).toBe(202);
  });

  test('400: neither a run nor people, both, days for what is revoked, days that contradict each other', async () => {
    const action = 'issue-cards';
    expect((await begin({ options: { action } })).status).toBe(400);
    expect((await begin({ selection: { all: true }, options: { action, of: 'with-cards' } })).status).toBe(
      400,
    );
    const days = { cardValidFrom: '2099-01-02', cardValidUntil: '2099-01-01' };
    expect((await begin({ options: { action, of: 'with-cards', ...days } })).status).toBe(400);
    const revoking = { action: 'revoke-cards', of: 'with-cards', cardValidUntil: '2099-01-01' };
    expect((await begin({ options: revoking })).status).toBe(400);
  });

  test('403, 404, 409: no right; no such run; one of another site, one that has not ended, one without cards', async () => {
    const options = (of: string) => ({ options: { action: 'issue-cards', of } });
    const reader = await api.admin(NORTH, ['people:read', 'bulk-actions:run', 'bulk-actions:read']);
    expect((await begin(options('with-cards'), reader)).status).toBe(403);
    expect((await begin(options('no-such-run'))).status).toBe(404);
    await ended('elsewhere', SOUTH);
    await ended('going-on', NORTH, 'applying');
    await ended('bare');
    for (const [of, words] of [
      ['elsewhere', `site ${SOUTH}`],
      ['going-on', 'not ended'],
      ['bare', 'no cards'],
    ] as const)
      expect((await begin(options(of))).json).toMatchObject({
        status: 409,
        detail: expect.stringContaining(words),
      });
  });
});
