// What happens, told over one connection: to whom it is told, to whom not, and what somebody hears who comes back.
import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { SESSION_COOKIE } from '../../api/auth.ts';
import { hashOf, newToken } from '../../api/secrets.ts';
import { deleteSession, insertSession } from '../../db/queries/sessions.ts';
import { FOREIGN, NORTH, ROOT, SOUTH, useApi } from './use-api.ts';

const WITHIN = { timeout: 10_000 };
const api = useApi();

type Event = { event: string; id: string; data: Record<string, unknown> };

/** Listens until `stop` is called, or the stream ends. */
async function listen(headers: Record<string, string>) {
  const abort = new AbortController();
  const response = await fetch(`${api.url}/v1/events`, { headers, signal: abort.signal });
  const events: Event[] = [];
  const read = async () => {
    const decoder = new TextDecoder();
    let text = '';
    for await (const chunk of response.body ?? []) {
      text += decoder.decode(chunk as Uint8Array, { stream: true });
      const blocks = text.split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) {
        const field = (name: string) => new RegExp(`^${name}:(.*)$`, 'm').exec(block)?.[1]?.trim() ?? '';
        if (field('data') && field('event'))
          events.push({ event: field('event'), id: field('id'), data: JSON.parse(field('data')) });
      }
    }
  };
  const ended = read().catch(() => {});
  return { status: response.status, events, ended, stop: () => abort.abort() };
}

const withKey = (key: string) => ({ Authorization: `Bearer ${key}` });
const changed = ({ events }: { events: readonly Event[] }) =>
  events.filter(({ event }) => event === 'changed').map(({ data }) => data);
const states = ({ events }: { events: readonly Event[] }) =>
  events.filter(({ event }) => event === 'run').map(({ data }) => data['state']);

async function begin(siteId: number) {
  const file = await api.owner('POST', '/v1/files?name=a.csv', { raw: 'email\n' });
  const run = await api.owner('POST', '/v1/bulk-actions', { body: { site: siteId, files: [file.json.id] } });
  return run.json.id as string;
}

async function move(id: string, change: ReturnType<typeof sql>) {
  await api.db.execute(sql`update bulk_action set ${change} where id = ${id}`);
  await api.db.execute(sql`select pg_notify('bulk_action', ${id})`);
}

test('an admin hears of runs, edits and locks of their sites, and of no others', async () => {
  const north = await api.admin(NORTH, ['bulk-actions:read', 'people:create']);
  const south = await api.admin(SOUTH, ['bulk-actions:read', 'people:read']);
  const foreign = await api.admin(FOREIGN, ['bulk-actions:read', 'people:read']);
  const unread = await api.admin(NORTH, ['people:read']);
  const listened = ({ key }: { key: string }) => listen(withKey(key));
  const [inNorth, inSouth, abroad, withoutRuns] = await Promise.all([
    listened(north),
    listened(south),
    listened(foreign),
    listened(unread),
  ]);
  const streams = [inNorth, inSouth, abroad, withoutRuns];
  for (const stream of streams) stream.events.length = 0;

  const id = await begin(NORTH);
  await move(id, sql`state = 'applying', rows_total = 10, lock_site_ids = ${sql.raw(`'{${NORTH}}'`)}::int[]`);
  await expect.poll(() => states(inNorth).at(-1), WITHIN).toBe('applying');
  await api.db.execute(sql`update edit_lock set holder = ${id}, granted_at = now() where site_id = ${NORTH}`);
  await api.db.execute(sql`update edit_lock set holder = null, granted_at = null where holder = ${id}`);
  await expect.poll(() => changed(inSouth), WITHIN).toContainEqual({ what: 'locks' });
  const made = await north('POST', '/v1/people', {
    body: { siteId: NORTH, identifier: 'e1', email: 'e1@example.org' },
  });
  expect(made.status).toBe(201);
  await expect.poll(() => changed(withoutRuns), WITHIN).toContainEqual({ what: 'people', sites: [NORTH] });
  await move(id, sql`state = 'completed', finished_at = now()`);
  await expect.poll(() => states(inNorth).at(-1), WITHIN).toBe('completed');
  await expect.poll(() => changed(withoutRuns), WITHIN).toContainEqual({ what: 'cards' });

  expect(inNorth.events.find(({ event }) => event === 'run')?.data).toMatchObject({ id, site: NORTH });
  expect(states(inSouth)).toEqual([]);
  expect(states(withoutRuns)).toEqual([]);
  expect(JSON.stringify(inSouth.events)).not.toContain(String(NORTH));
  expect(changed(inSouth)).not.toContainEqual({ what: 'people' });
  expect(abroad.events).toEqual([]);
  for (const stream of streams) stream.stop();
});

