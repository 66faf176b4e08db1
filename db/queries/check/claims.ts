// The second part of the check: rows of one file that claim one person or one unique value.
//
// Every row claims, whatever else is wrong with it, so that neither the order of rows nor the mending of one of
// them decides who wins: see docs/decisions. Only the rows that share something are looked at closely.
import { type SQL, sql } from 'drizzle-orm';
import { type Action, isWritingAction, MATCH_KEYS } from '../../../domain/bulk-action.ts';
import type { Database } from '../../client.ts';
import { isInUse } from '../cards/cards-in-use.ts';
import { winsBackEmail } from './returning.ts';
import { endsArchived, isPlaced } from './row-people.ts';
import type { CheckSettings } from './settings.ts';

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
  const shared = claims(settings, uniqueFields);
  if (shared === undefined) return;
  await db.execute(sql`
    with run as (
      select from bulk_action where id = ${bulkActionId} and state = 'checking' for share
    ),
    ${settings.isSkimmed ? openRows(bulkActionId) : sql``}
    claim as materialized (${shared}),
    member as materialized (
      select c.field, c.value, c.scope, r.row_number, r.email, t.target, a.class,
        coalesce(${isHolder(settings)}, false) as is_holder, b.outcome is not distinct from 'rejected' as is_refused,
        case when a.class in ('update', 'create') then ${says(action)} else a.class || ' ' || t.target end as says,
        ${says(action)} as says_in_full
      from claim c
      join bulk_row r on r.bulk_action_id = ${bulkActionId} and r.row_number = c.row_number
      join bulk_plan b on b.bulk_action_id = ${bulkActionId} and b.row_number = c.row_number
      left join person p on p.id = b.person_id and b.person_version is not null
      cross join lateral (select ${classOf(action)} as class) as a
      -- Whom the row is for: a person who exists, else the new one of an identifier, else one of its own.
      cross join lateral (
        select case when p.id is not null then 'person ' || p.id
                    when r.identifier is not null then 'identifier ' || r.site_id || ' ' || r.identifier
                    else 'row ' || ${says(action)} end as target
      ) as t
    ),
    -- Groups are taken apart again, not joined to their members: of what is counted here Postgres expects one row.
    verdict as (
      select unnest(g.rows) as row_number, 1 as rank, jsonb_build_object('code', 'person-twice') as reason, g.rows[1:21]
      from (
        select array_agg(distinct row_number order by row_number) as rows
        from member where class in ('update', 'create')
        group by target having count(distinct says) > 1
      ) as g
      union
      select unnest(g.rows), 1, jsonb_build_object('code', 'actions-conflict'), g.rows[1:21]
      from (
        select array_agg(distinct row_number order by row_number) as rows
        from member group by target having not ${isSensible}
      ) as g
      union
      select unnest(g.rows), 2, jsonb_build_object('code', 'key-twice', 'field', g.field, 'value', g.value), g.rows[1:21]
      from (
        select field, value, array_agg(distinct row_number order by row_number) as rows
        from member where field is not null and not is_holder
        group by field, value, scope having count(distinct target) > 1
      ) as g
      union
      select copy.row_number, 3, jsonb_build_object('code', 'same-as-row'), array[g.rows[1]]
      from (
        -- Where rows that say the same differ in what does not count, the order of rows must not decide.
        select array_agg(row_number order by email collate "C" desc, says_in_full, row_number) as rows
        from member where not is_refused
        group by says having count(distinct row_number) > 1
      ) as g, unnest(g.rows) as copy (row_number)
      where copy.row_number <> g.rows[1]
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
                       or b.reasons @> '[{"code": "same-as-row"}]' or b.reasons @> '[{"code": "actions-conflict"}]', false)
  `);
}

/** Rows that change something. The others contend for nothing, for their people have all that they say. */
const openRows = (bulkActionId: string): SQL => sql`
    open_row as materialized (
      select r.* from bulk_plan b
      join bulk_row r on r.bulk_action_id = ${bulkActionId} and r.row_number = b.row_number
      where b.bulk_action_id = ${bulkActionId} and b.outcome is distinct from 'unchanged'
    ),`;

