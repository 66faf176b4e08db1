// Imports of small lists: planned against what is there, written in one statement, planned again where that has moved.
import type { Language } from '../domain/language.ts';
import type { ListPlan } from '../domain/named-list.ts';
import { withHint } from '../domain/problems.ts';
import { Refusal } from '../domain/refusal.ts';
import type { Imported } from './wire-org.ts';

/** Others may change the list between reading and writing; so many times in a row are no chance any more. */
const ATTEMPTS_MAX = 5;

/** `write` makes all of the things, or gives false where what is there is no longer as it was planned against. */
export async function importList<Thing>(
  plan: () => Promise<ListPlan<Thing>>,
  write: (things: readonly Thing[]) => Promise<boolean>,
  language: Language,
): Promise<Imported> {
  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
    const { toMake, unchanged, refused } = await plan();
    if (!(await write(toMake))) continue;
    return {
      created: toMake.length,
      unchanged,
      rejected: new Set(refused.map(({ row }) => row)).size,
      rows: refused.map((reason) => ({ ...withHint(reason, language), row: reason.row })),
    };
  }
  throw new Refusal('conflict', 'Somebody else is changing the same list. Send the file again.');
}
