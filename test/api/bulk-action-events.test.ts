// Events of a run over HTTP: what it is, each of its moves, its end.
import { sql } from 'drizzle-orm';
import { describe, expect, test, vi } from 'vitest';
import { hashOf } from '../../api/secrets.ts';
import { NORTH, SOUTH, useApi } from './use-api.ts';

const WITHIN = { timeout: 20_000 };

// Nothing but a notification can tell of a move here within the time of a test; on the other one, nothing but a poll.
const api = useApi({ pollMs: 600_000 });
const polling = useApi({ pollMs: 100 });

type Event = { event: string; id: string; data: { state: string; progress: { done: number } } };

/** Follows a run until its stream ends, or until `stop` is called. */
async function follow(id: string, key: string, headers = {}, from = api) {
  const abort = new AbortController();
  const response = await fetch(`${from.url}/v1/bulk-actions/${id}/events`, {
    headers: { Authorization: `Bearer ${key}`, ...headers },
    signal: abort.signal,
  });
  const events: Event[] = [];
  const read = async () => {
    const decoder = new TextDecoder();
    let text = '';
    for await (const chunk of response.body ?? []) {
      text += decoder.decode(chunk as Uint8Array, { stream: true });
      const blocks = text.split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) {
        const fields = Object.fromEntries(
          block
            .split('\n')
            .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]),
        );
        if (fields['data'])
          events.push({
            event: fields['event'] ?? '',
            id: fields['id'] ?? '',
            data: JSON.parse(fields['data']),
          });
      }
    }
  };
  const ended = read().catch(() => {});
  return { response, events, ended, stop: () => abort.abort() };
}

async function begin(from = api) {
  const file = await from.owner('POST', '/v1/files?name=a.csv', { raw: 'email\n' });
  const run = await from.owner('POST', '/v1/bulk-actions', { body: { site: NORTH, files: [file.json.id] } });
  const reader = await from.admin(NORTH, ['bulk-actions:read']);
  return { id: run.json.id as string, key: reader.key };
}

const tell = (id: string) => api.db.execute(sql`select pg_notify('bulk_action', ${id})`);
const move = async (id: string, change: ReturnType<typeof sql>) => {
  await api.db.execute(sql`update bulk_action set ${change} where id = ${id}`);
  await tell(id);
};

describe('GET /v1/bulk-actions/{id}/events', () => {
  test('200: the run as it is, each of its moves, and its end', async () => {
    const { id, key } = await begin();
    const one = await follow(id, key);
    const other = await follow(id, key);
    expect(one.response.headers.get('content-type')).toContain('text/event-stream');
    await expect.poll(() => one.events.length, WITHIN).toBe(1);
    await move(id, sql`state = 'applying', rows_total = 10`);
    await expect.poll(() => one.events.at(-1)?.data.state, WITHIN).toBe('applying');
    await move(id, sql`state = 'completed', finished_at = now()`);
    await Promise.all([one.ended, other.ended]);
    expect(one.events.map((event) => event.event)).toEqual(['progress', 'progress', 'progress', 'end']);
    expect(one.events.at(-1)?.data.state).toBe('completed');
    expect(other.events.at(-1)?.event).toBe('end');
  });

  test('the stream of who may not read runs any more ends, and says nothing', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    try {
      const { id, key } = await begin();
      const [one, other] = [await follow(id, key), await follow(id, (await begin()).key)];
      await expect.poll(() => one.events.length, WITHIN).toBe(1);
      await api.db.execute(sql`
        delete from role_assignment a using api_key k where k.person_id = a.person_id and k.key_hash = ${hashOf(key)}`);
      vi.advanceTimersByTime(30_000);
      await one.ended;
      expect(one.events.map(({ event }) => event)).toEqual(['progress']);
      await move(id, sql`state = 'completed', finished_at = now()`);
      await other.ended;
      expect(other.events.at(-1)?.event).toBe('end');
    } finally {
      vi.useRealTimers();
    }
  });

  test('200: a move without a notification shows all the same', async () => {
    const { id, key } = await begin(polling);
    const stream = await follow(id, key, {}, polling);
    await expect.poll(() => stream.events.length, WITHIN).toBe(1);
    await polling.db.execute(
      sql`insert into bulk_tally (bulk_action_id, outcome, rows) values (${id}, 'created', 7)`,
    );
    await expect.poll(() => stream.events.at(-1)?.data.progress.done, WITHIN).toBe(7);
    stream.stop();
    await stream.ended;
  });

  test('200: who comes back is sent the newest state, with numbers that go on', async () => {
    const { id, key } = await begin();
    await move(id, sql`state = 'completed', finished_at = now()`);
    const stream = await follow(id, key, { 'Last-Event-ID': '41' });
    await stream.ended;
    expect(stream.events.map(({ event, id: number }) => [event, number])).toEqual([
      ['progress', '42'],
      ['end', '42'],
    ]);
  });

  test('404: a run out of sight', async () => {
    const { id } = await begin();
    const south = await api.admin(SOUTH, ['bulk-actions:read']);
    expect((await south('GET', `/v1/bulk-actions/${id}/events`)).status).toBe(404);
  });
});
