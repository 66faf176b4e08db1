// Which rows of a run an address asks for.
import type { z } from 'zod';
import type { PlanFilter } from '../db/queries/plan-rows.ts';
import { PROBLEM_CODES, type ProblemCode } from '../domain/problems.ts';
import { InvalidRequest } from './problems.ts';
import type { bulkRowQuery } from './query.ts';

type Asked = Pick<z.output<typeof bulkRowQuery>, 'outcome' | 'problem' | 'changed' | 'mended' | 'q'>;

/** Refuses a problem that there is none of. */
export const planFilterOf = ({ outcome, problem, changed, mended, q }: Asked): PlanFilter => ({
  outcomes: outcome,
  problem: problem === undefined ? undefined : problemIn(problem),
  changed,
  isMended: mended === 'true' || undefined,
  find: q,
});

function problemIn(word: string): { code: ProblemCode; field: string | undefined } {
  const [name, ...field] = word.split(':');
  const code = PROBLEM_CODES.find((known) => known === name);
  if (code !== undefined) return { code, field: field.length === 0 ? undefined : field.join(':') };
  throw new InvalidRequest([
    { path: 'query.problem', message: 'Name a code of the catalogue, or code:field.' },
  ]);
}
