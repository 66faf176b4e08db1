// People who are absent from the file of a sync: each becomes a row of the run that archives or deletes them, behind the
// file's own.
//
// Nobody who stands in the file in any way goes for being absent: not the person of a row that is refused, nor one whom a
// refused row names by another key than the one that counts. Where a row can't be read well enough to say whom it means,
// nobody of its site goes.
import { type SQL, sql } from 'drizzle-orm';
import { type AbsentMode, MATCH_KEYS, type MatchKey } from '../../../domain/bulk-action.ts';
import { PERSON_FIELDS } from '../../../domain/person.ts';
import type { Database } from '../../client.ts';
import { isInUse } from '../cards/cards-in-use.ts';
import { isKnownToSource } from '../sources/source-people.ts';
import { fieldList, type UniqueField } from './claims.ts';
import { firstKeyOf, isPlaced } from './row-people.ts';
import type { CheckSettings } from './settings.ts';

/** Other rows that a reason names: enough to begin with. */
const NAMED_ROWS_MAX = 20;

/** Why somebody goes: that they are archived goes without saying. */
const ABSENCE = {
  archive: '[{"code": "absent"}]',
  delete: '[{"code": "absent", "expected": "delete"}]',
} as const satisfies Record<Exclude<AbsentMode, 'keep'>, string>;

/** By this a planned row is known to be somebody's absence: no obstacle, and what the result says. */
const isAbsence = sql`b.phase in ('archive', 'delete') and b.outcome is null and b.reasons @> '[{"code": "absent"}]'`;

/**
 * Adds a row for each active person of the sites in the file whom no row of the file has found, and plans to archive or
 * delete them, as `absent` has it; whoever holds a role stays. Where the run compares with the last good file of its
 * source, nobody counts whom that was not about. Somebody who was absent at an earlier check keeps the row number of then; whoever is
 * absent no longer loses their row. Gives how many rows were planned now, and whether any of the run's takes somebody
 * away. `among`: the ids of those who are absent, where they are known. Safe to repeat: whoever has a plan is passed
 * over.
 */
export async function planAbsent(
  db: Database,
  settings: CheckSettings,
  among?: readonly number[],
): Promise<{ planned: number; isAnyLeaving: boolean }> {
  const { bulkActionId, isReplanned, absent } = settings;
  if (absent === 'keep') return { planned: 0, isAnyLeaving: false };
  const [done] = await db.execute<{ planned: number; isAnyLeaving: boolean }>(sql`
    with run as materialized (
      select columns, lock_site_ids from bulk_action where id = ${bulkActionId} and state = 'checking' for update
    ),
    absent as materialized (
      select p.*, ${isReplanned ? sql`k.row_number` : sql`null::int`} as row_number,
        exists (select from role_assignment a where a.person_id = p.id) as has_role
      from person p
      ${isReplanned ? sql`left join bulk_row k on k.bulk_action_id = ${bulkActionId} and k.person_id = p.id` : sql``}
      where ${isAbsent(settings)} and exists (select from run)
        ${among ? sql`and p.id = any (${sql.param([...among])}::bigint[])` : sql``}
    ),
    numbered as materialized (
      select a.*, coalesce(a.row_number,
          (select max(row_number) from bulk_row where bulk_action_id = ${bulkActionId})
            + row_number() over (partition by a.row_number is null order by a.site_id, a.identifier collate "C"))::int as number
      from absent a
    ),
    added as (
      insert into bulk_row (bulk_action_id, row_number, cells, action, site_id, person_id)
      select ${bulkActionId}, n.number, (
          select json_agg(case c.it ->> 'field' ${cells} else '' end order by c.place)
          from jsonb_array_elements(run.columns) with ordinality as c (it, place)
        ), ${absent}, n.site_id, n.id
      from numbered n cross join run
      where n.row_number is null
      returning 1
    ),
    ${isReplanned ? presentAgain(bulkActionId) : sql``}
    counted as (
      update bulk_action set rows_total = rows_total + (select count(*) from added)
        ${isReplanned ? sql`- (select count(*) from present_again)` : sql``}
      where id = ${bulkActionId} and exists (select from run)
    ),
    planned as (
      insert into bulk_plan (bulk_action_id, row_number, phase, person_id, person_version, outcome, reasons)
      select ${bulkActionId}, number, case when not has_role then ${absent} end, id, version,
        case when has_role then 'skipped' end,
        case when has_role then '[{"code": "absent-with-role"}]' else ${ABSENCE[absent]}::jsonb end
      from numbered order by number
      returning outcome is null as is_leaving
    )
    select count(*)::int as planned,
      coalesce(bool_or(is_leaving), false) ${isReplanned ? sql`or exists (select from bulk_plan b where b.bulk_action_id = ${bulkActionId} and ${isAbsence})` : sql``} as "isAnyLeaving"
    from planned
  `);
  return done ?? { planned: 0, isAnyLeaving: false };
}

