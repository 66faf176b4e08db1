// The second half of the check: rows of one file that claim one person or one unique value.
//
// Every row claims, whatever else is wrong with it, so that neither the order of rows nor the mending of one of
// them decides who wins: see docs/decisions. Only the rows that share something are looked at closely.
import { type SQL, sql } from 'drizzle-orm';
import type { Action } from '../../domain/bulk-action.ts';
import type { Database } from '../client.ts';
import type { CheckSettings } from './plans.ts';

/** A custom field whose values are unique, and on which of the run's sites it holds: others may use its name too. */
export type UniqueField = { id: number; name: string; siteIds: readonly number[] };

/**
 * Settles shared claims: rows that say the same count once, the others of a group are refused and name each other.
 * A row whose person holds the value already is no contender for it. Safe to repeat: a settled row stays settled.
 */
export async function settleClaims(
  db: Database,
  settings: CheckSettings,
  uniqueFields: readonly UniqueField[],
): Promise<void> {
  const { bulkActionId, action } = settings;
  await db.execute(sql`
    with run as (
      select from bulk_action where id = ${bulkActionId} and state = 'checking' for share
    ),
    claim as materialized (${claims(bulkActionId, uniqueFields)}),
    member as materialized (
      select
        c.field, c.value, c.scope, r.row_number, r.email,
        -- Whom the row is for: a person who exists, else the new one of an identifier, else one of its own.
        case when p.id is not null then 'person ' || p.id
             when r.identifier is not null then 'identifier ' || r.site_id || ' ' || r.identifier
             else 'row ' || ${says(action)} end as target,
        case c.field
          when 'email' then p.email_key
          when 'username' then p.username
          else p.fields ->> c.field end is not distinct from c.value as is_holder,
        ${says(action)} as says
      from claim c
      join bulk_row r on r.bulk_action_id = ${bulkActionId} and r.row_number = c.row_number
      join bulk_plan b on b.bulk_action_id = ${bulkActionId} and b.row_number = c.row_number
      left join person p on p.id = b.person_id and b.person_version is not null
    ),
    verdict as (
      select m.row_number, 1 as rank, jsonb_build_object('code', 'person-twice') as reason, g.rows
      from member m
      join (
        select target, (array_agg(distinct row_number order by row_number))[1:21] as rows
        from member group by target having count(distinct says) > 1
      ) as g on g.target = m.target
      union
      select m.row_number, 2, jsonb_build_object('code', 'key-twice', 'field', m.field, 'value', m.value), g.rows
      from member m
      join (
        select field, value, scope, (array_agg(distinct row_number order by row_number))[1:21] as rows
        from member where field is not null and not is_holder
        group by field, value, scope having count(distinct target) > 1
      ) as g on g.field = m.field and g.value = m.value and g.scope = m.scope
      where not m.is_holder
      union
      select m.row_number, 3, jsonb_build_object('code', 'same-as-row'), array[g.used_row]
      from member m
      join (
        -- Where the letters of an email are large in one row and small in another, the order of rows must not decide.
        select says, (array_agg(row_number order by email collate "C" desc, row_number))[1] as used_row
        from member group by says having count(distinct row_number) > 1
      ) as g on g.says = m.says
      where m.row_number <> g.used_row
    ),
    settled as (
      select
        row_number,
        case when min(rank) = 3 then 'skipped' else 'rejected' end as outcome,
        jsonb_agg(reason || jsonb_build_object('rows', array_remove(rows, row_number)) order by rank, reason)
          filter (where rank < 3 or first_rank = 3) as reasons
      from (select *, min(rank) over (partition by row_number) as first_rank from verdict) as v
      group by row_number
    )
    update bulk_plan b
    set phase = null,
        person_id = case when b.person_version is not null then b.person_id end,
        outcome = s.outcome,
        reasons = case when b.outcome = 'rejected' then b.reasons else '[]' end || s.reasons
    from settled s
    where b.bulk_action_id = ${bulkActionId} and b.row_number = s.row_number
      and exists (select from run)
      -- A row that is refused anyway is not called a copy of another.
      and (s.outcome = 'rejected' or b.outcome is distinct from 'rejected')
      and not coalesce(b.reasons @> '[{"code": "person-twice"}]' or b.reasons @> '[{"code": "key-twice"}]'
                       or b.reasons @> '[{"code": "same-as-row"}]', false)
  `);
}

