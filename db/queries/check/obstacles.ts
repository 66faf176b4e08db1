// Obstacles of planned rows: noted where a plan meets them, and settled once it is known which rows go ahead.
//
// While a row is planned, its reasons are its obstacles. Each names its holder: the person who has the key, or whose
// state is in the way. Who removes it is looked up among the rows for that person. See domain/obstacles.ts.
import { sql } from 'drizzle-orm';
import { PHASES } from '../../../domain/bulk-action.ts';
import type { Obstacle, Settled } from '../../../domain/obstacles.ts';
import type { Database } from '../../client.ts';
import { winsBackEmail } from './returning.ts';
import type { CheckSettings } from './settings.ts';

/** Rows of one write: enough that writes don't count, few enough that each is short. */
const WRITE_ROWS = 20_000;

/** An obstacle for each person who would win back an email that somebody has by now. Safe to repeat. */
export async function noteTakenEmails(db: Database, settings: CheckSettings): Promise<void> {
  const { bulkActionId } = settings;
  await db.execute(sql`
    update bulk_plan b
    set reasons = coalesce(b.reasons, '[]') || jsonb_build_array(jsonb_build_object(
      'code', 'key-taken', 'field', 'email', 'value', p.email, 'holder', holder.id))
    from bulk_row r, person p, lateral (
      select o.id from person o
      where o.root_id = p.root_id and o.email_key = p.email_key and o.status = 'active' and o.id <> p.id limit 1
    ) as holder
    where b.bulk_action_id = ${bulkActionId} and b.phase = 'restore' and b.outcome is null
      and r.bulk_action_id = ${bulkActionId} and r.row_number = b.row_number
      and p.id = b.person_id and ${winsBackEmail(settings)}
      and not coalesce(b.reasons @> '[{"code": "key-taken", "field": "email"}]', false)
  `);
}

/** All obstacles of a run, each with the row that would remove it. */
export async function listObstacles(db: Database, settings: CheckSettings): Promise<Obstacle[]> {
  const { bulkActionId, action, existing } = settings;
  const rows = await db.execute<Obstacle>(sql`
    select b.row_number as row, (o.place - 1)::int as place,
      coalesce(o.remover, g.row_number) as remover,
      coalesce(g.is_refused, n.outcome is not null, false) as "isRemoverRefused",
      coalesce(g.is_edit, false) as "isHandOver"
    from bulk_plan b
    cross join lateral (
      select place, reason ->> 'code' as code, reason ->> 'field' as field, reason ->> 'value' as value,
        (reason ->> 'holder')::bigint as holder, (reason ->> 'remover')::int as remover
      from jsonb_array_elements(b.reasons) with ordinality as e (reason, place)
      where reason ->> 'code' <> 'absent'
    ) as o
    left join lateral (
      select g.row_number, g.outcome is not null as is_refused, w.is_edit
      from bulk_plan g
      join bulk_row gr on gr.bulk_action_id = g.bulk_action_id and gr.row_number = g.row_number
      cross join lateral (
        select coalesce(gr.action, ${action}) as action,
          coalesce(gr.action, ${action}) in ('update', 'create-or-update') as is_edit
      ) as w
      -- Somebody to be restored may also be given another email by a row of the file.
      where g.bulk_action_id = ${bulkActionId} and g.person_version is not null
        and g.person_id in (o.holder, case b.phase when 'restore' then b.person_id end)
        and (g.outcome is null or g.outcome = 'rejected') and g.row_number <> b.row_number
        and case o.code
          when 'not-archived' then w.action = 'archive'
          when 'person-archived' then case b.phase
            when 'create' then w.action in ('anonymize', 'delete') else w.action = 'restore' end
          when 'person-exists' then w.action in ('anonymize', 'delete')
          when 'key-taken' then w.action in ('anonymize', 'delete')
            or w.action = 'archive' and o.field in ('email', 'card_id')
            or w.is_edit and ${existing} = 'overwrite'
              and case o.field
                when 'email' then gr.email_key <> (select p.email_key from person p where p.id = g.person_id)
                when 'username' then gr.username <> o.value
                when 'identifier' then gr.identifier <> o.value
                else gr.fields ? o.field and (gr.fields ->> o.field) is distinct from o.value end
          else false end
      -- The earliest phase frees the key first; a row that is refused is named where there is no better one.
      order by g.outcome is not null, g.person_id = o.holder, array_position('{archive,anonymize,delete}'::text[], w.action) nulls last, g.row_number
      limit 1
    ) as g on o.holder is not null
    left join bulk_plan n on n.bulk_action_id = ${bulkActionId} and n.row_number = o.remover
    where b.bulk_action_id = ${bulkActionId} and b.outcome is null and b.reasons is not null
    order by 1, 2
  `);
  return [...rows];
}

/**
 * Refuses the rows whose obstacles stand, and clears the way of all others. Safe to repeat: what is settled is passed
 * over, and obstacles that are listed again settle alike.
 */
