// What a source is done with is put away with its results, once and never over anything, wherever its steps are broken off.
import { rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openPlace } from '../../../adapters/sources/place.ts';
import { discardAllRows } from '../../../db/queries/retention.ts';
import { noteRunBegun, noteRunsEnded } from '../../../db/queries/sources/delivery-runs.ts';
import { getSource } from '../../../db/queries/sources/sources.ts';
import { useEngine } from '../../support/engine.ts';
import { breakingPlace, endWell, type SourceFolder, useSourceFolders } from '../../support/source-folders.ts';

const engine = useEngine();
const folders = useSourceFolders(engine);

const ROSTER = 'identifier,email,first_name,last_name\nA1,a1@example.org,Ada,One\nA2,no mail,Eva,Two\n';

async function taken(folder: SourceFolder, name = 'people-1.csv'): Promise<number> {
  await folder.put(name, ROSTER);
  const id = await folder.arrive();
  expect(await folder.take(id)).toBe('ready');
  return id;
}

const failed = (id: number, code = 'wrong-count') =>
  noteRunsEnded(engine.db, id, { outcome: 'failed', problem: { code, message: 'One row too few.' } });

describe('a delivery that was imported', () => {
  test('goes to completed with a line for each row, those that failed too', async () => {
    const folder = await folders.make();
    const id = await taken(folder);
    await folder.run(id);
    await expect(folder.settle(id)).rejects.toThrow('have not ended');
    await endWell(engine.db, id);
    await folder.settle(id);
    await folder.settle(id);
    const [file, results, ...others] = await folder.names();
    expect([file, results, others]).toEqual([
      expect.stringMatching(/^completed\/people-1-[^/]+Z\.csv$/),
      file?.replace('.csv', '.results.csv'),
      [],
    ]);
    expect(await folder.read(file ?? '')).toBe(ROSTER);
    const lines = (await folder.read(results ?? '')).split('\r\n');
    expect(lines[0]).toContain('identifier,email,first_name,last_name,muster_row');
    expect(lines[1]).toContain('A1,a1@example.org,Ada,One,2,create-or-update,created');
    expect(lines[2]).toMatch(/^A2,no mail,.*,rejected,/);
    const { state, outcome, rows, files } = await folder.delivery(id);
    expect({ state, outcome, rows }).toEqual({ state: 'ended', outcome: 'imported', rows: 2 });
    expect(files).toMatchObject([
      { movedTo: 'completed', movedAs: file?.slice(10), resultsAs: results?.slice(10) },
    ]);
    const { failures, lastGoodAt } = await getSource(engine.db, folder.source.id);
    expect([failures, lastGoodAt]).toEqual([0, expect.any(Date)]);
  });

  test('never lies over what is there, and what has no results any more says so', async () => {
    const folder = await folders.make();
    const id = await taken(folder);
    await discardAllRows(engine.db, await folder.run(id));
    await endWell(engine.db, id);
    const stamp = `${(await folder.delivery(id)).takenAt?.toISOString().slice(0, 19).replaceAll(':', '-')}Z`;
    await folder.put(`completed/people-1-${stamp}.csv`, 'another');
    await folder.put(`completed/people-1-${stamp}.results.csv`, 'another');
    await folder.settle(id);
    expect(await folder.names()).toEqual(
      ['-2.csv', '-2.results.csv', '.csv', '.results.csv'].map((end) => `completed/people-1-${stamp}${end}`),
    );
    expect(await folder.read(`completed/people-1-${stamp}.csv`)).toBe('another');
    expect(await folder.read(`completed/people-1-${stamp}-2.results.csv`)).toContain(',not-processed,gone,');
  });

  test('leaves alone what was put there in its place meanwhile, with its marker, and takes it as new', async () => {
    const folder = await folders.make({ readiness: { kind: 'marker', suffix: '.done' } });
    await folder.put('people-1.csv.done', '');
    const id = await taken(folder);
    await folder.run(id);
    await endWell(engine.db, id);
    await folder.put('people-1.csv', `${ROSTER}A3,a3@example.org,Ida,Three\n`, 1);
    await folder.settle(id);
    expect(await folder.names()).toEqual([
      expect.stringMatching(/^completed\/people-1-.*\.results\.csv$/),
      'people-1.csv',
      'people-1.csv.done',
    ]);
    expect((await folder.delivery(id)).files).toMatchObject([{ movedTo: null, movedAs: null }]);
    const next = await folder.arrive();
    expect(next).not.toBe(id);
    expect(await folder.take(next)).toBe('ready');
  });

  test.each([
    [
      'with its size and time',
      async (folder: SourceFolder, path: string) => {
        const { atime, mtime } = await stat(path);
        await folder.put('.new', ROSTER.replace('Ada', 'Eva'));
        await utimes(join(folder.path, '.new'), atime, mtime);
        await rename(join(folder.path, '.new'), path);
      },
    ],
    [
      'as the other file of its part was moved',
      (folder: SourceFolder) => folder.put('people-1.csv', `${ROSTER}new`, 1),
    ],
  ] as const)('leaves alone what was put in its place %s', async (when, replace) => {
    let meddle = async () => {};
    const folder: SourceFolder = await folders.make(
      { parts: [{ patterns: ['a-*.csv', 'people-*.csv'], preset: 'people', options: {} }] },
      {
        async openPlace({ place }) {
          const opened = await openPlace(place, null, {
            allowedNetworks: [],
            directories: [join(folder.path, '..')],
          });
          const move: typeof opened.move = async (...args) => {
            const moved = await opened.move(...args);
            await meddle();
            return moved;
          };
          return { ...opened, move };
        },
      },
    );
    const path = join(folder.path, 'people-1.csv');
    await folder.put('a-1.csv', ROSTER);
    const id = await taken(folder);
    await endWell(engine.db, id);
    if (when.startsWith('as')) meddle = () => replace(folder, path);
    else await replace(folder, path);
    await folder.settle(id);
    expect((await folder.names()).filter((name) => !name.includes('results'))).toEqual([
      expect.stringMatching(/^completed\/a-1-/),
      'people-1.csv',
    ]);
    expect((await folder.delivery(id)).files).toMatchObject([
      { movedTo: 'completed' },
      { movedTo: null, movedAs: null },
    ]);
  });

  test('ends also where its files were taken away or renamed by somebody else', async () => {
    const folder = await folders.make();
    const id = await taken(folder);
    await folder.run(id);
    await endWell(engine.db, id);
    await rename(join(folder.path, 'people-1.csv'), join(folder.path, 'people-9.csv'));
    await folder.settle(id);
    expect(await folder.names()).toEqual([expect.stringContaining('.results.csv'), 'people-9.csv']);
    // It is known by what is in it.
    const renamed = await folder.arrive();
    expect(await folder.take(renamed)).toBe('ended');
    expect(await folder.delivery(renamed)).toMatchObject({ outcome: 'same', stem: '9' });
  });
});

