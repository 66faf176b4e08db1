// Laws of a whole run over random files in which everything collides: what comes of them is what the rules foretell,
// whatever the order of rows, however often a worker dies, and nothing twice.
//
// A file holds many small worlds that share no key, so that one run tries all of them. What differs is told by world.
import { inspect, isDeepStrictEqual } from 'node:util';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import type { SQL } from 'drizzle-orm';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { applyActivities } from '../../activities/apply.ts';
import { checkActivities } from '../../activities/check.ts';
import type { Database } from '../../db/client.ts';
import { OUTCOMES, PHASES, rowsDone } from '../../domain/bulk-action.ts';
import type { Reason } from '../../domain/problems.ts';
import { useEngine } from '../support/engine.ts';
import {
  foretell,
  isUnclear,
  type ModelOptions,
  type ModelPerson,
  type ModelRow,
  scopeOf,
} from '../support/model.ts';
import {
  asSorted,
  HEADER_LINE,
  insertModelPeople,
  lineOf,
  listModelPeople,
  marked,
  plainWorld,
  type World,
  world,
} from '../support/model-files.ts';
import { addSite } from '../support/people.ts';
import { listOutcomes, makeOrganisation, type TestOrganisation } from '../support/runs.ts';

// Chunks of few rows: what the check has not foreseen would show where they meet.
const SIZES = { chunkRows: 40, batchChunks: 3 };
const engine = useEngine(SIZES);

const WORLDS = 120;
const RUNS = 2;
const SLOW_MS = 300_000;

const options: fc.Arbitrary<ModelOptions> = fc.record({
  action: fc.constantFrom(
    'create-or-update',
    'create-or-update',
    'create-or-update',
    'sync',
    'sync',
    'sync',
    'update',
    'archive',
    'create',
  ),
  existing: fc.constantFrom('overwrite', 'overwrite', 'overwrite', 'keep', 'fill-missing'),
  matchBy: fc.constantFrom<ModelOptions['matchBy'][]>(
    ['identifier', 'email'],
    ['identifier', 'email'],
    ['email', 'identifier'],
    ['email'],
    ['username', 'email'],
    ['username'],
  ),
  clearBlank: fc.constantFrom([], [], ['username', 'badge']),
});

/** Worlds with keys of their own, and an order for all their rows. */
const files = (one: fc.Arbitrary<World>) =>
  fc
    .array(one, { minLength: WORLDS, maxLength: WORLDS })
    .map((some) => some.map(marked))
    .chain((worlds) => {
      const places = worlds.flatMap(({ rows }) => rows).map((_, place) => place);
      const order = fc.shuffledSubarray(places, { minLength: places.length });
      return fc.record({ worlds: fc.constant(worlds), order });
    });

/** Nothing is made smaller: a file is large, and the world that differs is small already. */
const holds = (property: fc.IAsyncProperty<unknown[]>): Promise<void> =>
  fc.assert(property as fc.IAsyncProperty<[unknown]>, {
    numRuns: RUNS,
    endOnFailure: true,
    reporter: ({ failed, seed, counterexamplePath, errorInstance }) => {
      if (failed) throw new Error(`seed ${seed}, path ${counterexamplePath}`, { cause: errorInstance });
    },
  });

/** Of a file for a sync mostly such as says whom it means: one row that does not holds everybody back. */
const read = (worlds: readonly World[], how: ModelOptions): readonly World[] =>
  how.action !== 'sync' || how.matchBy[0] === 'username'
    ? worlds
    : worlds.map(({ people, rows }) => ({
        people,
        rows: rows.filter((row) => !isUnclear(row, people, how)),
      }));

const rowsOf = (worlds: readonly World[]) => worlds.flatMap(({ rows }) => rows);

async function settled(worlds: readonly World[]): Promise<TestOrganisation> {
  const organisation = await makeOrganisation(engine.db);
  await addSite(engine.db, organisation.siteId, organisation.rootId + 2);
  const people = worlds.flatMap((one) => one.people);
  await insertModelPeople(engine.db, organisation, people);
  return organisation;
}

const csvOf = (organisation: TestOrganisation, rows: readonly ModelRow[]): string =>
  [HEADER_LINE, ...rows.map((row) => lineOf(organisation, row))].join('\n');

type Result = { row: number; outcome: string; reasons: Reason[] };

/**
 * The result of each row of a run that has ended: one for each, none twice, as many as it says. Those of people who are
 * absent from a sync come behind the `count` of the file, and are counted, but not given.
 */
