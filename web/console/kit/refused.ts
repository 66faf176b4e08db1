// Why a run was refused, in the reader's language: runs keep it in English.
import { inGerman } from '../../../domain/problems/german-sentences.ts';
import { useLanguage } from '../words/language.tsx';

/** Says it in words of the language where there are any; undefined where the run was not refused. */
export function useRefused(message: string | undefined): string | undefined {
  const language = useLanguage();
  return message === undefined || language === 'en' ? message : (inGerman(message) ?? message);
}
