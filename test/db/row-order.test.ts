// Laws of a whole run over small files in which clashes are common: the order of rows decides nothing, no row is lost.
import { sql } from 'drizzle-orm';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FAILED_OUTCOMES, rowsDone } from '../../domain/bulk-action.ts';
import type { Reason } from '../../domain/problems.ts';
import { useEngine } from '../support/engine.ts';
import { addPerson, addSite, archive } from '../support/people.ts';
import { listOutcomes, makeOrganisation, type TestOrganisation } from '../support/runs.ts';

// Chunks of two rows: what the check has not foreseen would show where they meet.
const engine = useEngine({ chunkRows: 2, batchChunks: 2 });

/** A hundred runs take twenty seconds, and more where others are at work. */
const SLOW_MS = 300_000;

const HEADER = [
  'identifier',
  'email',
  'username',
  'badge',
  'first_name',
  'entry_year',
  'account_id',
  'action',
] as const;
type FileRow = Record<(typeof HEADER)[number], string>;

/** Mostly the first value: a row in which everything is odd clashes with nothing but its own oddity. */
const mostly = (usual: string, ...odd: string[]) => fc.constantFrom(...Array<string>(4).fill(usual), ...odd);

const row: fc.Arbitrary<FileRow> = fc.record({
  identifier: fc.constantFrom('1', '1', '2', '2', '3', '4', ''),
  email: fc.constantFrom('a@x.org', 'a@x.org', 'b@x.org', 'b@x.org', 'c@x.org', ''),
  username: mostly('', 'u', 'v'),
  badge: mostly('', '7', '8'),
  first_name: fc.constantFrom('', 'Ada'),
  entry_year: mostly('', 'x'),
  account_id: mostly('', 'below', 'elsewhere'),
  action: mostly('', 'create', 'update'),
});

/** Few rows, and what people make of them: copies, copies with a cell that can't be read, or one that differs. */
const fileOf = (some: fc.Arbitrary<FileRow>): fc.Arbitrary<FileRow[]> => {
  const change = fc.constantFrom('none', 'none', 'spoil', 'shout', 'identifier', 'email', 'first_name');
  const copies = fc.array(fc.tuple(fc.nat(2), change, some), { minLength: 2, maxLength: 6 });
  return fc.tuple(fc.array(some, { minLength: 1, maxLength: 3 }), copies).map(([originals, wanted]) =>
    wanted.map(([place, what, other]): FileRow => {
      const original = originals[place % originals.length] as FileRow;
      if (what === 'none') return original;
      if (what === 'spoil') return { ...original, entry_year: 'x' };
      if (what === 'shout') return { ...original, email: original.email.toUpperCase() };
      return { ...original, [what]: other[what as 'email'] };
    }),
  );
};

/** People who are there before: each with an email of their own, some with keys that rows want. */
const people = fc
  .record({
    count: fc.nat(3),
    emails: fc.shuffledSubarray(['a@x.org', 'b@x.org', 'c@x.org'], { minLength: 3 }),
    usernames: fc.shuffledSubarray(['u', 'v', null], { minLength: 3 }),
    badges: fc.shuffledSubarray(['7', '8', null], { minLength: 3 }),
    isBelow: fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }),
    archived: fc.constantFrom(null, null, 0, 1),
  })
  .map(({ count, archived, ...given }) => ({ ...given, count, archived: archived === null ? -1 : archived }));
type People = typeof people extends fc.Arbitrary<infer Some> ? Some : never;

const options = fc.record({
  existing: fc.constantFrom(
    'overwrite' as const,
    'overwrite' as const,
    'keep' as const,
    'fill-missing' as const,
  ),
  action: fc.constantFrom('create-or-update' as const, 'create-or-update' as const, 'update' as const),
  clearBlank: fc.constantFrom([], ['username', 'badge']),
});
type Options = typeof options extends fc.Arbitrary<infer Some> ? Some : never;

async function makeStage(there: People): Promise<TestOrganisation> {
  const organisation = await makeOrganisation(engine.db);
  const below = await addSite(engine.db, organisation.siteId, organisation.rootId + 2);
  for (let place = 0; place < there.count; place++) {
    const badge = there.badges[place];
    const { id } = await addPerson(
      engine.db,
      there.isBelow[place] ? below : organisation.siteId,
      String(place + 1),
      {
        email: there.emails[place] as string,
        username: there.usernames[place] ?? null,
        fields: badge ? { badge } : {},
      },
    );
    if (there.archived === place) await archive(engine.db, id);
  }
  return organisation;
}

