// The catalogue of problems: what each code means and what to do about it, in every language.
import type { Language } from './language.ts';
import {
  type FaultCode,
  PROBLEM_CODES,
  type ProblemCode,
  type ProblemWords,
  type Reason,
  type RefusalCatalogue,
  type RefusalWords,
} from './problems/catalogue.ts';
import { ENGLISH_PLAN } from './problems/english-plan.ts';
import { ENGLISH_REFUSALS } from './problems/english-refusals.ts';
import { ENGLISH_ROWS } from './problems/english-rows.ts';
import { GERMAN_PLAN } from './problems/german-plan.ts';
import { GERMAN_REFUSALS } from './problems/german-refusals.ts';
import { GERMAN_ROWS } from './problems/german-rows.ts';
import type { RefusalCode } from './refusal.ts';

export type { CellProblem, ProblemCode, Reason } from './problems/catalogue.ts';
export { PROBLEM_CODES };

/** Every code that a row can carry, in every language. */
const PROBLEMS: Record<Language, Record<ProblemCode, ProblemWords>> = {
  en: { ...ENGLISH_ROWS, ...ENGLISH_PLAN },
  de: { ...GERMAN_ROWS, ...GERMAN_PLAN },
};

const REFUSALS: Record<Language, RefusalCatalogue> = { en: ENGLISH_REFUSALS, de: GERMAN_REFUSALS };

/** What is said of a problem. */
export const wordsOf = (code: ProblemCode, language: Language = 'en'): ProblemWords =>
  PROBLEMS[language][code];

/** What is said of a refusal, or of a fault. */
export const refusalWordsOf = (code: RefusalCode | FaultCode, language: Language = 'en'): RefusalWords =>
  REFUSALS[language][code];

/**
 * The sentence that tells the admin what to do about a reason. A newer version may have written a code that this one
 * does not know: it is shown as it is.
 */
export function hintOf(reason: Reason, language: Language = 'en'): string {
  const words = PROBLEMS[language][reason.code] as ProblemWords | undefined;
  const { expected, ...rest } = reason;
  // Where nothing is expected that could be named, a blank would leave a hole in the sentence.
  return words?.hint(expected ? reason : rest) ?? reason.code;
}

/** A reason with its hint, as the API and result files show it. */
export const withHint = (reason: Reason, language: Language = 'en'): Reason & { hint: string } => ({
  ...reason,
  hint: hintOf(reason, language),
});
