// Applying the creates of a chunk: one statement for people, history, unique values, outcomes and counts.
import { type SQL, sql } from 'drizzle-orm';
import type { RowRange } from '../../../domain/batch.ts';
import type { Outcome } from '../../../domain/bulk-action.ts';
import type { Database } from '../../client.ts';
import { fieldList } from '../check/claims.ts';
import { afterExtras, type ChunkOutcomes, type ChunkRun, outcomesOf, proof, told } from './chunks.ts';

/** Which keys of the row `c` somebody holds: the reasons of a row that was left out. */
const TAKEN_KEYS = sql`coalesce((
  select jsonb_agg(jsonb_build_object('code', 'key-taken', 'field', t.field, 'value', t.value))
  from (
    select 'identifier' as field, c.identifier as value
      where exists (select from person x where x.site_id = c.site_id and x.identifier = c.identifier)
    union all
    select 'email', c.email where exists (
      select from person x where x.root_id = c.root_id and x.email_key = c.email_key and x.status = 'active')
    union all
    select 'username', c.username
      where exists (select from person x where x.site_id = c.site_id and x.username = c.username)
  ) as t), '[{"code": "key-taken"}]')`;

/** What history keeps of somebody whom a row creates, as keys and values: the content of the row. */
export const contentOfRow = (row: 'chunk' | 'r'): SQL =>
  sql.raw(`'identifier', ${row}.identifier, 'email', ${row}.email,
          'username', nullif(${row}.username, ''), 'first_name', nullif(${row}.first_name, ''),
          'last_name', nullif(${row}.last_name, ''), 'display_name', nullif(${row}.display_name, ''),
          'fields', nullif(jsonb_strip_nulls(${row}.fields), '{}')`);

/**
 * Applies the creates of a range. The plain form fails as a whole where one key is taken; the careful form
 * (`isCareful`) leaves out the rows whose key is taken and gives them the outcome failed.
 */
export async function applyCreateChunk(
  db: Database,
  run: ChunkRun,
  range: RowRange,
  isCareful = false,
): Promise<ChunkOutcomes> {
  const rows = await db.execute<{ outcome: Outcome; rows: number }>(sql`
    with lock as materialized (${proof(run)}),
    chunk as materialized (
      select b.row_number, b.person_id, r.site_id, ${run.rootId}::int as root_id,
        r.identifier, r.email, r.email_key, r.username, r.first_name, r.last_name, r.display_name, r.fields
        ${run.hasExtras ? sql`, b.org_unit_id, b.supervisor_id, r.extras` : sql``}
      from bulk_plan b join bulk_row r using (bulk_action_id, row_number)
      where b.bulk_action_id = ${run.bulkActionId} and b.row_number between ${range.firstRow} and ${range.lastRow}
        -- Said of both: a join in order would else walk all earlier rows of the run, for each chunk anew.
        and r.row_number between ${range.firstRow} and ${range.lastRow}
        and b.phase = 'create' and b.outcome is null and exists (select from lock)
      order by b.person_id
    ),
    done as (
      insert into person (id, site_id, root_id, identifier, email, email_key, username, first_name, last_name,
                          display_name, fields ${run.hasExtras ? sql`, org_unit_id, supervisor_id` : sql``})
      select person_id, site_id, root_id, identifier, email, email_key, nullif(username, ''),
        nullif(first_name, ''), nullif(last_name, ''), nullif(display_name, ''),
        jsonb_strip_nulls(coalesce(fields, '{}')) ${run.hasExtras ? sql`, org_unit_id, supervisor_id` : sql``}
      from chunk
      ${isCareful ? sql`on conflict do nothing` : sql``}
      returning id, site_id, fields
    ),
    ${run.uniqueFields.length > 0 ? uniqueValues(run) : sql``}
    ${run.hasExtras ? extrasOfCreated(run) : sql``}
    history as (
      insert into person_history (person_id, version, by_person_id, bulk_action_id, row_number, what, after)
      select person_id, 1, ${run.byPersonId}, ${run.bulkActionId}, row_number, 'created',
        jsonb_strip_nulls(jsonb_build_object(${contentOfRow('chunk')}
          ${run.hasExtras ? sql`, 'org_unit_id', org_unit_id, 'supervisor_id', supervisor_id` : sql``}))
          ${run.hasExtras ? sql`|| extras_in_history(extras)` : sql``}
      from chunk
      ${isCareful ? sql`where person_id in (select id from done)` : sql``}
    ),
    outcome as (
      ${isCareful ? carefulOutcome(run) : plainOutcome(run)}
        ${afterExtras(run)}
      returning b.outcome
    ),
    ${told(run)}
  `);
  return outcomesOf(rows);
}

const uniqueValues = (run: ChunkRun): SQL => sql`
    value_added as (
      insert into person_unique_value (field_id, value, person_id)
      select u.id, d.fields ->> u.name, d.id
      from done d cross join ${fieldList(run.uniqueFields)}
      where d.site_id = any (u."siteIds") and d.fields ->> u.name is not null
    ),`;

/** As `extrasWritten`, of the rows whose people were created. */
const extrasOfCreated = (run: ChunkRun): SQL => sql`
    extras_written as materialized (
      select write_extras(${run.bulkActionId}, array_agg(row_number)) from chunk
      where extras is not null and person_id in (select id from done)
    ),`;

/** Not joined with the chunk: where the plan has no statistics of the run, that would be row by row. */
const plainOutcome = (run: ChunkRun): SQL => sql`
      update bulk_plan b set outcome = 'created', reasons = null
      where b.bulk_action_id = ${run.bulkActionId} and b.row_number = any (array(select row_number from chunk))
        and b.outcome is null`;

const carefulOutcome = (run: ChunkRun): SQL => sql`
      update bulk_plan b
      set outcome = case when c.person_id in (select id from done) then 'created' else 'failed' end,
          reasons = case when c.person_id not in (select id from done) then ${TAKEN_KEYS} end,
          person_id = case when c.person_id in (select id from done) then c.person_id end
      from chunk c
      where b.bulk_action_id = ${run.bulkActionId} and b.row_number = c.row_number and b.outcome is null`;
