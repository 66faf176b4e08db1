// Mail domains: those that a site allows for the emails of its people.
import { isProblem, readEmail } from './cells.ts';
import { emailKeyOf } from './person.ts';

/** The domain as it is kept and compared, composed and in lower case; undefined for text that is no domain of a mail. */
export function readMailDomain(text: string): string | undefined {
  const domain = emailKeyOf(text.trim().replace(/^@/, ''));
  return isProblem(readEmail(`x@${domain}`)) ? undefined : domain;
}

/** What stands behind the @ of an email, as domains are kept. */
export const domainOf = (email: string): string => emailKeyOf(email.slice(email.lastIndexOf('@') + 1));

/** True where the email is at one of these domains, letter by letter: the domains below them are others. Null: any. */
export const isAllowedEmail = (email: string, domains: readonly string[] | null): boolean =>
  domains === null || domains.includes(domainOf(email));
