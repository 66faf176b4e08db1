// What edits of one person share: whether the admin may, and what becomes of one that is held up or comes too late.
import { z } from 'zod';
import type { Database } from '../db/client.ts';
import type { Admin } from '../db/queries/admins.ts';
import { type Edit, findPerson } from '../db/queries/people.ts';
import type { PersonRow } from '../db/queries/person-row.ts';
import { Refusal } from '../domain/refusal.ts';
import type { Permission } from '../domain/rights.ts';
import { hiddenAs, siteFor } from './access.ts';
import { heldUp } from './held-up.ts';
import { toPerson } from './present.ts';
import { InvalidRequest } from './problems.ts';

/** Other edits may slip in between reading a person and writing; so many in a row are no chance any more. */
export const ATTEMPTS_MAX = 5;

export const EDIT_REPLIES = {
  409: {
    description: 'A unique value belongs to somebody else (`key-taken`), or the person has changed meanwhile',
  },
  423: { description: 'A run is changing the people of the site: `lock` says which one and how far it is' },
};

export const personReply = <Status extends number>(status: Status, person: PersonRow) => ({
  status,
  headers: { ETag: `"${person.version}"` },
  body: toPerson(person),
});

/** The person of this id, if the admin may do this there; one of a site out of sight is `missing`. */
export async function personFor(
  db: Database,
  admin: Admin,
  id: number,
  permission: Permission,
): Promise<PersonRow> {
  const message = 'There is no such person at your sites.';
  const person = await findPerson(db, id);
  if (!person) throw new Refusal('missing', message);
  await siteFor(db, admin, person.siteId, permission).catch(hiddenAs(message));
  return person;
}

/** The written person, or undefined where it had changed since it was read; refuses where a run holds it up. */
export async function writtenBy(db: Database, edit: Edit): Promise<PersonRow | undefined> {
  if (edit.kind === 'locked') throw await heldUp(db, edit.holder);
  return edit.kind === 'written' ? edit.person : undefined;
}

export const changedMeanwhile = () =>
  new Refusal(
    'conflict',
    'The person has changed since you read it. Read it again, then repeat your change.',
    {
      reason: 'changed-meanwhile',
    },
  );

/**
 * The fields of a person that go on to count as edited by hand: all, or those that are given. Refuses one that does not
 * count already: only an edit makes it.
 */
export function stillEdited(read: PersonRow, given: readonly string[] | undefined): readonly string[] {
  const edited = read.handEdited ?? [];
  const unknown = (given ?? []).filter((name) => !edited.includes(name));
  if (unknown.length === 0) return given ?? edited;
  const message = `Not edited by hand: ${unknown.join(', ')}. Names can be taken off here, not added.`;
  throw new InvalidRequest([{ path: 'handEdited', message }]);
}

export const versionQuery = z.object({
  version: z.coerce
    .number()
    .int()
    .positive()
    .optional()
    .describe('The version that was read: refused with 409 where it has moved on. `If-Match` says the same'),
});

/** The version that `If-Match` names; undefined where it names none. */
export function versionOf(ifMatch: string | undefined): number | undefined {
  if (ifMatch === undefined || ifMatch === '*') return undefined;
  const version = /^"(\d{1,9})"$/.exec(ifMatch)?.[1];
  if (version === undefined)
    throw new InvalidRequest([{ path: 'If-Match', message: 'Send the ETag of the person as you read it.' }]);
  return Number(version);
}
