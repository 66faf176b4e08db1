// The check of an undo, of what stands beside people's own values: org units, supervisors, cards, roles.
import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../client.ts';
import { isInUse } from '../cards/cards-in-use.ts';
import type { CheckSettings } from './settings.ts';
import { checking, isOpen, keptWith, leftBy } from './undo-parts.ts';

/** An org unit that was removed and a supervisor who left can't be given back. What is gone stays gone. */
export async function keepGoneReferences(db: Database, bulkActionId: string): Promise<void> {
  for (const { key, name, exists } of [
    { key: 'orgUnitId', name: 'org_unit', exists: sql`select from org_unit o where o.id = x.id` },
    {
      key: 'supervisorId',
      name: 'supervisor',
      exists: sql`select from person s where s.id = x.id and s.status <> 'anonymized' and s.id <> r.person_id`,
    },
  ])
    await db.execute(sql`
      with run as (${checking(bulkActionId)})
      update bulk_row r set
        extras = r.extras #- ${sql.raw(`'{undo,${key}}'`)}::text[],
        kept = ${keptWith('not-undone', sql`${JSON.stringify({ [name]: null })}::jsonb`)}
      from (
        select row_number, (extras -> 'undo' ->> ${key}::text)::bigint as id from bulk_row
        where bulk_action_id = ${bulkActionId} and extras -> 'undo' ? ${key}::text
      ) as x
      where r.bulk_action_id = ${bulkActionId} and r.row_number = x.row_number and x.id <> 0
        and exists (select from run) and ${isOpen} and not exists (${exists})
    `);
}

/**
 * A card that was issued since is in somebody's hand: it stays. One that went out of use since is not brought back by the
 * days that it had before.
 */
export async function keepIssuedCards(db: Database, bulkActionId: string, undoesId: string): Promise<void> {
  await db.execute(sql`
    with run as (${checking(bulkActionId)})
    update bulk_row r set
      extras = (r.extras #- '{undo,card}') - 'card',
      kept = ${keptWith('not-undone', sql`'{"card_id": null}'::jsonb`)}
    from bulk_row o
    where o.bulk_action_id = ${bulkActionId} and (o.extras ? 'card' or o.extras -> 'undo' ? 'card')
      and r.bulk_action_id = ${bulkActionId} and r.row_number = o.row_number and exists (select from run) and ${isOpen}
      and exists (
        select from card k
        where k.person_id = o.person_id
          and k.number = coalesce(o.extras -> 'undo' ->> 'card', o.extras -> 'card' ->> 'number')::numeric
          and (k.status = 'issued' and ${isInUse('k')}
            or o.extras ? 'card' and not coalesce(o.extras -> 'undo' ? 'card', false)
              and k.ended_at > (select finished_at from bulk_action where id = ${undoesId})))
  `);
}

/**
 * Roles that somebody was given or lost since are kept: what is held is neither what the run gave nor what was held
 * before. Roles that are no more can't be given back.
 */
export async function keepLaterRoles(db: Database, bulkActionId: string, undoesId: string): Promise<void> {
  await db.execute(sql`
    with run as (${checking(bulkActionId)}),
    whole as (
      select row_number, person_id, site_id, coalesce(extras -> 'roles', kept -> 'edited-since' -> 'role') as roles
      from bulk_row
      where bulk_action_id = ${bulkActionId} and (extras ? 'roles' or kept -> 'edited-since' ? 'role')
    ),
    decided as materialized (
      select r.row_number, r.roles, case
          when not wanted.names <@ array(select o.name from role o where o.site_id = any (s.path)) then 'not-undone'
          when not (held.names @> wanted.names and held.names <@ wanted.names)
            and not (given.names <@ held.names and held.names <@ (given.names || wanted.names)) then 'edited-since'
        end as why
      from whole r
      join site s on s.id = r.site_id
      ${leftBy(undoesId, 'updated')}
      cross join lateral (select array(select jsonb_array_elements_text(r.roles)) as names) as wanted
      cross join lateral (select array(select jsonb_array_elements_text(h.after -> 'roles')) as names) as given
      cross join lateral (select array(
          select o.name from role_assignment a join role o on o.id = a.role_id
          where a.person_id = r.person_id and a.site_id = r.site_id) as names) as held
    )
    update bulk_row r set
      extras = r.extras - 'roles' || case when d.why is null then jsonb_build_object('roles', d.roles) else '{}' end,
      kept = nullif(case
          when (r.kept -> 'edited-since') - 'role' = '{}' then r.kept - 'edited-since'
          else coalesce(r.kept #- '{edited-since,role}', '{}') end
        || case when d.why is null then '{}' else jsonb_build_object(
          d.why, coalesce(r.kept -> d.why, '{}') || jsonb_build_object('role', d.roles)) end, '{}')
    from decided d
    where r.bulk_action_id = ${bulkActionId} and r.row_number = d.row_number and exists (select from run) and ${isOpen}
      and (d.why is not null or r.kept -> 'edited-since' ? 'role')
  `);
}

/**
 * Plans what rows set back beside their person's own values: org unit and supervisor, 0 for none, and the removal of a
 * card. A row that sets back nothing else has been called unchanged by then. Safe to repeat.
 */
export async function planSetBack(db: Database, settings: CheckSettings): Promise<void> {
  const { bulkActionId, isUndo, mapped } = settings;
  if (!isUndo || !['org_unit', 'supervisor', 'card_id'].some((name) => mapped.has(name))) return;
  await db.execute(sql`
    with run as (${checking(bulkActionId)})
    update bulk_plan b set
      org_unit_id = x.org_unit_id, supervisor_id = x.supervisor_id,
      outcome = case when x.is_changed then null else b.outcome end,
      phase = case when x.is_changed and b.outcome = 'unchanged' then 'update' else b.phase end
    from (
      select r.row_number, (r.extras -> 'undo' ->> 'orgUnitId')::bigint as org_unit_id,
        (r.extras -> 'undo' ->> 'supervisorId')::bigint as supervisor_id,
        coalesce((r.extras -> 'undo' ->> 'orgUnitId')::bigint <> coalesce(p.org_unit_id, 0), false)
          or coalesce((r.extras -> 'undo' ->> 'supervisorId')::bigint <> coalesce(p.supervisor_id, 0), false)
          or exists (select from card k where ${isGivenCard(sql`a.undoes_id`)}) as is_changed
      from bulk_row r join person p on p.id = r.person_id join bulk_action a on a.id = r.bulk_action_id
      where r.bulk_action_id = ${bulkActionId} and r.extras -> 'undo' ?| '{orgUnitId,supervisorId,card}'
    ) as x
    where b.bulk_action_id = ${bulkActionId} and b.row_number = x.row_number and exists (select from run)
      and (b.outcome is null or b.outcome = 'unchanged')
  `);
}

/** A card `k` that the undone run gave to the person of a row `r`, and that nobody has issued yet. */
const isGivenCard = (undoesId: SQL): SQL => sql`k.person_id = r.person_id and k.status = 'pending'
            and k.bulk_action_id = ${undoesId} and k.number = (r.extras -> 'undo' ->> 'card')::numeric`;
