// The rows of an undo of a run on roles, made from the history that the undone run has written.
//
// Each row has what the run gave and took, role by role, and no more: whatever somebody was given or lost since by others
// is not touched.
import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../client.ts';
import { entriesOf, type UndoneRun } from '../undo-history.ts';

/** The columns of the rows: whom each is about, and what the undo is to do. */
export const ROLE_UNDO_COLUMNS = [
  'account_id',
  'identifier',
  'email',
  'username',
  'first_name',
  'last_name',
  'roles_given_back',
  'roles_taken_away',
] as const;

/** The ids that one list of an entry `e` has and the other has not. */
const only = (one: 'before' | 'after', other: 'before' | 'after'): SQL =>
  sql.raw(`(select coalesce(jsonb_agg(w.id), '[]') from jsonb_array_elements(e.${one} -> 'role_ids') as w (id)
          where not e.${other} -> 'role_ids' @> w.id)`);

const names = (list: SQL): SQL => sql`coalesce((
            select string_agg(o.name, '; ' order by o.name) from role o
            where o.id in (select i::bigint from jsonb_array_elements_text(${list}) as w (i))), '')`;

/**
 * Writes the rows of an undo in one statement: a row for each person whose roles the run changed, of the same number. One
 * of somebody who is anonymized or deleted becomes a row with that problem. Gives how many rows there are and the sites of
 * their people.
 */
export async function insertRoleUndoRows(
  db: Database,
  bulkActionId: string,
  undone: UndoneRun,
): Promise<{ rows: number; siteIds: number[] }> {
  const [made] = await db.execute<{ rows: number; siteIds: number[] | null }>(sql`
    with entry as materialized (${entriesOf(undone)}),
    change as (
      select e.person_id, e.row_number, e.version, ${only('before', 'after')} as add, ${only('after', 'before')} as remove
      from entry e where e.what = 'updated'
      union all
      -- Of people who went since history tells nothing any more.
      select b.person_id, b.row_number, 0, '[]', '[]'
      from bulk_plan b
      where b.bulk_action_id = ${undone.id} and b.outcome = 'updated'
        and b.row_number not in (select row_number from entry)
    ),
    made as (
      insert into bulk_row (bulk_action_id, row_number, person_id, site_id, cells, extras)
      select ${bulkActionId}, c.row_number, c.person_id, coalesce(p.site_id, ${undone.siteId}),
        case when p.id is not null then json_build_array(p.site_id::text, coalesce(p.identifier, ''), coalesce(p.email, ''),
          coalesce(p.username, ''), coalesce(p.first_name, ''), coalesce(p.last_name, ''), ${names(sql`c.add`)},
          ${names(sql`c.remove`)}) end,
        jsonb_build_object('undo', jsonb_build_object('version', c.version,
          'roles', jsonb_build_object('add', c.add, 'remove', c.remove)))
      from change c left join person p on p.id = c.person_id and p.status <> 'anonymized'
      order by c.row_number
      returning site_id, cells is null as is_gone
    )
    select count(*)::int as rows, array_agg(distinct site_id) filter (where not is_gone) as "siteIds" from made
  `);
  return { rows: made?.rows ?? 0, siteIds: made?.siteIds ?? [] };
}
