// Sessions of people who signed in by hand, known by the hash of their cookie's token.
import { sql } from 'drizzle-orm';
import type { AuditWhat } from '../../domain/audit.ts';
import type { Database } from '../client.ts';
import { type Admin, type AdminRecord, adminFrom, adminRecord } from './admins.ts';

/** Begins a session, which the audit trail notes, and clears away those of the same person that have expired. */
export async function insertSession(
  db: Database,
  wanted: { tokenHash: string; personId: number; now: Date; expiresAt: Date },
): Promise<void> {
  await db.execute(sql`
    with expired as (
      delete from session where person_id = ${wanted.personId} and expires_at <= ${wanted.now.toISOString()}::timestamptz
    ),
    opened as (
      insert into session (token_hash, person_id, expires_at)
      values (${wanted.tokenHash}, ${wanted.personId}, ${wanted.expiresAt.toISOString()}::timestamptz)
      returning person_id
    )
    select ${noted('session.opened')} from opened o join person p on p.id = o.person_id`);
}

/** The admin whose session this is; undefined where it is unknown, expired, or its person no longer active. */
export async function findAdminBySession(
  db: Database,
  tokenHash: string,
  now: Date,
): Promise<Admin | undefined> {
  const [found] = await db.execute<AdminRecord>(sql`
    select ${adminRecord}
    from session s join person p on p.id = s.person_id
    where s.token_hash = ${tokenHash} and s.expires_at > ${now.toISOString()}::timestamptz and p.status = 'active'`);
  return found && adminFrom(found);
}

/** Ends a session, which the audit trail notes. */
export async function deleteSession(db: Database, tokenHash: string): Promise<void> {
  await db.execute(sql`
    with closed as (delete from session where token_hash = ${tokenHash} returning person_id)
    select ${noted('session.closed')} from closed c join person p on p.id = c.person_id`);
}

/** The event of a person whom the statement calls `p`, by that same person. */
const noted = (what: AuditWhat) =>
  sql`note_audit(p.root_id, p.site_id, p.id, ${what}, null, null, null, '{}')`;
