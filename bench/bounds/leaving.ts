// The bounds of archiving, anonymizing and deleting people who are named by their identifier.
import { BOUND_RUN, type Bound } from './session.ts';

const COLUMNS = { identifier: 'text', email: 'text' };

/** Takes people out of use. */
export const archiveBound = (siteId: number): Bound => ({
  columns: COLUMNS,
  screening: screening(siteId, 'active'),
  writing: [
    moving({
      people: `update person p set status = 'archived', version = p.version + 1, updated_at = now()
        from bound_plan b where b.problem is null and p.id = b.person_id`,
      history: `insert into person_history (person_id, version, bulk_action_id, row_number, what, before, after)
        select id, version, '${BOUND_RUN}', row_number, 'archived', '{"status": "active"}', '{"status": "archived"}' from done`,
      outcome: 'archived',
    }),
  ],
});

/** Removes everything that identifies archived people, here and in the rows of earlier runs. */
export const anonymizeBound = (siteId: number): Bound => ({
  columns: COLUMNS,
  screening: screening(siteId, 'archived'),
  writing: [
    ...forgetting,
    ...['credential', 'session', 'api_key', 'role_assignment', 'card', 'person_unique_value'].map(
      (table) => `delete from ${table} where person_id in (${LEAVING})`,
    ),
    ...photosToProof(`and kind = 'additional'`),
    `update photo set person_id = null where person_id in (${LEAVING})`,
    moving({
      people: `update person p set status = 'anonymized', identifier = null, email = null, email_key = null,
          username = null, first_name = null, last_name = null, display_name = null, fields = '{}', org_unit_id = null,
          supervisor_id = null, version = p.version + 1, updated_at = now()
        from bound_plan b where b.problem is null and p.id = b.person_id`,
      history: `insert into person_history (person_id, version, bulk_action_id, row_number, what)
        select id, version, '${BOUND_RUN}', row_number, 'anonymized' from done`,
      outcome: 'anonymized',
    }),
  ],
});

/** Removes people, what earlier runs hold of them, and whoever had them as supervisor has none. */
export const deleteBound = (siteId: number): Bound => ({
  columns: COLUMNS,
  screening: screening(siteId, 'active'),
  writing: [
    ...forgetting,
    ...photosToProof(''),
    `update person set supervisor_id = null
     where supervisor_id in (${LEAVING}) and id not in (${LEAVING})`,
    moving({
      people: 'delete from person p using bound_plan b where b.problem is null and p.id = b.person_id',
      history: `insert into person_history (person_id, version, bulk_action_id, row_number, what)
        select id, version + 1, '${BOUND_RUN}', row_number, 'deleted' from done`,
      outcome: 'deleted',
    }),
  ],
});

/** Each row with its person, and what is wrong with it. */
const screening = (siteId: number, status: 'active' | 'archived') => `
  create temporary table bound_plan on commit drop as
  select r.row_number, p.id as person_id, p.version,
    case when r.email !~ '^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$' then 'not-an-email'
         when p.id is null then 'nobody-found'
         when p.status <> '${status}' then 'wrong-status'
         when t.identifier is not null then 'person-twice' end as problem
  from bound_row r
  left join person p on p.site_id = ${siteId} and p.identifier = r.identifier
  left join (select identifier from bound_row group by 1 having count(*) > 1) as t on t.identifier = r.identifier`;

/** `people`: the change of `person p` by the rows of `bound_plan b`, without its RETURNING. */
const moving = ({ people, history, outcome }: { people: string; history: string; outcome: string }) => `
  with done as (${people} returning p.id, p.version, b.row_number),
  history as (${history})
  insert into bulk_plan (bulk_action_id, row_number, person_id, outcome, reasons)
  select '${BOUND_RUN}', b.row_number, b.person_id,
    case when d.id is not null then '${outcome}' else 'rejected' end,
    case when b.problem is not null then jsonb_build_array(jsonb_build_object('code', b.problem)) end
  from bound_plan b left join done d on d.row_number = b.row_number`;

const LEAVING = 'select person_id from bound_plan where problem is null';

/** What others hold of those who leave: the rows of earlier runs that were theirs or carry a key of theirs, mails, history. */
const forgetting = [
  `create temporary table bound_key on commit drop as
   select k.key from person p cross join lateral (
     values (lower(p.identifier)), (p.email_key), (lower(p.username))
   ) as k (key)
   where p.id in (${LEAVING}) and k.key is not null`,
  'analyze bound_key',
  `create temporary table bound_trace on commit drop as
   select b.bulk_action_id, b.row_number from bulk_plan b where b.person_id in (${LEAVING})
   union all
   select distinct i.bulk_action_id, i.row_number
   from (
     select b.bulk_action_id, b.row_number, lower(btrim(c.cell)) as key
     from bulk_plan b
     join bulk_row r on r.bulk_action_id = b.bulk_action_id and r.row_number = b.row_number
     cross join lateral json_array_elements_text(r.cells) as c (cell)
     where b.person_id is null
   ) as i
   join bound_key k on k.key = i.key`,
  'analyze bound_trace',
  `update bulk_row r set cells = null, identifier = null, email = null, email_key = null, username = null,
     first_name = null, last_name = null, display_name = null, fields = null, extras = null, problems = null
   from bound_trace t where r.bulk_action_id = t.bulk_action_id and r.row_number = t.row_number`,
  `update outgoing_mail set to_address = null, data = '{}', forgotten_at = now(), state = 'refused', settled_at = now()
   where lower(to_address) in (select p.email_key from person p where p.id in (${LEAVING}))`,
  `delete from person_history where person_id in (${LEAVING})`,
];

const photosToProof = (condition: string) => [
  `with gone as (
     delete from photo where person_id in (${LEAVING}) ${condition} returning *
   )
   insert into photo_deletion (photo_id, site_id, kind, sha256, bytes, file_key, bulk_action_id)
   select id, site_id, kind, sha256, bytes, file_key, '${BOUND_RUN}' from gone`,
];
