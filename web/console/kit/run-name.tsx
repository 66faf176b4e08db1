// What a run is called: what it does and to which file, as in "Import · students-autumn-2026.csv".
import type { BulkAction } from '../../../api/wire.ts';
import { useWords } from '../words/language.tsx';
import { runWords } from './run-words.ts';

type Named = Pick<BulkAction, 'kind' | 'fileName' | 'undoes'> & {
  options: Pick<BulkAction['options'], 'action'>;
};
type Words = (typeof runWords)['en'];

/** An import that archives is called by what it does; one that only writes is an import. */
const writes = ['create', 'update', 'create-or-update'];

/** What a run does, in a word. */
export function runKindWord(run: Named, words: Words): string {
  const { action } = run.options;
  if (run.kind === 'people' && !writes.includes(action)) return words.action[action] ?? words.kind.people;
  return run.kind === 'cards' ? (words.action[action] ?? words.kind.cards) : words.kind[run.kind];
}

/** The name of a run in plain text: for titles of pages and labels. */
export function runName(run: Named, words: Words): string {
  const about = run.fileName ?? run.undoes;
  return about === null ? runKindWord(run, words) : `${runKindWord(run, words)} · ${about}`;
}

export function RunName({ run }: { run: Named }) {
  return <>{runName(run, useWords(runWords))}</>;
}
