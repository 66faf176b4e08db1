// Passwords: which people can sign in by one, and its hash.
import { and, asc, eq } from 'drizzle-orm';
import { emailKeyOf } from '../../domain/person.ts';
import type { Database } from '../client.ts';
import { person } from '../schema/people.ts';
import { credential } from '../schema/sign-in.ts';

/** An email is unique inside an organisation only: the same address may belong to a few people. */
const OWNERS_MAX = 10;

/** Sets the password of a person, over the one that is there. Takes a hash, never the password. */
export async function setCredential(
  db: Database,
  { personId, passwordHash }: { personId: number; passwordHash: string },
): Promise<void> {
  await db
    .insert(credential)
    .values({ personId, passwordHash })
    .onConflictDoUpdate({ target: credential.personId, set: { passwordHash, changedAt: new Date() } });
}

/** The active people of this email who have a password, and its hash. */
export async function listCredentials(
  db: Database,
  email: string,
): Promise<{ personId: number; passwordHash: string }[]> {
  return db
    .select({ personId: credential.personId, passwordHash: credential.passwordHash })
    .from(person)
    .innerJoin(credential, eq(credential.personId, person.id))
    .where(and(eq(person.emailKey, emailKeyOf(email)), eq(person.status, 'active')))
    .orderBy(asc(person.id))
    .limit(OWNERS_MAX);
}
