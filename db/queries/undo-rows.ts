// The rows of an undo, made from the history that the undone run has written.
//
// A run changes a person at most twice, by a move (archived, restored) and by an update: each entry becomes one row of
// the same number, and there is nothing to put together. Where a sync has restored somebody and written values in one,
// the values become a row of their own, behind all others.
import { type SQL, sql } from 'drizzle-orm';
import type { RowRange } from '../../domain/batch.ts';
import type { CreatedMode } from '../../domain/bulk-action.ts';
import type { PersonField } from '../../domain/person.ts';
import { CHANGES, reverseOf, type UndoColumn } from '../../domain/undo.ts';
import type { Database } from '../client.ts';
import { entriesOf, hasValues, type RunHistory, type UndoneRun } from './undo-history.ts';

export type Undoing = {
  bulkActionId: string;
  undone: UndoneRun;
  history: RunHistory;
  columns: readonly UndoColumn[];
  created: CreatedMode;
};

/**
 * Writes the rows of an undo between two numbers in one statement, in their order: a row for each change, with the values
 * that are to be set back. A change of somebody who is anonymized or deleted becomes a row with that problem. Gives how
 * many rows there are and the sites of their people.
 */
export async function insertUndoRows(
  db: Database,
  undoing: Undoing,
  range: RowRange,
): Promise<{ rows: number; siteIds: number[] }> {
  const { bulkActionId, undone, history, columns } = undoing;
  const { fields } = history;
  const own = (name: PersonField): SQL => (fields.own.includes(name) ? setBack(name) : sql`null::text`);
  const [made] = await db.execute<{ rows: number; siteIds: number[] | null }>(sql`
    with made as (
      insert into bulk_row (bulk_action_id, row_number, person_id, site_id, action, cells, identifier, email, email_key,
        username, first_name, last_name, display_name, fields, extras, kept, problems)
      select ${bulkActionId}, e.row_number, e.person_id, coalesce(p.site_id, ${undone.siteId}), ${actionOf(undoing)},
        json_build_array(${sql.join(
          columns.map((column) => cellOf(column, undoing)),
          sql`, `,
        )}),
        ${own('identifier')}, ${own('email')}, ${fields.own.includes('email') ? sql`email_key_of(${setBack('email')})` : sql`null`},
        ${own('username')}, ${own('first_name')}, ${own('last_name')}, ${own('display_name')},
        ${fields.custom.length > 0 ? customOf(fields.custom) : sql`null::jsonb`}, ${extrasOf(history)}, ${keptOf(history)},
        case when p.id is null or e.what not in (${words(REVERSIBLE)}) then '[{"code": "cannot-undo"}]'::jsonb end
      from (${changesOf(undoing)}) as e
      left join person p on p.id = e.person_id and p.status <> 'anonymized'
      where e.row_number between ${range.firstRow} and ${range.lastRow}
      order by e.row_number
      returning site_id, problems
    )
    select count(*)::int as rows, array_agg(distinct site_id) filter (where problems is null) as "siteIds" from made
  `);
  return { rows: made?.rows ?? 0, siteIds: made?.siteIds ?? [] };
}

const words = (names: readonly string[]): SQL => sql.raw(names.map((name) => `'${name}'`).join(', '));

const REVERSIBLE = CHANGES.filter((change) => reverseOf(change, 'archive') !== null);

/**
 * The changes `e`: entries with what an update has left (`is`) and found (`was`), the version that the run left its
 * person with, and the move that it made beside.
 */
function changesOf({ undone, history }: Undoing): SQL {
  const { changes, entries, rows, hasWritingMoves } = history;
  const hasMoves = changes.includes('archived') || changes.includes('restored');
  const beside =
    hasMoves && changes.includes('updated')
      ? sql`max(h.version) over same as left_version,
        max(h.what) filter (where h.what in ('archived', 'restored')) over same as moved`
      : sql`h.version as left_version, null::text as moved`;
  return sql`
      select h.person_id, h.row_number, h.what, ${beside},
        case when h.what = 'updated' then coalesce(h.before, '{}') else '{}' end as was,
        case when h.what = 'updated' then coalesce(h.after, '{}') else '{}' end as is
      from (${entriesOf(undone)}) as h
      window same as (partition by h.person_id)
      ${hasWritingMoves ? sql`union all ${valuesOfMoves(undone, Math.max(rows.lastRow, undone.lastRow ?? 0))}` : sql``}
      ${entries < undone.changes ? sql`union all ${changesOfGone(undone)}` : sql``}`;
}

