// API keys: hashes of secrets that let machines act with an admin's rights.
import { and, arrayOverlaps, asc, eq, gt, isNull, sql } from 'drizzle-orm';
import type { Permission } from '../../domain/rights.ts';
import type { Database } from '../client.ts';
import { person } from '../schema/people.ts';
import { apiKey } from '../schema/sign-in.ts';
import { site } from '../schema/sites.ts';
import { type Admin, type AdminRecord, adminFrom, adminRecord } from './admins.ts';

export type ApiKeyRow = {
  id: number;
  name: string;
  personId: number;
  scopes: Permission[] | null;
  createdAt: Date;
  lastUsedAt: Date | null;
};

const columns = {
  id: apiKey.id,
  name: apiKey.name,
  personId: apiKey.personId,
  scopes: apiKey.scopes,
  createdAt: apiKey.createdAt,
  lastUsedAt: apiKey.lastUsedAt,
};

/**
 * Stores a key by its SHA-256 (hex). `scopes` limits it to some of its person's permissions; null leaves it all.
 * The same hash again gives the key that is there.
 */
export async function insertApiKey(
  db: Database,
  wanted: { name: string; keyHash: string; personId: number; scopes?: readonly Permission[] | null },
): Promise<ApiKeyRow> {
  const row = { ...wanted, scopes: wanted.scopes ? [...wanted.scopes] : null };
  const [stored] = await db
    .insert(apiKey)
    .values(row)
    .onConflictDoUpdate({ target: apiKey.keyHash, set: { name: wanted.name } })
    .returning(columns);
  if (!stored) throw new Error('an API key was not stored');
  return stored;
}

/** The admin for whom a key of this hash acts, with what it may do; undefined where it is unknown or revoked. */
export async function findAdminByKey(db: Database, keyHash: string): Promise<Admin | undefined> {
  const [found] = await db.execute<AdminRecord>(sql`
    with used as (
      update api_key set last_used_at = now()
      where key_hash = ${keyHash} and revoked_at is null
        and (last_used_at is null or last_used_at < now() - interval '1 minute')
    )
    select ${adminRecord}, k.scopes
    from api_key k join person p on p.id = k.person_id
    where k.key_hash = ${keyHash} and k.revoked_at is null and p.status = 'active'`);
  return found && adminFrom(found);
}

/** The keys that still work, of the people of these sites and all below them, by id. */
export async function listApiKeys(
  db: Database,
  topSiteIds: readonly number[],
  page: { after?: number; limit: number },
): Promise<ApiKeyRow[]> {
  if (topSiteIds.length === 0) return [];
  return db
    .select(columns)
    .from(apiKey)
    .innerJoin(person, eq(person.id, apiKey.personId))
    .innerJoin(site, eq(site.id, person.siteId))
    .where(
      and(
        arrayOverlaps(site.path, [...topSiteIds]),
        isNull(apiKey.revokedAt),
        gt(apiKey.id, page.after ?? 0),
      ),
    )
    .orderBy(asc(apiKey.id))
    .limit(page.limit);
}

/** The key of this id that still works, or undefined. */
export async function findApiKey(db: Database, id: number): Promise<ApiKeyRow | undefined> {
  const [found] = await db
    .select(columns)
    .from(apiKey)
    .where(and(eq(apiKey.id, id), isNull(apiKey.revokedAt)));
  return found;
}

/** Ends a key. Ending it again changes nothing. */
export async function revokeApiKey(db: Database, id: number): Promise<void> {
  await db
    .update(apiKey)
    .set({ revokedAt: sql`now()` })
    .where(and(eq(apiKey.id, id), isNull(apiKey.revokedAt)));
}