/** What a row asks for, as far as it must fit other rows for the same person. */
const classOf = (action: Action): SQL => sql`
  case when coalesce(r.action, ${action}) = 'create-or-update' then 'update' else coalesce(r.action, ${action}) end`;

/**
 * True where the rows for one person make sense together: archive, then anonymize or delete, then somebody new of the
 * same identifier; or restore, then update. Updates and creates among themselves are compared by what they say.
 */
const isSensible = sql`case
  when bool_or(class = 'restore') then bool_and(class in ('restore', 'update'))
  when bool_or(class = 'update') then bool_and(class in ('update', 'create'))
  when bool_or(class = 'create') then bool_and(class = 'create') or bool_or(class in ('anonymize', 'delete'))
    and not (bool_or(class = 'anonymize') and bool_or(class = 'delete'))
  else not (bool_or(class = 'anonymize') and bool_or(class = 'delete')) end`;

/** True where the row's person has the value and keeps it: whoever makes room for a new one does not. */
function isHolder({ bulkActionId, mapped }: CheckSettings): SQL {
  const holds = sql`
    case c.field
      when 'email' then p.status = 'active' and p.email_key = c.value
      when 'username' then p.username = c.value
      when 'identifier' then p.identifier = c.value
      when 'card_id' then exists (
        select from card k where k.person_id = p.id and k.number = c.value::numeric and ${isInUse('k')})
      else p.fields ->> c.field = c.value end`;
  if (!mapped.has('action')) return holds;
  return sql`${holds} and (a.class <> 'create' or not exists (
    select from bulk_plan g where g.bulk_action_id = ${bulkActionId} and g.person_id = p.id
      and g.phase in ('anonymize', 'delete')))`;
}

/**
 * What a row says, so that two can be compared. Its problems belong to it: what they are about could not be read, and
 * a row that lacks it is no copy of one that never had it.
 */
const says = (action: Action): SQL => sql`
  md5(row(coalesce(r.action, ${action}), r.site_id, r.person_id, r.identifier, r.email_key, r.username, r.first_name, r.last_name,
          r.display_name, r.fields, r.extras, r.problems)::text)`;

/** The unique fields as a row source: `(id bigint, name text, "siteIds" int[])`. */
export const fieldList = (fields: readonly UniqueField[]): SQL =>
  sql`jsonb_to_recordset(${JSON.stringify(fields)}::jsonb) as u (id bigint, name text, "siteIds" int[])`;

/**
 * One line per row and value that it shares with another row: `(field, value, scope, row_number)`. Values of one field
 * are the same inside one scope only. No field: the rows share a person, which is not theirs to fight over.
 * Only rows that create, update or restore want a value; all others name their person by it. A row whose account is
 * unknown is for nobody here. Undefined where nothing of what the rows say can be shared.
 */
