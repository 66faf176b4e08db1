// The check of an undo: what was changed since the run stays as it is, and what can't be taken back is said.
//
// It comes before the plan, which then knows nothing of what is kept: a row whose every value is kept is unchanged.
import { type SQL, sql } from 'drizzle-orm';
import { cutEvenly, type RowRange } from '../../../domain/batch.ts';
import { PERSON_FIELDS } from '../../../domain/person.ts';
import type { Database } from '../../client.ts';
import type { Run } from '../runs.ts';
import { hasValues } from '../undo-history.ts';
import { getRowRange } from './plans.ts';
import type { CheckSettings } from './settings.ts';

/** From this many rows on, they are looked through by two statements at once. */
const DIVIDED_ROWS_MIN = 20_000;
const PARTS = 2;

/**
 * Moves the values that were changed since the run into `bulk_row.kept`, so that they stay as they are. Decides anew at
 * each call, with what an earlier one took put back; rows that have a plan stay as they are.
 */
export async function keepLaterEdits(db: Database, settings: CheckSettings, run: Run): Promise<void> {
  if (!settings.isUndo) return;
  if (run.undoesId === null) throw new Error(`run ${run.id} is an undo of nothing`);
  if (settings.mapped.has('org_unit') || settings.mapped.has('supervisor'))
    await keepGoneReferences(db, run.id);
  if (settings.mapped.has('card_id')) await keepIssuedCards(db, run.id);
  const { undoesId } = run;
  const parts = (run.rowsTotal ?? 0) < DIVIDED_ROWS_MIN ? 1 : PARTS;
  const ranges = cutEvenly(await getRowRange(db, run.id), parts);
  await Promise.all(ranges.map((range) => keepLaterValues(db, run.id, undoesId, range)));
  if (settings.mapped.has('role')) await keepLaterRoles(db, run.id, run.undoesId);
  if (run.options.undoCreated === 'delete') await spareEditedNewcomers(db, run.id, run.undoesId);
}

/** The run, if it is being checked: nothing is decided about the rows of one that has moved on. */
const checking = (bulkActionId: string): SQL => sql`
  select from bulk_action where id = ${bulkActionId} and state = 'checking' for share`;

/** True for a row `r` that has no plan yet. */
const isOpen = sql`not exists (
      select from bulk_plan made where made.bulk_action_id = r.bulk_action_id and made.row_number = r.row_number)`;

/** What is taken from a row `r` under a code, with some more. */
const keptWith = (code: 'edited-since' | 'not-undone', more: SQL): SQL => sql`coalesce(r.kept, '{}')
        || jsonb_build_object(${code}::text, coalesce(r.kept -> ${code}::text, '{}') || ${more})`;

/** The columns of a person that a row can set back, each as it is compared: an email by its key. */
const OWN = PERSON_FIELDS.map((name) => ({ name, compared: name === 'email' ? 'email_key' : name }));

const own = (toPart: (column: (typeof OWN)[number]) => string): SQL => sql.raw(OWN.map(toPart).join(', '));

/** What the run left of a row's person `r.person_id`, of those that it updated: `h`. */
const leftBy = (undoesId: string, what: 'created' | 'updated'): SQL => sql`
      cross join lateral (
        select h.after from person_history h
        where h.person_id = r.person_id and h.bulk_action_id = ${undoesId} and ${
          what === 'created'
            ? sql`h.what = 'created'`
            : sql`h.what in ('updated', 'restored') and ${hasValues('h')}`
        }
        limit 1
      ) as h`;

/** The person has another version than the run left: only then is anything looked at closely. */
const isTouched = sql`p.version <> (r.extras -> 'undo' ->> 'version')::int`;

