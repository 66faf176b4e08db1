// Which person is meant: by an id, or by an identifier at a site.
import type { Person } from '../api/wire-person.ts';
import { Refusal } from '../domain/refusal.ts';
import type { Client } from './client.ts';

export type Who = { site?: number; identifier?: string; json?: boolean };

/** The person of an id, or of an identifier at a site; refuses where several are meant. */
export async function getPerson(client: Client, id: string | undefined, who: Who): Promise<Person> {
  if (id !== undefined) return client.get<Person>(`/people/${encodeURIComponent(id)}`);
  if (who.site === undefined || who.identifier === undefined)
    throw new Refusal('invalid', 'Name the person: by an id, or by --site and --identifier.');
  const found = await client.list<Person>('/people', { site: who.site, identifier: who.identifier }, 100);
  const person = found.find(({ siteId }) => siteId === who.site) ?? found[0];
  if (!person) throw new Refusal('missing', `Site ${who.site} has nobody of this identifier.`);
  if (person.siteId === who.site || found.length === 1) return person;
  const sites = found.map(({ siteId }) => siteId).join(', ');
  throw new Refusal(
    'conflict',
    `Several sites have somebody of this identifier: ${sites}. Name one of them.`,
  );
}
