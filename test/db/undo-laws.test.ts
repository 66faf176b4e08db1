// Laws of undoing over random files in which everything collides: people are as before; what an undo took back is there
// again when it is undone; what was edited in between stays.
//
// A file holds many small worlds that share no key, so that one run tries all of them.
import { inspect } from 'node:util';
import { sql } from 'drizzle-orm';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { listBulkRows } from '../../db/queries/bulk-row-list.ts';
import { findPerson, updatePerson } from '../../db/queries/people.ts';
import { contentOf } from '../../db/queries/person-content.ts';
import { useEngine } from '../support/engine.ts';
import type { ModelOptions } from '../support/model.ts';
import { HEADER_LINE, insertModelPeople, lineOf, marked, type World, world } from '../support/model-files.ts';
import { addSite } from '../support/people.ts';
import { makeOrganisation, type TestOrganisation } from '../support/runs.ts';
import { type UndoRequest, undo } from '../support/undos.ts';

// Chunks of few rows: what the check has not foreseen would show where they meet.
const engine = useEngine({ chunkRows: 40, batchChunks: 3 });
const WORLDS = 150;
const RUNS = 2;
const SLOW_MS = 300_000;

const options: fc.Arbitrary<ModelOptions> = fc.record({
  action: fc.constantFrom('create-or-update', 'create-or-update', 'create-or-update', 'update', 'archive'),
  existing: fc.constantFrom('overwrite', 'overwrite', 'fill-missing'),
  matchBy: fc.constantFrom<ModelOptions['matchBy'][]>(
    ['identifier', 'email'],
    ['identifier', 'email'],
    ['email', 'identifier'],
  ),
  clearBlank: fc.constantFrom([], ['username', 'badge']),
});
const files = fc
  .array(world, { minLength: WORLDS, maxLength: WORLDS })
  .map((some) => some.map((one, mark) => marked(one, mark)));

/** Nothing is made smaller: a file is large, and who differs is told. */
const holds = (property: fc.IAsyncProperty<unknown[]>): Promise<void> =>
  fc.assert(property as fc.IAsyncProperty<[unknown]>, {
    numRuns: RUNS,
    endOnFailure: true,
    reporter: ({ failed, seed, counterexamplePath, errorInstance }) => {
      if (failed) throw new Error(`seed ${seed}, path ${counterexamplePath}`, { cause: errorInstance });
    },
  });

type Person = { id: number } & Record<string, unknown>;

/** Everybody with all that an undo may set back, by id. */
async function everybody({ rootId, adminId }: TestOrganisation): Promise<Map<number, Person>> {
  const rows = await engine.db.execute<Person>(sql`
    select p.id, p.site_id, p.status, p.identifier, p.email, p.email_key, p.username, p.first_name, p.fields,
      array(select v.value from person_unique_value v where v.person_id = p.id) as unique_values
    from person p where p.root_id = ${rootId} and p.id <> ${adminId}`);
  return new Map([...rows].map((person) => [person.id, person]));
}

/** An organisation as the worlds have it, and what a file of all their rows makes of it. */
async function importWorlds(worlds: readonly World[], how: ModelOptions) {
  const organisation = await makeOrganisation(engine.db);
  await addSite(engine.db, organisation.siteId, organisation.rootId + 2);
  await insertModelPeople(
    engine.db,
    organisation,
    worlds.flatMap(({ people }) => people),
  );
  const before = await everybody(organisation);
  const rows = worlds.flatMap((one) => one.rows).map((row) => lineOf(organisation, row));
  const { id } = await engine.run(organisation, [HEADER_LINE, ...rows].join('\n'), how);
  const after = await everybody(organisation);
  const changed = [...after].filter(([person, is]) => inspect(before.get(person)) !== inspect(is));
  expect(changed.length).toBeGreaterThan(WORLDS / 20);
  return { organisation, id, before, after };
}

