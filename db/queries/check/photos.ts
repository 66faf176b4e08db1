// The plan of a run on photos: whom each picture is of, and what becomes of it.
import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../client.ts';
import { meantPeople, type PhotoMatch } from '../photos/photo-people.ts';
import type { Run } from '../runs.ts';
import { checking } from './undo-parts.ts';

/** Longest value that a reason shows. */
const VALUE_LENGTH_MAX = 200;

/** The photo that a person `person` has now, in a place where there is one such: at most one. */
export const approvedPhotoOf = (person: SQL): SQL => sql`
    select f.id, f.sha256 from photo f
    where f.person_id = ${person} and f.kind = 'cardholder' and f.state = 'approved'`;

/** The sites `(site_id)` that a run touches and where its admin may not change photos, or no longer. */
const forbiddenSites = (bulkActionId: string): SQL => sql`
    select s.id as site_id from bulk_action a join site s on s.id = any (a.lock_site_ids)
    where a.id = ${bulkActionId} and not 'photos:write' = any (run_permissions(a.id, s.id))`;

const NOT_ALLOWED = sql`'{"code": "not-allowed", "expected": "photos:write"}'::jsonb`;

/**
 * Plans all rows of a run on photos in one statement: finds the person of each by the name of its file, among active
 * people of the run's site and those below it, and compares the picture with the one that is there. A row takes over the
 * site of its person. Order inside the zip plays no part. A second call plans what has no plan yet.
 */
export async function insertPhotoPlan(db: Database, run: Run): Promise<void> {
  const { id, siteId, options } = run;
  if (options.photoMatch === null) throw new Error(`run ${id} says no field by which pictures are matched`);
  const match: PhotoMatch = { siteId, field: options.photoMatch };
  await db.execute(sql`
    with run as (${checking(id)}),
    named as materialized (
      select r.row_number, r.extras -> 'photo' ->> 'match' as name
      from bulk_row r
      where r.bulk_action_id = ${id} and r.problems is null and r.extras ? 'photo' and exists (select from run)
    ),
    meant as materialized (
      select m.row_number, count(*) filter (where m.status = 'active') as active,
        min(m.id) filter (where m.status = 'active') as active_id, min(m.id) as any_id
      from (${meantPeople(match)}) as m
      group by m.row_number
    ),
    -- Rows that each mean one active person, and the others of the same one.
    sole as materialized (
      select row_number, active_id, count(*) over same as files, array_agg(row_number) over same as row_numbers
      from meant where active = 1
      window same as (partition by active_id)
    ),
    forbidden as materialized (${forbiddenSites(id)}),
    planned as materialized (
      select r.row_number, v.code, w.name,
        case when m.active = 1 then m.active_id when m.active = 0 then m.any_id end as person_id,
        p.version, p.site_id, s.row_numbers
      from bulk_row r
      left join named w on w.row_number = r.row_number
      left join meant m on m.row_number = r.row_number
      left join sole s on s.row_number = r.row_number
      left join person p on p.id = case when m.active = 1 then m.active_id when m.active = 0 then m.any_id end
      left join bulk_photo t on t.bulk_action_id = ${id} and t.row_number = r.row_number
      left join lateral (${approvedPhotoOf(sql`p.id`)}) as f on true
      cross join lateral (
        select case
          when r.problems is not null then 'problems'
          when m.row_number is null then 'nobody-by-name'
          when m.active > 1 then 'several-match'
          when m.active = 0 then 'person-archived'
          when s.files > 1 then 'photo-twice'
          when t.photo_id is null or not p.site_id = any (${sql.param(run.lockSiteIds)}::int[]) then 'picture-not-read'
          when f.sha256 = t.sha256 then 'same_picture'
          when f.id is not null and ${options.existing} <> 'overwrite' then 'photo-kept'
          when p.site_id in (select site_id from forbidden) then 'not-allowed'
        end as code
      ) as v
      where r.bulk_action_id = ${id} and exists (select from run)
        and not exists (
          select from bulk_plan made where made.bulk_action_id = ${id} and made.row_number = r.row_number)
    ),
    placed as (
      update bulk_row r set site_id = p.site_id from planned p
      where r.bulk_action_id = ${id} and r.row_number = p.row_number and r.site_id is distinct from p.site_id
        and p.site_id = any (${sql.param(run.lockSiteIds)}::int[])
    )
    insert into bulk_plan (bulk_action_id, row_number, phase, person_id, person_version, outcome, reasons)
    select ${id}, p.row_number, case when p.code is null then 'update' end, p.person_id, p.version,
      case p.code when 'same_picture' then 'unchanged' when 'photo-kept' then 'skipped' else
        case when p.code is not null then 'rejected' end end,
      case p.code
        when 'problems' then r.problems
        when 'same_picture' then null
        when 'not-allowed' then jsonb_build_array(${NOT_ALLOWED})
        when 'photo-twice' then jsonb_build_array(jsonb_build_object('code', 'photo-twice',
          'rows', (select jsonb_agg(n order by n) from unnest(p.row_numbers) as n where n <> p.row_number)))
        when 'nobody-by-name' then jsonb_build_array(${namedReason('nobody-by-name', match)})
        when 'several-match' then jsonb_build_array(${namedReason('several-match', match)})
        else case when p.code is not null then jsonb_build_array(jsonb_build_object('code', p.code)) end
      end
    from planned p join bulk_row r on r.bulk_action_id = ${id} and r.row_number = p.row_number
    order by p.row_number
  `);
}