/** True for an active person `p` at one of the sites in the file of `run`, in no row's plan, and known to its source. */
const isAbsent = (settings: CheckSettings): SQL => sql`
  p.site_id = any (array(${sitesInFile(settings)})) and p.status = 'active' and not exists (
    select from bulk_plan b where b.bulk_action_id = ${settings.bulkActionId} and b.person_id = p.id)
  ${settings.amongSourceId === null ? sql`` : sql`and ${isKnownToSource(settings.amongSourceId)}`}`;

const FEW = 1000;

/**
 * The ids of those who are absent, where they are few; undefined where they are more than that. To look for them apart
 * pays where there is hardly anybody: a statement that only reads goes by all cores.
 */
export async function findFewAbsent(db: Database, settings: CheckSettings): Promise<number[] | undefined> {
  const rows = await db.execute<{ id: number }>(sql`
    with run as (select lock_site_ids from bulk_action where id = ${settings.bulkActionId})
    select p.id from person p where ${isAbsent(settings)} limit ${FEW + 1}
  `);
  return rows.length > FEW ? undefined : rows.map(({ id }) => id);
}

/** How many people the rows of the run are for that change nothing. */
export async function countUnchangedPeople(db: Database, { bulkActionId }: CheckSettings): Promise<number> {
  const [counted] = await db.execute<{ people: number }>(sql`
    select count(*)::int as people from (
      select from bulk_plan where bulk_action_id = ${bulkActionId} and outcome = 'unchanged' group by person_id
    ) as p
  `);
  return counted?.people ?? 0;
}

/** How many active people there are at the sites that the run holds, of those who can be absent from it. */
export async function countPossiblyAbsent(
  db: Database,
  { bulkActionId, amongSourceId }: CheckSettings,
): Promise<number> {
  const [counted] = await db.execute<{ people: number }>(sql`
    select count(*)::int as people from person p
    where p.status = 'active'
      and p.site_id = any (array(select unnest(lock_site_ids) from bulk_action where id = ${bulkActionId}))
      ${amongSourceId === null ? sql`` : sql`and ${isKnownToSource(amongSourceId)}`}
  `);
  return counted?.people ?? 0;
}

/** The cell of each field of a person `n` that a file may have a column for. */
const cells = sql.join(
  [
    ...PERSON_FIELDS.map((field) => sql.raw(`when '${field}' then coalesce(n.${field}, '')`)),
    sql`when 'account_id' then n.site_id::text`,
  ],
  sql` `,
);

/** Rows of an earlier check for people who are absent no longer: they were found meanwhile, have gone, or were moved. */
const presentAgain = (bulkActionId: string): SQL => sql`
    present_again as (
      delete from bulk_row r
      where r.bulk_action_id = ${bulkActionId} and r.person_id is not null and exists (select from run)
        and not exists (
          select from bulk_plan b where b.bulk_action_id = ${bulkActionId} and b.row_number = r.row_number)
        and not exists (select from absent a where a.id = r.person_id)
      returning 1
    ),`;

