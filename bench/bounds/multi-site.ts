// The bound of changing the names of users of many sites, each found by the number of the site and the username.
import { BOUND_RUN, type Bound } from './session.ts';

/** The sites that rows may name are those of the tree below `rootId`. */
export const multiSiteBound = (rootId: number): Bound => ({
  columns: { account_id: 'int', username: 'text', name: 'text' },
  screening: screening(rootId),
  writing: [WRITING],
});

const screening = (rootId: number) => `
  create temporary table bound_plan on commit drop as
  select r.row_number, r.name, p.id as person_id,
    case when s.id is null then 'site-outside'
         when p.id is null then 'nobody-found'
         when p.status <> 'active' then 'person-archived'
         when t.username is not null then 'person-twice' end as problem
  from bound_row r
  left join site s on s.id = r.account_id and s.path @> array[${rootId}]
  left join person p on p.site_id = s.id and p.username = r.username
  left join (select account_id, username from bound_row group by 1, 2 having count(*) > 1) as t
    on t.account_id = r.account_id and t.username = r.username`;

const WRITING = `
  with done as (
    update person p set display_name = b.name, version = p.version + 1, updated_at = now()
    from bound_plan b
    where b.problem is null and p.id = b.person_id and p.display_name is distinct from b.name
    returning p.id, p.version, b.row_number, old.display_name as before, new.display_name as after
  ),
  history as (
    insert into person_history (person_id, version, bulk_action_id, row_number, what, before, after)
    select id, version, '${BOUND_RUN}', row_number, 'updated', jsonb_build_object('display_name', before),
      jsonb_build_object('display_name', after) from done
  )
  insert into bulk_plan (bulk_action_id, row_number, person_id, outcome, reasons)
  select '${BOUND_RUN}', b.row_number, b.person_id,
    case when b.problem is not null then 'rejected' when d.id is not null then 'updated' else 'unchanged' end,
    case when b.problem is not null then jsonb_build_array(jsonb_build_object('code', b.problem)) end
  from bound_plan b left join done d on d.row_number = b.row_number`;
