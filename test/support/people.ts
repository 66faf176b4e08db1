// People and sites for tests that begin with somebody: put straight into the database, in a word or two.
import { sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { insertPerson } from '../../db/queries/people.ts';
import type { PersonContent } from '../../db/queries/person-content.ts';
import type { PersonRow } from '../../db/queries/person-row.ts';
import { insertSite } from '../../db/queries/sites.ts';

/** A person of a site; what is not given is empty, but the email is made from the identifier. */
export async function addPerson(
  db: Database,
  siteId: number,
  identifier: string,
  given: Partial<PersonContent> = {},
): Promise<PersonRow> {
  const content: PersonContent = {
    email: `${identifier}@example.org`,
    username: null,
    firstName: null,
    lastName: null,
    displayName: null,
    fields: {},
    ...given,
    identifier,
  };
  const edit = await insertPerson(db, { ...content, siteId }, null);
  if (edit.kind !== 'written') throw new Error(`site ${siteId} is held by a run`);
  return edit.person;
}

/** A second site below the root of an organisation. */
export async function addSite(db: Database, rootId: number, id: number): Promise<number> {
  return (await insertSite(db, { id, name: `Site ${id}`, parentId: rootId })).id;
}

/** Archives a person, which frees the email and keeps everything else. */
export async function archive(db: Database, personId: number): Promise<void> {
  await db.execute(sql`update person set status = 'archived', version = version + 1 where id = ${personId}`);
}
