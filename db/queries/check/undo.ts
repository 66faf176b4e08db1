// The check of an undo: what was changed since the run stays as it is, and what can't be taken back is said.
//
// It comes before the plan, which then knows nothing of what is kept: a row whose every value is kept is unchanged.
import { type SQL, sql } from 'drizzle-orm';
import { cutEvenly, type RowRange } from '../../../domain/batch.ts';
import { PERSON_FIELDS } from '../../../domain/person.ts';
import type { Database } from '../../client.ts';
import { noteLostCards } from '../cards/card-archive.ts';
import type { Run } from '../runs.ts';
import { getRowRange } from './plans.ts';
import type { CheckSettings } from './settings.ts';
import { keepGoneReferences, keepIssuedCards, keepLaterRoles } from './undo-beside.ts';
import { checking, isOpen, leftBy } from './undo-parts.ts';

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
  if (settings.mapped.has('card_id')) await keepIssuedCards(db, run.id, run.undoesId);
  const { undoesId } = run;
  await noteLostCards(db, run.id, undoesId);
  const parts = (run.rowsTotal ?? 0) < DIVIDED_ROWS_MIN ? 1 : PARTS;
  const ranges = cutEvenly(await getRowRange(db, run.id), parts);
  await Promise.all(ranges.map((range) => keepLaterValues(db, run.id, undoesId, range)));
  if (settings.mapped.has('role')) await keepLaterRoles(db, run.id, run.undoesId);
  if (run.options.undoCreated === 'delete') await spareEditedNewcomers(db, run.id, run.undoesId);
}

/** The columns of a person that a row can set back, each as it is compared: an email by its key. */
const OWN = PERSON_FIELDS.map((name) => ({ name, compared: name === 'email' ? 'email_key' : name }));

const own = (toPart: (column: (typeof OWN)[number]) => string): SQL => sql.raw(OWN.map(toPart).join(', '));

/** The person has another version than the run left: only then is anything looked at closely. */
const isTouched = sql`p.version <> (r.extras -> 'undo' ->> 'version')::int`;

/** What was edited since, of a row `r` as it was staged and its person `p`, whom the run left as `h.after`. */
const EDITED = sql`
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
              and p.fields -> f.key is distinct from nullif(f.value, 'null')) as custom`;

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
      cross join lateral (${EDITED}
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
      kept = ${KEPT_NOW}
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
            where p.fields -> f.key is distinct from h.after -> 'fields' -> f.key having count(*) > 0), '{}')
          -- A card of theirs is in somebody's hand.
          || case when exists (select from card k where k.person_id = p.id and k.issued_at is not null)
            then '{"card_id": null}'::jsonb else '{}' end, '{}') as taken
      from bulk_row r join person p on p.id = r.person_id
      ${leftBy(undoesId, 'created')}
      where r.bulk_action_id = ${bulkActionId} and r.extras -> 'undo' ? 'isCreated' and r.problems is null
        and (${isTouched} or r.action = 'archive') and exists (select from run) and ${isOpen}
    )
    update bulk_row r set
      action = case when d.taken is null then 'delete' else 'archive' end,
      kept = ${KEPT_NOW}
    from decided d
    where r.bulk_action_id = ${bulkActionId} and r.row_number = d.row_number
      and d.taken is distinct from r.kept -> 'edited-since'
  `);
}

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

/** What a row keeps from its person once `d` has decided: what was taken of it now, in the place of what was before. */
const KEPT_NOW = sql`nullif(coalesce(r.kept, '{}') - 'edited-since'
        || case when d.taken is null then '{}' else jsonb_build_object('edited-since', d.taken) end, '{}')`;
