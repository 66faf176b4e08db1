// Which rows of a run are wanted, as a list of their numbers: by it a grid jumps anywhere without counting.
import { type SQL, sql } from 'drizzle-orm';
import type { Outcome } from '../../domain/bulk-action.ts';
import type { ProblemCode } from '../../domain/problems.ts';
import type { Database } from '../client.ts';
import { shownOutcome } from './bulk-row-list.ts';
import { latestRound } from './row-changes.ts';

/** What narrows the rows of a run; all of it has to be so. */
export type PlanFilter = {
  outcomes?: readonly Outcome[] | undefined;
  /** The reason that rows are refused for. */
  problem?: { code: ProblemCode; field?: string | undefined } | undefined;
  /** A column of an export that the plan changes. */
  changed?: string | undefined;
  isMended?: boolean | undefined;
  /** Text that a cell contains. */
  find?: string | undefined;
};

export const isNarrowed = (filter: PlanFilter): boolean =>
  Object.values(filter).some((one) => one !== undefined);

/** The numbers of the wanted rows, in order. As bytes: of a million rows they are four megabytes. */
export async function listRowNumbers(
  db: Database,
  bulkActionId: string,
  { outcomes, problem, changed, isMended, find }: PlanFilter,
  isWaiting: boolean,
): Promise<Int32Array> {
  const needsRows = isMended === true || find !== undefined || !isNarrowed({ outcomes, problem, changed });
  const needsPlan = outcomes !== undefined || problem !== undefined;
  const wanted: SQL[] = [];
  if (outcomes) wanted.push(sql`${shownOutcome(isWaiting)} = any (${sql.param([...outcomes])}::text[])`);
  if (problem)
    wanted.push(
      sql`p.outcome in ('rejected', 'failed') and p.reasons @> ${JSON.stringify([
        { code: problem.code, ...(problem.field !== undefined && { field: problem.field }) },
      ])}::jsonb`,
    );
  if (changed !== undefined) wanted.push(isChanged(changed));
  if (isMended) wanted.push(sql`r.mended is not null`);
  // ILIKE takes half as long again.
  if (find !== undefined) wanted.push(sql`lower(r.cells::text) like ${`%${escaped(find.toLowerCase())}%`}`);
  const tables = [
    ...(needsRows ? [{ name: sql`bulk_row r`, key: sql`r` }] : []),
    ...(needsPlan ? [{ name: sql`bulk_plan p`, key: sql`p` }] : []),
    ...(changed !== undefined ? [{ name: sql`planned_change c`, key: sql`c` }] : []),
  ];
  for (const { key } of tables) wanted.push(sql`${key}.bulk_action_id = ${bulkActionId}`);
  const [{ key: first } = { key: sql`r` }, ...others] = tables;
  for (const { key } of others) wanted.push(sql`${key}.row_number = ${first}.row_number`);
  if (changed !== undefined) wanted.push(sql`c.round = ${latestRound(bulkActionId)}`);
  const [found] = await db.execute<{ numbers: Buffer | null }>(sql`
    select string_agg(int4send(n), ''::bytea) as numbers from (
      select ${first}.row_number as n
      from ${sql.join(
        tables.map(({ name }) => name),
        sql`, `,
      )}
      where ${sql.join(wanted, sql` and `)}
      order by 1
    ) as wanted`);
  return numbersIn(found?.numbers ?? Buffer.alloc(0));
}

function numbersIn(bytes: Buffer): Int32Array {
  const numbers = new Int32Array(bytes.length / 4);
  for (let i = 0; i < numbers.length; i++) numbers[i] = bytes.readInt32BE(4 * i);
  return numbers;
}

/** As the text of JSON has it, and nothing of it a pattern. */
const escaped = (text: string): string =>
  JSON.stringify(text)
    .slice(1, -1)
    .replace(/[\\%_]/g, '\\$&');

/** The keys by which a plan keeps what people see as one column. */
const KEPT_AS: Readonly<Record<string, readonly string[]>> = {
  org_unit: ['org_unit_id'],
  supervisor: ['supervisor_id', 'supervisor_row'],
  role: ['roles'],
  card_id: ['card'],
};
/** The same the other way round. */
const SHOWN_AS: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(KEPT_AS).flatMap(([column, keys]) => keys.map((key) => [key, column])),
);

/** True for a kept change `c` of somebody who is there, in which the column is another afterwards. */
function isChanged(column: string): SQL {
  const keys = KEPT_AS[column] ?? [column];
  const own = keys.map((key) => sql`c.before -> ${key}::text is distinct from c.after -> ${key}::text`);
  const custom = sql`c.before -> 'fields' -> ${column}::text is distinct from c.after -> 'fields' -> ${column}::text`;
  return sql`c.phase <> 'create' and c.before is not null and c.after is not null and (${sql.join([...own, custom], sql` or `)})`;
}

const KEPT_WHOLE = sql.param(['roles', 'card']);
const NOT_COUNTED = sql.param(['fields', 'status', 'email_key', 'role_ids', 'roles', 'card']);

export type PlanFacets = {
  problems: { code: ProblemCode; field: string | null; rows: number }[];
  changed: { column: string; rows: number }[];
  mended: number;
};

/** How a plan that people are asked about divides: why rows are refused, which columns change, and what was mended. */
export async function getPlanFacets(db: Database, bulkActionId: string): Promise<PlanFacets> {
  const [problems, changed, [mended]] = await Promise.all([
    db.execute<PlanFacets['problems'][number]>(sql`
      select reason ->> 'code' as code, reason ->> 'field' as field, count(distinct p.row_number)::int as rows
      from bulk_plan p cross join lateral jsonb_array_elements(p.reasons) as reason
      where p.bulk_action_id = ${bulkActionId} and p.outcome in ('rejected', 'failed')
      group by 1, 2 order by 3 desc, 1, 2`),
    db.execute<{ key: string; rows: number }>(sql`
      with kept as not materialized (
        select before, after from planned_change
        where bulk_action_id = ${bulkActionId} and round = ${latestRound(bulkActionId)}
          and phase in ('update', 'hand-over', 'restore') and before is not null and after is not null
      )
      -- Keys as rows of their own: joined, each row of the plan would cost a set of them.
      select key, count(*)::int as rows from (
        select jsonb_object_keys(after - ${NOT_COUNTED}::text[]) as key from kept
        union all
        select jsonb_object_keys(after -> 'fields') from kept where after ? 'fields'
        union all
        -- What rows say beyond their columns is kept whole, changed or not.
        select e.key from kept c cross join lateral jsonb_each(c.after) as e
        where c.after ?| ${KEPT_WHOLE}::text[] and e.key = any (${KEPT_WHOLE}::text[])
          and c.before -> e.key is distinct from e.value
      ) as keys
      group by 1`),
    db.execute<{ rows: number }>(sql`
      select count(*)::int as rows from bulk_row where bulk_action_id = ${bulkActionId} and mended is not null`),
  ]);
  const columns = new Map<string, number>();
  for (const { key, rows } of changed) {
    const column = SHOWN_AS[key] ?? key;
    columns.set(column, (columns.get(column) ?? 0) + rows);
  }
  return {
    problems: [...problems],
    changed: [...columns]
      .map(([column, rows]) => ({ column, rows }))
      .sort((one, other) => other.rows - one.rows || one.column.localeCompare(other.column)),
    mended: mended?.rows ?? 0,
  };
}