async function resultsOf(id: string, counts: Record<string, number>, count: number): Promise<Result[]> {
  const results = await listOutcomes(engine.db, id);
  expect(results.length).toBe(counts['total']);
  expect(results.slice(count).filter(({ row }) => row <= count + 1)).toEqual([]);
  for (const name of OUTCOMES)
    expect([name, results.filter(({ outcome }) => outcome === name).length]).toEqual([name, counts[name]]);
  // Nobody else was at work: all that can go wrong was foreseen by the check.
  expect(counts['failed']).toBe(0);
  return results.slice(0, count).map((result) => ({ ...result, outcome: String(result.outcome) }));
}

async function run(
  organisation: TestOrganisation,
  rows: readonly ModelRow[],
  how: ModelOptions,
): Promise<Result[]> {
  const { id, counts } = await engine.run(organisation, csvOf(organisation, rows), how);
  expect(rowsDone(counts)).toBe(counts.total);
  if (how.action !== 'sync') expect(counts.total).toBe(rows.length);
  return resultsOf(id, counts, rows.length);
}

const NOBODY: ModelPerson[] = [];

/** The people of each world, told by the mark on their keys; those who have none left, together at the end. */
function byWorld(people: readonly ModelPerson[], count: number): ModelPerson[][] {
  const found: ModelPerson[][] = Array.from({ length: count + 1 }, () => []);
  for (const person of people)
    found[Number(/^w(\d+)-/.exec(person.identifier ?? '')?.[1] ?? count)]?.push(person);
  return found;
}

/** What became of a world: of its rows, whatever their order, and of its people. */
const fateOf = (asked: readonly string[], became: readonly string[], people: readonly ModelPerson[]) => ({
  rows: asked.map((row, place) => `${row}: ${became[place]}`).sort(),
  people: asSorted(people),
});

const inWords = ({ outcome, reasons }: Result): string =>
  [outcome, ...reasons.map(({ code, field }) => `${code} ${field ?? ''}`).sort()].join(' · ');

/** Compares world by world: `found` and `wanted` are what became of each row and person of the file. */
function expectSame(
  worlds: readonly World[],
  how: ModelOptions,
  found: { became: readonly string[]; people: readonly ModelPerson[] },
  wanted: { became: readonly string[]; people: readonly ModelPerson[] },
): void {
  const [peopleFound, peopleWanted] = [found, wanted].map(({ people }) => byWorld(people, worlds.length));
  const differences: { world: World; found: object; wanted: object }[] = [];
  let first = 0;
  for (const [n, one] of worlds.entries()) {
    const { labels } = foretell(one.people, one.rows, how);
    const part = (became: readonly string[]) => became.slice(first, first + one.rows.length);
    const fates = [
      fateOf(labels, part(found.became), peopleFound?.[n] ?? NOBODY),
      fateOf(labels, part(wanted.became), peopleWanted?.[n] ?? NOBODY),
    ] as const;
    if (!isDeepStrictEqual(...fates)) differences.push({ world: one, found: fates[0], wanted: fates[1] });
    first += one.rows.length;
  }
  const sizeOf = (one: World) => one.people.length + one.rows.length;
  const [smallest] = differences.sort((a, b) => sizeOf(a.world) - sizeOf(b.world));
  expect(smallest?.found, inspect({ how, ...smallest?.world }, { depth: 4 })).toEqual(smallest?.wanted);
  expect(asSorted(peopleFound?.at(-1) ?? NOBODY)).toEqual(asSorted(peopleWanted?.at(-1) ?? NOBODY));
}

const foretold = (worlds: readonly World[], how: ModelOptions) => {
  const scope = scopeOf(worlds, how);
  const told = worlds.map((one) => foretell(one.people, one.rows, how, scope));
  return { became: told.flatMap(({ outcomes }) => outcomes), people: told.flatMap(({ people }) => people) };
};

/** Two rows that are refused for each other's sake each say so. */
function expectMutual(results: readonly Result[]): void {
  const byNumber = new Map(results.map((result) => [result.row, result]));
  for (const { row, reasons } of results)
    for (const { code, field, rows } of reasons.filter((reason) => MUTUAL.has(reason.code))) {
      expect(rows?.length).toBeGreaterThan(0);
      for (const other of rows ?? []) {
        const answers = byNumber.get(other)?.reasons ?? [];
        const same = answers.filter((reason) => reason.code === code && reason.field === field);
        expect(same.flatMap((reason) => reason.rows ?? [])).toContain(row);
      }
    }
}

const MUTUAL: ReadonlySet<string> = new Set(['person-twice', 'key-twice', 'actions-conflict']);

