// Hand edits and their protection, for tests of what a file may not overwrite.
import type { Database } from '../../db/client.ts';
import { findPerson, updatePerson } from '../../db/queries/people.ts';
import { contentOf, type PersonContent } from '../../db/queries/person-content.ts';
import type { PersonRow } from '../../db/queries/person-row.ts';
import { updateSafeguards } from '../../db/queries/safeguards.ts';

/** Says which fields a site protects; null leaves it to the site above. */
export const protect = (db: Database, siteId: number, stickyFields: string[] | null): Promise<void> =>
  updateSafeguards(db, siteId, { stickyFields });

/** Changes a person one by one, as an admin does over the API. */
export async function editByHand(
  db: Database,
  id: number,
  change: Partial<PersonContent>,
  byPersonId: number | null = null,
): Promise<PersonRow> {
  const read = await findPerson(db, id);
  if (!read) throw new Error(`there is no person ${id}`);
  const edit = await updatePerson(db, read, { ...contentOf(read), ...change }, byPersonId);
  if (edit.kind !== 'written') throw new Error(`the edit was not written: ${edit.kind}`);
  return edit.person;
}
