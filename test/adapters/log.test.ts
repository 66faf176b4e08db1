// The log: what a line looks like, and what never gets into it.

import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { type LogSettings, openLog, temporalLogger } from '../../adapters/log.ts';
import { Refusal } from '../../domain/refusal.ts';
import { useDatabase } from '../support/database.ts';

const database = useDatabase();

function opened(settings: Partial<LogSettings> = {}) {
  const lines: string[] = [];
  const log = openLog(
    'worker',
    { level: 'info', isJson: true, ...settings },
    { write: (line) => lines.push(line) },
  );
  return { log, lines, first: () => JSON.parse(lines[0] ?? '{}') };
}

test('is JSON with a level in words and a time in UTC', () => {
  const { log, first } = opened();
  log.info({ bulkActionId: 'k7m2p9x4qa' }, 'staged');
  expect(first()).toMatchObject({ level: 'info', name: 'worker', msg: 'staged', bulkActionId: 'k7m2p9x4qa' });
  expect(first().time).toMatch(/^\d{4}-\d\d-\d\dT.*Z$/);
});

test('is a line for eyes outside production', () => {
  const { log, lines } = opened({ isJson: false });
  log.warn({ rows: 5000, phase: 'update' }, 'slow chunk');
  expect(lines[0]).toMatch(/^\d\d:\d\d:\d\d WARN worker: slow chunk · rows=5000 · phase=update\n$/);
});

test('writes no secret, however deep a slip puts it', () => {
  const { log, lines } = opened();
  log.info({ password: 'hunter2', headers: { authorization: 'hunter2', cookie: 'hunter2' } }, 'signed in');
  log.info({ request: { headers: { authorization: 'hunter2' } }, to: 'hunter2' }, 'sent');
  expect(lines.join()).not.toContain('hunter2');
  expect(lines.join()).toContain('[secret]');
});

test.each([
  ['a value that is no number', sql`select ${'ada@example.org'}::text::integer`],
  [
    'a key that is taken',
    sql`insert into site (id, name, root_id, path) values (1, 'ada@example.org', 1, '{1}'), (1, 'ada@example.org', 1, '{1}')`,
  ],
  ['a statement that is none', sql`selekt ${'ada@example.org'}`],
])('tells nothing of the values of a query that failed: %s', async (_, query) => {
  const { log, lines } = opened();
  const error: unknown = await database.db.execute(query).catch((thrown) => thrown);
  log.error({ err: error }, 'failed');
  expect(lines[0]).toContain('SQLSTATE');
  expect(lines[0]).not.toContain('ada@example.org');
});

test('tells other errors as they are', () => {
  const { log, first } = opened();
  log.error({ err: new Refusal('missing', 'There is no such run.') }, 'refused');
  expect(first().err).toMatchObject({ type: 'Refusal', message: 'There is no such run.', code: 'missing' });
});

test('takes in what Temporal says, without what repeats in each line', () => {
  const { log, first } = opened();
  temporalLogger(log).log('WARN', 'Activity failed', {
    taskQueue: 'muster',
    sdkComponent: 'worker' as never,
    activityType: 'applyChunk',
    error: new Error('connection lost'),
  });
  expect(first()).toMatchObject({ level: 'warn', msg: 'Activity failed', activityType: 'applyChunk' });
  expect(first().err.message).toBe('connection lost');
  expect(first()).not.toHaveProperty('taskQueue');
});
