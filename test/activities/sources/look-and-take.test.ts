// What is delivered to a source is seen, comes to rest and is read once: whatever happens to it meanwhile.
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { sql } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import type { SourceIntakeDeps } from '../../../activities/sources/intake-deps.ts';
import { openPlace } from '../../../adapters/sources/place.ts';
import { listDeliveries } from '../../../db/queries/sources/deliveries.ts';
import { noteRunsEnded } from '../../../db/queries/sources/delivery-runs.ts';
import { askForSync } from '../../../db/queries/sources/source-states.ts';
import { getSource, updateSource } from '../../../db/queries/sources/sources.ts';
import { listLeftoverUploads } from '../../../db/queries/uploads.ts';
import type { SourcePart } from '../../../domain/sources/source.ts';
import { useEngine } from '../../support/engine.ts';
import { endWell, useSourceFolders } from '../../support/source-folders.ts';

const engine = useEngine();
const folders = useSourceFolders(engine);

const ROSTER = 'identifier,email,first_name,last_name\nA1,a1@example.org,Ada,One\n';
const NOTHING = { deliveryId: null, waitMs: null, problem: null, incomplete: [] };

const deliveriesOf = async (sourceId: number) =>
  (await listDeliveries(engine.db, sourceId, { before: undefined, limit: 100 })).map(
    ({ stem, state, outcome, problemCode, files }) => ({
      stem,
      state,
      outcome,
      problemCode,
      files: files.length,
    }),
  );

describe('a look', () => {
  test('at an empty folder waits for nothing; at a file that is not at rest, for its rest', async () => {
    const folder = await folders.make();
    expect(await folder.look()).toEqual(NOTHING);
    await folder.put('people-1.csv', ROSTER);
    await folder.put('other.txt', 'not ours');
    const { deliveryId, waitMs } = await folder.look();
    expect(deliveryId).toBeNull();
    // Its time there is minutes ago: only what was seen counts.
    expect(waitMs).toBeGreaterThan(55_000);
    expect(waitMs).toBeLessThanOrEqual(60_000);
    await folder.age(1);
    expect(await folder.look()).toMatchObject({ deliveryId: expect.any(Number), waitMs: null });
    expect(await deliveriesOf(folder.source.id)).toEqual([
      { stem: '1', state: 'arriving', outcome: null, problemCode: null, files: 1 },
    ]);
    expect((await getSource(engine.db, folder.source.id)).lastLookedAt).not.toBeNull();
  });

  test('lets a file rest anew that has grown, and forgets one that was renamed or taken away', async () => {
    const folder = await folders.make();
    await folder.put('people-1.csv', ROSTER, 9);
    await folder.put('people-2.csv', ROSTER, 8);
    await folder.look();
    await folder.age(2);
    await folder.put('people-1.csv', `${ROSTER}more`, 9);
    await rename(join(folder.path, 'people-2.csv'), join(folder.path, 'people-3.csv'));
    const look = await folder.look();
    expect(look).toMatchObject({ deliveryId: null, waitMs: expect.any(Number) });
    expect(await deliveriesOf(folder.source.id)).toMatchObject([
      { stem: '3', problemCode: 'still-arriving' },
      { stem: '1', problemCode: 'still-arriving' },
    ]);
    await rm(join(folder.path, 'people-3.csv'));
    await rm(join(folder.path, 'people-1.csv'));
    expect(await folder.look()).toEqual(NOTHING);
    expect(await deliveriesOf(folder.source.id)).toEqual([]);
  });

  test('gives the oldest first by its time, whatever its name', async () => {
    const folder = await folders.make();
    await folder.put('people-2.csv', ROSTER, 30);
    await folder.put('people-1.csv', ROSTER, 20);
    await folder.put('people-Ä b.csv', ROSTER, 90);
    expect((await folder.delivery(await folder.arrive())).stem).toBe('ä b');
  });

  test('tells once of a set that waits too long for the rest of its files, and takes it when that has come', async () => {
    const folder = await folders.make({
      parts: [
        { patterns: ['people-*.csv'], preset: 'people', options: {} },
        { patterns: ['cards-*.csv'], preset: 'people', options: {} },
      ],
      setWaitMinutes: 30,
    });
    await folder.put('people-1.csv', ROSTER);
    expect(await folder.look()).toEqual({ ...NOTHING, waitMs: 60_000 });
    expect(await deliveriesOf(folder.source.id)).toMatchObject([{ problemCode: 'waits-for-set' }]);
    await folder.age(31);
    const told = await folder.look();
    expect(told).toEqual({
      ...NOTHING,
      problem: 'incomplete-set',
      incomplete: [expect.any(Number)],
    });
    const waiting = await folder.delivery(told.incomplete[0] ?? 0);
    expect(waiting.problemMessage).toContain('cards-*.csv');
    await folder.put('cards-1.csv', ROSTER);
    expect(await folder.arrive()).toBe(waiting.id);
    expect(await folder.take(waiting.id)).toBe('ready');
    expect(await folder.delivery(waiting.id)).toMatchObject({ state: 'taken', problemCode: null });
  });

  test('gives back first what a sync before has taken, whatever lies there by now', async () => {
    const folder = await folders.make();
    await folder.put('people-5.csv', ROSTER);
    const id = await folder.arrive();
    await folder.take(id);
    await folder.put('people-0.csv', ROSTER, 999);
    await rm(join(folder.path, 'people-5.csv'));
    expect(await folder.look()).toEqual({ ...NOTHING, deliveryId: id });
    await endWell(engine.db, id);
    expect(await folder.look()).toEqual({ ...NOTHING, deliveryId: id });
    expect(await folder.take(id)).toBe('ended');
    expect(await folder.delivery(id)).toMatchObject({ state: 'ended', outcome: 'imported' });
  });

  test('is over in a moment in a folder with 10,000 files', async () => {
    const list = Array.from({ length: 10_000 }, (_, n) => ({
      name: `people-${n}.csv`,
      bytes: 10,
      modifiedAt: new Date(1e12 + n),
      revision: String(n),
    }));
    const openPlace = async () => ({ canMove: true, list: async () => list, close: async () => {} }) as never;
    const folder = await folders.make({}, { openPlace });
    await folder.look();
    await folder.age(2);
    const started = performance.now();
    const { deliveryId } = await folder.look();
    expect((await folder.delivery(deliveryId ?? 0)).stem).toBe('0');
    await folder.look();
    expect(performance.now() - started).toBeLessThan(8_000);
  });
});