/** What restoring has written beside, as changes of their own, numbered on from `lastRow`. */
const valuesOfMoves = (undone: UndoneRun, lastRow: number): SQL => sql`
      select h.person_id, h.row_number + ${lastRow}::int, 'updated', h.version, 'restored',
        coalesce(h.before, '{}') - 'status', coalesce(h.after, '{}') - 'status'
      from (${entriesOf(undone)}) as h
      where h.what = 'restored' and ${hasValues('h')}`;

/** Changes of which history tells nothing any more, because their people have been anonymized or deleted since. */
const changesOfGone = (undone: UndoneRun): SQL => sql`
      select b.person_id, b.row_number, 'gone', 0, null, '{}', '{}'
      from bulk_plan b
      where b.bulk_action_id = ${undone.id} and b.outcome in (${words(CHANGES)})
        and b.row_number not in (select h.row_number from (${entriesOf(undone)}) as h)`;

/** What takes the change back. Null for an update, as the run has it. */
function actionOf({ history, created }: Undoing): SQL {
  const cases = history.changes.flatMap((change) => {
    const action = reverseOf(change, created);
    return action === null || action === 'update' ? [] : [sql.raw(`when '${change}' then '${action}'`)];
  });
  return cases.length === 0 ? sql`null` : sql`case e.what ${sql.join(cases, sql` `)} end`;
}

/** An own value to be set back; '' clears it, and null leaves it alone. */
const setBack = (name: PersonField): SQL =>
  sql.raw(`coalesce(e.was ->> '${name}', case when e.is ? '${name}' then '' end)`);

/** Up to so many fields it is quicker to ask for each than to take their keys apart. */
const FEW_FIELDS_MAX = 10;

/** The custom values to be set back; null clears one. */
function customOf(names: readonly string[]): SQL {
  const cleared =
    names.length > FEW_FIELDS_MAX
      ? sql`coalesce((select jsonb_object_agg(f.key, null) from jsonb_object_keys(e.is -> 'fields') as f (key)), '{}')`
      : sql.join(
          names.map(
            (name) =>
              sql`case when e.is -> 'fields' ? ${name}::text and not coalesce(e.was -> 'fields' ? ${name}::text, false)
                then ${JSON.stringify({ [name]: null })}::jsonb else '{}' end`,
          ),
          sql` || `,
        );
  return sql`case when e.was ? 'fields' or e.is ? 'fields' then ${cleared} || coalesce(e.was -> 'fields', '{}') end`;
}

function extrasOf({ fields, changes, hasWritingMoves }: RunHistory): SQL {
  const reference = (name: string) =>
    sql.raw(`coalesce((e.was ->> '${name}')::bigint, case when e.is ? '${name}' then 0 end)`);
  const hasBeside =
    hasWritingMoves ||
    (changes.includes('updated') && (changes.includes('archived') || changes.includes('restored')));
  const undo = [
    ...(hasBeside
      ? [
          sql`'beside', case when e.what = 'updated' then case e.moved when 'archived' then 'restore' when 'restored' then 'archive' end end`,
        ]
      : []),
    ...(changes.includes('created') ? [sql`'isCreated', case when e.what = 'created' then true end`] : []),
    ...(fields.orgUnit ? [sql`'orgUnitId', ${reference('org_unit_id')}`] : []),
    ...(fields.supervisor ? [sql`'supervisorId', ${reference('supervisor_id')}`] : []),
    ...(fields.cards ? [sql`'card', case when not e.was ? 'card' then e.is -> 'card' ->> 'number' end`] : []),
  ];
  // What was the same before is not set back: somebody may have changed it since.
  const beside = [
    ...(fields.roles
      ? [
          sql`'roles', case when not (e.was -> 'roles' @> (e.is -> 'roles') and e.is -> 'roles' @> (e.was -> 'roles')) then e.was -> 'roles' end`,
        ]
      : []),
    ...(fields.cards
      ? [sql`'card', case when e.was -> 'card' is distinct from e.is -> 'card' then e.was -> 'card' end`]
      : []),
  ];
  const version = sql`'version', e.left_version`;
  if (undo.length + beside.length === 0)
    return sql`jsonb_build_object('undo', jsonb_build_object(${version}))`;
  const all = [sql`'undo', jsonb_build_object(${sql.join([version, ...undo], sql`, `)})`, ...beside];
  return sql`jsonb_strip_nulls(jsonb_build_object(${sql.join(all, sql`, `)}))`;
}

