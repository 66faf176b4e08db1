// Rights over people who leave for good: nobody removes by file somebody who may do more than they.
import { sql } from 'drizzle-orm';
import type { Database } from '../../client.ts';

/**
 * Refuses planned rows that would delete or anonymize somebody whose roles allow, on any site, what the admin of the run
 * may not do there. Safe to repeat.
 */
export async function refuseHigherHolders(db: Database, bulkActionId: string): Promise<void> {
  const leaving = sql`b.bulk_action_id = ${bulkActionId} and b.phase in ('anonymize', 'delete') and b.outcome is null`;
  await db.execute(sql`
    with at_site as materialized (
      -- Asked once for each site, not for each role that somebody holds there.
      select s.site_id, run_permissions(${bulkActionId}, s.site_id) as permissions
      from (
        select distinct a.site_id from bulk_plan b join role_assignment a on a.person_id = b.person_id where ${leaving}
      ) as s
    )
    update bulk_plan b
    set phase = null, outcome = 'rejected', reasons = '[{"code": "role-not-yours"}]'
    where ${leaving} and exists (
      select from role_assignment a join role o on o.id = a.role_id join at_site h on h.site_id = a.site_id
      where a.person_id = b.person_id and not o.permissions <@ h.permissions)
  `);
}
