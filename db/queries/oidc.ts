// Signing in by an identity provider: what is under way there, and whose identity it is that comes back.
import { sql } from 'drizzle-orm';
import { emailKeyOf } from '../../domain/person.ts';
import type { Database } from '../client.ts';

export type OidcSignIn = { stateHash: string; codeVerifier: string; nonce: string; returnTo: string };

/** Keeps a sign-in that has gone to the provider, and clears away those that never came back. */
export async function insertOidcSignIn(
  db: Database,
  { stateHash, codeVerifier, nonce, returnTo, now, expiresAt }: OidcSignIn & { now: Date; expiresAt: Date },
): Promise<void> {
  await db.execute(sql`
    with expired as (delete from oidc_sign_in where expires_at <= ${now.toISOString()}::timestamptz)
    insert into oidc_sign_in (state_hash, code_verifier, nonce, return_to, expires_at)
    values (${stateHash}, ${codeVerifier}, ${nonce}, ${returnTo}, ${expiresAt.toISOString()}::timestamptz)`);
}

/** The sign-in that comes back with this state: once, and in time; else undefined. */
export async function takeOidcSignIn(
  db: Database,
  stateHash: string,
  now: Date,
): Promise<OidcSignIn | undefined> {
  const [taken] = await db.execute<OidcSignIn>(sql`
    with taken as (delete from oidc_sign_in where state_hash = ${stateHash} returning *)
    select state_hash as "stateHash", code_verifier as "codeVerifier", nonce, return_to as "returnTo"
    from taken where expires_at > ${now.toISOString()}::timestamptz`);
  return taken;
}

/** True of a person `p` whom a role permits anything. */
const isAdmin = sql`exists (
  select from role_assignment a join role r on r.id = a.role_id
  where a.person_id = p.id and cardinality(r.permissions) > 0)`;

/** The active admin who has come by this identity before; undefined where it is nobody's. */
export async function findOidcAdmin(
  db: Database,
  { issuer, subject }: { issuer: string; subject: string },
): Promise<number | undefined> {
  const [found] = await db.execute<{ id: number }>(sql`
    select p.id from oidc_identity i join person p on p.id = i.person_id
    where i.issuer = ${issuer} and i.subject = ${subject} and p.status = 'active' and ${isAdmin}`);
  return found && Number(found.id);
}

/**
 * Makes an identity that of the one active admin who has this email. Gives how many have it: with any other number than
 * one, nobody is meant, and nothing is written. An identity that somebody has already stays theirs.
 */
export async function linkOidcAdmin(
  db: Database,
  { issuer, subject, email }: { issuer: string; subject: string; email: string },
): Promise<{ personId: number | undefined; owners: number }> {
  const [done] = await db.execute<{ personId: number | null; owners: number }>(sql`
    with owner as (
      select p.id from person p
      where p.email_key = ${emailKeyOf(email)} and p.status = 'active' and ${isAdmin}
      limit 2
    ),
    linked as (
      insert into oidc_identity (issuer, subject, person_id)
      select ${issuer}, ${subject}, id from owner where (select count(*) from owner) = 1
      on conflict (issuer, subject) do nothing
      returning person_id
    )
    select (select person_id from linked) as "personId", (select count(*)::int from owner) as owners`);
  const { personId, owners } = done ?? { personId: null, owners: 0 };
  return { personId: personId === null ? undefined : Number(personId), owners };
}