/** Undoes a run. Gives the ids of people whose rows were rejected, by the codes of the reasons. */
async function undoAll(organisation: TestOrganisation, runId: string, request?: UndoRequest) {
  const { id, counts } = await undo(engine, organisation, runId, request);
  // Nobody else was at work: all that can go wrong was foreseen by the check.
  expect([counts.failed, counts['not-processed'], counts.skipped]).toEqual([0, 0, 0]);
  const rows = await listBulkRows(engine.db, id, { after: 0, limit: 100_000 });
  const rejected = rows.filter(({ outcome }) => outcome === 'rejected');
  return {
    id,
    codes: new Set(
      rejected.flatMap(({ reasons }) => reasons.map(({ code, field }) => `${code} ${field ?? ''}`)),
    ),
    rejected: new Set(rejected.map(({ personId }) => personId)),
  };
}

/** True for whom the run has anonymized or deleted: nothing brings them back. */
const isRemoved = (after: Map<number, Person>) => (id: number) =>
  !after.has(id) || after.get(id)?.['status'] === 'anonymized';

/** People who are there in both, but for those left out, are the same. */
function expectSame(
  found: Map<number, Person>,
  wanted: Map<number, Person>,
  isLeftOut: (id: number) => boolean,
) {
  const compared = [...wanted.keys()].filter((id) => !isLeftOut(id));
  const different = compared.find((id) => inspect(found.get(id)) !== inspect(wanted.get(id)));
  if (different !== undefined) expect(found.get(different)).toEqual(wanted.get(different));
  expect(compared.length).toBeGreaterThan(WORLDS / 2);
}

test(
  'an undo that deletes newcomers leaves people as they were before the run',
  () =>
    holds(
      fc.asyncProperty(files, options, async (worlds, how) => {
        const { organisation, id, before, after } = await importWorlds(worlds, how);
        const { codes } = await undoAll(organisation, id, { undoCreated: 'delete' });
        expect([...codes].filter((code) => code !== 'cannot-undo ')).toEqual([]);
        const now = await everybody(organisation);
        expectSame(now, before, isRemoved(after));
        expect([...now.keys()].filter((person) => !before.has(person))).toEqual([]);
      }) as never,
    ),
  SLOW_MS,
);

test(
  'an undo archives newcomers, and undone it brings everything back as the run had left it',
  () =>
    holds(
      fc.asyncProperty(files, options, async (worlds, how) => {
        const { organisation, id, before, after } = await importWorlds(worlds, how);
        const first = await undoAll(organisation, id);
        const now = await everybody(organisation);
        // Whoever is archived keeps all keys but the email: who had one of those before can't have it back.
        const kept = /^(cannot-undo |key-taken (identifier|username|badge)|needs-row .*)$/;
        expect([...first.codes].filter((code) => !kept.test(code))).toEqual([]);
        expectSame(now, before, (person) => first.rejected.has(person) || isRemoved(after)(person));
        for (const [person, { status }] of now) if (!before.has(person)) expect(status).toBe('archived');
        const second = await undoAll(organisation, first.id);
        expect([...second.codes]).toEqual([]);
        expectSame(await everybody(organisation), after, () => false);
      }) as never,
    ),
  SLOW_MS,
);

test(
  'what was edited between a run and its undo stays, and all else comes back',
  () =>
    holds(
      fc.asyncProperty(files, options, async (worlds, how) => {
        const { organisation, id, before, after } = await importWorlds(worlds, how);
        const edited = new Map<number, Record<string, unknown>>();
        for (const [person, { status }] of after) {
          if (status !== 'active' || person % 9 !== 0) continue;
          const change = person % 2 === 0 ? { firstName: 'By hand' } : { username: `hand-${person}` };
          const read = await findPerson(engine.db, person);
          if (read) await updatePerson(engine.db, read, { ...contentOf(read), ...change }, null);
          edited.set(person, person % 2 === 0 ? { first_name: 'By hand' } : { username: `hand-${person}` });
        }
        const { rejected } = await undoAll(organisation, id);
        const wanted = new Map(
          [...before].map(([person, was]) => [person, { ...was, ...edited.get(person) }]),
        );
        expectSame(
          await everybody(organisation),
          wanted,
          (person) => rejected.has(person) || isRemoved(after)(person),
        );
      }) as never,
    ),
  SLOW_MS,
);
