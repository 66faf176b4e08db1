// Rights under the lock: what the admin of a run may still do at the sites that its rows touch.
import { sql } from 'drizzle-orm';
import { PERMISSION_OF_PHASE, PHASES, type Phase } from '../../../domain/bulk-action.ts';
import type { Permission } from '../../../domain/rights.ts';
import type { Database } from '../../client.ts';
import type { CheckSettings } from './settings.ts';

/**
 * Refuses planned rows whose phase the admin of the run may not do at their site, or no longer. Safe to repeat.
 * The sites are few and most runs lack nothing: rows are looked at only where something is lacking.
 */
export async function refuseNotAllowed(db: Database, { bulkActionId, isSync }: CheckSettings): Promise<void> {
  const phases: { phase: Phase; permission: Permission }[] = PHASES.map((phase) => ({
    phase,
    permission: PERMISSION_OF_PHASE[phase],
  }));
  // Who comes back by a sync is given the values of the file as well.
  if (isSync) phases.push({ phase: 'restore', permission: 'people:update' });
  const lacking = await db.execute<{ siteId: number; phase: string; permission: string }>(sql`
    select s.id as "siteId", w.phase, w.permission
    from bulk_action a
    join site s on s.id = any (a.lock_site_ids)
    cross join lateral (select run_permissions(a.id, s.id) as permissions) as h
    cross join jsonb_to_recordset(${JSON.stringify(phases)}::jsonb) as w (phase text, permission text)
    where a.id = ${bulkActionId} and not w.permission = any (h.permissions)
  `);
  if (lacking.length === 0) return;
  await db.execute(sql`
    update bulk_plan b
    set phase = null, outcome = 'rejected',
        person_id = case when b.person_version is not null then b.person_id end,
        reasons = jsonb_build_array(jsonb_build_object('code', 'not-allowed', 'expected', w.permission))
    from bulk_row r, jsonb_to_recordset(${JSON.stringify([...lacking])}::jsonb) as w ("siteId" int, phase text, permission text)
    where b.bulk_action_id = ${bulkActionId} and b.outcome is null
      and r.bulk_action_id = ${bulkActionId} and r.row_number = b.row_number
      and w."siteId" = r.site_id and w.phase = b.phase
  `);
}
