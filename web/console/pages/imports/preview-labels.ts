// What the columns of a plan are called: custom fields as their site says, the others in the reader's language.
import { useMemo } from 'react';
import type { PlanSummary } from '../../../../api/wire-plans.ts';
import { fieldWords } from '../../kit/field-words.ts';
import { useWords } from '../../words/language.tsx';

export function useLabels(plan: PlanSummary): { labelOf: (field: string) => string } {
  const { labels } = useWords(fieldWords);
  return useMemo(() => {
    const own = new Map<string, string>();
    for (const { field, label } of plan.columns) if (field !== null && label !== null) own.set(field, label);
    for (const { column, label } of plan.changed) if (label !== null) own.set(column, label);
    const headers = new Map(plan.columns.map(({ field, header }) => [field, header]));
    return { labelOf: (field) => own.get(field) ?? labels[field] ?? headers.get(field) ?? field };
  }, [plan, labels]);
}
