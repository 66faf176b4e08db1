// The bound of an import: screening (keys, problems, rows that claim one key, what is there already), then one MERGE.
import { BOUND_RUN, type Bound } from './session.ts';

/** The work of the roster (bench/roster.ts) at a site that is its own root. */
export const importBound = (siteId: number): Bound => ({
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
  writing: [merging(siteId)],
});

/** Each row with its person, its values as they will be stored, and what is wrong with it. */
const screening = (siteId: number) => `
  create temporary table bound_plan on commit drop as
  select
    r.row_number, r.identifier, r.email, lower(r.email) as email_key, nullif(r.username, '') as username,
    r.first_name, r.last_name,
    jsonb_build_object('programme', r.programme, 'entry_year', r.entry_year::numeric, 'remark', r.remark) as fields,
    p.id as person_id,
    case when r.email !~ '^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$' then 'not-an-email'
         when e.id <> coalesce(p.id, 0) then 'key-taken'
         when t.identifier is not null then 'person-twice'
         when m.email_key is not null then 'key-twice' end as problem
  from bound_row r
  left join person p on p.site_id = ${siteId} and p.identifier = r.identifier
  left join person e on e.root_id = ${siteId} and e.email_key = lower(r.email) and e.status = 'active'
  left join (select identifier from bound_row group by 1 having count(*) > 1) as t on t.identifier = r.identifier
  left join (select lower(email) as email_key from bound_row where email like '%@%' group by 1 having count(*) > 1) as m
    on m.email_key = lower(r.email)`;

const merging = (siteId: number) => `
  with merged as (
    merge into person p
    using (select * from bound_plan where problem is null) as r on p.id = r.person_id
    when matched and (p.email_key, p.first_name, p.last_name, p.fields)
        is distinct from (r.email_key, r.first_name, r.last_name, p.fields || r.fields) then
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
      else jsonb_strip_nulls(jsonb_build_object('identifier', new.identifier, 'email', new.email, 'username', new.username,
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