test(
  'a file does what the rules foretell, in any order of its rows, and foresees all that can go wrong',
  () =>
    holds(
      fc.asyncProperty(files(world), options, async ({ worlds: given, order: places }, how) => {
        const worlds = read(given, how);
        const [first, second] = [await settled(worlds), await settled(worlds)];
        const rows = rowsOf(worlds);
        const order = places.filter((place) => place < rows.length);
        const results = await run(first, rows, how);
        const people = await listModelPeople(engine.db, first);
        const became = results.map(({ outcome }) => outcome);
        expectSame(worlds, how, { became, people }, foretold(worlds, how));
        expectMutual(results);

        const shuffled = await run(
          second,
          order.map((place) => rows[place] as ModelRow),
          how,
        );
        const unshuffled: string[] = [];
        for (const [at, place] of order.entries()) unshuffled[place] = inWords(shuffled[at] as Result);
        const again = { became: unshuffled, people: await listModelPeople(engine.db, second) };
        expectSame(worlds, how, again, { became: results.map(inWords), people });
      }),
    ),
  SLOW_MS,
);

/** One that answers so many statements and is then gone, after one whose answer nobody hears. */
function dying(db: Database, statements: number): Database {
  let left = statements;
  const execute = async (query: SQL) => {
    const rows = await db.execute(query);
    left -= 1;
    if (left < 0) throw new Error('the worker died');
    return rows;
  };
  return new Proxy(db, {
    get: (target, name) => (name === 'execute' ? execute : Reflect.get(target, name)),
  });
}

/** Tries with a worker that dies a statement later each time, until it has lived through all of the work. */
async function dyingOften<Done>(work: (db: Database) => Promise<Done>): Promise<Done> {
  const environment = { logger: new DefaultLogger('ERROR') };
  for (let statements = 0; ; statements++) {
    try {
      const attempt = () => work(dying(engine.db, statements));
      return await new MockActivityEnvironment({}, environment).run(attempt);
    } catch (error) {
      if (!/the worker died/.test(String(error))) throw error;
    }
  }
}

// Here rows that change nothing are planned apart, as in large files of which they are most.
test(
  'a worker that dies after any statement of the check and the apply, and begins again, does the same',
  () =>
    holds(
      fc.asyncProperty(files(world), options, async ({ worlds: given }, how) => {
        const worlds = read(given, how);
        const organisation = await settled(worlds);
        const rows = rowsOf(worlds);
        const id = await engine.stage(organisation, csvOf(organisation, rows), how);
        const token = await engine.lock(id);
        const { batches } = await dyingOften((db) =>
          checkActivities({ db, sizes: SIZES, lanes: 2, consentMinutes: 60, skims: true }).check({
            id,
            token,
          }),
        );
        for (const phase of PHASES)
          for (const batch of batches.filter((one) => one.phase === phase))
            await dyingOften((db) => applyActivities({ applyDb: db }).applyBatch({ id, token, batch }));
        const { counts } = await engine.end(id);
        const became = (await resultsOf(id, counts, rows.length)).map(({ outcome }) => outcome);
        const people = await listModelPeople(engine.db, organisation);
        expectSame(worlds, how, { became, people }, foretold(worlds, how));
      }),
    ),
  SLOW_MS,
);

/** What a row comes to, and what it comes to when it is uploaded again. */
const SECOND_TIME: ReadonlySet<string> = new Set([
  'created then unchanged',
  'created then rejected',
  'created then skipped',
  'updated then unchanged',
  'restored then unchanged',
  'restored then skipped',
  'unchanged then unchanged',
  'skipped then skipped',
  'skipped then rejected',
  'rejected then rejected',
]);

test(
  'a file that only creates and updates changes nothing when it is uploaded again',
  () =>
    holds(
      fc.asyncProperty(files(plainWorld), options, async ({ worlds: all }, given) => {
        const how = { ...given, action: given.action === 'archive' ? ('update' as const) : given.action };
        const worlds = read(all, how);
        const organisation = await settled(worlds);
        const rows = rowsOf(worlds);
        const first = await run(organisation, rows, how);
        const people = await listModelPeople(engine.db, organisation);
        const second = await run(organisation, rows, how);
        const told = first.map(({ outcome }, place) => `${outcome} then ${second[place]?.outcome}`);
        expect([...new Set(told)].filter((pair) => !SECOND_TIME.has(pair))).toEqual([]);
        expect(asSorted(await listModelPeople(engine.db, organisation))).toEqual(asSorted(people));
      }),
    ),
  SLOW_MS,
);
