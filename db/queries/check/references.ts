// What rows refer to beside their person: org units, supervisors, roles, cards. Looked up for rows that name any.
//
// Each lookup gives findings: why a row is refused, what stands in its way, and whether it changes its person at all,
// for a row that changes nothing else has been called unchanged by then.
import { type SQL, sql } from 'drizzle-orm';
import { SUPERVISOR_FIELDS } from '../../../domain/rows/extras.ts';
import type { Database } from '../../client.ts';
import { isInUse } from '../cards/cards-in-use.ts';
import { isPlaced } from './row-people.ts';
import { writingActions } from './row-plans.ts';
import type { CheckSettings } from './settings.ts';

/** The lookups by the fields that ask for them. */
const LOOKUPS: readonly { fields: readonly string[]; findings: (settings: CheckSettings) => SQL }[] = [
  { fields: ['org_unit'], findings: orgUnits },
  { fields: SUPERVISOR_FIELDS, findings: supervisors },
  { fields: ['role', 'access_role'], findings: roles },
  { fields: ['password'], findings: passwords },
  { fields: ['card_id'], findings: cards },
];

/** True where a column of the file is mapped to something that is looked up here. */
export const hasReferences = ({ mapped }: Pick<CheckSettings, 'mapped'>): boolean =>
  LOOKUPS.some(({ fields }) => fields.some((field) => mapped.has(field)));

/**
 * Resolves what the rows refer to: notes org unit and supervisor in the plan, refuses rows whose reference is none,
 * notes obstacles (a supervisor whom another row creates, a card that somebody else has), and plans an update where
 * only a reference changes. Safe to repeat.
 */
export async function planReferences(db: Database, settings: CheckSettings): Promise<void> {
  for (const { fields, findings } of LOOKUPS)
    if (fields.some((field) => settings.mapped.has(field)))
      await writeFindings(db, settings.bulkActionId, findings(settings));
}

async function writeFindings(db: Database, bulkActionId: string, findings: SQL): Promise<void> {
  await db.execute(sql`
    with run as (
      select from bulk_action where id = ${bulkActionId} and state = 'checking' for share
    )
    update bulk_plan b set
      org_unit_id = coalesce(f.org_unit_id, b.org_unit_id),
      supervisor_id = coalesce(f.supervisor_id, b.supervisor_id),
      outcome = case when f.refusal is not null then 'rejected'
                     when b.outcome = 'unchanged' and f.is_changed then null else b.outcome end,
      phase = case when f.refusal is not null then null
                   when b.outcome = 'unchanged' and f.is_changed then 'update' else b.phase end,
      person_id = case when f.refusal is null or b.person_version is not null then b.person_id end,
      reasons = case
        when f.refusal is not null then case when b.outcome = 'rejected' then b.reasons else '[]' end || f.refusal
        when f.obstacle is not null and (b.outcome is null or b.outcome = 'unchanged' and f.is_changed)
          then coalesce(b.reasons, '[]') || f.obstacle
        else b.reasons end
    from (${findings}) as f
    where b.bulk_action_id = ${bulkActionId} and b.row_number = f.row_number and exists (select from run)
      and not coalesce(b.reasons @> jsonb_build_array(coalesce(f.refusal, f.obstacle)), false)
  `);
}

/** Rows that may set something, with what they say beside their person's own columns; `p` is null for new people. */
const rowsWith = (settings: CheckSettings, key: string): SQL => sql`
  bulk_plan b
  join bulk_row r on r.bulk_action_id = b.bulk_action_id and r.row_number = b.row_number
    and r.bulk_action_id = ${settings.bulkActionId} and r.extras ? ${key} and ${isPlaced(settings)}
    and coalesce(r.action, ${settings.action}) in (${writingActions})
  join site s on s.id = r.site_id
  left join person p on p.id = b.person_id and b.person_version is not null`;

const isOpen = ({ bulkActionId }: CheckSettings): SQL => sql`
  b.bulk_action_id = ${bulkActionId} and (b.outcome is null or b.outcome in ('unchanged', 'rejected'))`;

/** A row that only fills what is empty leaves what is there. */
const fills = ({ existing }: CheckSettings, kept: SQL): SQL =>
  existing === 'fill-missing' ? sql`${kept} is null` : sql`true`;

