// People who are archived and stand in the file of a sync: the rows that bring them back.
import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../client.ts';
import type { CheckSettings } from './settings.ts';

/**
 * Lets rows that ask to restore somebody do it: a row that creates or updates the same person waits for them, as in any
 * other run. Safe to repeat.
 */
export async function yieldToRestores(
  db: Database,
  { bulkActionId, existing }: CheckSettings,
): Promise<void> {
  const isKept = existing === 'keep' ? sql`true` : sql`false`;
  await db.execute(sql`
    update bulk_plan b
    set phase = case when not ${isKept} then 'update' end,
        outcome = case when ${isKept} then 'skipped' end,
        reasons = case when ${isKept} then '[{"code": "kept-existing"}]'
          else jsonb_build_array(jsonb_build_object('code', 'person-archived', 'holder', b.person_id))
            || coalesce(b.reasons, '[]') end
    from bulk_row r
    where b.bulk_action_id = ${bulkActionId} and b.phase = 'restore' and b.outcome is null
      and r.bulk_action_id = ${bulkActionId} and r.row_number = b.row_number and r.action is distinct from 'restore'
      and exists (
        select from bulk_plan o join bulk_row s on s.bulk_action_id = o.bulk_action_id and s.row_number = o.row_number
        where o.bulk_action_id = ${bulkActionId} and o.person_id = b.person_id and s.action = 'restore')
  `);
}

/** True where a row of the sync is for somebody archived, whatever else is wrong with it. */
export async function bringsSomebodyBack(db: Database, { bulkActionId }: CheckSettings): Promise<boolean> {
  const rows = await db.execute(sql`
    select from bulk_plan b join person p on p.id = b.person_id and p.status = 'archived'
    where b.bulk_action_id = ${bulkActionId} and b.person_version is not null
      and (b.phase = 'restore' or b.outcome = 'rejected')
    limit 1
  `);
  return rows.length > 0;
}

/** True where the person `p` of a restoring row `r` would have the email again that they had. */
export const winsBackEmail = ({ action, existing }: CheckSettings): SQL =>
  existing === 'keep'
    ? sql`true`
    : sql`(coalesce(r.action, ${action}) = 'restore'
        or merged_text(p.email_key, r.email_key, ${existing}) is not distinct from p.email_key)`;