describe('a delivery that came to nothing', () => {
  test('goes to failed, with one line that says why where there are no rows; later parts say that they were not run', async () => {
    const part = (name: string) => ({ patterns: [`${name}-*.csv`], preset: 'people', options: {} });
    const folder = await folders.make({ parts: [part('people'), part('cards'), part('roles')] });
    for (const name of ['cards', 'roles']) await folder.put(`${name}-1.csv`, `${ROSTER}${name}`);
    const id = await taken(folder);
    await folder.run(id);
    await engine.db.execute(`
      insert into bulk_action (id, site_id, root_id, kind, preset, options, upload_ids, state, source_id, source_delivery_id,
        finished_at, error_code, error_message)
      select 'cards-run', site_id, root_id, kind, preset, options, '{}', 'rejected', source_id, source_delivery_id,
        now(), 'wrong-count', 'One row too few.' from bulk_action where source_delivery_id = ${id}`);
    await noteRunBegun(engine.db, { deliveryId: id, part: 1, runId: 'cards-run' });
    await failed(id);
    await folder.settle(id);
    const names = await folder.names();
    expect(names).toHaveLength(6);
    expect(names.every((name) => name.startsWith('failed/'))).toBe(true);
    const results = (name: string) =>
      folder.read(names.find((one) => one.includes(name) && one.includes('results')) ?? '');
    expect(await results('people')).toContain(',created,');
    expect(await results('cards')).toContain(',not-processed,wrong-count,One row too few.');
    expect(await results('roles')).toContain(',not-processed,not-run,');
    expect(await getSource(engine.db, folder.source.id)).toMatchObject({
      failures: 1,
      problemCode: 'wrong-count',
    });
  });

  test('counts once, and what people have cancelled counts for nothing', async () => {
    const folder = await folders.make();
    for (const [name, outcome] of [
      ['people-1.csv', 'failed'],
      ['people-2.csv', 'cancelled'],
    ] as const) {
      const id = await taken(folder, name);
      await noteRunsEnded(engine.db, id, {
        outcome,
        problem: { code: 'run-asked', message: 'It was cancelled.' },
      });
      await folder.settle(id);
      await folder.settle(id);
    }
    expect((await getSource(engine.db, folder.source.id)).failures).toBe(1);
    expect((await folder.names()).filter((name) => name.startsWith('failed/'))).toHaveLength(4);
  });
});