export async function writeSettled(db: Database, settings: CheckSettings, settled: Settled): Promise<void> {
  const { bulkActionId, duplicates } = settings;
  for (const part of parts(settled.standing)) {
    const columns = [
      part.map(({ row }) => row),
      part.map(({ place }) => place),
      part.map(({ remover }) => remover ?? 0),
    ];
    const [rows, places, removers] = columns.map((column) => sql`${sql.param(column)}::int[]`);
    await db.execute(sql`
      with standing as (
        select s.row_number, bool_or(
            s.remover = 0 and b.phase = 'create' and o.reason ->> 'code' in ('person-exists', 'person-archived')) as is_duplicate,
          jsonb_agg(case s.remover
            when 0 then o.reason - 'holder' - 'remover'
            else case when o.reason ->> 'code' = 'absent-unclear' then o.reason - 'remover' else jsonb_strip_nulls(jsonb_build_object('code', 'needs-row', 'field', o.reason -> 'field',
              'value', o.reason -> 'value', 'rows', jsonb_build_array(s.remover))) end end order by s.place) as reasons
        from unnest(${rows}, ${places}, ${removers}) as s (row_number, place, remover)
        join bulk_plan b on b.bulk_action_id = ${bulkActionId} and b.row_number = s.row_number
        cross join lateral (select b.reasons -> s.place as reason) as o
        where b.outcome is null
        group by s.row_number
      ),
      -- A row that says the same as a refused one is refused with it: it is no copy of a row that was used.
      copies as (
        update bulk_plan b set outcome = 'rejected', reasons = s.reasons
        from standing s
        where b.bulk_action_id = ${bulkActionId} and b.outcome = 'skipped' and b.reasons -> 0 ->> 'code' = 'same-as-row'
          and (b.reasons -> 0 -> 'rows' ->> 0)::int = s.row_number and not (s.is_duplicate and ${duplicates} = 'skipped')
      )
      update bulk_plan b
      set phase = null, reasons = s.reasons, hand_over = null,
          outcome = case when s.is_duplicate then ${duplicates} else 'rejected' end,
          person_id = case when b.person_version is not null then b.person_id end
      from standing s
      where b.bulk_action_id = ${bulkActionId} and b.row_number = s.row_number and b.outcome is null
    `);
  }
  await clearTheWay(db, settings, settled.handOvers);
}

/**
 * Gives rows that hand over their group, and takes the obstacles off all that go ahead. In one statement: after half of
 * it the other half would be settled otherwise.
 */
async function clearTheWay(
  db: Database,
  { bulkActionId }: CheckSettings,
  handOvers: Settled['handOvers'],
): Promise<void> {
  const rows = sql`${sql.param(handOvers.map(({ row }) => row))}::int[]`;
  const groups = sql`${sql.param(handOvers.map(({ group }) => group))}::int[]`;
  await db.execute(sql`
    with handed_over as (
      update bulk_plan b set phase = 'hand-over', hand_over = g.hand_over, reasons = null
      from unnest(${rows}, ${groups}) as g (row_number, hand_over)
      where b.bulk_action_id = ${bulkActionId} and b.row_number = g.row_number and b.outcome is null
    )
    -- That somebody is absent is no obstacle, but why they go. Who has a key of theirs now stays with it: by that it is
    -- known, too, that the way is clear (see absent.ts).
    update bulk_plan
    set reasons = case when reasons @> '[{"code": "absent"}]' then jsonb_build_array(reasons -> 0 || jsonb_build_object(
      'rows', jsonb_path_query_array(reasons, '$[*] ? (@.code == "absent-unclear").rows[*]'))) end
    where bulk_action_id = ${bulkActionId} and outcome is null
      and not (reasons @> '[{"code": "absent"}]' and jsonb_array_length(reasons) = 1)
      and row_number not in (select g.row_number from unnest(${rows}) as g (row_number))
  `);
}

/**
 * Counts into each plan what earlier phases of the run do to its person, so that the second row for somebody expects
 * what the first one leaves. Safe to repeat.
 */
export async function countEarlierChanges(db: Database, { bulkActionId }: CheckSettings): Promise<void> {
  await db.execute(sql`
    update bulk_plan b set person_version = p.version + t.earlier
    from (
      select row_number, person_id, (row_number() over (
        partition by person_id order by array_position(${sql.param([...PHASES])}::text[], phase)
      ) - 1)::int as earlier
      from bulk_plan
      where bulk_action_id = ${bulkActionId} and outcome is null and person_version is not null
    ) as t
    join person p on p.id = t.person_id
    where t.earlier > 0 and b.bulk_action_id = ${bulkActionId} and b.row_number = t.row_number
  `);
}

function parts<Item>(items: readonly Item[]): Item[][] {
  const cut: Item[][] = [];
  for (let first = 0; first < items.length; first += WRITE_ROWS)
    cut.push(items.slice(first, first + WRITE_ROWS));
  return cut;
}