/** Refuses rows that claim a unique custom value of somebody else. Safe to repeat. */
export async function refuseTakenValues(
  db: Database,
  settings: CheckSettings,
  uniqueFields: readonly UniqueField[],
): Promise<void> {
  const { bulkActionId, existing } = settings;
  // A row that only fills what is empty takes no value where its person has one.
  const isWanted = sql`not exists (select from person p where p.id = b.person_id and p.fields ? u.name)`;
  await db.execute(sql`
    with run as (
      select from bulk_action where id = ${bulkActionId} and state = 'checking' for share
    ),
    taken as (
      select r.row_number,
        jsonb_agg(jsonb_build_object('code', 'key-taken', 'field', u.name, 'value', v.value) order by u.name) as reasons
      from bulk_row r
      join bulk_plan b on b.bulk_action_id = ${bulkActionId} and b.row_number = r.row_number
      cross join ${fieldList(uniqueFields)}
      join person_unique_value v on v.field_id = u.id and v.value = r.fields ->> u.name and v.person_id <> b.person_id
      where r.bulk_action_id = ${bulkActionId} and b.phase is not null and b.outcome is null
        and r.site_id = any (u."siteIds") ${existing === 'fill-missing' ? sql`and ${isWanted}` : sql``}
      group by r.row_number
    )
    update bulk_plan b
    set phase = null, outcome = 'rejected', reasons = t.reasons,
        person_id = case when b.person_version is not null then b.person_id end
    from taken t
    where b.bulk_action_id = ${bulkActionId} and b.row_number = t.row_number and b.outcome is null
      and exists (select from run)
  `);
}

/**
 * What a row says, so that two can be compared. Its problems belong to it: what they are about could not be read, and
 * a row that lacks it is no copy of one that never had it.
 */
const says = (action: Action): SQL => sql`
  md5(row(coalesce(r.action, ${action}), r.site_id, r.identifier, r.email_key, r.username, r.first_name, r.last_name,
          r.display_name, r.fields, r.problems)::text)`;

/** The unique fields as a row source: `(id bigint, name text, "siteIds" int[])`. */
export const fieldList = (fields: readonly UniqueField[]): SQL =>
  sql`jsonb_to_recordset(${JSON.stringify(fields)}::jsonb) as u (id bigint, name text, "siteIds" int[])`;

/**
 * One line per row and value that it shares with another row: `(field, value, scope, row_number)`. Values of one field
 * are the same inside one scope only. No field: the rows share a person, which is not theirs to fight over.
 */
function claims(bulkActionId: string, uniqueFields: readonly UniqueField[]): SQL {
  const rows = sql`from bulk_row where bulk_action_id = ${bulkActionId}`;
  const parts = [
    sql`select 'email' as field, email_key as value, 0::bigint as scope, row_number ${rows} and email_key in (
          select email_key ${rows} and email_key <> '' group by 1 having count(*) > 1)`,
    sql`select null, identifier, site_id, row_number ${rows} and (site_id, identifier) in (
          select site_id, identifier ${rows} and identifier is not null group by 1, 2 having count(*) > 1)`,
    sql`select 'username', username, site_id, row_number ${rows} and (site_id, username) in (
          select site_id, username ${rows} and username <> '' group by 1, 2 having count(*) > 1)`,
    // Sorted, not joined with itself: while the plan is new, a join without its statistics takes minutes.
    sql`select null, person_id::text, 0, row_number from (
          select person_id, row_number, count(*) over (partition by person_id) as claims
          from bulk_plan where bulk_action_id = ${bulkActionId} and person_version is not null
        ) as p where claims > 1`,
    ...uniqueFields.map(({ id, name, siteIds }) => {
      const ofSites = sql`${rows} and site_id = any (${sql.param(siteIds)}::int[])`;
      return sql`select ${name}::text, fields ->> ${name}, ${id}::bigint, row_number ${ofSites} and fields ->> ${name} in (
          select fields ->> ${name} ${ofSites} and fields ->> ${name} is not null group by 1 having count(*) > 1)`;
    }),
  ];
  return sql.join(parts, sql` union all `);
}