/** What is nowhere any more: the password of before, and roles of before that history did not keep. */
function keptOf({ fields }: RunHistory): SQL {
  const lost = [
    ...(fields.passwords
      ? [sql`case when e.is ? 'password' then '{"password": null}' else '{}' end::jsonb`]
      : []),
    ...(fields.roles
      ? [sql`case when e.is ? 'roles' and not e.was ? 'roles' then '{"role": null}' else '{}' end::jsonb`]
      : []),
  ];
  if (lost.length === 0) return sql`null::jsonb`;
  return sql`case when nullif(${sql.join(lost, sql` || `)}, '{}') is not null
          then jsonb_build_object('not-undone', ${sql.join(lost, sql` || `)}) end`;
}

/** What a cell shows: whom the row is about, the value that is set back, or what becomes of its person. */
function cellOf({ header, shows, field }: UndoColumn, undoing: Undoing): SQL {
  if (shows === 'action') return sql`coalesce(${actionOf(undoing)}, 'update')`;
  if (shows === 'identity') {
    const is = header === 'account_id' ? sql`p.site_id::text` : sql.raw(`p.${header}`);
    return field === null ? sql`coalesce(${is}, '')` : sql`coalesce(e.was ->> ${header}::text, ${is}, '')`;
  }
  switch (header) {
    case 'org_unit':
      return sql`coalesce((select o.name from org_unit o where o.id = (e.was ->> 'org_unit_id')::bigint), '')`;
    case 'supervisor':
      // Somebody else: by a number that tells nothing of them.
      return sql`coalesce(e.was ->> 'supervisor_id', '')`;
    case 'role':
      return sql`coalesce((select string_agg(r.name, ', ') from jsonb_array_elements_text(e.was -> 'roles') as r (name)), '')`;
    case 'card_id':
      return sql`coalesce(e.was -> 'card' ->> 'number', '')`;
    case 'username':
    case 'display_name':
      return sql`coalesce(e.was ->> ${header}::text, '')`;
    default:
      return sql`coalesce(e.was -> 'fields' ->> ${header}::text, '')`;
  }
}

/**
 * Takes custom values out of the rows that no field of their site can hold any more: it is gone, or of another type. They
 * are reported as not undone. Safe to repeat.
 */
export async function keepLostValues(
  db: Database,
  bulkActionId: string,
  names: readonly string[],
): Promise<void> {
  await db.execute(sql`
    update bulk_row r set
      fields = nullif(r.fields - array(select jsonb_object_keys(l.taken)), '{}'),
      kept = coalesce(r.kept, '{}') || jsonb_build_object('not-undone',
        coalesce(r.kept -> 'not-undone', '{}') || jsonb_build_object('fields', l.taken))
    from bulk_row o cross join lateral (
      select jsonb_object_agg(f.key, f.value) as taken
      from jsonb_each(o.fields) as f
      where f.key = any (${sql.param([...names])}::text[]) and f.value <> 'null' and not exists (
        select from field_definition d join site s on d.site_id = any (s.path)
        where s.id = o.site_id and d.name = f.key and jsonb_typeof(f.value) = case d.type
          when 'number' then 'number' when 'boolean' then 'boolean' else 'string' end)
    ) as l
    where o.bulk_action_id = ${bulkActionId} and o.fields ?| ${sql.param([...names])}::text[] and l.taken is not null
      and r.bulk_action_id = o.bulk_action_id and r.row_number = o.row_number
  `);
}
