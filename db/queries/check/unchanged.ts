// Rows that change nothing, planned first and by themselves where most of a file is such: for these the whole question of
// what a row means comes down to one comparison with the person of its identifier.
//
// What is left of the file is then planned as every file is (row-plans.ts), and claims are looked for there alone: who has
// all that the row says is no contender for any of it.
import { type SQL, sql } from 'drizzle-orm';
import type { RowRange } from '../../../domain/batch.ts';
import type { Database } from '../../client.ts';
import type { CheckSettings } from './settings.ts';

/** Rows that are looked at to find out whether most of a file changes nothing. */
const SAMPLE_ROWS = 1_000;

/** From this share on, to plan them apart costs less than it saves. */
const SHARE_MIN = 0.5;

/** True where rows that change nothing can be told by a comparison: they find their people by identifier, and overwrite. */
export const isComparable = ({ action, mapped, matchBy, existing }: CheckSettings): boolean =>
  (action === 'create-or-update' || action === 'update') &&
  existing === 'overwrite' &&
  matchBy[0] === 'identifier' &&
  mapped.has('identifier');

/** True where most rows of a run change nothing, by a sample. */
export async function changesLittle(
  db: Database,
  { bulkActionId }: CheckSettings,
  range: RowRange,
): Promise<boolean> {
  const stride = Math.max(1, Math.floor((range.lastRow - range.firstRow) / SAMPLE_ROWS));
  const [sample] = await db.execute<{ share: number | null }>(sql`
    select avg(case when p.id is not null then 1 else 0 end)::float8 as share
    from generate_series(${range.firstRow}::int, ${range.lastRow}::int, ${stride}::int) as n (row_number)
    cross join lateral (
      select * from bulk_row where bulk_action_id = ${bulkActionId} and row_number = n.row_number limit 1
    ) as r
    left join lateral (
      select * from person where site_id = r.site_id and identifier = r.identifier limit 1
    ) as p on ${isSame}
  `);
  return (sample?.share ?? 0) >= SHARE_MIN;
}

/**
 * Plans the rows of a range that change nothing. To be called for all rows before any is planned otherwise. Gives how
 * many there were.
 */
export async function insertUnchanged(
  db: Database,
  { bulkActionId, rootId, isReplanned }: CheckSettings,
  range: RowRange,
): Promise<number> {
  const { count } = await db.execute(sql`
    with run as (
      select from bulk_action where id = ${bulkActionId} and state = 'checking' for share
    )
    insert into bulk_plan (bulk_action_id, row_number, person_id, person_version, outcome)
    select r.bulk_action_id, r.row_number, p.id, p.version, 'unchanged'
    from bulk_row r
    join person p on p.site_id = r.site_id and p.identifier = r.identifier
    where r.bulk_action_id = ${bulkActionId} and r.row_number between ${range.firstRow} and ${range.lastRow}
      and p.root_id = ${rootId} and ${isSame} and exists (select from run)
      ${isReplanned ? sql`and not ${hasPlan(bulkActionId)}` : sql``}
    -- Pages then hold neighbours.
    order by r.row_number
  `);
  return count;
}

const hasPlan = (bulkActionId: string): SQL => sql`exists (
        select from bulk_plan made where made.bulk_action_id = ${bulkActionId} and made.row_number = r.row_number)`;

/** True for a row `r` that leaves its person `p` as they are. */
const isSame = sql`
  r.problems is null and (r.action is null or r.action in ('create-or-update', 'update')) and p.status = 'active'
  and (r.email_key is null or r.email_key = p.email_key)
  and (r.username is null or nullif(r.username, '') is not distinct from p.username)
  and (r.first_name is null or nullif(r.first_name, '') is not distinct from p.first_name)
  and (r.last_name is null or nullif(r.last_name, '') is not distinct from p.last_name)
  and (r.display_name is null or nullif(r.display_name, '') is not distinct from p.display_name)
  and (r.fields is null or p.fields @> r.fields)`;
