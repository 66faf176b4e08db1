// The check of a run on roles: who of its people is changed, whom the admin may not change, and that somebody is left who
// gives roles.
import { type SQL, sql } from 'drizzle-orm';
import type { RowRange } from '../../../domain/batch.ts';
import type { Database } from '../../client.ts';
import { changeOfRow, heldRoles, type RunRoles } from '../roles/role-changes.ts';

/** The run, if it is being checked: nothing is decided about the rows of one that has moved on. */
const checking = (bulkActionId: string): SQL => sql`
      select from bulk_action where id = ${bulkActionId} and state = 'checking' for share`;

/**
 * Plans each row of a range by itself: its person is changed, has all and lacks all already, or is nobody whose roles
 * change. Of people who are gone by now nothing stays in the rows. A second call leaves the plan that it finds.
 */
export async function insertRolePlans(
  db: Database,
  bulkActionId: string,
  roles: RunRoles,
  range: RowRange,
): Promise<void> {
  const isUndo = roles === null;
  const gone = isUndo ? sql`'[{"code": "cannot-undo"}]'` : sql`'[{"code": "person-gone"}]'`;
  // What an undo should give back and can't: the role is no more.
  const lost = isUndo
    ? sql`jsonb_array_length(r.extras -> 'undo' -> 'roles' -> 'add') > cardinality(c.add)`
    : sql`false`;
  await db.execute(sql`
    with run as (${checking(bulkActionId)}),
    made as (
      insert into bulk_plan (bulk_action_id, row_number, phase, person_id, person_version, outcome, reasons)
      select r.bulk_action_id, r.row_number, case when v.outcome is null then 'update' end, p.id, p.version, v.outcome,
        case when p.id is null then ${gone}::jsonb
             when v.is_archived then '[{"code": "person-archived"}]'
             when v.is_lost then '[{"code": "not-undone", "field": "role"}]' end
      from bulk_row r
      left join person p on p.id = r.person_id and p.status <> 'anonymized'
      cross join lateral (${changeOfRow(roles)}) as c
      cross join lateral (
        select h.is_archived, h.is_lost,
          case when p.id is null or h.is_archived then 'rejected'
               when not c.add <@ h.ids or c.remove && h.ids then null
               when h.is_lost then 'rejected' else 'unchanged' end as outcome
        from (
          select ${heldRoles(sql`r.person_id`, sql`r.site_id`)} as ids, ${lost} as is_lost,
            ${isUndo ? sql`false` : sql`p.status = 'archived'`} as is_archived
          -- Each is worked out once.
          offset 0
        ) as h
      ) as v
      where r.bulk_action_id = ${bulkActionId} and r.row_number between ${range.firstRow} and ${range.lastRow}
        and exists (select from run) and not exists (
          select from bulk_plan made where made.bulk_action_id = ${bulkActionId} and made.row_number = r.row_number)
      -- Pages then hold neighbours: chunks of the apply step read and write few of them.
      order by r.row_number
      returning row_number, person_id
    )
    update bulk_row r set cells = null, extras = null
    where r.bulk_action_id = ${bulkActionId}
      and r.row_number = any (array(select row_number from made where person_id is null))
  `);
}

/** Why rows of a site are refused: all of them, or those that give or take one role. */
type Lack = { siteId: number; roleId: number | null; reason: object };

/**
 * Refuses planned rows of sites where the admin of the run may not do what is asked: gives and takes no roles there, or
 * not one that allows more than they may do; and rows about a role that does not hold there. Safe to repeat.
 * The sites and roles are few and most runs lack nothing: rows are looked at only where something is lacking.
 */
export async function refuseRolesNotYours(
  db: Database,
  bulkActionId: string,
  roles: RunRoles,
): Promise<void> {
  const lacks = await listLacks(db, bulkActionId, roles);
  if (lacks.length === 0) return;
  const concerns = roles
    ? sql`true`
    : sql`(l."roleId" is null or (r.extras -> 'undo' -> 'roles' -> 'add') @> l."roleId" or (r.extras -> 'undo' -> 'roles' -> 'remove') @> l."roleId")`;
  await db.execute(sql`
    update bulk_plan b set phase = null, outcome = 'rejected', reasons = w.reasons
    from (
      select r.row_number, jsonb_agg(distinct l.reason) as reasons
      from bulk_row r
      join jsonb_to_recordset(${JSON.stringify(lacks)}::jsonb) as l ("siteId" int, "roleId" jsonb, reason jsonb)
        on l."siteId" = r.site_id and ${concerns}
      where r.bulk_action_id = ${bulkActionId}
      group by r.row_number
    ) as w
    where b.bulk_action_id = ${bulkActionId} and b.row_number = w.row_number and b.outcome is null
  `);
}

