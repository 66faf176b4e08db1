// The bound of a sync: a full file whose changes are written, and whoever is not in it archived.
import { BOUND_RUN, type Bound } from './session.ts';

/** Of the roster of everybody (bench/roster.ts), at a site that is its own root. */
export const syncBound = (siteId: number): Bound => ({
  columns: {
    identifier: 'text',
    email: 'text',
    username: 'text',
    first_name: 'text',
    last_name: 'text',
    programme: 'text',
    entry_year: 'text',
    remark: 'text',
  },
  screening: screening(siteId),
  writing: [absent(siteId), merging(siteId), archiving(siteId)],
});

/** Each row with its person, its values as they will be stored, what is wrong with it, and whether it changes anything. */
const screening = (siteId: number) => `
  create temporary table bound_plan on commit drop as
  select r.*,
    case when r.email !~ '^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$' then 'not-an-email'
         when e.id <> coalesce(r.person_id, 0) then 'key-taken'
         when t.identifier is not null then 'person-twice'
         when m.email_key is not null then 'key-twice' end as problem
  from (
    select b.*, lower(b.email) as email_key, p.id as person_id,
      p.id is not null and (p.email_key, p.first_name, p.last_name) is not distinct from (lower(b.email), b.first_name, b.last_name)
        and p.fields @> b.fields as is_same
    from (
      select row_number, identifier, email, nullif(username, '') as username, first_name, last_name,
        jsonb_build_object('programme', programme, 'entry_year', entry_year::numeric, 'remark', remark) as fields
      from bound_row
    ) as b
    left join person p on p.site_id = ${siteId} and p.identifier = b.identifier
  ) as r
  left join person e on e.root_id = ${siteId} and e.email_key = r.email_key and e.status = 'active'
  left join (select identifier from bound_row group by 1 having count(*) > 1) as t on t.identifier = r.identifier
  left join (select lower(email) as email_key from bound_row group by 1 having count(*) > 1) as m on m.email_key = r.email_key`;

/** Who is active and in no row. */
const absent = (siteId: number) => `
  create temporary table bound_absent on commit drop as
  select p.id, exists (select from role_assignment a where a.person_id = p.id) as has_role,
    (select max(row_number) from bound_row) + row_number() over () as row_number
  from person p
  where p.site_id = ${siteId} and p.status = 'active'
    and not exists (select from bound_plan b where b.person_id = p.id)`;

const merging = (siteId: number) => `
  with merged as (
    merge into person p
    using (select * from bound_plan where problem is null and not is_same) as r on p.id = r.person_id
    when matched then
      update set email = r.email, email_key = r.email_key, first_name = r.first_name, last_name = r.last_name,
        fields = p.fields || r.fields, version = p.version + 1, updated_at = now()
    when not matched then
      insert (site_id, root_id, identifier, email, email_key, username, first_name, last_name, fields)
      values (${siteId}, ${siteId}, r.identifier, r.email, r.email_key, r.username, r.first_name, r.last_name, r.fields)
    returning merge_action() as action, r.row_number, new.id, new.version,
      case when old.id is not null then jsonb_strip_nulls(jsonb_build_object(
        'first_name', case when old.first_name <> new.first_name then old.first_name end)) end as before,
      case when old.id is not null then jsonb_strip_nulls(jsonb_build_object(
        'first_name', case when old.first_name <> new.first_name then new.first_name end))
      else jsonb_strip_nulls(jsonb_build_object('identifier', new.identifier, 'email', new.email,
        'first_name', new.first_name, 'last_name', new.last_name, 'fields', new.fields)) end as after
  ),
  history as (
    insert into person_history (person_id, version, bulk_action_id, row_number, what, before, after)
    select id, version, '${BOUND_RUN}', row_number, case action when 'INSERT' then 'created' else 'updated' end,
      before, after from merged
  )
  insert into bulk_plan (bulk_action_id, row_number, person_id, outcome, reasons)
  select '${BOUND_RUN}', b.row_number, coalesce(m.id, b.person_id),
    case when b.problem is not null then 'rejected' when m.action = 'INSERT' then 'created'
         when m.action = 'UPDATE' then 'updated' else 'unchanged' end,
    case when b.problem is not null then jsonb_build_array(jsonb_build_object('code', b.problem)) end
  from bound_plan b left join merged m on m.row_number = b.row_number`;

/** Archives the absent but those who hold a role, who are told of all the same. */
const archiving = (siteId: number) => `
  with done as (
    update person p set status = 'archived', version = p.version + 1, updated_at = now()
    from bound_absent a where p.id = a.id and not a.has_role
    returning p.id, p.version, a.row_number
  ),
  history as (
    insert into person_history (person_id, version, bulk_action_id, row_number, what, before, after)
    select id, version, '${BOUND_RUN}', row_number, 'archived', '{"status": "active"}', '{"status": "archived"}' from done
  ),
  shown as (
    insert into bulk_row (bulk_action_id, row_number, cells, action, site_id, person_id)
    select '${BOUND_RUN}', a.row_number, json_build_array(p.identifier, p.email, '', p.first_name, p.last_name, '', '', ''),
      'archive', ${siteId}, p.id
    from bound_absent a join person p on p.id = a.id
  )
  insert into bulk_plan (bulk_action_id, row_number, person_id, outcome, reasons)
  select '${BOUND_RUN}', row_number, id, case when has_role then 'skipped' else 'archived' end,
    case when has_role then '[{"code": "absent-with-role"}]' else '[{"code": "absent"}]'::jsonb end
  from bound_absent`;