async function keepLaterValues(
  db: Database,
  bulkActionId: string,
  undoesId: string,
  range: RowRange,
): Promise<void> {
  await db.execute(sql`
    with run as (${checking(bulkActionId)}),
    -- The rows as they were staged, with what was taken of them before put back.
    whole as materialized (
      select r.row_number, r.person_id, r.kept -> 'edited-since' as taken,
        jsonb_strip_nulls(jsonb_build_object(${own(({ name }) => `'${name}', r.${name}`)}, 'email_key', r.email_key,
          'org_unit', r.extras -> 'undo' -> 'orgUnitId', 'supervisor', r.extras -> 'undo' -> 'supervisorId'))
          || coalesce(r.kept -> 'edited-since', '{}') - 'fields' as own,
        coalesce(r.fields, '{}') || coalesce(r.kept -> 'edited-since' -> 'fields', '{}') as custom
      from bulk_row r join person p on p.id = r.person_id
      where r.bulk_action_id = ${bulkActionId} and r.row_number between ${range.firstRow} and ${range.lastRow}
        and coalesce(r.action, 'update') = 'update' and r.problems is null
        and (${isTouched} or r.kept ? 'edited-since') and exists (select from run) and ${isOpen}
    ),
    decided as materialized (
      select r.row_number, r.own, r.custom, nullif(
          -- Of roles is decided elsewhere.
          case when r.taken ? 'role' then jsonb_build_object('role', r.taken -> 'role') else '{}' end
            || coalesce((select jsonb_object_agg(v.name, r.own -> v.name) from unnest(e.own) as v (name)), '{}')
            || case when 'email' = any (e.own) then jsonb_build_object('email_key', r.own -> 'email_key') else '{}' end
            || case when e.custom is not null then jsonb_build_object('fields', e.custom) else '{}' end, '{}') as taken
      from whole r join person p on p.id = r.person_id
      ${leftBy(undoesId, 'updated')}
      cross join lateral (
        select array(
            select v.name from (values
              ${own(
                ({ name, compared }) =>
                  `('${name}', p.${compared}, ${name === 'email' ? "email_key_of(h.after ->> 'email')" : `h.after ->> '${name}'`}, nullif(r.own ->> '${compared}', ''))`,
              )},
              ('org_unit', p.org_unit_id::text, h.after ->> 'org_unit_id', nullif(r.own ->> 'org_unit', '0')),
              -- A supervisor who went took the reference along: nobody has edited it.
              ('supervisor', p.supervisor_id::text, case when p.supervisor_id is not null or exists (
                  select from person s where s.id = (h.after ->> 'supervisor_id')::bigint
                ) then h.after ->> 'supervisor_id' end, nullif(r.own ->> 'supervisor', '0'))
            ) as v (name, present, left_by_run, wanted)
            where r.own ? v.name and v.present is distinct from v.left_by_run and v.present is distinct from v.wanted
          ) as own,
          (select jsonb_object_agg(f.key, f.value) from jsonb_each(r.custom) as f
            where p.fields -> f.key is distinct from h.after -> 'fields' -> f.key
              and p.fields -> f.key is distinct from nullif(f.value, 'null')) as custom
      ) as e
    )
    update bulk_row r set
      ${own(({ name }) => `${name} = case when not coalesce(d.taken ? '${name}', false) then d.own ->> '${name}' end`)},
      email_key = case when not coalesce(d.taken ? 'email', false) then d.own ->> 'email_key' end,
      fields = nullif(d.custom - array(select jsonb_object_keys(d.taken -> 'fields')), '{}'),
      extras = jsonb_set(r.extras, '{undo}', (r.extras -> 'undo') - '{orgUnitId,supervisorId}'::text[]
        || jsonb_strip_nulls(jsonb_build_object(
          'orgUnitId', case when not coalesce(d.taken ? 'org_unit', false) then d.own -> 'org_unit' end,
          'supervisorId', case when not coalesce(d.taken ? 'supervisor', false) then d.own -> 'supervisor' end))),
      kept = nullif(coalesce(r.kept, '{}') - 'edited-since'
        || case when d.taken is null then '{}' else jsonb_build_object('edited-since', d.taken) end, '{}')
    from decided d
    where r.bulk_action_id = ${bulkActionId} and r.row_number = d.row_number
      and d.taken is distinct from r.kept -> 'edited-since'
  `);
}

/**
 * Somebody whom the run created and who has been changed since is archived where others are deleted: that keeps what was
 * done since. Decides anew at each call.
 */