async function listLacks(db: Database, bulkActionId: string, roles: RunRoles): Promise<Lack[]> {
  const concerned = roles
    ? sql`select unnest(${sql.param([...roles.add, ...roles.remove])}::bigint[])`
    : sql`
        select distinct i::bigint
        from bulk_row r, jsonb_array_elements_text((r.extras -> 'undo' -> 'roles' -> 'add') || (r.extras -> 'undo' -> 'roles' -> 'remove')) as e (i)
        where r.bulk_action_id = ${bulkActionId}`;
  // An undo leaves out what is no more.
  const isNoMore = roles ? sql`o.id is null or` : sql``;
  const lacks = await db.execute<Lack>(sql`
    with at_site as materialized (
      select s.id, s.path, run_permissions(a.id, s.id) as permissions
      from bulk_action a join site s on s.id = any (a.lock_site_ids) where a.id = ${bulkActionId}
    ),
    concerned as materialized (${concerned})
    select h.id as "siteId", null::bigint as "roleId",
      jsonb_build_object('code', 'not-allowed', 'expected', 'roles:write') as reason
    from at_site h where not 'roles:write' = any (h.permissions)
    union all
    select h.id, w.id, f.reason
    from at_site h cross join concerned as w (id) left join role o on o.id = w.id
    cross join lateral (
      select jsonb_strip_nulls(case
        when ${isNoMore} not o.site_id = any (h.path)
          then jsonb_build_object('code', 'unknown-role', 'field', 'role', 'value', o.name)
        when not o.permissions <@ h.permissions
          then jsonb_build_object('code', 'role-not-yours', 'field', 'role', 'value', o.name) end) as reason
    ) as f
    where 'roles:write' = any (h.permissions) and f.reason is not null
  `);
  return [...lacks];
}

/**
 * Refuses planned rows after which nobody active would be left who gives roles on the root site: all that take that from
 * somebody, for none of them comes first. Safe to repeat.
 */
export async function refuseLastAdmins(
  db: Database,
  bulkActionId: string,
  rootId: number,
  roles: RunRoles,
): Promise<void> {
  const planned = sql`
      bulk_plan b join bulk_row r on r.bulk_action_id = b.bulk_action_id and r.row_number = b.row_number
      cross join lateral (${changeOfRow(roles)}) as c`;
  const isPlanned = sql`b.bulk_action_id = ${bulkActionId} and r.bulk_action_id = ${bulkActionId} and b.outcome is null
        and r.site_id = ${rootId}`;
  await db.execute(sql`
    with key as materialized (
      select array(select id from role where permissions @> '{roles:write}' and site_id = ${rootId}) as ids
    ),
    taking as materialized (
      select b.row_number, b.person_id, c.remove from ${planned}
      where ${isPlanned} and c.remove && (select ids from key) and exists (
        select from role_assignment a
        where a.person_id = b.person_id and a.site_id = ${rootId} and a.role_id = any (c.remove)
          and a.role_id = any ((select ids from key)::bigint[]))
    ),
    kept as (
      select from role_assignment a join person p on p.id = a.person_id and p.status = 'active'
      where a.site_id = ${rootId} and a.role_id = any ((select ids from key)::bigint[])
        and not exists (
          select from ${planned}
          where ${isPlanned} and b.person_id = a.person_id and a.role_id = any (c.remove))
      union all
      select from ${planned} join person p on p.id = b.person_id and p.status = 'active'
      where ${isPlanned} and c.add && (select ids from key)
    )
    update bulk_plan b set phase = null, outcome = 'rejected', reasons = '[{"code": "last-admin", "field": "role"}]'
    where b.bulk_action_id = ${bulkActionId} and b.outcome is null and b.row_number in (select row_number from taking)
      and exists (select from taking) and not exists (select from kept)
  `);
}
