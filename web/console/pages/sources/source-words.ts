// What the pages of sources say.
import { dictionary } from '../../words/language.tsx';
import { englishSourceWords, type SourceWords } from './source-words-english.ts';
import { germanSourceWords } from './source-words-german.ts';

export type { SourceWords };

export const sourceWords = dictionary<SourceWords>({ en: englishSourceWords, de: germanSourceWords });