type Result = { row: FileRow; number: number; outcome: string; reasons: Reason[] };

async function run(
  organisation: TestOrganisation,
  rows: readonly FileRow[],
  how: Options,
): Promise<Result[]> {
  const siteOf: Record<string, string> = { below: String(organisation.rootId + 2), elsewhere: '77' };
  const lines = rows.map((one) =>
    // A cell of its own keeps a row that says nothing from being no row at all.
    [...HEADER.map((name) => (name === 'account_id' ? (siteOf[one[name]] ?? '') : one[name])), '-'].join(),
  );
  const { id, counts } = await engine.run(
    organisation,
    [[...HEADER, 'note'].join(), ...lines].join('\n'),
    how,
  );
  expect(counts.total).toBe(rows.length);
  expect(rowsDone(counts)).toBe(rows.length);
  const outcomes = await listOutcomes(engine.db, id);
  return outcomes.map(({ row: number, outcome, reasons }, place) => ({
    row: rows[place] as FileRow,
    number,
    outcome: String(outcome),
    reasons,
  }));
}

/** What became of each row, in an order of its own; of other rows only whether there are any. */
const asSet = (results: Result[]) =>
  results
    .map(({ row: one, outcome, reasons }) =>
      JSON.stringify([one, outcome, reasons.map(({ rows, ...reason }) => [reason, rows?.length ?? 0])]),
    )
    .sort();

async function listEverybody({ rootId, adminId }: TestOrganisation): Promise<unknown[]> {
  const rows = await engine.db.execute(sql`
    select p.site_id - ${rootId}::int as site, p.identifier, p.email, p.username, p.first_name, p.fields, p.status, p.version,
      (select count(*)::int from person_history h where h.person_id = p.id) as changes,
      array(select v.value from person_unique_value v where v.person_id = p.id order by 1) as unique_values
    from person p where p.root_id = ${rootId} and p.id <> ${adminId}
    order by 1, 2`);
  return [...rows];
}

/** Two rows that are refused for each other's sake each say so. */
function expectMutual(results: Result[]): void {
  for (const { number, reasons } of results)
    for (const reason of reasons.filter(({ code }) => code === 'person-twice' || code === 'key-twice')) {
      expect(reason.rows?.length).toBeGreaterThan(0);
      for (const other of reason.rows ?? []) {
        const answer = results.find((result) => result.number === other);
        const same = answer?.reasons.find(
          ({ code, field }) => code === reason.code && field === reason.field,
        );
        expect(same?.rows).toContain(number);
      }
    }
}

test(
  'any order of the rows gives the same people, and the same outcome for the same row',
  async () => {
    const shuffled = fileOf(row).chain((rows) =>
      fc.record({ rows: fc.constant(rows), again: fc.shuffledSubarray(rows, { minLength: rows.length }) }),
    );
    await fc.assert(
      fc.asyncProperty(people, shuffled, options, async (there, { rows, again }, how) => {
        const [first, second] = [await makeStage(there), await makeStage(there)];
        const [results, others] = await Promise.all([run(first, rows, how), run(second, again, how)]);
        expect(asSet(others)).toEqual(asSet(results));
        expect(await listEverybody(second)).toEqual(await listEverybody(first));
        expectMutual(results);
        // Nobody else was at work: all that can go wrong was foreseen by the check.
        expect(results.map(({ outcome }) => outcome)).not.toContain('failed');
      }),
      { numRuns: 50 },
    );
  },
  SLOW_MS,
);

test(
  'a file that is run again changes nobody whom it was applied to',
  async () => {
    const plain = row.map((one) => ({ ...one, action: '' }));
    await fc.assert(
      fc.asyncProperty(people, fileOf(plain), options, async (there, rows, how) => {
        fc.pre(how.existing !== 'keep');
        const organisation = await makeStage(there);
        const first = await run(organisation, rows, how);
        const second = await run(organisation, rows, how);
        for (const [place, { outcome }] of first.entries())
          if (!(FAILED_OUTCOMES as readonly string[]).includes(outcome))
            expect(second[place]?.outcome).toBe(outcome === 'skipped' ? 'skipped' : 'unchanged');
      }),
      { numRuns: 15 },
    );
  },
  SLOW_MS,
);
