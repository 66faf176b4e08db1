// What somebody asks another admin for: the action in words, and how many people it concerns.
import type { BulkAction } from '../../../../api/wire.ts';
import type { Approvable } from '../../../../domain/safeguards.ts';
import { useFormats } from '../../words/formats.ts';
import { useWords } from '../../words/language.tsx';
import { approvalWords } from './approvals-words.ts';

const OUTCOME_OF = {
  create: 'created',
  update: 'updated',
  archive: 'archived',
  restore: 'restored',
  anonymize: 'anonymized',
  delete: 'deleted',
} as const;

/** The gravest first: it says what goes. */
const GRAVE = ['delete', 'anonymize', 'archive'] as const;

export function useApproval(run: BulkAction) {
  const said = useWords(approvalWords);
  const { number } = useFormats();
  const asked: readonly Approvable[] = run.ask?.approvals ?? [];
  const people = asked.reduce((sum, action) => sum + run.counts[OUTCOME_OF[action]], 0);
  const action = asked.map((one) => said.actions[one]).join(said.and);
  const grave = GRAVE.find((one) => asked.includes(one));
  return {
    people,
    /** Anonymize 143 people. */
    title: said.title(action, number(people), people === 1),
    /** Jonas Weber asks to anonymize 143 people. */
    sentence: said.asks(run.startedBy ?? said.somebody, action, number(people), people === 1),
    outcomes: asked.map((one) => OUTCOME_OF[one]),
    goes: said.goesOf[grave ?? 'other'],
    stays: said.staysOf[grave ?? 'other'],
    isFinal: grave === 'delete' || grave === 'anonymize',
  };
}