const namedReason = (code: 'nobody-by-name' | 'several-match', { field }: PhotoMatch): SQL => sql`
  -- A row that was emptied since, because its person left, has no name any more.
  jsonb_strip_nulls(jsonb_build_object('code', ${code}::text, 'field', ${field}::text,
    'value', left(p.name, ${VALUE_LENGTH_MAX})))`;

/**
 * Plans the undo of a run on photos: the photo of before comes back where the one that the run gave is still there. Of
 * archived people too. A second call plans what has no plan yet.
 */
export async function insertPhotoUndoPlan(db: Database, { id }: Run): Promise<void> {
  await db.execute(sql`
    with run as (${checking(id)}),
    forbidden as materialized (${forbiddenSites(id)})
    insert into bulk_plan (bulk_action_id, row_number, phase, person_id, person_version, outcome, reasons)
    select ${id}, r.row_number, case when v.code is null then 'update' end, p.id, p.version,
      case when v.code in ('as_before', 'edited-since') then 'unchanged' when v.code is not null then 'rejected' end,
      case v.code
        when 'as_before' then null
        when 'problems' then r.problems
        when 'edited-since' then '[{"code": "edited-since", "field": "photo"}]'::jsonb
        when 'not-undone' then '[{"code": "not-undone", "field": "photo"}]'::jsonb
        when 'not-allowed' then jsonb_build_array(${NOT_ALLOWED})
        else case when v.code is not null then jsonb_build_array(jsonb_build_object('code', v.code)) end
      end
    from bulk_row r
    left join person p on p.id = r.person_id and p.status <> 'anonymized'
    left join lateral (${approvedPhotoOf(sql`p.id`)}) as f on true
    cross join lateral (
      select r.extras -> 'undo' -> 'photo' ->> 'before' as before, r.extras -> 'undo' -> 'photo' ->> 'after' as after
    ) as u
    cross join lateral (
      select case
        when r.problems is not null then 'problems'
        when p.id is null then 'cannot-undo'
        when f.id is not distinct from u.before then 'as_before'
        when f.id is distinct from u.after then 'edited-since'
        when u.before is not null and not exists (
          select from photo k where k.id = u.before and k.person_id = p.id and k.state = 'replaced') then 'not-undone'
        when p.site_id in (select site_id from forbidden) then 'not-allowed'
      end as code
    ) as v
    where r.bulk_action_id = ${id} and exists (select from run)
      and not exists (select from bulk_plan made where made.bulk_action_id = ${id} and made.row_number = r.row_number)
    order by r.row_number
  `);
  await forgetGone(db, id);
}

/** Of people who are anonymized or deleted by now nothing stays in the rows. Safe to repeat. */
async function forgetGone(db: Database, bulkActionId: string): Promise<void> {
  await db.execute(sql`
    with run as (${checking(bulkActionId)})
    update bulk_row r set cells = null, extras = null, kept = null
    from bulk_plan b
    where b.bulk_action_id = ${bulkActionId} and b.outcome = 'rejected' and b.reasons @> '[{"code": "cannot-undo"}]'
      and r.bulk_action_id = ${bulkActionId} and r.row_number = b.row_number and exists (select from run)
  `);
}

/**
 * Keeps what the open rows of the plan would change as that of a round: which photo leads to which. Again for the same
 * round, it keeps what is planned by then.
 */
export async function notePlannedPhotos(db: Database, bulkActionId: string, round: number): Promise<void> {
  await db.execute(sql`
    with gone as (
      delete from planned_change c
      where c.bulk_action_id = ${bulkActionId} and c.round = ${round} and not exists (
        select from bulk_plan b
        where b.bulk_action_id = ${bulkActionId} and b.row_number = c.row_number and b.phase is not null)
    )
    insert into planned_change as c (bulk_action_id, round, row_number, phase, person_id, before, after)
    select b.bulk_action_id, ${round}::int, b.row_number, b.phase, b.person_id, ${photoChange(sql`f.id`)},
      ${photoChange(sql`coalesce(t.photo_id, r.extras -> 'undo' -> 'photo' ->> 'before')`)}
    from bulk_plan b
    join bulk_row r on r.bulk_action_id = b.bulk_action_id and r.row_number = b.row_number
    left join bulk_photo t on t.bulk_action_id = b.bulk_action_id and t.row_number = b.row_number
    left join lateral (${approvedPhotoOf(sql`b.person_id`)}) as f on true
    where b.bulk_action_id = ${bulkActionId} and b.phase is not null and b.outcome is null
    on conflict (bulk_action_id, round, row_number) do update
      set phase = excluded.phase, person_id = excluded.person_id, before = excluded.before, after = excluded.after
      where (c.phase, c.person_id, c.before, c.after)
        is distinct from (excluded.phase, excluded.person_id, excluded.before, excluded.after)
  `);
}

/** A photo as history has it; nothing where there is none. */
export const photoChange = (photoId: SQL): SQL =>
  sql`jsonb_strip_nulls(jsonb_build_object('photo', ${photoId}))`;
