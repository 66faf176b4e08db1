// An event of the trail in words, and its noun.
import type { AuditWords, Noun, Verb } from './audit-words.ts';

type Named = Pick<AuditWords, 'nouns' | 'verbs'>;

/** `person.created` in words; what is not known yet as it is. */
export function eventWord({ nouns, verbs }: Named, what: string): string {
  const [noun = '', verb = ''] = what.split('.');
  const words = [nouns[noun as Noun], verbs[verb as Verb]];
  return words.every((word) => word !== undefined) ? words.join(' ') : what;
}

/** The noun of `person.` in words. */
export const nounWord = ({ nouns }: Named, what: string): string => nouns[what.split('.')[0] as Noun] ?? what;