/**
 * The sites that the file is about: all that are locked. Of a file with a column for accounts those that a row names by
 * it, for a file none of whose accounts can be read is about none.
 */
const sitesInFile = (settings: CheckSettings): SQL =>
  settings.mapped.has('account_id')
    ? sql`
        select distinct r.site_id from bulk_row r
        where r.bulk_action_id = ${settings.bulkActionId} and r.person_id is null and ${isPlaced(settings)}
          and not ${hasBrokenShape} and r.site_id = any (array(select unnest(lock_site_ids) from run))`
    : sql`select unnest(lock_site_ids) from run`;

/** True for a row whose cells may stand in the wrong columns, or were not read at all. */
const hasBrokenShape = sql`
  coalesce(r.problems @? '$[*] ? (@.code == "unclosed-quote" || @.code == "too-many-cells")', false)`;

/**
 * Holds back everybody absent from a site where a row can't say whom it means: it found nobody, and its key can't be
 * read or its cells may have moved. Such a row of no certain site may mean somebody of each. Safe to repeat.
 */
export async function holdBackUnclear(db: Database, settings: CheckSettings): Promise<void> {
  const { bulkActionId, matchBy, mapped } = settings;
  const firstKey = matchBy.find((key) => mapped.has(key)) ?? 'identifier';
  const isUnreadable = sql.raw(`coalesce(r.problems @? '$[*] ? (@.field == "${firstKey}")', false)`);
  const isAnywhere = mapped.has('account_id')
    ? sql`(not ${isPlaced(settings)} or ${hasBrokenShape})`
    : sql`false`;
  const isSomebody = sql.join(
    ownKeys(settings).map((having) => sql`exists (select from person p where ${having})`),
    sql` or `,
  );
  await db.execute(sql`
    with unclear as materialized (
      select r.row_number, case when not ${isAnywhere} then r.site_id end as site_id
      from bulk_plan b
      join bulk_row r on r.bulk_action_id = ${bulkActionId} and r.row_number = b.row_number
      where b.bulk_action_id = ${bulkActionId} and b.outcome = 'rejected' and b.person_version is null
        and (${firstKeyOf(matchBy)} is null or ${isUnreadable} or ${hasBrokenShape}) and not (${isSomebody})
    ),
    held as materialized (
      select s.id as site_id, (array_agg(u.row_number order by u.row_number))[1:${NAMED_ROWS_MAX}::int] as rows
      from bulk_action a join site s on s.id = any (a.lock_site_ids)
      join unclear u on coalesce(u.site_id, s.id) = s.id
      where a.id = ${bulkActionId} and a.state = 'checking'
      group by s.id
    )
    update bulk_plan b
    set phase = null, outcome = 'rejected',
        reasons = jsonb_build_array(jsonb_build_object('code', 'absent-unclear', 'rows', h.rows))
    from held h join bulk_row r on r.bulk_action_id = ${bulkActionId} and r.site_id = h.site_id
    where b.bulk_action_id = ${bulkActionId} and b.row_number = r.row_number and ${isAbsence}
  `);
}

/**
 * Notes as an obstacle where a row names somebody absent by another key: it takes their email, say. They go if that row
 * goes ahead, for then it is about somebody else; where it is refused nobody can be sure, and they stay. To be called
 * once all other refusals are known. Safe to repeat.
 */
export async function noteNamedAbsent(
  db: Database,
  settings: CheckSettings,
  uniqueFields: readonly UniqueField[],
): Promise<void> {
  const { bulkActionId } = settings;
  await db.execute(sql`
    update bulk_plan b
    set reasons = b.reasons || n.obstacles
    from (
      select person_id, jsonb_agg(jsonb_strip_nulls(jsonb_build_object('code', 'absent-unclear',
          'rows', jsonb_build_array(row_number), 'remover', case when takes then row_number end))) as obstacles
      from (
        select o.*, row_number() over (partition by person_id order by takes, row_number) as place
        from (${takers(settings)} union ${namers(settings, uniqueFields)}) as o
      ) as o
      where place <= ${NAMED_ROWS_MAX}
      group by person_id
    ) as n
    where b.bulk_action_id = ${bulkActionId} and b.person_id = n.person_id and ${isAbsence}
      -- Once it is settled, the rows stand in the first reason (see obstacles.ts): it is not noted anew then.
      and jsonb_array_length(b.reasons) = 1 and not b.reasons -> 0 ? 'rows'
  `);
}