function orgUnits(settings: CheckSettings): SQL {
  return sql`
    select b.row_number, null::jsonb as obstacle, null::bigint as supervisor_id,
      case when unit.id is null
             then jsonb_build_object('code', 'unknown-org-unit', 'field', 'org_unit', 'value', r.extras -> 'orgUnit')
           when r.extras ? 'isLeafNeeded' and not unit.is_leaf
             then jsonb_build_object('code', 'not-a-leaf', 'field', 'org_unit', 'value', r.extras -> 'orgUnit')
      end as refusal,
      case when ${fills(settings, sql`p.org_unit_id`)} then unit.id end as org_unit_id,
      unit.id is distinct from p.org_unit_id and ${fills(settings, sql`p.org_unit_id`)} as is_changed
    from ${rowsWith(settings, 'orgUnit')}
    left join lateral (
      select u.id, not exists (select from org_unit below where below.parent_id = u.id) as is_leaf
      from org_unit u
      where u.site_id = any (s.path) and u.name = r.extras ->> 'orgUnit'
      order by array_position(s.path, u.site_id) desc limit 1
    ) as unit on true
    where ${isOpen(settings)}`;
}

function supervisors(settings: CheckSettings): SQL {
  const { bulkActionId, rootId, mapped, isSync } = settings;
  const stays =
    mapped.has('action') || isSync
      ? sql`not exists (
        select from bulk_plan g where g.bulk_action_id = ${bulkActionId} and g.person_id = o.id
          and g.phase in ('archive', 'anonymize', 'delete'))`
      : sql`true`;
  const found = (by: string, key: SQL) => sql`
    select o.id, o.org_unit_id from person o
    where x.by = ${by} and ${key} and o.status = 'active' and ${stays}`;
  const atSite = (column: string) => sql`o.site_id = any (s.path) and ${sql.raw(column)} = x.value`;
  return sql`
    select distinct on (b.row_number) b.row_number, null::bigint as org_unit_id, wanted.id as supervisor_id,
      case when wanted.id = b.person_id
             then jsonb_build_object('code', 'own-supervisor', 'field', 'supervisor')
           when boss.id is null and newcomer.row_number is null
             then jsonb_build_object('code', 'unknown-supervisor', 'field', 'supervisor', 'value', x.value)
           when x.unit is not null and x.unit is distinct from coalesce(unit.name, newcomer.unit)
             then jsonb_build_object('code', 'supervisor-elsewhere', 'field', 'supervisor', 'value', x.unit)
      end as refusal,
      case when boss.id is null and newcomer.row_number is not null
        then jsonb_build_object('code', 'unknown-supervisor', 'field', 'supervisor', 'value', x.value,
          'remover', newcomer.row_number) end as obstacle,
      (boss.id is null or wanted.id is distinct from p.supervisor_id)
        and ${fills(settings, sql`p.supervisor_id`)} as is_changed
    from ${rowsWith(settings, 'supervisor')}
    cross join lateral (
      select r.extras -> 'supervisor' ->> 'by' as by, r.extras -> 'supervisor' ->> 'value' as value,
        r.extras -> 'supervisor' ->> 'orgUnit' as unit
    ) as x
    left join lateral (
      ${found('identifier', atSite('o.identifier'))}
      union all ${found('username', atSite('o.username'))}
      union all ${found('email', sql`o.root_id = ${rootId} and o.email_key = x.value`)}
      limit 1
    ) as boss on true
    left join org_unit unit on unit.id = boss.org_unit_id
    -- People whom rows of the file would create, by the keys by which other rows name them. Of rows that say the same
    -- the one that will count (see claims.ts).
    left join (
      select * from (
        select k.by, k.value, r.site_id, b.row_number, b.person_id, r.extras ->> 'orgUnit' as unit,
          row_number() over (
            partition by k.by, k.value, r.site_id order by b.outcome is not null, r.email collate "C" desc, b.row_number
          ) as turn
        from bulk_plan b
        join bulk_row r on r.bulk_action_id = b.bulk_action_id and r.row_number = b.row_number
        cross join lateral (
          values ('identifier', r.identifier), ('email', r.email_key), ('username', r.username)
        ) as k (by, value)
        where b.bulk_action_id = ${bulkActionId} and r.bulk_action_id = ${bulkActionId} and ${isPlaced(settings)}
          and b.person_version is null and (b.outcome is null or b.outcome = 'rejected')
          and k.value in (
            select extras -> 'supervisor' ->> 'value' from bulk_row
            where bulk_action_id = ${bulkActionId} and extras ? 'supervisor')
      ) as n where n.turn = 1
    ) as newcomer on newcomer.by = x.by and newcomer.value = x.value
      and (x.by = 'email' or newcomer.site_id = any (s.path))
    cross join lateral (
      select case when ${fills(settings, sql`p.supervisor_id`)} then coalesce(boss.id, newcomer.person_id) end as id
    ) as wanted
    where ${isOpen(settings)}
    order by b.row_number, array_position(s.path, newcomer.site_id) desc`;
}

