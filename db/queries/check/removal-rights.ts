// Rights over people who may do more than the admin of a run: none of them is removed by it, or given another email.
import { sql } from 'drizzle-orm';
import type { Database } from '../../client.ts';
import type { CheckSettings } from './settings.ts';

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

/**
 * Refuses planned rows that would give another email to somebody whose roles allow what the admin of the run may not do
 * there: by an identity provider, whoever has that email signs in as them. Safe to repeat.
 */
export async function refuseHigherEmails(
  db: Database,
  { bulkActionId, rootId, existing, isSync }: CheckSettings,
): Promise<void> {
  // By hand or by a file that asks for no more, who is restored keeps what they had.
  const writes = isSync
    ? sql`(b.phase = 'update' or b.phase = 'restore' and r.action is distinct from 'restore')`
    : sql`b.phase = 'update'`;
  await db.execute(sql`
    with at_site as materialized (
      select s.site_id, run_permissions(${bulkActionId}, s.site_id) as permissions
      from (
        select distinct a.site_id from role_assignment a join site w on w.id = a.site_id where w.root_id = ${rootId}
      ) as s
    ),
    higher as materialized (
      select distinct a.person_id
      from role_assignment a join role o on o.id = a.role_id join at_site h on h.site_id = a.site_id
      where not o.permissions <@ h.permissions
    )
    update bulk_plan b
    set phase = null, outcome = 'rejected', reasons = '[{"code": "role-not-yours", "field": "email"}]'
    from higher h, bulk_row r, person p
    -- Of most runs there is nobody: then no row is looked at.
    where exists (select from higher)
      and b.bulk_action_id = ${bulkActionId} and b.person_id = h.person_id and b.person_version is not null
      and b.outcome is null and p.id = b.person_id
      and r.bulk_action_id = ${bulkActionId} and r.row_number = b.row_number and ${writes}
      and r.email_key is not null and nullif(r.email_key, '') is distinct from p.email_key
      and (${existing} = 'overwrite' or ${existing} = 'fill-missing' and p.email_key is null)
  `);
}
