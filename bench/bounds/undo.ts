// The bound of an undo: each change of a run found in history and compared with its person, then values set back at once.
import { BOUND_RUN, type Screening } from './session.ts';

/** Takes back the first names and remarks that a run has changed (see `newNames` of bench/roster.ts). */
export const undoBound = (runId: string): Screening => ({
  screening: `
    create temporary table bound_plan on commit drop as
    select h.row_number, h.person_id, h.before, h.after,
      case when p.id is null or p.status = 'anonymized' then 'cannot-undo'
           when p.first_name is distinct from h.after ->> 'first_name'
             or p.fields -> 'remark' is distinct from h.after -> 'fields' -> 'remark' then 'edited-since' end as problem
    from person_history h
    left join person p on p.id = h.person_id
    where h.bulk_action_id = '${runId}'`,
  writing: [
    `with done as (
      update person p set
        first_name = b.before ->> 'first_name',
        fields = jsonb_strip_nulls(p.fields || jsonb_build_object('remark', b.before -> 'fields' -> 'remark')),
        version = p.version + 1, updated_at = now()
      from bound_plan b
      where b.problem is null and p.id = b.person_id
      returning p.id, p.version, b.row_number, b.before, b.after
    ),
    history as (
      insert into person_history (person_id, version, bulk_action_id, row_number, what, before, after)
      select id, version, '${BOUND_RUN}', row_number, 'updated', after, before from done
    )
    insert into bulk_plan (bulk_action_id, row_number, person_id, outcome, reasons)
    select '${BOUND_RUN}', b.row_number, b.person_id,
      case when d.id is not null then 'updated' when b.problem = 'edited-since' then 'unchanged' else 'rejected' end,
      case when b.problem is not null then jsonb_build_array(jsonb_build_object('code', b.problem)) end
    from bound_plan b left join done d on d.row_number = b.row_number`,
  ],
});
