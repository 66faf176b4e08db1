// A site of its own for each test of a file, the file in a few lines, and what became of each.
import { sql } from 'drizzle-orm';
import { beforeEach, expect } from 'vitest';
import type { PersonContent } from '../../db/queries/person-content.ts';
import type { PersonRow } from '../../db/queries/person-row.ts';
import type { BatchSizes } from '../../domain/batch.ts';
import type { Reason } from '../../domain/problems.ts';
import { type Engine, useEngine } from './engine.ts';
import { addPerson } from './people.ts';
import { listOutcomes, makeOrganisation, type RunRequest, type TestOrganisation } from './runs.ts';

export type Standing = {
  status: string;
  identifier: string | null;
  email: string | null;
  username: string | null;
  first_name: string | null;
  badge: string | null;
};

export interface SmallFiles {
  readonly engine: Engine;
  /** To be read inside tests only, as all that follows. */
  readonly organisation: TestOrganisation;
  add(identifier: string, given?: Partial<PersonContent>): Promise<PersonRow>;
  /** Each line with its outcome and its reasons, as `outcome · code field`. */
  run(header: string, lines: readonly string[], request?: RunRequest): Promise<Record<string, string>>;
  /** The same, of lines that were run already. */
  outcomesOf(id: string, lines: readonly string[]): Promise<Record<string, string>>;
  /** The people of the site, those without an identifier first. */
  people(): Promise<Standing[]>;
  /** Takes all people off the site, so that a test can begin again. */
  clear(): Promise<void>;
}

/** To be called at the top of a test file. */
export function useSmallFiles(sizes?: BatchSizes): SmallFiles {
  const engine = useEngine(sizes);
  let organisation: TestOrganisation | undefined;
  beforeEach(async () => {
    organisation = await makeOrganisation(engine.db);
  });
  const here = (): TestOrganisation => {
    if (!organisation) throw new Error('the organisation is there inside tests only');
    return organisation;
  };
  const files: SmallFiles = {
    engine,
    get organisation() {
      return here();
    },
    add: (identifier, given) => addPerson(engine.db, here().siteId, identifier, given),
    async run(header, lines, request) {
      const { id, counts } = await engine.run(here(), [header, ...lines].join('\n'), request);
      expect(counts.total).toBe(lines.length);
      return files.outcomesOf(id, lines);
    },
    async outcomesOf(id, lines) {
      const outcomes = await listOutcomes(engine.db, id);
      return Object.fromEntries(
        outcomes.map(({ row, outcome, reasons }) => [
          lines[row - 2] as string,
          [outcome, ...reasons.map(inWords)].join(' · '),
        ]),
      );
    },
    async people() {
      const rows = await engine.db.execute<Standing>(sql`
        select status, identifier, email, username, first_name, fields ->> 'badge' as badge from person
        where site_id = ${here().siteId} order by identifier collate "C" nulls first`);
      return [...rows];
    },
    async clear() {
      await engine.db.execute(sql`delete from person where site_id = ${here().siteId}`);
    },
  };
  return files;
}

const inWords = ({ code, field }: Reason) => [code, field].filter(Boolean).join(' ');

/** All orders of some lines; of more than three, those that begin with each, forth and back. */
export const orders = (lines: readonly string[]): string[][] =>
  lines.length > 3
    ? lines.flatMap((_, n) => {
        const order = [...lines.slice(n), ...lines.slice(0, n)];
        return [order, order.toReversed()];
      })
    : permutations(lines);

const permutations = (lines: readonly string[]): string[][] =>
  lines.length < 2
    ? [[...lines]]
    : lines.flatMap((line, n) => permutations(lines.toSpliced(n, 1)).map((rest) => [line, ...rest]));
