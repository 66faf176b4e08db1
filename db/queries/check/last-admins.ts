// Runs on people and those who give roles on the top site: somebody active stays who does.
import { sql } from 'drizzle-orm';
import type { Database } from '../../client.ts';

/**
 * Refuses planned rows after which nobody active would be left who gives roles on the root site: all that take that from
 * somebody, for none of them comes first. Who would come to it by another row does not count: that row may fail. Safe to
 * repeat. Begins with those who hold such a role, who are few; most runs have no row of theirs.
 */
export async function refuseLastHolders(db: Database, bulkActionId: string, rootId: number): Promise<void> {
  await db.execute(sql`
    with key as materialized (
      select id, name, permissions <@ run_permissions(${bulkActionId}, ${rootId}::int) as is_ours
      from role where site_id = ${rootId} and 'roles:write' = any (permissions)
    ),
    holder as materialized (
      -- A role that the admin may not grant stays, whatever a row says.
      select a.person_id, bool_and(k.is_ours) as is_ours
      from role_assignment a join key k on k.id = a.role_id
      join person p on p.id = a.person_id and p.status = 'active'
      where a.site_id = ${rootId}
      group by a.person_id
    ),
    leaving as materialized (
      select l.row_number, h.person_id
      from holder h
      cross join lateral (
        select b.row_number from bulk_plan b
        join bulk_row r on r.bulk_action_id = b.bulk_action_id and r.row_number = b.row_number
        where b.person_id = h.person_id and b.bulk_action_id = ${bulkActionId} and b.outcome is null
          and (b.phase in ('archive', 'anonymize', 'delete')
            or r.extras ? 'roles' and r.site_id = ${rootId} and h.is_ours and not exists (
              select from jsonb_array_elements_text(r.extras -> 'roles') as w (name) join key k on k.name = w.name))
        offset 0
      ) as l
    )
    update bulk_plan b set phase = null, outcome = 'rejected', reasons = '[{"code": "last-admin"}]'
    where b.bulk_action_id = ${bulkActionId} and b.row_number = any (array(select row_number from leaving))
      and b.outcome is null and not exists (
        select from holder h where h.person_id not in (select person_id from leaving))
  `);
}