async function spareEditedNewcomers(db: Database, bulkActionId: string, undoesId: string): Promise<void> {
  await db.execute(sql`
    with run as (${checking(bulkActionId)}),
    decided as materialized (
      select r.row_number, nullif(coalesce(
          (select jsonb_object_agg(v.name, v.present) from (values
            ${own(({ name }) => `('${name}', p.${name}, h.after ->> '${name}')`)},
            ('org_unit', p.org_unit_id::text, h.after ->> 'org_unit_id'),
            ('supervisor', p.supervisor_id::text, h.after ->> 'supervisor_id')
          ) as v (name, present, left_by_run) where v.present is distinct from v.left_by_run), '{}')
          || coalesce((select jsonb_build_object('fields', jsonb_object_agg(f.key, p.fields -> f.key))
            from jsonb_each(p.fields || coalesce(h.after -> 'fields', '{}')) as f
            where p.fields -> f.key is distinct from h.after -> 'fields' -> f.key having count(*) > 0), '{}'), '{}') as taken
      from bulk_row r join person p on p.id = r.person_id
      ${leftBy(undoesId, 'created')}
      where r.bulk_action_id = ${bulkActionId} and r.extras -> 'undo' ? 'isCreated' and r.problems is null
        and (${isTouched} or r.action = 'archive') and exists (select from run) and ${isOpen}
    )
    update bulk_row r set
      action = case when d.taken is null then 'delete' else 'archive' end,
      kept = nullif(coalesce(r.kept, '{}') - 'edited-since'
        || case when d.taken is null then '{}' else jsonb_build_object('edited-since', d.taken) end, '{}')
    from decided d
    where r.bulk_action_id = ${bulkActionId} and r.row_number = d.row_number
      and d.taken is distinct from r.kept -> 'edited-since'
  `);
}

/** An org unit that was removed and a supervisor who left can't be given back. What is gone stays gone. */
async function keepGoneReferences(db: Database, bulkActionId: string): Promise<void> {
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

/** A card that was issued since is in somebody's hand: it stays. */
async function keepIssuedCards(db: Database, bulkActionId: string): Promise<void> {
  await db.execute(sql`
    with run as (${checking(bulkActionId)})
    update bulk_row r set
      extras = (r.extras #- '{undo,card}') - 'card',
      kept = ${keptWith('not-undone', sql`'{"card_id": null}'::jsonb`)}
    from bulk_row o join card k on k.person_id = o.person_id and k.status <> 'pending'
      and k.number = coalesce(o.extras -> 'undo' ->> 'card', o.extras -> 'card' ->> 'number')::numeric
    where o.bulk_action_id = ${bulkActionId} and (o.extras ? 'card' or o.extras -> 'undo' ? 'card')
      and r.bulk_action_id = ${bulkActionId} and r.row_number = o.row_number and exists (select from run) and ${isOpen}
  `);
}

/**
 * Roles that somebody was given or lost since are kept: what is held is neither what the run gave nor what was held
 * before. Roles that are no more can't be given back.
 */
async function keepLaterRoles(db: Database, bulkActionId: string, undoesId: string): Promise<void> {
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

/**
 * Ends the check of an undo. Rows of which nothing at all can be taken back need somebody: unchanged they would look as
 * if all were well. Of people who are anonymized or deleted by now nothing stays in the rows. Safe to repeat.
 */
export async function settleUndo(db: Database, { bulkActionId, isUndo }: CheckSettings): Promise<void> {
  if (!isUndo) return;
  await db.execute(sql`
    with run as (${checking(bulkActionId)}),
    forgotten as (
      update bulk_row r set cells = null, identifier = null, email = null, email_key = null, username = null,
        first_name = null, last_name = null, display_name = null, fields = null, extras = null, kept = null
      from bulk_plan b
      where b.bulk_action_id = ${bulkActionId} and b.outcome = 'rejected' and b.reasons @> '[{"code": "cannot-undo"}]'
        and r.bulk_action_id = ${bulkActionId} and r.row_number = b.row_number and exists (select from run)
    )
    update bulk_plan b set outcome = 'rejected'
    from bulk_row r
    where r.bulk_action_id = ${bulkActionId} and r.kept is not null and r.kept ? 'not-undone'
      and b.bulk_action_id = ${bulkActionId} and b.row_number = r.row_number and b.outcome = 'unchanged'
      and exists (select from run)
  `);
}
