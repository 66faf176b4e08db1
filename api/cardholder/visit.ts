// A visit to the cardholder's page: the language it is held in, the way dates are written, and where its parts lie.
import type { Request } from 'express';
import type { CardholderPage } from '../../db/queries/invitations/cardholder-page.ts';
import { findLanguage, findPreferredLanguage, type Language } from '../../domain/language.ts';
import type { Assets } from './assets.ts';
import type { Words } from './words/catalogue.ts';
import { english } from './words/english.ts';
import { german } from './words/german.ts';

export const WORDS: Readonly<Record<Language, Words>> = { en: english, de: german };

/** Where the reader's browser names no country. */
const USUAL_LOCALE: Readonly<Record<Language, string>> = { en: 'en-GB', de: 'de-DE' };

export type Visit = {
  language: Language;
  words: Words;
  locale: string;
  /** The language where the reader chose it on the page: links keep it. */
  chosen: Language | undefined;
  now: Date;
  assets: Assets;
  /** What stands before `/p/` in addresses: the path of the public address, mostly nothing. */
  base: string;
  limits: { bytesMax: number; pixelsMax: number };
};

/** The language of a visit: the chosen one, else one that the browser wishes for, else the site's, else English. */
export function languageOfVisit(
  request: Request,
  page: CardholderPage | undefined,
): Pick<Visit, 'language' | 'words' | 'locale' | 'chosen'> {
  const { lang } = request.query;
  const wishes = request.get('accept-language');
  const chosen = typeof lang === 'string' ? findLanguage(lang) : undefined;
  const language = chosen ?? findPreferredLanguage(wishes) ?? page?.language ?? 'en';
  return { language, words: WORDS[language], locale: localeOf(wishes, language), chosen };
}

/** How dates are written in the reader's country, as far as the browser tells it. */
function localeOf(wishes: string | undefined, language: Language): string {
  const tags = (wishes ?? '').split(',').map((part) => part.split(';')[0]?.trim() ?? '');
  const named = tags.find((tag) => /^[a-z]{2}-[a-z]{2}$/i.test(tag) && findLanguage(tag) === language);
  return named === undefined ? USUAL_LOCALE[language] : (Intl.getCanonicalLocales(named)[0] ?? named);
}

/** A day as people write it, with its year where that is not this one. The page's script puts in the reader's own day. */
export const dayIn = ({ locale, now }: Visit, at: Date): string =>
  new Intl.DateTimeFormat(locale, {
    day: 'numeric',
    month: 'long',
    ...(at.getUTCFullYear() !== now.getUTCFullYear() && { year: 'numeric' }),
    timeZone: 'UTC',
  }).format(at);

/** An address of the page, with the chosen language. */
export const addressOf = ({ base, chosen }: Visit, path: string): string =>
  `${base}/p/${path}${chosen === undefined ? '' : `?lang=${chosen}`}`;