describe('broken off', () => {
  /** A set of two files, marked and counted, taken and failed: all that is to be put away. */
  const SHAPE = ['a-1', 'b-1'].flatMap((name) => [`failed/${name}-T.csv`, `failed/${name}-T.results.csv`]);
  const shapeOf = async (folder: SourceFolder) =>
    (await folder.names()).map((name) => name.replace(/\d{4}-\d\d-\d\dT[\d-]+Z/, 'T'));

  async function scenario(at: number, when: 'before' | 'after') {
    let isBroken = false;
    const part = (name: string) => ({ patterns: [`${name}-*.csv`], preset: 'people', options: {} });
    const folder: SourceFolder = await folders.make(
      {
        parts: [part('a'), part('b')],
        readiness: { kind: 'marker', suffix: '.done' },
        rowCount: { kind: 'file', suffix: '.count' },
      },
      {
        async openPlace(source) {
          const bounds = { allowedNetworks: [], directories: [join(folder.path, '..')] };
          const place = await openPlace(source.place, null, bounds);
          if (!isBroken) return place;
          return breakingPlace(place, at, when);
        },
      },
    );
    for (const name of ['a-1.csv', 'b-1.csv']) {
      await folder.put(name, `${ROSTER}${name}`);
      await folder.put(`${name}.done`, '');
      await folder.put(`${name}.count`, '2');
    }
    const id = (await folder.look()).deliveryId ?? 0;
    expect(await folder.take(id)).toBe('ready');
    await failed(id);
    isBroken = true;
    const isKilled = await folder.settle(id).then(
      () => false,
      (error: Error) => error.message === 'killed',
    );
    isBroken = false;
    return { folder, id, isKilled };
  }

  test.each(['before', 'after'] as const)(
    'at any call of its place, %s it is done, it goes on and does all once',
    async (when) => {
      let at = 0;
      for (; ; at += 1) {
        const { folder, id, isKilled } = await scenario(at, when);
        if (!isKilled) break;
        expect((await folder.delivery(id)).state, `call ${at}`).toBe('settling');
        expect((await folder.look()).deliveryId, `call ${at}`).toBe(id);
        await folder.settle(id);
        expect(await shapeOf(folder), `call ${at}`).toEqual(SHAPE);
        const { state, files } = await folder.delivery(id);
        expect(state).toBe('ended');
        const names = await folder.names();
        for (const { movedTo, movedAs, resultsAs } of files)
          for (const name of [movedAs, resultsAs])
            expect(names, `call ${at}`).toContain(`${movedTo}/${name}`);
        expect((await getSource(engine.db, folder.source.id)).failures).toBe(1);
        await rm(folder.path, { recursive: true });
      }
      expect(at).toBeGreaterThan(12);
    },
  );
});
