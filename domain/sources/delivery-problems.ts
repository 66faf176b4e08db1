// What keeps a delivery of a source waiting, and why one was passed over without a run, in words that say what to do. No name of a file is in them.
import type { Language } from '../language.ts';

export const DELIVERY_PROBLEM_CODES = [
  'still-arriving',
  'waits-for-set',
  'incomplete-set',
  'empty-file',
  'too-large',
  'count-unreadable',
  'same',
  'gone',
  'not-run',
  'run-cancelled',
  'run-unanswered',
  'run-gone',
] as const;
export type DeliveryProblemCode = (typeof DELIVERY_PROBLEM_CODES)[number];

export type DeliveryProblem = { code: DeliveryProblemCode; message: string };

/** `given`: the patterns that nothing has come for, or how many megabytes are taken. */
type Words = (given: string) => string;

const ENGLISH: Record<DeliveryProblemCode, Words> = {
  'still-arriving': () => 'It is still changing, or has not been at rest for long enough.',
  'waits-for-set': (missing) => `It waits for ${missing}.`,
  'incomplete-set': (missing) =>
    `Nothing has come for ${missing}, for longer than the source waits. Deliver it, or take away what is there.`,
  'empty-file': () => 'A file has no content: 0 bytes. Nothing was run; deliver it again.',
  'too-large': (megabytes) => `A file is larger than ${megabytes} MB, the most that is taken. Split it.`,
  'count-unreadable': () =>
    'The file that says how many rows there are says no single number. Nothing was run; deliver both again.',
  same: () =>
    'Its content is that of the last good delivery. Nothing was run, for nothing would have changed.',
  gone: () => 'It was taken away before it could be read.',
  'not-run': () => 'Not run, for what had to be run before it in the same delivery came to nothing.',
  'run-cancelled': () => 'Its run was cancelled.',
  'run-unanswered': () => 'Its run asked people, and nobody has answered in time.',
  'run-gone': () => 'Its run was lost. Deliver it again.',
};

const GERMAN: Record<DeliveryProblemCode, Words> = {
  'still-arriving': () => 'Sie ändert sich noch oder ruht noch nicht lange genug.',
  'waits-for-set': (missing) => `Sie wartet auf ${missing}.`,
  'incomplete-set': (missing) =>
    `Für ${missing} ist nichts gekommen, länger als die Quelle wartet. Bitte nachliefern oder entfernen, was da ist.`,
  'empty-file': () => 'Eine Datei hat keinen Inhalt: 0 Byte. Nichts wurde ausgeführt; bitte erneut liefern.',
  'too-large': (megabytes) =>
    `Eine Datei ist größer als ${megabytes} MB; mehr wird nicht angenommen. Bitte aufteilen.`,
  'count-unreadable': () =>
    'Die Datei mit der Zeilenzahl nennt keine eindeutige Zahl. Nichts wurde ausgeführt; bitte beide erneut liefern.',
  same: () =>
    'Ihr Inhalt ist der der letzten guten Lieferung. Nichts wurde ausgeführt, denn nichts hätte sich geändert.',
  gone: () => 'Sie wurde entfernt, bevor sie gelesen werden konnte.',
  'not-run': () => 'Nicht ausgeführt, denn was in derselben Lieferung davor kommt, ist gescheitert.',
  'run-cancelled': () => 'Ihr Lauf wurde abgebrochen.',
  'run-unanswered': () => 'Ihr Lauf hat gefragt, und niemand hat rechtzeitig geantwortet.',
  'run-gone': () => 'Ihr Lauf ging verloren. Bitte erneut liefern.',
};

const WORDS: Record<Language, Record<DeliveryProblemCode, Words>> = { en: ENGLISH, de: GERMAN };

/** A problem with its words, as it is noted. */
export function deliveryProblem(code: DeliveryProblemCode, given: readonly string[] = []): DeliveryProblem {
  return { code, message: ENGLISH[code](given.join(', ')) };
}

/**
 * What is said of a noted problem in a language: by its code, where the words need nothing more and it is one of these;
 * else as it was noted.
 */
export function wordsOfNoted(code: string, message: string | null, language: Language): string {
  const known = DELIVERY_PROBLEM_CODES.find((one) => one === code);
  if (known === undefined) return message ?? code;
  const [words, english] = [WORDS[language][known], ENGLISH[known]];
  if (message === null || message === english('')) return words('');
  const [before = '', after = ''] = english('\0').split('\0');
  if (!message.startsWith(before) || !message.endsWith(after)) return message;
  return words(message.slice(before.length, message.length - after.length));
}
