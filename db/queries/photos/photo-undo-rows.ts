// The rows of an undo of a run on photos, made from the history that the undone run has written.
import { sql } from 'drizzle-orm';
import type { Database } from '../../client.ts';
import { entriesOf, type UndoneRun } from '../undo-history.ts';

/** The columns of the rows: whom each is about, and the photo that comes back. */
export const PHOTO_UNDO_COLUMNS = [
  'account_id',
  'identifier',
  'email',
  'first_name',
  'last_name',
  'photo',
] as const;

/**
 * Writes the rows of an undo in one statement: a row for each photo that the run gave or took, of the same number. One of
 * somebody who is anonymized or deleted becomes a row with that problem. Gives how many rows there are and the sites of
 * their people.
 */
export async function insertPhotoUndoRows(
  db: Database,
  bulkActionId: string,
  undone: UndoneRun,
): Promise<{ rows: number; siteIds: number[] }> {
  const [made] = await db.execute<{ rows: number; siteIds: number[] | null }>(sql`
    with entry as materialized (${entriesOf(undone)}),
    change as (
      select e.person_id, e.row_number, e.version, e.before ->> 'photo' as before, e.after ->> 'photo' as after
      from entry e where e.what = 'updated'
      union all
      -- Of people who went since history tells nothing any more.
      select b.person_id, b.row_number, 0, null, null
      from bulk_plan b
      where b.bulk_action_id = ${undone.id} and b.outcome = 'updated'
        and b.row_number not in (select row_number from entry)
    ),
    made as (
      insert into bulk_row (bulk_action_id, row_number, person_id, site_id, cells, extras, problems)
      select ${bulkActionId}, c.row_number, c.person_id, coalesce(p.site_id, ${undone.siteId}),
        case when p.id is not null then json_build_array(p.site_id::text, coalesce(p.identifier, ''), coalesce(p.email, ''),
          coalesce(p.first_name, ''), coalesce(p.last_name, ''), coalesce(c.before, '')) end,
        jsonb_build_object('undo', jsonb_build_object('version', c.version,
          'photo', jsonb_build_object('before', c.before, 'after', c.after))),
        case when p.id is null then '[{"code": "cannot-undo"}]'::jsonb end
      from change c left join person p on p.id = c.person_id and p.status <> 'anonymized'
      order by c.row_number
      returning site_id, problems
    )
    select count(*)::int as rows, array_agg(distinct site_id) filter (where problems is null) as "siteIds" from made
  `);
  return { rows: made?.rows ?? 0, siteIds: made?.siteIds ?? [] };
}
