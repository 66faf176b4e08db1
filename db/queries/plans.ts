// The check: every row of a run becomes a plan or an outcome, the whole file at once and whatever its order.
import { sql } from 'drizzle-orm';
import type { PhaseSpan, RowRange } from '../../domain/batch.ts';
import type { Action, ExistingMode } from '../../domain/bulk-action.ts';
import type { Database } from '../client.ts';

export type CheckSettings = {
  bulkActionId: string;
  rootId: number;
  action: Action;
  existing: ExistingMode;
};

/** Between which row numbers the rows of a run lie. Refuses a run without rows. */
export async function getRowRange(db: Database, bulkActionId: string): Promise<RowRange> {
  const [range] = await db.execute<RowRange>(sql`
    select min(row_number) as "firstRow", max(row_number) as "lastRow"
    from bulk_row where bulk_action_id = ${bulkActionId} having min(row_number) is not null
  `);
  if (!range) throw new Error(`run ${bulkActionId} has no rows to check`);
  return range;
}

/** Takes statistics of what a run has written or meets, without which the next statements plan for empty tables. */
export async function analyzeRows(db: Database, table: 'bulk_row' | 'bulk_plan' | 'person'): Promise<void> {
  await db.execute(sql`analyze ${sql.identifier(table)}`);
}

/**
 * True where Postgres has statistics of how people are spread over organisations. Before it has, or where they were
 * taken of the first few people, it expects a single one in an organisation, and compares each row with each person.
 */
export async function hasStatisticsOfPeople(db: Database): Promise<boolean> {
  const rows = await db.execute(sql`
    select from pg_stats
    where schemaname = current_schema() and tablename = 'person' and attname = 'root_id' and n_distinct > 0
  `);
  return rows.length > 0;
}

/**
 * Plans each row of a range by itself: finds its person, resolves its action, compares with what is there.
 * Ids of people to create are handed out here. A second call finds the plan made and leaves it.
 * Rows are matched by identifier where they have one, else by email; a match by email stays inside the row's site.
 */