describe('taking', () => {
  test('reads each file once, into an upload of the owner that no sweep removes', async () => {
    const folder = await folders.make();
    await folder.put('people-1.csv', ROSTER);
    const id = await folder.arrive();
    expect(await folder.take(id)).toBe('ready');
    const { files, takenAt } = await folder.delivery(id);
    expect(await folder.take(id)).toBe('ready');
    expect((await folder.delivery(id)).files).toEqual(files);
    expect(takenAt).not.toBeNull();
    const uploadId = files[0]?.uploadId ?? '';
    expect(await text(await engine.files.read(uploadId))).toBe(ROSTER);
    await engine.db.execute(sql`update upload set created_at = now() - interval '9 days'`);
    const [upload] = await engine.db.execute(sql`select * from upload where id = ${uploadId}`);
    expect(upload).toMatchObject({ name: 'people-1.csv', by_person_id: folder.organisation.adminId });
    expect(await listLeftoverUploads(engine.db)).not.toContain(uploadId);
    await noteRunsEnded(engine.db, id, { outcome: 'failed', problem: { code: 'invalid', message: 'No.' } });
    await folder.settle(id);
    expect(await listLeftoverUploads(engine.db)).toContain(uploadId);
  });

  test('starts over with a file that changed as it was read, and ends as gone what was taken away', async () => {
    let meddle = async () => {};
    const files: SourceIntakeDeps['files'] = {
      ...engine.files,
      write: async (...args) => {
        const stored = await engine.files.write(...args);
        await meddle();
        return stored;
      },
    };
    const folder = await folders.make({}, { files });
    await folder.put('people-1.csv', ROSTER);
    const id = await folder.arrive();
    meddle = () => folder.put('people-1.csv', ROSTER.replace('Ada', 'Eva'), 5);
    expect(await folder.take(id)).toBe('changed');
    expect(await folder.look()).toMatchObject({ deliveryId: null, waitMs: expect.any(Number) });
    const [file] = (await folder.delivery(id)).files;
    expect(file).toMatchObject({ uploadId: null, sha256: null });
    await folder.age(2);
    meddle = () => rm(join(folder.path, 'people-1.csv'));
    expect(await folder.take(id)).toBe('ended');
    expect(await folder.delivery(id)).toMatchObject({ outcome: 'gone', problemCode: 'gone' });
    expect(await folder.names()).toEqual([]);
  });

  test.each([
    ['empty-file', ''],
    ['too-large', 'x'.repeat(2 ** 20 + 1)],
  ])('fails what can’t be run (%s) and puts it away, saying why', async (code, content) => {
    const folder = await folders.make();
    await folder.put('people-ü 1.csv', content);
    const id = await folder.arrive();
    expect(await folder.take(id)).toBe('ended');
    expect(await folder.delivery(id)).toMatchObject({ state: 'ended', outcome: 'failed', problemCode: code });
    const [file, results] = await folder.names();
    expect(file).toMatch(/^failed\/people-ü 1-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ\.csv$/);
    expect(results).toBe(file?.replace('.csv', '.results.csv'));
    expect(await folder.read(results ?? '')).toContain(`,not-processed,${code},`);
    expect(await getSource(engine.db, folder.source.id)).toMatchObject({ failures: 1, problemCode: code });
    expect(await folder.look()).toEqual(NOTHING);
  });

  test('reads the number of rows from beside, waits for it, and fails where it is none', async () => {
    const folder = await folders.make({
      readiness: { kind: 'marker', suffix: '.done' },
      rowCount: { kind: 'file', suffix: '.count' },
    });
    await folder.put('people-1.csv', ROSTER);
    expect(await folder.look()).toMatchObject({ deliveryId: null, waitMs: 60_000 });
    await folder.put('people-1.csv.count', '1\n');
    await folder.put('people-1.csv.done', '');
    const { deliveryId } = await folder.look();
    expect(await folder.take(deliveryId ?? 0)).toBe('ready');
    expect((await folder.delivery(deliveryId ?? 0)).files[0]?.rowsTold).toBe(1);
    await endWell(engine.db, deliveryId ?? 0);
    await folder.settle(deliveryId ?? 0);
    expect((await folder.names()).every((name) => name.startsWith('completed/people-1-'))).toBe(true);
    await folder.put('people-2.csv', ROSTER);
    await folder.put('people-2.count', 'some');
    await folder.put('people-2.done', '');
    const next = (await folder.look()).deliveryId ?? 0;
    expect(await folder.take(next)).toBe('ended');
    expect(await folder.delivery(next)).toMatchObject({ outcome: 'failed', problemCode: 'count-unreadable' });
    expect(await folder.names()).toHaveLength(4);
  });

  test('goes on where it was killed, at whichever file, and reads none that it has', async () => {
    let left = Number.POSITIVE_INFINITY;
    let reads = 0;
    const files: SourceIntakeDeps['files'] = {
      ...engine.files,
      write: async (key, content: Readable, limits) => {
        reads += 1;
        if (left-- <= 0) throw new Error('killed');
        return engine.files.write(key, content, limits);
      },
    };
    const parts = ['a', 'b', 'c'].map((name) => ({
      patterns: [`${name}-*.csv`],
      preset: 'people',
      options: {},
    }));
    const folder = await folders.make({ parts }, { files });
    for (const name of ['a', 'b', 'c']) await folder.put(`${name}-1.csv`, `${ROSTER}${name}`);
    const id = await folder.arrive();
    for (let kill = 0; kill < 3; kill += 1) {
      left = kill === 0 ? 0 : 1;
      await expect(folder.take(id)).rejects.toThrow('killed');
      expect((await folder.delivery(id)).state).toBe('arriving');
    }
    left = 99;
    expect(await folder.take(id)).toBe('ready');
    expect(reads).toBe(6);
    const { files: taken } = await folder.delivery(id);
    expect(new Set(taken.map(({ sha256 }) => sha256)).size).toBe(3);
  });
});

