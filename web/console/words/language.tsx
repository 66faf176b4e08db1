// Which language the console speaks, and the words of a page in it.
import { createContext, type ReactNode, useContext } from 'react';
import type { Language } from '../../../domain/language.ts';

/** Words in every language: the German ones have the same names, and take the same things, as the English ones. */
export type Dictionary<Words> = Readonly<Record<Language, Words>>;
export const dictionary = <Words,>(words: { en: Words; de: NoInfer<Words> }): Dictionary<Words> => words;

const LanguageContext = createContext<Language>('en');

export const LanguageProvider = ({ language, children }: { language: Language; children: ReactNode }) => (
  <LanguageContext value={language}>{children}</LanguageContext>
);

export const useLanguage = (): Language => useContext(LanguageContext);

/** The words of a dictionary in the language that is spoken. */
export const useWords = <Words,>(words: Dictionary<Words>): Words => words[useLanguage()];

const RULES = { en: new Intl.PluralRules('en'), de: new Intl.PluralRules('de') };

/** `one` for one of them, else `other`: both languages know no more forms. */
export const plural = (language: Language, count: number, one: string, other: string): string =>
  RULES[language].select(count) === 'one' ? one : other;
