// The first half of the check: every row of a run, by itself, becomes a plan or an outcome.
import { type SQL, sql } from 'drizzle-orm';
import type { RowRange } from '../../../domain/batch.ts';
import {
  type Action,
  type ExistingMode,
  isWritingAction,
  type MatchKey,
  WRITING_ACTIONS,
} from '../../../domain/bulk-action.ts';
import type { PersonField } from '../../../domain/person.ts';
import type { Database } from '../../client.ts';

export type CheckSettings = {
  bulkActionId: string;
  rootId: number;
  action: Action;
  existing: ExistingMode;
  /** The keys by which a row's person is found: the first of them that the row has. */
  matchBy: readonly MatchKey[];
  /** What becomes of a row that would create somebody who exists. */
  duplicates: 'rejected' | 'skipped';
  /** Own fields that a new person must have, beside the identifier. */
  requiredToCreate: readonly PersonField[];
  /** The fields that a column of the file is mapped to. */
  mapped: ReadonlySet<string>;
};

/**
 * Plans each row of a range by itself: finds its person, resolves its action, compares with what is there. What stands
 * in its way and another row of the file may remove, is noted as an obstacle. Ids of people to create are handed out
 * here. A second call finds the plan made and leaves it.
 */
export async function insertPlan(db: Database, settings: CheckSettings, range: RowRange): Promise<void> {
  const { bulkActionId, rootId, action, existing, duplicates, mapped } = settings;
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
             when c.is_changed or p.status = 'archived' then 'update' end
           else a.action end,
      case when p.id is not null then p.id
           when v.code is null then nextval('person_id_seq') end,
      p.version,
      case when v.code is null then case when a.is_edit and p.id is not null and a.action <> 'create'
                                              and not c.is_changed and p.status = 'active' then 'unchanged' end
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
          when t.identifier_holder is not null or t.email_holder is not null or t.username_holder is not null
            or a.action = 'anonymize' and p.status = 'active'
            or a.is_edit and p.id is not null and (p.status = 'archived' or a.action = 'create') then (
            -- Put together by ||: a query of its own for each row costs more than the rest of the plan.
            case when a.action = 'anonymize' and p.status = 'active'
              then jsonb_build_array(jsonb_build_object('code', 'not-archived', 'holder', p.id)) else '[]' end
            || case when a.is_edit and a.action <> 'create' and p.status = 'archived'
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
          and (a.action = 'create' or merged_text(p.email_key, r.email_key, ${existing}) is distinct from p.email_key) then e.id end as email_holder,
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
        ${findsArchived(settings) ? sql`when x.is_one_of_several and p.id = x.id then 'several-found'` : sql``}
        when not a.is_edit then case
          when p.id is null then 'nobody-found'
          when a.action = 'archive' and p.status = 'archived' then 'already-archived'
          when a.action = 'restore' and p.status = 'active' then 'already-active' end
        when p.id is not null then case
          when a.action = 'create' then case
            when l.is_incomplete then case p.status when 'archived' then 'person-archived' else 'person-exists' end end
          when ${existing} = 'keep' then case p.status when 'archived' then 'person-archived' else 'kept-existing' end end
        when a.action = 'update' then 'nobody-found'
        when l.is_incomplete then 'required'
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

/** The actions that write, as a list of SQL. */
export const writingActions = sql.raw(WRITING_ACTIONS.map((action) => `'${action}'`).join(', '));

/**
 * Archived people are looked for by email where a file may mean them: it has no identifiers, or its rows do more than
 * create and update. In all other files it would cost a tenth of the plan, for rows that are refused either way.
 */
const findsArchived = ({ matchBy, mapped, action }: CheckSettings): boolean =>
  matchBy.includes('email') &&
  (mapped.has('action') || !mapped.has('identifier') || !isWritingAction(action));

/** An identifier can change only where rows find their person by something else first. */
const mayRename = ({ matchBy }: CheckSettings): boolean => matchBy[0] !== 'identifier';

const archivedByEmail = sql`
    -- Archived people keep their email, and several may have had the same one.
    left join lateral (
      select o.*, exists (
        select from person other
        where other.site_id = o.site_id and other.email_key = o.email_key and other.status = 'archived' and other.id <> o.id
      ) as is_one_of_several
      from person o
      where h.key = 'email' and (a.action = 'restore' or e.site_id is distinct from r.site_id)
        and o.site_id = r.site_id and o.email_key = r.email_key and o.status = 'archived'
      order by o.id limit 1
    ) as x on true`;

/** A domain that is no longer allowed refuses new emails. Whoever has such an email keeps it, and other values change. */
const keepsItsEmail = sql`coalesce(r.email_key = p.email_key, false) and jsonb_array_length(r.problems) = 1
          and r.problems -> 0 ->> 'code' = 'domain-not-allowed'`;

/** What the plan reads of a row's person. */
const PERSON_COLUMNS = [
  'id',
  'version',
  'status',
  'identifier',
  'email_key',
  'username',
  'first_name',
  'last_name',
  'display_name',
  'fields',
] as const;

/** The obstacle of a key that somebody else has, in an array; an empty one where nobody has. */
const keyTaken = (key: MatchKey): SQL =>
  sql.raw(`case when t.${key}_holder is not null then jsonb_build_array(jsonb_build_object(
              'code', 'key-taken', 'field', '${key}', 'value', r.${key}, 'holder', t.${key}_holder)) else '[]' end`);

const ROW_COLUMN_OF_KEY = {
  identifier: 'r.identifier',
  email: 'r.email_key',
  // A blank one that clears finds nobody.
  username: "nullif(r.username, '')",
} as const satisfies Record<MatchKey, string>;

/**
 * False for a row `r` whose account is unknown. It stays with the site of its run for want of another: nobody there is
 * meant by it, and nothing there is claimed.
 */
export const isPlaced = ({ mapped }: Pick<CheckSettings, 'mapped'>): SQL =>
  mapped.has('account_id')
    ? sql`(r.problems is null or not r.problems @? '$[*] ? (@.field == "account_id")')`
    : sql`true`;

/** The first of the keys that the row has. */
function matchedKey(settings: CheckSettings): SQL {
  const cases = settings.matchBy.map((key) =>
    sql.raw(`when ${ROW_COLUMN_OF_KEY[key]} is not null then '${key}'`),
  );
  return sql`case when not ${isPlaced(settings)} then null ${sql.join(cases, sql` `)} end`;
}

/** A column of the row's person. By email the active one of the row's site, else an archived one; restore asks for that. */
function matched(settings: CheckSettings, name: (typeof PERSON_COLUMNS)[number]): SQL {
  const archived = findsArchived(settings) ? `when x.id is not null then x.${name} ` : '';
  const sources = {
    identifier: `i.${name}`,
    email: `case ${archived}when e.site_id = r.site_id then e.${name} end`,
    username: `u.${name}`,
  } as const satisfies Record<MatchKey, string>;
  const cases = settings.matchBy.map((key) => sql.raw(`when '${key}' then ${sources[key]}`));
  return sql`case h.key ${sql.join(cases, sql` `)} end as ${sql.raw(name)}`;
}

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
