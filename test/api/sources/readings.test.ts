// The metrics of sources: what they say, that a slow or absent database holds up no scrape, and that they name nobody.
import { sql } from 'drizzle-orm';
import { expect, onTestFinished, test } from 'vitest';
import { openMetrics } from '../../../adapters/metrics.ts';
import { sourceReadings } from '../../../api/sources/readings.ts';
import { openDb } from '../../../db/client.ts';
import {
  noteSourceFailed,
  noteSourceGood,
  noteSourceLooked,
  pauseSource,
} from '../../../db/queries/sources/source-states.ts';
import { removeSource } from '../../../db/queries/sources/sources.ts';
import { useDatabase } from '../../support/database.ts';
import { makeOrganisation } from '../../support/runs.ts';
import { addSource } from '../../support/source-rows.ts';

const database = useDatabase();

const linesOf = (page: string, id: number): string[] =>
  page
    .split('\n')
    .filter((line) => line.startsWith('muster_source_') && line.includes(`source="${id}"`))
    .sort();

test('tell of each source when it was good, when it looked, when it looks next, and how it stands', async () => {
  const { db } = database;
  const organisation = await makeOrganisation(db);
  const [good, paused, gone] = [
    await addSource(db, organisation, { name: 'Secret name', freshHours: 24 }),
    await addSource(db, organisation),
    await addSource(db, organisation),
  ];
  await noteSourceLooked(db, good.id);
  await noteSourceGood(db, good.id);
  await noteSourceFailed(db, paused.id, { code: 'unreachable', message: 'Away.' });
  await pauseSource(db, paused.id, { reason: 'failures', byPersonId: null });
  await db.execute(sql`update source set stale_since = now() where id = ${paused.id}`);
  const metrics = openMetrics({ readSources: sourceReadings(db, { keptMs: 0 }) });
  const page = await metrics.text();
  const labels = (id: number) => `source="${id}",site="${organisation.siteId}"`;
  const told = linesOf(page, good.id);
  for (const name of ['last_good', 'last_look', 'next_look'])
    expect(
      told.filter((line) => line.startsWith(`muster_source_${name}_timestamp_seconds{${labels(good.id)}} 1`)),
    ).toHaveLength(1);
  expect(told).toEqual(
    expect.arrayContaining([
      `muster_source_failures{${labels(good.id)}} 0`,
      `muster_source_paused{${labels(good.id)},reason=""} 0`,
      `muster_source_stale{${labels(good.id)}} 0`,
    ]),
  );
  expect(linesOf(page, paused.id)).toEqual([
    `muster_source_failures{${labels(paused.id)}} 1`,
    `muster_source_paused{${labels(paused.id)},reason="failures"} 1`,
    `muster_source_stale{${labels(paused.id)}} 1`,
  ]);
  expect(page).not.toContain('Secret name');
  await removeSource(db, gone.id);
  expect(linesOf(await metrics.text(), gone.id)).toEqual([]);
});

test('come at once while the database does not answer, as they were, and are asked for once', async () => {
  const { db } = database;
  const { id } = await addSource(db, await makeOrganisation(db));
  // Its only connection is held: what is read waits behind that.
  const busy = openDb(database.url, { poolMax: 1, applicationName: 'busy' });
  onTestFinished(() => busy.close());
  const read = sourceReadings(busy, { keptMs: 0, patienceMs: 30 });
  const metrics = openMetrics({ readSources: read });
  while ((await read()) === undefined) await new Promise((done) => setTimeout(done, 10));
  const before = linesOf(await metrics.text(), id);
  expect(before.length).toBeGreaterThan(3);
  const held = busy.execute(sql`select pg_sleep(0.5)`).then(() => {});
  await db.execute(sql`update source set failures = 2 where id = ${id}`);
  const beganMs = performance.now();
  for (const page of await Promise.all([1, 2, 3].map(() => metrics.text())))
    expect(linesOf(page, id)).toEqual(before);
  expect(performance.now() - beganMs).toBeLessThan(400);
  await held;
  while (linesOf(await metrics.text(), id).join() === before.join())
    await new Promise((done) => setTimeout(done, 10));
  expect(linesOf(await metrics.text(), id).join('\n')).toMatch(/muster_source_failures\{.*\} 2/);
});

test('are shown without sources where the database is away', async () => {
  const away = openDb('postgres://nobody@127.0.0.1:1/none', { poolMax: 1, applicationName: 'away' });
  onTestFinished(() => away.close());
  const page = await openMetrics({ readSources: sourceReadings(away, { patienceMs: 50 }) }).text();
  expect(page).toContain('process_resident_memory_bytes');
  expect(page).not.toContain('muster_source_stale{');
});
