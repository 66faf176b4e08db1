// What is in the way of checking the rows: each fault with its words and the place where it is mended.
import { DEFAULT_OPTIONS } from '../../../../domain/bulk-action.ts';
import type { Limits } from '../../../../domain/limits.ts';
import { isSyncGuarded } from '../../../../domain/safeguards.ts';
import { ApiProblem } from '../../client/client.ts';
import { useFormats } from '../../words/formats.ts';
import { useLanguage, useWords } from '../../words/language.tsx';
import { areDaysReversed } from './card-options.tsx';
import { lineId } from './column-table.tsx';
import { configureWords } from './configure-words.ts';
import type { Columns } from './use-columns.ts';

export type StepFault = {
  text: string;
  /** What it is about, said strongly. */
  what?: string;
  /** The element that takes the focus. */
  id: string;
};

/** In the order in which they are mended. `siteLimits`: those of the site, where one may know them. */
export function useFaults(
  columns: Columns,
  rows: number | null,
  siteLimits: Limits | undefined,
): StepFault[] {
  const said = useWords(configureWords);
  const language = useLanguage();
  const { number, list } = useFormats();
  const { lacking, files, options, error } = columns;
  const faults: StepFault[] = [];
  if (lacking.length > 0) {
    const line = files.flatMap(({ lines }) => lines).find(({ matchedBy }) => matchedBy === 'needed');
    const what = list(lacking.map(({ label }) => label));
    faults.push({ text: said.lacking(lacking.length), what, id: line ? lineId(line) : 'match-columns' });
  }
  for (const { preview, file } of files) {
    for (const { code, message, title, hint } of preview?.faults ?? []) {
      if (code === 'missing-column' && lacking.length > 0) continue;
      const what = files.length > 1 ? { what: file.name } : {};
      faults.push({ text: language === 'en' ? message : `${title}. ${hint}`, id: 'match-columns', ...what });
    }
  }
  if (areDaysReversed(options)) faults.push({ text: said.daysReversed, id: 'card-valid-until' });
  else if (error instanceof ApiProblem) faults.push({ text: error.message, id: 'match-columns' });
  // Whether sites below have limits of their own, the server looks.
  const guard = {
    absent: options.absent ?? DEFAULT_OPTIONS.absent,
    limits: (options.limits ?? {}) as Limits,
    replacesLimits: options.replacesLimits ?? false,
  };
  if (options.action === 'sync' && siteLimits && !isSyncGuarded(guard, { limits: siteLimits }))
    faults.push({
      text: said.needsLimit,
      id: guard.absent === 'delete' ? 'limit-changed' : 'limit-archived',
    });
  const { expect } = options;
  if (expect != null && rows !== null && expect !== rows)
    faults.push({ text: said.notExpected(number(rows), number(expect)), id: 'expect' });
  return faults;
}
