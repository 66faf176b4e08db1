// What went wrong, in the language of a mail as far as there are words for it there.

import type { Language } from '../../domain/language.ts';
import { refusalWordsOf } from '../../domain/problems.ts';
import { REFUSAL_CODES, type RefusalCode, type RefusalDetails } from '../../domain/refusal.ts';
import { wordsOfNoted } from '../../domain/sources/delivery-problems.ts';
import {
  PLACE_PROBLEM_CODES,
  type PlaceProblemCode,
  placeProblemWords,
} from '../../domain/sources/place-problems.ts';

export type MailProblem = { code: string; message: string; details: RefusalDetails };

/** Its sentences; none where nothing is wrong. A code that has no words in the language is told as it was noted. */
export function problemSentences(problem: MailProblem | null, language: Language): string[] {
  if (problem === null) return [];
  const { code, message, details } = problem;
  if (language === 'en' || !isRefusalCode(code)) return [message];
  const { title, hint, detail } = refusalWordsOf(code, language);
  const said = detail?.(details);
  return said ? [said] : [`${title}.`, hint];
}

/** The same of what is wrong with a source, or with a delivery of it: both have words of their own. */
export function sourceProblemSentences(problem: MailProblem | null, language: Language): string[] {
  if (problem === null) return [];
  const { code, message } = problem;
  if (language === 'en' && message !== '') return [message];
  const noted = wordsOfNoted(code, message === '' ? null : message, language);
  if (noted !== message && noted !== code) return [noted];
  if (isPlaceCode(code)) return [placeProblemWords(code, {}, language)];
  return message === '' ? [] : problemSentences(problem, language);
}

const isPlaceCode = (code: string): code is PlaceProblemCode =>
  (PLACE_PROBLEM_CODES as readonly string[]).includes(code);

const isRefusalCode = (code: string): code is RefusalCode =>
  (REFUSAL_CODES as readonly string[]).includes(code);
