// What the history of a run holds: the changes that an undo takes back.
import { type SQL, sql } from 'drizzle-orm';
import type { RowRange } from '../../domain/batch.ts';
import { PERSON_FIELDS } from '../../domain/person.ts';
import { Refusal } from '../../domain/refusal.ts';
import { RESERVED_FIELDS, SUPERVISOR_FIELDS } from '../../domain/rows/extras.ts';
import { CHANGES, type Change, type ChangedFields } from '../../domain/undo.ts';
import type { Database } from '../client.ts';
import { databaseFaultOf } from '../sqlstate.ts';

export type UndoneRun = {
  id: string;
  siteId: number;
  lockedAt: string;
  finishedAt: string;
  /** The fields that a column of it was mapped to. */
  mapped: string[];
  /** How many changes it counted. */
  changes: number;
  /** The number of its last row, where its rows are still there. */
  lastRow: number | null;
};

/** The run to be taken back. Refuses one that has not ended, or never came to apply anything. */
export async function getUndoneRun(db: Database, id: string): Promise<UndoneRun> {
  const [run] = await db.execute<UndoneRun>(sql`
    select a.id, a.site_id as "siteId", a.locked_at::text as "lockedAt", a.finished_at::text as "finishedAt",
      array(select c ->> 'field' from jsonb_array_elements(a.columns) as c where c ->> 'field' is not null) as mapped,
      (select coalesce(sum(c.rows::int), 0)::int from jsonb_each_text(a.counts) as c (outcome, rows)
        where c.outcome = any (${sql.param([...CHANGES])}::text[])) as changes,
      (select max(b.row_number) from bulk_plan b where b.bulk_action_id = a.id) as "lastRow"
    from bulk_action a where a.id = ${id} and a.locked_at is not null and a.finished_at is not null
  `);
  if (!run) throw new Refusal('conflict', `Run ${id} has changed nobody, so there is nothing to undo.`);
  return run;
}

/** True for an entry that tells of values, and not of a move alone. */
export const hasValues = (entry: 'e' | 'h'): SQL =>
  sql.raw(`((coalesce(${entry}.before, '{}') || coalesce(${entry}.after, '{}')) - 'status' <> '{}')`);

/** The entries of a run, `(person_id, version, row_number, what, before, after)`: a narrow slice of time holds them. */
export const entriesOf = ({ id, lockedAt, finishedAt }: UndoneRun): SQL => sql`
      select h.person_id, h.version, h.row_number, h.what, h.before, h.after
      from person_history h
      where h.bulk_action_id = ${id}
        -- A clock that was put right meanwhile must not hide a change.
        and h.at between ${lockedAt}::timestamptz - interval '1 minute' and ${finishedAt}::timestamptz + interval '1 minute'`;

/**
 * Which changes a run has made and how many, in which rows, and which fields these touched. `doubtful`: custom fields of
 * which not every value of before can be taken for granted today.
 */
export type RunHistory = {
  changes: Change[];
  entries: number;
  rows: RowRange;
  fields: ChangedFields;
  /** True where restoring wrote values, too, as a sync does. */
  hasWritingMoves: boolean;
  doubtful: string[];
};

/** What an entry calls the fields beside a person's own, by the fields to which columns of a file are mapped. */
const BESIDE = {
  org_unit_id: ['org_unit'],
  supervisor_id: SUPERVISOR_FIELDS,
  roles: ['role', 'access_role'],
  card: ['card_id'],
  password: ['password'],
} as const;
type Beside = keyof typeof BESIDE;

/**
 * Reads once through the history of a run, looking for the fields that its file had: it can't have changed others.
 * `types`: of the custom fields that hold wherever the run may have been, as JSON knows them.
 */
export async function readRunHistory(
  db: Database,
  run: UndoneRun,
  types: ReadonlyMap<string, string>,
): Promise<RunHistory> {
  const own = PERSON_FIELDS.filter((name) => run.mapped.includes(name));
  const beside = (Object.keys(BESIDE) as Beside[]).filter((key) =>
    BESIDE[key].some((name) => run.mapped.includes(name)),
  );
  const known: readonly string[] = [...RESERVED_FIELDS, 'action'];
  const custom = [...new Set(run.mapped.filter((name) => !known.includes(name)))].sort();
  const touches = (side: SQL, key: string) => sql`coalesce(${side} ? ${key}::text, false)`;
  const isTouched = (before: SQL, after: SQL, key: string) =>
    sql`bool_or(e.what in ('updated', 'restored') and (${touches(before, key)} or ${touches(after, key)}))`;
  const keys = [...own, ...beside];
  const kinds = await db.execute<{
    what: Change;
    entries: number;
    firstRow: number;
    lastRow: number;
    /** By the places of `keys` and `custom`. */
    keys: boolean[];
    custom: boolean[];
    strange: boolean[];
    writes: boolean;
  }>(sql`
    select e.what, count(*)::int as entries, min(e.row_number) as "firstRow", max(e.row_number) as "lastRow",
      ${asArray(keys.map((key) => isTouched(sql`e.before`, sql`e.after`, key)))} as keys,
      ${asArray(custom.map((name) => isTouched(sql`e.before -> 'fields'`, sql`e.after -> 'fields'`, name)))} as custom,
      ${asArray(custom.map((name) => isStrange(name, types.get(name))))} as strange,
      bool_or(e.what = 'restored' and ${hasValues('e')}) as writes
    from (${entriesOf(run)}) as e
    group by e.what
  `);
  const isAny = (place: number, of: 'keys' | 'custom' | 'strange') =>
    [...kinds].some((kind) => kind[of][place]);
  const has = (key: Beside) => beside.includes(key) && isAny(keys.indexOf(key), 'keys');
  return {
    changes: CHANGES.filter((change) => [...kinds].some(({ what }) => what === change)),
    entries: [...kinds].reduce((sum, { entries }) => sum + entries, 0),
    rows: {
      firstRow: Math.min(...[...kinds].map(({ firstRow }) => firstRow)),
      lastRow: Math.max(...[...kinds].map(({ lastRow }) => lastRow)),
    },
    fields: {
      own: own.filter((_, place) => isAny(place, 'keys')),
      orgUnit: has('org_unit_id'),
      supervisor: has('supervisor_id'),
      roles: has('roles'),
      cards: has('card'),
      passwords: has('password'),
      custom: custom.filter((_, place) => isAny(place, 'custom')),
    },
    hasWritingMoves: [...kinds].some(({ writes }) => writes),
    doubtful: custom.filter((_, place) => isAny(place, 'strange')),
  };
}

/** True where a value of before is none of its field, or there may be no such field. */
const isStrange = (name: string, type: string | undefined): SQL =>
  type === undefined
    ? sql`bool_or(e.before -> 'fields' ? ${name}::text)`
    : sql`bool_or(jsonb_typeof(e.before -> 'fields' -> ${name}::text) <> ${type}::text)`;

const asArray = (items: readonly SQL[]): SQL => sql`array[${sql.join([...items], sql`, `)}]::boolean[]`;

/** The undo of a run that has not ended, or undefined: there is one at most. */
export async function findOpenUndo(db: Database, undoesId: string): Promise<string | undefined> {
  const [open] = await db.execute<{ id: string }>(
    sql`select id from bulk_action where undoes_id = ${undoesId} and finished_at is null`,
  );
  return open?.id;
}

/** True where the database has refused a second undo of a run that is being undone. */
export const isSecondUndo = (error: unknown): boolean =>
  databaseFaultOf(error)?.constraint === 'bulk_action_undone_once';