/** The roles of a row become all that its person holds on the row's site, as far as the admin may grant them. */
function roles(settings: CheckSettings): SQL {
  return sql`
    select b.row_number, null::jsonb as obstacle, null::bigint as org_unit_id, null::bigint as supervisor_id,
      wanted.refusal,
      wanted.ids is distinct from held.ids as is_changed
    from ${rowsWith(settings, 'roles')}
    join ${permissionsAtSites(settings)} on h.site_id = r.site_id
    cross join lateral (
      select array_agg(distinct o.id order by o.id) as ids,
        (array_agg(case
          when o.id is null then jsonb_build_object('code', 'unknown-role', 'field', 'role', 'value', w.name)
          when not o.permissions <@ h.permissions
            then jsonb_build_object('code', 'role-not-yours', 'field', 'role', 'value', w.name) end
          order by o.id is not null and o.permissions <@ h.permissions, w.name))[1] as refusal
      from jsonb_array_elements_text(r.extras -> 'roles') as w (name)
      left join lateral (
        select o.id, o.permissions from role o where o.site_id = any (s.path) and o.name = w.name
        order by array_position(s.path, o.site_id) desc limit 1
      ) as o on true
    ) as wanted
    cross join lateral (
      select array_agg(o.id order by o.id) as ids
      from role_assignment a join role o on o.id = a.role_id
      where a.person_id = p.id and a.site_id = r.site_id and o.permissions <@ h.permissions
    ) as held
    where ${isOpen(settings)}`;
}

/** Whoever sets a password can sign in as its person: only of somebody who may do no more than the admin. */
function passwords(settings: CheckSettings): SQL {
  return sql`
    select b.row_number, null::jsonb as obstacle, null::bigint as org_unit_id, null::bigint as supervisor_id,
      case when exists (
        select from role_assignment a join role o on o.id = a.role_id
        where a.person_id = p.id and not o.permissions <@ run_permissions(${settings.bulkActionId}, a.site_id)
      ) then jsonb_build_object('code', 'role-not-yours', 'field', 'password') end as refusal,
      true as is_changed
    from ${rowsWith(settings, 'passwordHash')}
    where ${isOpen(settings)}`;
}

/** Whose card is over by now has it no more: a row brings it anew, once, unless it is over in the row, too. */
function cards(settings: CheckSettings): SQL {
  return sql`
    select b.row_number, null::jsonb as refusal, null::bigint as org_unit_id, null::bigint as supervisor_id,
      case when k.person_id <> b.person_id
        then jsonb_build_object('code', 'key-taken', 'field', 'card_id', 'value', x.number, 'holder', k.person_id)
      end as obstacle,
      case when k.id is null then not (coalesce(x.valid_until < utc_today(), false) and exists (
          select from card o where o.person_id = b.person_id and o.number = x.number::numeric
            and o.status in ('pending', 'issued', 'expired') and o.valid_until = x.valid_until))
        else k.person_id is distinct from b.person_id or k.status = 'pending'
          and (k.valid_from, k.valid_until) is distinct from (x.valid_from, x.valid_until) end as is_changed
    from ${rowsWith(settings, 'card')}
    cross join lateral (
      select r.extras -> 'card' ->> 'number' as number, (r.extras -> 'card' ->> 'validFrom')::date as valid_from,
        (r.extras -> 'card' ->> 'validUntil')::date as valid_until
    ) as x
    left join card k on k.root_id = ${settings.rootId} and k.number = x.number::numeric and ${isInUse('k')}
    where ${isOpen(settings)}`;
}

/** What the admin of the run may do at each of its sites: `(site_id, permissions)`. */
const permissionsAtSites = ({ bulkActionId }: CheckSettings): SQL => sql`(
  select o.id as site_id, run_permissions(${bulkActionId}, o.id) as permissions
  from site o join bulk_action a on a.id = ${bulkActionId} and o.id = any (a.lock_site_ids)
) as h`;