test('a run that moves a thousand times is told of a few times, and its last state is told', async () => {
  const reader = await api.admin(NORTH, ['bulk-actions:read']);
  const stream = await listen(withKey(reader.key));
  const id = await begin(NORTH);
  await api.db.execute(sql`
    select pg_notify('bulk_action', ${id}), pg_notify('bulk_action', 'no-run-' || n) from generate_series(1, 1000) as n`);
  await move(id, sql`state = 'completed', finished_at = now()`);
  await expect.poll(() => states(stream).at(-1), WITHIN).toBe('completed');
  expect(states(stream).length).toBeLessThan(6);
  stream.stop();
});

test('who comes back hears what was missed, once; after a new start, that everything may have changed', async () => {
  const reader = await api.admin(ROOT, ['bulk-actions:read', 'people:create']);
  const first = await listen(withKey(reader.key));
  const person = (identifier: string) =>
    reader('POST', '/v1/people', {
      body: { siteId: SOUTH, identifier, email: `${identifier}@example.org` },
    });
  await person('m1');
  const isPeople = ({ data }: Event) => data['what'] === 'people' && String(data['sites']) === String(SOUTH);
  await expect.poll(() => first.events.some(isPeople), WITHIN).toBe(true);
  const heard = first.events.findLast(isPeople)?.id ?? '';
  first.stop();
  await person('m2');
  const witness = await listen(withKey(reader.key));
  await expect.poll(() => witness.events.filter(isPeople).length, WITHIN).toBe(2);
  witness.stop();
  const back = await listen({ ...withKey(reader.key), 'Last-Event-ID': heard });
  await expect.poll(() => back.events.filter(isPeople).length, WITHIN).toBe(1);
  back.stop();
  const other = await listen(withKey(reader.key));
  const late = await listen({ ...withKey(reader.key), 'Last-Event-ID': 'another-life-7' });
  await expect.poll(() => changed(late), WITHIN).toContainEqual({ what: 'everything' });
  await person('m3');
  await expect.poll(() => other.events.filter(isPeople).length, WITHIN).toBe(3);
  expect(changed(other)).not.toContainEqual({ what: 'everything' });
  for (const stream of [other, late]) stream.stop();
});

async function signIn(personId: number) {
  const token = newToken();
  const now = new Date();
  const expiresAt = new Date(now.getTime() + 60_000);
  await insertSession(api.db, { tokenHash: hashOf(token), personId, now, expiresAt });
  return { token, cookie: { Cookie: `${SESSION_COOKIE}=${token}` } };
}

test('who can’t be looked up for a moment is not told that the session is over', async () => {
  const { personId } = await api.admin(NORTH, ['people:read']);
  const stream = await listen((await signIn(personId)).cookie);
  await api.db.execute(sql`alter table session rename to session_away`);
  await api.db.execute(sql`select pg_notify('muster_changed', ${`role.taken|${ROOT}|${NORTH}`})`);
  await stream.ended;
  await api.db.execute(sql`alter table session_away rename to session`);
  expect(stream.events.map(({ event }) => event)).not.toContain('end');
});

test('the connection ends with the session, and with the role that opened a site', async () => {
  expect((await listen({})).status).toBe(401);
  const { personId } = await api.admin(NORTH, ['people:read']);
  const { token, cookie } = await signIn(personId);
  const stream = await listen(cookie);
  expect(stream.status).toBe(200);
  await api.db.execute(sql`delete from role_assignment where person_id = ${personId}`);
  await api.db.execute(sql`select pg_notify('muster_changed', ${`role.taken|${ROOT}|${NORTH}`})`);
  await new Promise((resolve) => setTimeout(resolve, 600));
  stream.events.length = 0;
  await api.owner('POST', '/v1/people', {
    body: { siteId: NORTH, identifier: 'x1', email: 'x1@example.org' },
  });
  await deleteSession(api.db, hashOf(token));
  await stream.ended;
  expect(stream.events.map(({ event }) => event)).toEqual(['end']);
});
