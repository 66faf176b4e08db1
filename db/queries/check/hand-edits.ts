// Values that were edited by hand and that the site protects: taken out of the rows that would overwrite them.
//
// It comes before the plan, which then knows nothing of them: a row whose only change is kept is unchanged.
import { type SQL, sql } from 'drizzle-orm';
import { PROTECTED_FIELDS } from '../../../domain/person.ts';
import type { Database } from '../../client.ts';
import type { Run } from '../runs.ts';
import { archivedByEmail, findsArchived, matched, matchedKey } from './row-people.ts';
import { keepsItsEmail, writingActions } from './row-plans.ts';
import type { CheckSettings } from './settings.ts';

const CODE = 'kept-edited-by-hand';

/**
 * Moves the values that rows of a run must not write into `bulk_row.kept`: those of sticky fields whose value was last
 * set by hand and would change. The key by which a row finds its person never does. Decides anew at each call, with what
 * an earlier one took put back; rows that have a plan stay as they are.
 */
export async function keepHandEdits(db: Database, settings: CheckSettings, run: Run): Promise<void> {
  const { bulkActionId, rootId, action, matchBy, existing } = settings;
  // Whoever is kept as a whole has nothing that could be overwritten, and rows without a value overwrite nothing.
  if (run.kind !== 'people' || run.options.overwriteEdited || existing === 'keep' || run.mapped.length === 0)
    return;
  await db.execute(sql`
    with run as (
      select from bulk_action where id = ${bulkActionId} and state = 'checking' for share
    ),
    decided as materialized (
      select b.row_number, r.email, r.email_key, r.username, r.first_name, r.last_name, r.display_name, r.fields,
        w.taken as was_taken, t.taken
      from rows_of_hand_edited(${bulkActionId}, ${sql.param([...matchBy])}::text[]) as k
      cross join lateral (
        select * from bulk_row where bulk_action_id = ${bulkActionId} and row_number = k.row_number limit 1
      ) as b
      cross join lateral (select b.kept -> ${CODE} as taken) as w
      cross join lateral (
        select b.site_id, b.action, b.identifier, b.problems,
          ${sql.join([...PROTECTED_FIELDS, 'email_key'].map(putBack), sql`, `)},
          case when w.taken ? 'fields' then coalesce(b.fields, '{}') || (w.taken -> 'fields') else b.fields end as fields
      ) as r
      cross join lateral (select coalesce(r.action, ${action}) as action) as a
      cross join lateral (select ${matchedKey(settings)} as key) as h
      left join lateral (
        select * from person where site_id = r.site_id and identifier = r.identifier limit 1
      ) as i on h.key = 'identifier'
      left join lateral (
        select * from person where root_id = ${rootId} and email_key = r.email_key and status = 'active' limit 1
      ) as e on h.key = 'email'
      left join lateral (
        select * from person where site_id = r.site_id and username = r.username limit 1
      ) as u on h.key = 'username'
      ${findsArchived(settings) ? archivedByEmail : sql``}
      cross join lateral (
        select ${sql.join(
          MATCHED_COLUMNS.map((name) => matched(settings, name)),
          sql`, `,
        )}
      ) as p
      cross join lateral (
        select case
          when a.action in (${writingActions}) and a.action <> 'create' and p.hand_edited is not null
            and (r.problems is null or ${keepsItsEmail}) then ${takenOf(existing)} end as taken
      ) as t
      where exists (select from run)
        and not exists (
          select from bulk_plan made where made.bulk_action_id = ${bulkActionId} and made.row_number = k.row_number)
    )
    update bulk_row b set
      ${sql.join([...PROTECTED_FIELDS, 'email_key'].map(leftOf), sql`, `)},
      fields = nullif(d.fields - array(select jsonb_object_keys(d.taken -> 'fields')), '{}'),
      kept = nullif(coalesce(b.kept, '{}') - ${CODE}::text
        || case when d.taken is null then '{}' else jsonb_build_object(${CODE}::text, d.taken) end, '{}')
    from decided d
    where b.bulk_action_id = ${bulkActionId} and b.row_number = d.row_number
      and d.taken is distinct from d.was_taken
  `);
}

const MATCHED_COLUMNS = [
  'id',
  'status',
  'email_key',
  'username',
  'first_name',
  'last_name',
  'display_name',
  'fields',
  'hand_edited',
] as const;

/** A column of the row as it was staged: what was taken of it is null until it is put back. */
const putBack = (column: string): SQL =>
  sql.raw(`coalesce(b.${column}, w.taken ->> '${column}') as ${column}`);

const leftOf = (column: string): SQL =>
  sql.raw(`${column} = case when d.taken ? '${column}' then null else d.${column} end`);

/**
 * What must not be written of a row `r` to its person `p`, of the sticky fields of `k`; null where it is nothing. Put
 * together by ||: a query of its own for each row costs more than all the rest.
 */
const takenOf = (existing: CheckSettings['existing']): SQL => sql`nullif(
              ${sql.join(
                PROTECTED_FIELDS.map((name) => ownTaken(name, existing)),
                sql`
              || `,
              )}
              || case when r.fields ?| p.hand_edited then coalesce((
                select jsonb_build_object('fields', jsonb_object_agg(c.key, c.value))
                from jsonb_each(r.fields) as c
                where c.key = any (p.hand_edited) and c.key = any (k.sticky)
                  and merged_fields(p.fields, r.fields, ${existing}) -> c.key is distinct from p.fields -> c.key
                having count(*) > 0), '{}') else '{}' end, '{}')`;

/** An email is compared by its key, and both are taken. */
function ownTaken(name: (typeof PROTECTED_FIELDS)[number], existing: CheckSettings['existing']): SQL {
  const columns = name === 'email' ? ['email', 'email_key'] : [name];
  const compared = sql.raw(columns.at(-1) ?? name);
  const field = sql.raw(`'${name}'`);
  return sql`case when ${field} = any (p.hand_edited) and ${field} = any (k.sticky) and h.key <> ${field}
                and merged_text(p.${compared}, r.${compared}, ${existing}) is distinct from p.${compared}
                then jsonb_build_object(${sql.raw(columns.map((column) => `'${column}', r.${column}`).join(', '))}) else '{}' end`;
}