function claims(settings: CheckSettings, uniqueFields: readonly UniqueField[]): SQL | undefined {
  const { bulkActionId, action, matchBy, mapped, isUndo, isSkimmed } = settings;
  const source = isSkimmed
    ? sql`from open_row r where`
    : sql`from bulk_row r where r.bulk_action_id = ${bulkActionId} and`;
  const rows = sql`${source} ${isPlaced(settings)}`;
  const wants = mapped.has('action')
    ? sql`${rows} and ${classOf(action)} in ('update', 'create')`
    : sql`${rows} and ${isWritingAction(action)}`;
  const ofRows = (field: string | null, value: SQL, scope: SQL, source: SQL) => sql`
    select ${field}::text as field, ${value} as value, ${scope}::bigint as scope, row_number ${source}
      and (${scope}, ${value}) in (
        select ${scope}, ${value} ${source} and ${value} <> '' group by 1, 2 having count(*) > 1)`;
  const parts = [
    ...(winsBackEmails(settings) ? [emailClaims(settings)] : []),
    ...(mapped.has('email') && !winsBackEmails(settings)
      ? [ofRows('email', sql`email_key`, sql`0`, wants)]
      : []),
    ...(mapped.has('identifier') ? [ofRows(null, sql`identifier`, sql`site_id`, rows)] : []),
    // Where people are found by something else, an identifier is a value like the others.
    ...(mapped.has('identifier') && matchBy[0] !== 'identifier'
      ? [ofRows('identifier', sql`identifier`, sql`site_id`, wants)]
      : []),
    ...(mapped.has('username') ? [ofRows('username', sql`username`, sql`site_id`, wants)] : []),
    ...(isKeyOfPerson(settings) || isUndo ? [] : [samePerson(bulkActionId)]),
    ...(mapped.has('card_id')
      ? [
          ofRows(
            'card_id',
            sql`(extras -> 'card' ->> 'number')`,
            sql`0`,
            sql`${wants} and extras is not null`,
          ),
        ]
      : []),
    ...uniqueFields.map(({ id, name, siteIds }) =>
      ofRows(
        name,
        sql`(fields ->> ${name})`,
        sql`${id}::bigint`,
        sql`${wants} and site_id = any (${sql.param(siteIds)}::int[])`,
      ),
    ),
  ];
  return parts.length === 0 ? undefined : sql.join(parts, sql` union all `);
}

/** True where an email may be claimed by its person's status, not by a row's cell alone. */
const winsBackEmails = ({ mapped, action, isUndo, returns }: CheckSettings): boolean =>
  mapped.has('action') || action === 'restore' || returns || (isUndo && mapped.has('email'));

/** True where rows for one person share the only key that the file has: to look for them by person would find no more. */
function isKeyOfPerson({ action, mapped }: CheckSettings): boolean {
  const [key, ...others] = MATCH_KEYS.filter((name) => mapped.has(name));
  if (others.length > 0) return false;
  return key === 'identifier' || (key === 'username' && action === 'update' && !mapped.has('action'));
}

/** Rows that share a person. Sorted, not joined with itself: while the plan is new, a join without statistics takes minutes. */
const samePerson = (bulkActionId: string): SQL => sql`
  select null::text as field, person_id::text as value, 0::bigint as scope, row_number from (
    select person_id, row_number, count(*) over (partition by person_id) as claims
    from bulk_plan where bulk_action_id = ${bulkActionId} and person_version is not null
  ) as p where claims > 1`;

/** Emails that rows share: those that they would give, and those that people to be restored would win back. */
function emailClaims(settings: CheckSettings): SQL {
  const { bulkActionId, action, isUndo, returns } = settings;
  const regained = sql`
    union all
    select b.row_number, p.email_key
    from bulk_plan b
    join bulk_row r on r.bulk_action_id = ${bulkActionId} and r.row_number = b.row_number
    join person p on p.id = b.person_id and p.status = 'archived' and p.email_key is distinct from r.email_key
    where b.bulk_action_id = ${bulkActionId} and b.person_version is not null
      and (b.phase = 'restore' or b.outcome = 'rejected')
      and coalesce(r.action, ${action}) = 'create-or-update' and ${winsBackEmail(settings)}`;
  const source = sql`(
    select r.row_number, case when ${classOf(action)} = 'restore' then p.email_key else r.email_key end as email_key
    from bulk_row r
    join bulk_plan b on b.bulk_action_id = r.bulk_action_id and b.row_number = r.row_number
    left join person p on ${isUndo ? sql`true` : sql`${classOf(action)} = 'restore'`} and p.id = b.person_id and b.person_version is not null
    where r.bulk_action_id = ${bulkActionId} and ${isPlaced(settings)}
      and ${classOf(action)} in ('update', 'create', 'restore')
      ${isUndo ? sql`and not (${classOf(action)} = 'update' and ${endsArchived})` : sql``}
    ${returns ? regained : sql``}
  ) as w`;
  return sql`select 'email' as field, email_key as value, 0::bigint as scope, row_number from (
      select email_key, row_number, count(*) over (partition by email_key) as claims from ${source}
      where email_key <> ''
    ) as e where claims > 1`;
}