export async function insertPlan(db: Database, settings: CheckSettings, range: RowRange): Promise<void> {
  const { bulkActionId, rootId, action, existing } = settings;
  await db.execute(sql`
    with run as (
      select from bulk_action where id = ${bulkActionId} and state = 'checking' for share
    ),
    -- Required fields of each site that the rows touch, its own and those of the sites above it.
    required as materialized (
      select s.id as site_id, array_agg(f.name) as names
      from site s join field_definition f on f.site_id = any (s.path) and f.is_required
      where s.root_id = ${rootId}
      group by s.id
    )
    insert into bulk_plan (bulk_action_id, row_number, phase, person_id, person_version, outcome, reasons)
    select
      r.bulk_action_id,
      r.row_number,
      case when v.code is not null then null when p.id is null then 'create' when c.is_changed then 'update' end,
      case when p.id is not null then p.id
           when v.code is null then nextval('person_id_seq') end,
      p.version,
      case when v.code = 'kept-existing' then 'skipped'
           when v.code is not null then 'rejected'
           when p.id is not null and not c.is_changed then 'unchanged' end,
      case v.code
        when 'problems' then r.problems
        when 'required' then (
          select jsonb_agg(jsonb_build_object('code', 'required', 'field', missing.name) order by missing.place)
          from (
            select 'identifier' as name, 0 as place where r.identifier is null
            union all select 'email', 1 where r.email_key is null
            union all select n.name, 1 + n.place
              from unnest(q.names) with ordinality as n (name, place) where not coalesce(r.fields, '{}') ? n.name
          ) as missing)
        when 'key-taken' then (
          select jsonb_agg(jsonb_build_object('code', 'key-taken', 'field', taken.name, 'value', taken.value))
          from (
            select 'email' as name, r.email as value where t.is_email_taken
            union all select 'username', r.username where t.is_username_taken
          ) as taken)
        when 'nobody-found' then jsonb_build_array(k.reason || '{"code": "nobody-found"}')
        when 'person-exists' then jsonb_build_array(k.reason || '{"code": "person-exists"}')
        else case when v.code is not null then jsonb_build_array(jsonb_build_object('code', v.code)) end
      end
    from bulk_row r
    left join person i on i.site_id = r.site_id and i.identifier = r.identifier
    left join person e on e.root_id = ${rootId} and e.email_key = r.email_key and e.status = 'active'
    -- Usernames are rare: a probe for each that is given beats a join over all people.
    left join lateral (
      select id from person where site_id = r.site_id and username = r.username limit 1
    ) as u on r.username is not null
    left join required q on q.site_id = r.site_id
    cross join lateral (select r.identifier is not null as has_identifier) as h
    -- The row's person: by identifier where the row has one, else by email.
    cross join lateral (
      select
        case when h.has_identifier then i.id when e.site_id = r.site_id then e.id end as id,
        case when h.has_identifier then i.version when e.site_id = r.site_id then e.version end as version,
        case when h.has_identifier then i.status else e.status end as status,
        case when h.has_identifier then i.email_key else e.email_key end as email_key,
        case when h.has_identifier then i.username else e.username end as username,
        case when h.has_identifier then i.first_name else e.first_name end as first_name,
        case when h.has_identifier then i.last_name else e.last_name end as last_name,
        case when h.has_identifier then i.display_name else e.display_name end as display_name,
        case when h.has_identifier then i.fields else e.fields end as fields
    ) as p
    cross join lateral (
      select merged_text(p.email_key, r.email_key, ${existing}) is distinct from p.email_key
          or merged_text(p.username, r.username, ${existing}) is distinct from p.username
          or merged_text(p.first_name, r.first_name, ${existing}) is distinct from p.first_name
          or merged_text(p.last_name, r.last_name, ${existing}) is distinct from p.last_name
          or merged_text(p.display_name, r.display_name, ${existing}) is distinct from p.display_name
          or merged_fields(p.fields, r.fields, ${existing}) is distinct from p.fields as is_changed
    ) as c
    -- Keys of somebody else that the row would take: one that leaves its person's key as it is takes none.
    cross join lateral (
      select e.id <> coalesce(p.id, 0)
          and merged_text(p.email_key, r.email_key, ${existing}) is distinct from p.email_key as is_email_taken,
        u.id <> coalesce(p.id, 0)
          and merged_text(p.username, r.username, ${existing}) is distinct from p.username as is_username_taken
    ) as t
    cross join lateral (select coalesce(r.action, ${action}) as action) as a
    cross join lateral (
      select case when h.has_identifier
        then jsonb_build_object('field', 'identifier', 'value', r.identifier)
        else jsonb_build_object('field', 'email', 'value', r.email) end as reason
    ) as k
    cross join lateral (
      select case
        when r.problems is not null then 'problems'
        when not h.has_identifier and r.email_key is null then 'no-key'
        when p.id is not null then case
          when p.status = 'archived' then 'person-archived'
          when a.action = 'create' then 'person-exists'
          when ${existing} = 'keep' then 'kept-existing'
          when t.is_email_taken or t.is_username_taken then 'key-taken' end
        else case
          when a.action = 'update' then 'nobody-found'
          when not h.has_identifier or r.email_key is null or not coalesce(r.fields, '{}') ?& coalesce(q.names, '{}') then 'required'
          when t.is_email_taken or t.is_username_taken then 'key-taken' end
      end as code
    ) as v
    where r.bulk_action_id = ${bulkActionId} and r.row_number between ${range.firstRow} and ${range.lastRow}
      and exists (select from run)
      and not exists (
        select from bulk_plan made where made.bulk_action_id = ${bulkActionId}
          and made.row_number between ${range.firstRow} and ${range.lastRow})
    -- Pages then hold neighbours: chunks of the apply step read and write few of them.
    order by r.row_number
  `);
}

/**
 * Ends the check: what is settled is counted, and the run moves on to applying. A second call changes nothing.
 * Throws where plan and rows don't add up: then nothing moves, for a row would be lost.
 */
export async function finishCheck(db: Database, bulkActionId: string): Promise<void> {
  const [ended] = await db.execute<{ state: string }>(sql`
    with settled as materialized (
      select outcome, count(*)::int as rows from bulk_plan where bulk_action_id = ${bulkActionId} group by 1
    ),
    moved as (
      update bulk_action set state = 'applying', checked_at = now()
      where id = ${bulkActionId} and state = 'checking'
        and rows_total = (select coalesce(sum(rows), 0) from settled)
      returning id
    ),
    tally as (
      insert into bulk_tally (bulk_action_id, outcome, rows)
      select ${bulkActionId}, outcome, rows from settled where outcome is not null and exists (select from moved)
    )
    select coalesce((select 'applying' from moved), (select state from bulk_action where id = ${bulkActionId})) as state,
           (select pg_notify('bulk_action', id) from moved)
  `);
  if (ended?.state === 'checking')
    throw new Error(`run ${bulkActionId}: the plan has not as many rows as were staged`);
}

/** What is left to apply, by phase, with the rows between which it lies. Refuses a run that has not been checked. */
export async function listPlannedPhases(db: Database, bulkActionId: string): Promise<PhaseSpan[]> {
  const phases = await db.execute<PhaseSpan>(sql`
    select b.phase, count(*)::int as rows, min(b.row_number) as "firstRow", max(b.row_number) as "lastRow"
    from bulk_plan b
    where b.bulk_action_id = ${bulkActionId} and b.outcome is null
    group by b.phase
  `);
  return [...phases];
}
