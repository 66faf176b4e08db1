// The first half of the check: every row of a run, by itself, becomes a plan or an outcome.
import { type SQL, sql } from 'drizzle-orm';
import type { RowRange } from '../../../domain/batch.ts';
import { type MatchKey, WRITING_ACTIONS } from '../../../domain/bulk-action.ts';
import type { Database } from '../../client.ts';
import {
  archivedByEmail,
  endsArchived,
  findsArchived,
  matched,
  matchedKey,
  PERSON_COLUMNS,
} from './row-people.ts';
import type { CheckSettings } from './settings.ts';

/**
 * Plans each row of a range by itself: finds its person, resolves its action, compares with what is there. What stands
 * in its way and another row of the file may remove, is noted as an obstacle. Ids of people to create are handed out
 * here. A second call finds the plan made and leaves it.
 */
export async function insertPlan(db: Database, settings: CheckSettings, range: RowRange): Promise<void> {
  const { bulkActionId, rootId, action, existing, matchBy, duplicates, mapped, isUndo, isSync } = settings;
  const updatesArchived = isUndo ? sql`true` : sql`false`;
  const comesBack = isSync ? sql`(a.action = 'create-or-update' and p.status = 'archived')` : sql`false`;
  const isInTheWay = sql`p.status = 'archived' and not ${updatesArchived} and not ${comesBack}`;
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
      case when v.code is not null then null
           when a.is_edit then case
             when p.id is null or a.action = 'create' then 'create'
             when ${comesBack} then 'restore'
             when c.is_changed or p.status = 'archived' and not ${updatesArchived} then 'update' end
           else a.action end,
      case when p.id is not null then p.id
           when v.code is null then nextval('person_id_seq') end,
      p.version,
      case when v.code is null then case when a.is_edit and p.id is not null and a.action <> 'create'
                                              and not c.is_changed and (p.status = 'active' or ${updatesArchived}) then 'unchanged' end
           when v.code = 'kept-existing' then 'skipped'
           when v.code in ('already-archived', 'already-active') then 'unchanged'
           when v.code = 'person-exists' or a.action = 'create' and v.code = 'person-archived' then ${duplicates}
           else 'rejected' end,
      case v.code
        when 'problems' then r.problems
        when 'required' then (
          select jsonb_agg(jsonb_build_object('code', 'required', 'field', missing.name) order by missing.place)
          from (
            select 'identifier' as name, 0 as place where r.identifier is null
            ${requiredOwn(settings)}
            union all select n.name, 10 + n.place
              from unnest(q.names) with ordinality as n (name, place) where not coalesce(r.fields, '{}') ? n.name
          ) as missing)
        when 'nobody-found' then jsonb_build_array(k.reason || '{"code": "nobody-found"}')
        when 'person-exists' then jsonb_build_array(k.reason || '{"code": "person-exists"}')
        when 'several-found' then jsonb_build_array(k.reason || '{"code": "several-found"}')
        else case
          when v.code is not null then jsonb_build_array(jsonb_build_object('code', v.code))
          when ${comesBack} and ${existing} = 'keep' then null
          when t.identifier_holder is not null or t.email_holder is not null or t.username_holder is not null
            or a.action = 'anonymize' and p.status = 'active'
            or a.is_edit and p.id is not null
              and (${isInTheWay} or a.action = 'create') then (
            -- Put together by ||: a query of its own for each row costs more than the rest of the plan.
            case when a.action = 'anonymize' and p.status = 'active'
              then jsonb_build_array(jsonb_build_object('code', 'not-archived', 'holder', p.id)) else '[]' end
            || case when a.is_edit and a.action <> 'create' and ${isInTheWay}
              then jsonb_build_array(jsonb_build_object('code', 'person-archived', 'holder', p.id)) else '[]' end
            || case when a.action = 'create' and p.id is not null then jsonb_build_array(
                case p.status when 'archived' then '{"code": "person-archived"}' else k.reason || '{"code": "person-exists"}' end
                || jsonb_build_object('holder', p.id)) else '[]' end
            || ${keyTaken('identifier')} || ${keyTaken('email')} || ${keyTaken('username')}) end
      end
    from bulk_row r
    -- Each of the two reads all people: only for a key that the file has.
    left join person i on ${mapped.has('identifier') ? sql`i.site_id = r.site_id and i.identifier = r.identifier` : sql`false`}
    left join person e on ${mapped.has('email') ? sql`e.root_id = ${rootId} and e.email_key = r.email_key and e.status = 'active'` : sql`false`}
    -- Usernames are rare: a probe for each that is given beats a join over all people.
    left join lateral (
      select * from person where site_id = r.site_id and username = r.username limit 1
    ) as u on r.username is not null
    ${matchBy.includes('id') ? sql`left join person z on z.id = r.person_id` : sql``}
    left join required q on q.site_id = r.site_id
    cross join lateral (
      select w.action, w.action in (${writingActions}) as is_edit
      from (select coalesce(r.action, ${action}) as action) as w
    ) as a
    cross join lateral (select ${matchedKey(settings)} as key) as h
    ${findsArchived(settings) ? archivedByEmail : sql``}
    cross join lateral (
      select ${sql.join(
        PERSON_COLUMNS.map((name) => matched(settings, name)),
        sql`, `,
      )}
    ) as p
    cross join lateral (
      select merged_text(p.email_key, r.email_key, ${existing}) is distinct from p.email_key
          or merged_text(p.username, r.username, ${existing}) is distinct from p.username
          or merged_text(p.first_name, r.first_name, ${existing}) is distinct from p.first_name
          or merged_text(p.last_name, r.last_name, ${existing}) is distinct from p.last_name
          or merged_text(p.display_name, r.display_name, ${existing}) is distinct from p.display_name
          ${mayRename(settings) ? sql`or merged_text(p.identifier, r.identifier, ${existing}) is distinct from p.identifier` : sql``}
          or merged_fields(p.fields, r.fields, ${existing}) is distinct from p.fields as is_changed
    ) as c
    -- Who else has a key that the row would take: one that leaves its person's key as it is takes none. Somebody new in
    -- the place of a person who goes keeps nothing of that one's.
    cross join lateral (
      select
        ${
          mayRename(settings)
            ? sql`case when a.is_edit and i.id <> coalesce(p.id, 0)
          and (a.action = 'create' or merged_text(p.identifier, r.identifier, ${existing}) is distinct from p.identifier) then i.id end`
            : sql`null::bigint`
        } as identifier_holder,
        case when a.is_edit and e.id <> coalesce(p.id, 0)
          and (a.action = 'create' or merged_text(p.email_key, r.email_key, ${existing}) is distinct from p.email_key)
          ${isUndo ? sql`and not ${endsArchived}` : sql``} then e.id end as email_holder,
        case when a.is_edit and u.id <> coalesce(p.id, 0)
          and (a.action = 'create' or merged_text(p.username, r.username, ${existing}) is distinct from p.username) then u.id end as username_holder
    ) as t
    cross join lateral (
      select case h.key
        when 'identifier' then jsonb_build_object('field', 'identifier', 'value', r.identifier)
        when 'username' then jsonb_build_object('field', 'username', 'value', r.username)
        else jsonb_build_object('field', 'email', 'value', r.email) end as reason
    ) as k
    cross join lateral (
      select r.identifier is null ${lacksOwn(settings)}
        or not coalesce(r.fields, '{}') ?& coalesce(q.names, '{}') as is_incomplete
    ) as l
    cross join lateral (
      select case
        when r.problems is not null and not (${keepsItsEmail}) then 'problems'
        when h.key is null then 'no-key'
        ${isUndo ? sql`when p.id is null or p.status = 'anonymized' then 'cannot-undo'` : sql``}
        ${findsArchived(settings) ? sql`when x.is_one_of_several and p.id = x.id then 'several-found'` : sql``}
        when not a.is_edit then case
          when p.id is null then 'nobody-found'
          when a.action = 'archive' and p.status = 'archived' then 'already-archived'
          when a.action = 'restore' and p.status = 'active' then 'already-active' end
        when p.id is not null then case
          when a.action = 'create' then case
            when l.is_incomplete then case p.status when 'archived' then 'person-archived' else 'person-exists' end end
          when ${comesBack} then null
          when ${existing} = 'keep' then case p.status when 'archived' then 'person-archived' else 'kept-existing' end end
        when a.action = 'update' then 'nobody-found'
        when l.is_incomplete then 'required'
      end as code
    ) as v
    where r.bulk_action_id = ${bulkActionId} and r.row_number between ${range.firstRow} and ${range.lastRow}
      and exists (select from run) ${isSync ? sql`and r.person_id is null` : sql``}
      and not exists (
        select from bulk_plan made where made.bulk_action_id = ${bulkActionId}
          and made.row_number between ${range.firstRow} and ${range.lastRow}
          ${settings.isReplanned || settings.isSkimmed ? sql`and made.row_number = r.row_number` : sql``})
    -- Pages then hold neighbours: chunks of the apply step read and write few of them.
    order by r.row_number
  `);
}

/** The actions that write, as a list of SQL. */
export const writingActions = sql.raw(WRITING_ACTIONS.map((action) => `'${action}'`).join(', '));

/** An identifier can change only where rows find their person by something else first. */
const mayRename = ({ matchBy }: CheckSettings): boolean =>
  matchBy.find((key) => key !== 'id') !== 'identifier';

/** A domain that is no longer allowed refuses new emails. Whoever has such an email keeps it, and other values change. */
export const keepsItsEmail = sql`coalesce(r.email_key = p.email_key, false) and jsonb_array_length(r.problems) = 1
          and r.problems -> 0 ->> 'code' = 'domain-not-allowed'`;

/** The obstacle of a key that somebody else has, in an array; an empty one where nobody has. */
const keyTaken = (key: MatchKey): SQL =>
  sql.raw(`case when t.${key}_holder is not null then jsonb_build_array(jsonb_build_object(
              'code', 'key-taken', 'field', '${key}', 'value', r.${key}, 'holder', t.${key}_holder)) else '[]' end`);

const lacksOwn = ({ requiredToCreate }: CheckSettings): SQL =>
  sql.join(
    requiredToCreate.map((field) => sql.raw(` or nullif(r.${field}, '') is null`)),
    sql``,
  );

const requiredOwn = ({ requiredToCreate }: CheckSettings): SQL =>
  sql.join(
    requiredToCreate.map((field, place) =>
      sql.raw(`union all select '${field}', ${place + 1} where nullif(r.${field}, '') is null `),
    ),
    sql``,
  );
