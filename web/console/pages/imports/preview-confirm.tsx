// Before a plan is run that takes people away: how many in words, what it means, and a phrase to be typed.
import { IconArchive, IconEyeOff, IconTrash, IconUserCheck } from '@tabler/icons-react';
import type { BulkAction } from '../../../../api/wire.ts';
import type { PlanSummary } from '../../../../api/wire-plans.ts';
import type { Counts, Outcome } from '../../../../domain/bulk-action.ts';
import { ConfirmTyped } from '../../kit/confirm-typed.tsx';
import { OUTCOME_ORDER, runWords } from '../../kit/run-words.ts';
import { useFormats } from '../../words/formats.ts';
import { useLanguage, useWords } from '../../words/language.tsx';
import { numberInWords } from '../../words/number-words.ts';
import { previewWords } from './preview-words.ts';

/** What takes people away, that which cannot be taken back first. */
const TAKING = [
  { what: 'anonymize', outcome: 'anonymized', icon: IconEyeOff, isFinal: true },
  { what: 'delete', outcome: 'deleted', icon: IconTrash, isFinal: true },
  { what: 'archive', outcome: 'archived', icon: IconArchive, isFinal: false },
] as const;

/** The gravest thing that a plan does; undefined where it takes nobody away. */
export const takingOf = (counts: Counts) => TAKING.find(({ outcome }) => counts[outcome] > 0);

type Props = {
  run: BulkAction;
  plan: PlanSummary;
  isOpen: boolean;
  isBusy: boolean;
  onKeep: () => void;
  onDo: () => void;
};

export function PreviewConfirm({ run, plan, isOpen, isBusy, onKeep, onDo }: Props) {
  const said = useWords(previewWords).destroy;
  const named = useWords(runWords).plan;
  const language = useLanguage();
  const { number, list, decimal } = useFormats();
  const taking = takingOf(plan.counts);
  if (!taking) return null;
  const { what, outcome, icon, isFinal } = taking;
  const count = plan.counts[outcome];
  const left: ReadonlySet<Outcome> = new Set([
    outcome,
    'unchanged',
    'skipped',
    'rejected',
    'failed',
    'not-processed',
  ]);
  const beside = OUTCOME_ORDER.filter((one) => !left.has(one) && plan.counts[one] > 0).map(
    (one) => `${named[one]} ${number(plan.counts[one])}`,
  );
  const words = numberInWords(count, language);
  const isAsked = (run.ask?.approvals.length ?? 0) > 0;
  const grace = run.ask?.graceMinutes ?? 0;
  return (
    <ConfirmTyped
      isOpen={isOpen}
      icon={icon}
      title={said.title[what](language === 'de' ? capital(words) : words, count)}
      notice={
        isAsked || grace > 0 ? (
          <>
            {isAsked && said.approval} {grace > 0 && said.grace(decimal(grace / 60))}
          </>
        ) : undefined
      }
      noticeIcon={IconUserCheck}
      phrase={language === 'de' ? `${count} ${said.verb[what]}` : `${said.verb[what]} ${count}`}
      keepLabel={said.keep}
      doLabel={(isAsked ? said.ask : said.do)[what](number(count), count)}
      isBusy={isBusy}
      onKeep={onKeep}
      onDo={onDo}
    >
      {said.text[what]} {isFinal && <strong>{said.final}</strong>}{' '}
      {beside.length > 0 && said.beside(list(beside))}
    </ConfirmTyped>
  );
}

const capital = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);
