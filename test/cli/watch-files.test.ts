// The files of `muster watch`: at rest or not, moved once and never over another, its journal and its lock.
import { type ChildProcess, spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { link, mkdtemp, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { fc, test as property } from '@fast-check/vitest';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { meant, openArrivals } from '../../cli/watch/arrivals.ts';
import { identify, keyOf } from '../../cli/watch/identity.ts';
import { type Entry, JOURNAL_NAME, openJournal } from '../../cli/watch/journal.ts';
import { LOCK_NAME, lockFolder } from '../../cli/watch/lock.ts';
import { moveEntry } from '../../cli/watch/move-entry.ts';
import { freeName, moveFile, resultsNameOf } from '../../cli/watch/places.ts';
import { newFolder } from './muster.ts';

let folder: string;
beforeEach(() => {
  folder = newFolder();
});

const put = (name: string, content = 'email\n', at = 1_700_000_000) => {
  const path = join(folder, name);
  writeFileSync(path, content);
  utimesSync(path, at, at);
  return path;
};

describe('what arrives', () => {
  const rules = { patterns: ['*.csv', '*.xlsx'], restMs: 5000, emptyMs: 60_000 };
  const namesOf = (files: readonly { name: string }[]) => files.map(({ name }) => name);

  test('is ready once it has been as it is for long enough, the oldest first', async () => {
    let now = 1_800_000_000_000;
    const arrivals = openArrivals({ ...rules, folder, now: () => now });
    put('newer.csv', 'x', 1_700_000_100);
    put('older.XLSX', 'x', 1_700_000_000);
    expect(await arrivals.look()).toMatchObject({ ready: [], waitMs: 5000 });
    now += 3000;
    put('newer.csv', 'xy', 1_700_000_100);
    expect(await arrivals.look()).toMatchObject({ ready: [], waitMs: 2000 });
    now += 2000;
    const looked = await arrivals.look();
    expect([namesOf(looked.ready), looked.restless, looked.waitMs]).toEqual([
      ['older.XLSX'],
      ['newer.csv'],
      3000,
    ]);
    now += 3000;
    expect(namesOf((await arrivals.look()).ready)).toEqual(['older.XLSX', 'newer.csv']);
    arrivals.disturb('older.XLSX');
    expect(namesOf((await arrivals.look()).ready)).toEqual(['newer.csv']);
  });

  test('may be empty for a while, by its own time or by ours', async () => {
    let now = 1_800_000_000_000;
    const arrivals = openArrivals({ ...rules, folder, now: () => now });
    put('of yesterday.csv', '');
    put('of tomorrow.csv', '', 1_900_000_000);
    await arrivals.look();
    now += 5000;
    expect(await arrivals.look()).toMatchObject({ ready: [], restless: ['of tomorrow.csv'], waitMs: 55_000 });
    now += 55_000;
    expect(namesOf((await arrivals.look()).empty).sort()).toEqual(['of tomorrow.csv', 'of yesterday.csv']);
  });

  test.each([
    ['people.csv', true],
    ['PEOPLE.CSV', true],
    ['with spaces & "quotes".csv', true],
    ['Jose\u0301.csv', true],
    ['[draft] (1).csv', true],
    ['.people.csv', false],
    ['~$people.csv', false],
    ['people.csv~', false],
    ['people.csv.part', false],
    ['people.csv.filepart', false],
    ['people.xlsx', false],
  ])('by the pattern *.csv, %s: %s', (name, isMeant) => {
    expect(meant(['*.csv'])(name)).toBe(isMeant);
  });

  test('is meant by a pattern however its accents are composed', () => {
    expect(meant(['Stra\u00dfe*.csv', 'Jos\u00e9*.csv'])('Jose\u0301 1.csv')).toBe(true);
  });
});

describe('a name', () => {
  const NOW = new Date('2026-11-22T02:30:05.123Z');

  test('is kept where it is free, else gets the time, else a number', async () => {
    expect(await freeName(folder, 'a.csv', NOW)).toBe('a.csv');
    put('A.csv');
    expect(await freeName(folder, 'a.csv', NOW)).toBe('a-2026-11-22T02-30-05Z.csv');
    put('a-2026-11-22T02-30-05Z.results.csv');
    expect(await freeName(folder, 'a.csv', NOW)).toBe('a-2026-11-22T02-30-05Z-2.csv');
    expect(await freeName(folder, 'b.csv', NOW, ['B.CSV'])).toBe('b-2026-11-22T02-30-05Z.csv');
  });

  property.prop([fc.string({ unit: 'grapheme', minLength: 1, maxLength: 120 })])(
    'never grows beyond what file systems take',
    (stem) => {
      expect(Buffer.byteLength(resultsNameOf(`${stem}.csv`))).toBeLessThanOrEqual(192);
    },
  );
});

describe('a file is moved', () => {
  test('never over another', async () => {
    const [source, target] = [put('a.csv', 'new'), put('b.csv', 'old')];
    await expect(moveFile(source, target)).rejects.toMatchObject({ code: 'EEXIST' });
    expect(readFileSync(target, 'utf8')).toBe('old');
    expect(existsSync(source)).toBe(true);
  });

  test('to another file system, with its time, and never over another there', async () => {
    const other = await mkdtemp('/dev/shm/muster-watch-');
    onTestFinished(() => rm(other, { recursive: true }));
    await expect(link(put('probe'), join(other, 'probe'))).rejects.toMatchObject({ code: 'EXDEV' });
    await moveFile(put('a.csv', 'content'), join(other, 'a.csv'));
    expect(readFileSync(join(other, 'a.csv'), 'utf8')).toBe('content');
    await expect(moveFile(put('a.csv', 'other'), join(other, 'a.csv'))).rejects.toMatchObject({
      code: 'EEXIST',
    });
    expect(readdirSync(other)).toEqual(['a.csv']);
    expect((await identify(join(other, 'a.csv'), 'a.csv')).file).toBe(
      (await identify(put('a.csv', 'content'), 'a.csv')).file,
    );
  });
});

describe('a file that was taken up', () => {
  const CLOCK = () => new Date('2026-11-22T02:30:05Z');
  let said: string[];

  const start = async (name = 'a.csv') => {
    said = [];
    const path = put(name, 'content');
    for (const place of ['done', 'failed']) mkdirSync(join(folder, place), { recursive: true });
    const journal = await openJournal(join(folder, 'done'));
    const { file } = await identify(path, name);
    const entry: Entry = {
      file,
      key: 'k',
      name,
      run: 'r1',
      refused: null,
      at: { place: 'import' },
      to: null,
    };
    await journal.put(entry);
    const folders = { done: join(folder, 'done'), failed: join(folder, 'failed') };
    const report = ({ message }: { message: string }) => void said.push(message);
    return { entry, path, deps: { journal, report, from: folder, folders, clock: CLOCK } };
  };
  const done = (name = 'a.csv') => join(folder, 'done', name);

  test('is moved, and again changes nothing', async () => {
    const { entry, deps, path } = await start();
    const moved = await moveEntry(deps, entry, 'done');
    expect([moved.at, existsSync(path), existsSync(done())]).toEqual([moved.to, false, true]);
    expect(await moveEntry(deps, moved, 'done')).toEqual(moved);
    const [noted] = (await openJournal(join(folder, 'done'))).entries();
    expect(noted).toEqual(moved);
  });

  test.each([
    ['claimed', (path: string, claimed: string) => renameSync(path, claimed)],
    [
      'in both places',
      async (path: string, claimed: string) => {
        renameSync(path, claimed);
        await link(claimed, done());
      },
    ],
    ['moved', (path: string) => renameSync(path, done())],
  ])('and whose watcher was killed when it was %s, is moved once', async (_, kill) => {
    const { entry, deps, path } = await start();
    const placed: Entry = { ...entry, to: { place: 'done', name: 'a.csv' } };
    await deps.journal.put(placed);
    await kill(path, join(folder, `.muster-${entry.file}.taken`));
    const moved = await moveEntry(deps, placed, 'done');
    expect(moved.at).toEqual({ place: 'done', name: 'a.csv' });
    expect(readFileSync(done(), 'utf8')).toBe('content');
    expect(readdirSync(folder).sort()).toEqual(['done', 'failed']);
    expect(readdirSync(join(folder, 'done')).sort()).toEqual([JOURNAL_NAME, 'a.csv']);
  });

  test('makes room for one that came under its name meanwhile, which stays where it is', async () => {
    const { entry, deps } = await start();
    put('a.csv', 'of tomorrow');
    const moved = await moveEntry(deps, entry, 'done');
    expect([moved.at.place, moved.to.name]).toEqual(['gone', 'a.csv']);
    expect(readFileSync(join(folder, 'a.csv'), 'utf8')).toBe('of tomorrow');
    expect(said).toEqual([expect.stringContaining('went away before it could be moved')]);
  });

  test('gets another name where its own was taken in the meantime', async () => {
    const { entry, deps } = await start();
    const placed: Entry = { ...entry, to: { place: 'done', name: 'a.csv' } };
    writeFileSync(done(), 'somebody’s');
    const moved = await moveEntry(deps, placed, 'done');
    expect(moved.to.name).toBe('a-2026-11-22T02-30-05Z.csv');
    expect(readFileSync(done(), 'utf8')).toBe('somebody’s');
    const failed = await moveEntry(deps, { ...moved, to: null }, 'failed');
    expect(failed.at).toEqual({ place: 'failed', name: 'a.csv' });
    expect(readFileSync(join(folder, 'failed', 'a.csv'), 'utf8')).toBe('content');
  });
});

test('a key is the same for the same file, place and action, and another for any other', () => {
  const asked = { site: 1, preset: undefined, action: 'create' };
  expect(keyOf('f', asked, 1)).toBe(keyOf('f', { ...asked }, 1));
  const others = [
    keyOf('g', asked, 1),
    keyOf('f', { ...asked, site: 2 }, 1),
    keyOf('f', { ...asked, preset: 'people' }, 1),
    keyOf('f', { ...asked, action: 'archive' }, 1),
    keyOf('f', asked, 2),
  ];
  expect(new Set([keyOf('f', asked, 1), ...others]).size).toBe(6);
});

describe('the journal', () => {
  test('that is no journal is refused, not written over', async () => {
    put(JOURNAL_NAME, '{"version": 2}');
    await expect(openJournal(folder)).rejects.toThrow('is no journal of this version');
    expect(readFileSync(join(folder, JOURNAL_NAME), 'utf8')).toBe('{"version": 2}');
  });
});

describe('the lock', () => {
  const lockOf = (pid: number, host = hostname()) =>
    put(LOCK_NAME, JSON.stringify({ token: 't', pid, host }), Date.now() / 1000);
  const living = (): ChildProcess => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    onTestFinished(() => void child.kill('SIGKILL'));
    return child;
  };

  test('keeps others out while its holder lives, and is given back', async () => {
    lockOf(living().pid ?? 0);
    await expect(lockFolder(folder)).rejects.toMatchObject({ code: 'conflict' });
    await rm(join(folder, LOCK_NAME));
    const lock = await lockFolder(folder);
    await lock.check();
    await rm(join(folder, LOCK_NAME));
    await lock.check();
    expect(readdirSync(folder)).toEqual([LOCK_NAME]);
    lock.release();
    expect(readdirSync(folder)).toEqual([]);
  });

  test('of a dead process, of another machine that says nothing any more, or half written and old, is taken over', async () => {
    const child = living();
    child.kill('SIGKILL');
    await new Promise((resolve) => child.once('exit', resolve));
    lockOf(child.pid ?? 0);
    (await lockFolder(folder)).release();
    lockOf(1, 'elsewhere');
    await expect(lockFolder(folder)).rejects.toThrow('process 1 on elsewhere');
    utimesSync(join(folder, LOCK_NAME), 1_700_000_000, 1_700_000_000);
    (await lockFolder(folder)).release();
    put(LOCK_NAME, '');
    (await lockFolder(folder)).release();
    expect(readdirSync(folder)).toEqual([]);
  });

  test('tells its holder once another has taken it over', async () => {
    const lock = await lockFolder(folder);
    onTestFinished(() => lock.release());
    lockOf(1, 'elsewhere');
    await expect(lock.check()).rejects.toThrow('process 1 on elsewhere');
  });
});