/** Planned rows that take a key of somebody else's, with that person. */
const takers = ({ bulkActionId }: CheckSettings): SQL => sql`
          select (k.reason ->> 'holder')::bigint as person_id, b.row_number, true as takes
          from bulk_plan b cross join lateral jsonb_array_elements(b.reasons) as k (reason)
          where b.bulk_action_id = ${bulkActionId} and b.outcome is null and k.reason ->> 'code' = 'key-taken'`;

/**
 * Rows that have a key of somebody else's and do not take it, with that person: one that may yet be refused as if it did.
 */
function namers(settings: CheckSettings, uniqueFields: readonly UniqueField[]): SQL {
  const { bulkActionId, rootId, existing, mapped } = settings;
  const isCopy = sql`b.reasons @> '[{"code": "same-as-row"}]'`;
  // Where cells count, a planned row or one that changes nothing is about somebody else.
  const isNaming =
    existing === 'overwrite'
      ? sql`(b.outcome in ('rejected', 'skipped')
              or b.outcome is null and b.phase in ('archive', 'anonymize', 'delete', 'restore'))`
      : sql`true`;
  const mayBeRefused = sql`(b.outcome is null and b.reasons is not null)`;
  const by = (people: SQL) => sql`
          select p.id, b.row_number, not coalesce(${isNaming}, false)
          from bulk_plan b
          join bulk_row r on r.bulk_action_id = ${bulkActionId} and r.row_number = b.row_number and r.person_id is null
          ${people}
          where b.bulk_action_id = ${bulkActionId} and (${isNaming} or ${mayBeRefused})
            and not coalesce(b.outcome = 'skipped' and ${isCopy}, false)
            and not coalesce(b.outcome is null
              and b.reasons @> jsonb_build_array(jsonb_build_object('code', 'key-taken', 'holder', p.id)), false)`;
  const parts = [
    ...ownKeys(settings).map((having) => by(sql`join person p on ${having}`)),
    ...(uniqueFields.length > 0
      ? [
          by(sql`cross join ${fieldList(uniqueFields)}
          join person_unique_value v on v.field_id = u.id and v.value = r.fields ->> u.name
          join person p on p.id = v.person_id`),
        ]
      : []),
    ...(mapped.has('card_id')
      ? [
          by(sql`join card k on k.root_id = ${rootId} and k.number = (r.extras -> 'card' ->> 'number')::numeric
            and ${isInUse('k')}
          join person p on p.id = k.person_id`),
        ]
      : []),
  ];
  return sql.join(parts, sql` union `);
}

/** For each key of the file, whether an active person `p` has that of the row `r`. */
function ownKeys(settings: CheckSettings): SQL[] {
  const { bulkActionId, rootId, mapped } = settings;
  const isAtSite = sql`p.site_id = any (case when ${isPlaced(settings)} then array[r.site_id]
    else (select lock_site_ids from bulk_action where id = ${bulkActionId}) end)`;
  const conditions = {
    email: sql`p.root_id = ${rootId} and p.email_key = r.email_key and p.status = 'active'`,
    identifier: sql`${isAtSite} and p.identifier = r.identifier and p.status = 'active'`,
    username: sql`${isAtSite} and p.username = r.username and p.status = 'active'`,
  } as const satisfies Record<MatchKey, SQL>;
  return MATCH_KEYS.filter((key) => mapped.has(key)).map((key) => conditions[key]);
}
