// Unique values that rows of a run want and somebody else has, noted as obstacles: custom fields. Cards are among the references.
import { sql } from 'drizzle-orm';
import type { Database } from '../../client.ts';
import { fieldList, type UniqueField } from './claims.ts';
import type { CheckSettings } from './settings.ts';

/** Notes an obstacle for each unique custom value that is somebody else's. Safe to repeat. */
export async function noteTakenValues(
  db: Database,
  settings: CheckSettings,
  uniqueFields: readonly UniqueField[],
): Promise<void> {
  const { bulkActionId, existing, isSync } = settings;
  const comesBack = sql`or b.phase = 'restore' and r.action is distinct from 'restore'`;
  // A row that only fills what is empty takes no value where its person has one; somebody new takes all of them.
  const isWanted = sql`(b.phase = 'create' or not exists (
    select from person p where p.id = b.person_id and p.fields ? u.name))`;
  await db.execute(sql`
    with run as (
      select from bulk_action where id = ${bulkActionId} and state = 'checking' for share
    ),
    taken as (
      select r.row_number,
        jsonb_agg(jsonb_build_object('code', 'key-taken', 'field', u.name, 'value', v.value, 'holder', v.person_id)
          order by u.name) as reasons
      from bulk_row r
      join bulk_plan b on b.bulk_action_id = ${bulkActionId} and b.row_number = r.row_number
      cross join ${fieldList(uniqueFields)}
      join person_unique_value v on v.field_id = u.id and v.value = r.fields ->> u.name and v.person_id <> b.person_id
      where r.bulk_action_id = ${bulkActionId} and b.outcome is null
        and (b.phase in ('update', 'create', 'hand-over') ${isSync && existing !== 'keep' ? comesBack : sql``})
        and r.site_id = any (u."siteIds") ${existing === 'fill-missing' ? sql`and ${isWanted}` : sql``}
      group by r.row_number
    )
    update bulk_plan b
    set reasons = coalesce(b.reasons, '[]') || t.reasons
    from taken t
    where b.bulk_action_id = ${bulkActionId} and b.row_number = t.row_number and b.outcome is null
      and exists (select from run) and not coalesce(b.reasons @> t.reasons, false)
  `);
}
