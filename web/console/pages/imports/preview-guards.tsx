// The limits that hold, as facts: what each says, and what the plan makes of it.
import { IconShieldCheck, IconShieldExclamation } from '@tabler/icons-react';
import type { PlanSummary } from '../../../../api/wire-plans.ts';
import { useFormats } from '../../words/formats.ts';
import { useWords } from '../../words/language.tsx';
import styles from './preview.module.css';
import { previewWords } from './preview-words.ts';

export function PreviewGuards({ plan }: { plan: PlanSummary }) {
  const said = useWords(previewWords);
  const { number, percent } = useFormats();
  const facts = [
    ...(plan.expected === null
      ? []
      : [
          {
            key: 'expected',
            isTripped: false,
            text: said.countMatches(number(plan.expected), number(plan.counts.total)),
          },
        ]),
    ...plan.guards.map(({ limited, limit, share, actual, activePeople, siteId, isTripped }) => {
      const byShare = limit.percent != null && share !== null;
      const made = said.guard[limited](byShare ? percent(share) : number(actual));
      const of = limited === 'changed' || !byShare ? '' : ` ${said.ofPeople(number(activePeople))}`;
      const most = [
        ...(limit.percent != null ? [percent(limit.percent)] : []),
        ...(limit.people != null ? [number(limit.people)] : []),
      ].join(' / ');
      return {
        key: `${limited} ${siteId}`,
        isTripped,
        text: `${made}${of}, ${said.limit(most)}${isTripped ? ` · ${said.passed}` : ''}`,
      };
    }),
  ];
  if (facts.length === 0) return null;
  return (
    <ul className={styles['guards']}>
      {facts.map(({ key, isTripped, text }) => {
        const Sign = isTripped ? IconShieldExclamation : IconShieldCheck;
        return (
          <li key={key} data-tripped={isTripped || undefined}>
            <Sign size={18} stroke={1.5} aria-hidden />
            {text}
          </li>
        );
      })}
    </ul>
  );
}
