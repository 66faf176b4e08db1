// In which language a request is answered: the one that its address names, else the one that its sender likes best.
import type { Request } from 'express';
import { z } from 'zod';
import { findLanguage, LANGUAGES, type Language, preferredLanguage } from '../domain/language.ts';

/** To be part of the query of routes whose replies have words of the catalogue. */
export const languageQuery = {
  lang: z
    .enum(LANGUAGES)
    .optional()
    .describe('Language of reasons; else as Accept-Language says, else English'),
};

/** The query of a route that takes nothing else. */
export const languageOnly = z.object(languageQuery);

export function languageOf(request: Request): Language {
  const { lang } = request.query;
  const named = typeof lang === 'string' ? findLanguage(lang) : undefined;
  return named ?? preferredLanguage(request.get('accept-language'));
}