describe('what was good before', () => {
  test('is the same under another name: put away without a run, until it is asked for, taken back or overtaken', async () => {
    const folder = await folders.make();
    const deliver = async (name: string, content = ROSTER) => {
      await folder.put(name, content);
      const id = await folder.arrive();
      return { id, what: await folder.take(id) };
    };
    const finish = async (id: number) => {
      const run = await folder.run(id);
      await endWell(engine.db, id);
      await folder.settle(id);
      return run;
    };
    const first = await deliver('people-1.csv');
    const run = await finish(first.id);
    const second = await deliver('people-2.csv');
    expect(second.what).toBe('ended');
    expect(await folder.delivery(second.id)).toMatchObject({ outcome: 'same', rows: null });
    const names = await folder.names();
    expect(names.filter((name) => /^completed\/people-2-.*Z\.csv$/.test(name))).toHaveLength(1);
    const told = names.find((name) => name.includes('people-2') && name.includes('results')) ?? '';
    expect(await folder.read(told)).toContain(',skipped,same,');

    await askForSync(engine.db, folder.source.id, { isRemaster: true });
    const third = await deliver('people-3.csv');
    expect(third.what).toBe('ready');
    expect((await folder.delivery(third.id)).isRemaster).toBe(true);
    expect((await getSource(engine.db, folder.source.id)).isRemasterAsked).toBe(false);
    await finish(third.id);

    expect((await deliver('people-4.csv', ROSTER.replace('One', 'Two'))).what).toBe('ready');
    const fourth = (await folder.look()).deliveryId ?? 0;
    await folder.run(fourth);
    await noteRunsEnded(engine.db, fourth, { outcome: 'cancelled', problem: null });
    await folder.settle(fourth);
    // What a cancelled run has written is not what the last good one says.
    const fifth = await deliver('people-5.csv');
    expect(fifth.what).toBe('ready');
    await finish(fifth.id);
    await engine.db.execute(sql`
      insert into bulk_action (id, site_id, root_id, kind, preset, options, upload_ids, state, undoes_id, locked_at)
      select 'undo-' || id, site_id, root_id, 'undo', preset, options, '{}', 'applying', id, now()
      from bulk_action where id = ${`run${fifth.id}x0`}`);
    expect((await deliver('people-6.csv')).what).toBe('ready');
    const undone = () =>
      engine.db.execute(
        sql`update bulk_action set state = 'completed', finished_at = now() where undoes_id = ${`run${fifth.id}x0`}`,
      );
    await undone();
    await finish((await folder.look()).deliveryId ?? 0);
    expect((await deliver('people-7.csv')).what).toBe('ended');
    // The run of one before the last is taken back only now: what it had made is gone.
    await undone();
    const eighth = await deliver('people-8.csv');
    expect(eighth.what).toBe('ready');
    await finish(eighth.id);
    expect((await deliver('people-9.csv')).what).toBe('ended');
    const edit = async (parts: readonly SourcePart[]) => {
      const { version } = await getSource(engine.db, folder.source.id);
      await updateSource(
        engine.db,
        folder.source.id,
        { parts },
        { by: { personId: 1, name: 'Ada' }, version },
      );
    };
    const { parts } = await getSource(engine.db, folder.source.id);
    await edit(parts);
    expect((await deliver('people-10.csv')).what).toBe('ended');
    await edit(parts.map((part) => ({ ...part, options: { ...part.options, existing: 'keep' } })));
    expect((await deliver('people-11.csv')).what).toBe('ready');
    expect(run).toBe(`run${first.id}x0`);
  });

  test('is not seen again where it can’t be moved: by what the place calls its content', async () => {
    let entry = { name: 'people-1.csv', bytes: ROSTER.length, modifiedAt: null, revision: 'v1' };
    const place = {
      canMove: false,
      list: async () => [entry],
      read: async () => Readable.from([Buffer.from(ROSTER)]),
      close: async () => {},
    };
    const folder = await folders.make({}, { openPlace: async () => place as never });
    const id = await folder.arrive();
    await folder.take(id);
    await folder.run(id);
    await endWell(engine.db, id);
    await folder.settle(id);
    expect(await folder.delivery(id)).toMatchObject({
      state: 'ended',
      files: [{ movedTo: null, resultsAs: null }],
    });
    expect(await folder.look()).toEqual(NOTHING);
    entry = { ...entry, revision: 'v2' };
    const next = await folder.arrive();
    expect(await folder.take(next)).toBe('ended');
    expect((await folder.delivery(next)).outcome).toBe('same');
    expect(await folder.look()).toEqual(NOTHING);
    await askForSync(engine.db, folder.source.id, { isRemaster: true });
    expect((await folder.look()).waitMs).toEqual(expect.any(Number));
  });

  test('says what is wrong with the place, and notes nothing', async () => {
    const bounds = { allowedNetworks: [], directories: [] };
    const folder = await folders.make(
      {},
      {
        openPlace: () => openPlace({ kind: 'directory', path: '/nowhere' }, null, bounds),
      },
    );
    await expect(folder.look()).rejects.toMatchObject({ name: 'PlaceProblem', code: 'not-allowed' });
  });
});
