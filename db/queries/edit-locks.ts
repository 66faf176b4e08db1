// Edit locks: granting them whole, giving them back whole, and who holds what.
import { sql } from 'drizzle-orm';
import { Refusal } from '../../domain/refusal.ts';
import type { Database } from '../client.ts';

export type Grant =
  | { kind: 'granted'; token: number }
  /** Somebody else holds one of the sites: these runs. */
  | { kind: 'held'; holders: string[] };

/**
 * Grants all the sites to the run, or none. Waits for edits and chunks in flight on them. A run that holds them
 * already keeps its token, one that has lost some of them gets all anew. The run itself moves from queued to checking
 * with the grant.
 */
export async function grantLocks(
  db: Database,
  bulkActionId: string,
  siteIds: readonly number[],
): Promise<Grant> {
  const sites = sql`${sql.param(siteIds)}::int[]`;
  const isOwn = sql`holder is not distinct from ${bulkActionId}`;
  const [row] = await db.execute<{
    sites: number;
    token: number | null;
    kept: number | null;
    holders: string[];
  }>(sql`
    with wanted as materialized (
      select site_id, holder, token from edit_lock where site_id = any (${sites}) order by site_id for update
    ),
    open as (
      select nextval('edit_lock_token') as token
      where (select bool_and(holder is null or ${isOwn}) and not bool_and(${isOwn}) and count(*) = ${siteIds.length} from wanted)
    ),
    granted as (
      update edit_lock e set holder = ${bulkActionId}, token = o.token, granted_at = now()
      from open o where e.site_id = any (${sites})
      returning e.token
    ),
    kept as (
      select max(token) as token from wanted having bool_and(${isOwn})
    ),
    moved as (
      update bulk_action set state = 'checking', locked_at = coalesce(locked_at, now())
      where id = ${bulkActionId} and state = 'queued' and (exists (select from granted) or exists (select from kept))
      returning id
    )
    select
      (select count(*)::int from wanted) as sites,
      (select max(token) from granted) as token,
      (select token from kept) as kept,
      (select coalesce(array_agg(distinct holder) filter (where holder <> ${bulkActionId}), '{}') from wanted) as holders,
      (select pg_notify('bulk_action', id) from moved)
  `);
  if (!row || row.sites !== siteIds.length)
    throw new Refusal('missing', 'A site of this run no longer exists. Start the run again without it.');
  const token = row.token ?? row.kept;
  return token === null ? { kind: 'held', holders: row.holders } : { kind: 'granted', token };
}

/** Gives back whatever the run holds, in one statement: other runs see all of its sites free at once. */
export async function releaseLocks(db: Database, bulkActionId: string): Promise<void> {
  await db.execute(sql`update edit_lock set holder = null, granted_at = null where holder = ${bulkActionId}`);
}

/** Who holds locks in an organisation: each run with its sites and token. */
export async function listLockHolders(
  db: Database,
  rootId: number,
): Promise<{ bulkActionId: string; siteIds: number[]; token: number }[]> {
  const rows = await db.execute<{ bulkActionId: string; siteIds: number[]; token: number }>(sql`
    select e.holder as "bulkActionId", array_agg(e.site_id order by e.site_id) as "siteIds", max(e.token) as token
    from edit_lock e join site s on s.id = e.site_id
    where s.root_id = ${rootId} and e.holder is not null
    group by e.holder
  `);
  return [...rows];
}

/** True where the run holds all its locks under this token. */
export async function holdsLocks(db: Database, bulkActionId: string, token: number): Promise<boolean> {
  const [row] = await db.execute<{ holds: boolean }>(sql`
    select coalesce(bool_and(e.holder is not distinct from a.id and e.token = ${token}), false) as holds
    from bulk_action a join edit_lock e on e.site_id = any (a.lock_site_ids)
    where a.id = ${bulkActionId}
  `);
  return row?.holds ?? false;
}
