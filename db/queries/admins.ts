// An admin as a request sees one: who it is and what its roles allow, read in one go.
import { sql } from 'drizzle-orm';
import type { Grant, Permission } from '../../domain/rights.ts';
import type { Database } from '../client.ts';

export type Admin = {
  personId: number;
  rootId: number;
  name: string;
  email: string | null;
  /** What the roles allow, cut down to the scopes of the key. */
  grants: Grant[];
  /** The permissions to which the key is limited; null for no limit. */
  scopes: readonly Permission[] | null;
};

export type AdminRecord = {
  person_id: number;
  root_id: number;
  name: string;
  email: string | null;
  grants: { siteId: number; permissions: Permission[] }[] | null;
  /** Set where a key is limited to some permissions. */
  scopes?: Permission[] | null;
};

/** The columns of an `AdminRecord` but the scopes, of a person that the statement calls `p`. */
export const adminRecord = sql`
  p.id as person_id, p.root_id, p.email,
  coalesce(p.display_name, concat_ws(' ', p.first_name, p.last_name)) as name,
  (select json_agg(json_build_object('siteId', a.site_id, 'permissions', r.permissions))
    from role_assignment a join role r on r.id = a.role_id where a.person_id = p.id) as grants`;

/** The admin of a record, its grants cut down to the scopes of the key, if any. */
export function adminFrom(record: AdminRecord): Admin {
  const { scopes } = record;
  const grants = record.grants ?? [];
  return {
    personId: record.person_id,
    rootId: record.root_id,
    name: record.name,
    email: record.email,
    grants: scopes
      ? grants.map((grant) => ({
          ...grant,
          permissions: grant.permissions.filter((permission) => scopes.includes(permission)),
        }))
      : grants,
    scopes: scopes ?? null,
  };
}

/** An admin by nothing but who it is, with all that its roles allow now: undefined where the person is not in use. */
export async function findAdmin(db: Database, personId: number): Promise<Admin | undefined> {
  const [found] = await db.execute<AdminRecord>(sql`
    select ${adminRecord} from person p where p.id = ${personId} and p.status = 'active'`);
  return found && adminFrom(found);
}
