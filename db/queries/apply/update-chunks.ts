// Applying the updates of a chunk: one statement for people, history, unique values, outcomes and counts.
import { type SQL, sql } from 'drizzle-orm';
import type { RowRange } from '../../../domain/batch.ts';
import type { Outcome } from '../../../domain/bulk-action.ts';
import { PERSON_FIELDS } from '../../../domain/person.ts';
import type { Database } from '../../client.ts';
import { fieldList } from '../check/claims.ts';
import {
  afterExtras,
  type ChunkOutcomes,
  type ChunkRun,
  extrasWritten,
  outcomesOf,
  proof,
  settled,
  told,
} from './chunks.ts';

/** The changed keys of a person, before (`old`) or after (`new`); a key whose value is empty is left out. */
const changes = (run: ChunkRun, side: 'old' | 'new'): SQL => {
  const of = sql.raw(side);
  const column = (name: string) =>
    sql.raw(`'${name}', case when old.${name} is distinct from new.${name} then ${side}.${name} end`);
  const columns = [...PERSON_FIELDS, ...(run.hasExtras ? ['org_unit_id', 'supervisor_id'] : [])].map(column);
  return sql`jsonb_strip_nulls(jsonb_build_object(
    ${sql.join(columns, sql`, `)},
    'fields', case when old.fields is distinct from new.fields then (
      select jsonb_object_agg(f.key, f.value) from jsonb_each(${of}.fields) as f
      where old.fields -> f.key is distinct from new.fields -> f.key) end))`;
};

/** Applies the updates of a range. Gives how many rows got which outcome: none where there was nothing left to do. */
export async function applyUpdateChunk(db: Database, run: ChunkRun, range: RowRange): Promise<ChunkOutcomes> {
  const rows = await db.execute<{ outcome: Outcome; rows: number }>(sql`
    with lock as materialized (${proof(run)}),
    chunk as materialized (
      select b.row_number, b.person_id, b.person_version,
        ${run.hasExtras ? sql`b.org_unit_id, b.supervisor_id, r.extras,` : sql``}
        r.identifier, r.email, r.email_key, r.username, r.first_name, r.last_name, r.display_name, r.fields
      from bulk_plan b join bulk_row r using (bulk_action_id, row_number)
      where b.bulk_action_id = ${run.bulkActionId} and b.row_number between ${range.firstRow} and ${range.lastRow}
        -- Said of both: a join in order would else walk all earlier rows of the run, for each chunk anew.
        and r.row_number between ${range.firstRow} and ${range.lastRow}
        and b.phase = 'update' and b.outcome is null and exists (select from lock)
      order by b.person_id
    ),
    done as (
      update person p set
        identifier = merged_text(p.identifier, c.identifier, ${run.existing}),
        email = case when merged_text(p.email_key, c.email_key, ${run.existing}) is distinct from p.email_key
                then c.email else p.email end,
        email_key = merged_text(p.email_key, c.email_key, ${run.existing}),
        username = merged_text(p.username, c.username, ${run.existing}),
        first_name = merged_text(p.first_name, c.first_name, ${run.existing}),
        last_name = merged_text(p.last_name, c.last_name, ${run.existing}),
        display_name = merged_text(p.display_name, c.display_name, ${run.existing}),
        fields = merged_fields(p.fields, c.fields, ${run.existing}),
        ${run.hasExtras ? sql`org_unit_id = coalesce(c.org_unit_id, p.org_unit_id), supervisor_id = coalesce(c.supervisor_id, p.supervisor_id),` : sql``}
        version = p.version + 1,
        updated_at = now()
      from chunk c
      where p.id = c.person_id and p.version = c.person_version and p.status = 'active'
      returning p.id, new.version, c.row_number, ${changes(run, 'old')} as before,
        ${changes(run, 'new')} ${run.hasExtras ? sql`|| extras_in_history(c.extras)` : sql``} as after
        ${run.hasExtras ? sql`, c.extras` : sql``}
        ${run.uniqueFields.length > 0 ? sql`, p.site_id, old.fields as old_fields, new.fields as new_fields` : sql``}
    ),
    ${run.uniqueFields.length > 0 ? uniqueValues(run) : sql``}
    ${extrasWritten(run)}
    history as (
      insert into person_history (person_id, version, by_person_id, bulk_action_id, row_number, what, before, after)
      select id, version, ${run.byPersonId}, ${run.bulkActionId}, row_number, 'updated', before, after from done
    ),
    outcome as (
      ${settled(run, 'update')}
        ${afterExtras(run)}
      returning b.outcome
    ),
    ${told(run)}
  `);
  return outcomesOf(rows);
}

/** Keeps the table of unique values in step with the fields that changed: each of the three touches other rows. */
const uniqueValues = (run: ChunkRun): SQL => sql`
    unique_value as materialized (
      select d.id as person_id, u.id as field_id, d.old_fields ->> u.name as before, d.new_fields ->> u.name as after
      from done d cross join ${fieldList(run.uniqueFields)}
      where d.site_id = any (u."siteIds") and d.old_fields ->> u.name is distinct from d.new_fields ->> u.name
    ),
    value_moved as (
      update person_unique_value v set value = c.after from unique_value c
      where v.person_id = c.person_id and v.field_id = c.field_id and c.before is not null and c.after is not null
    ),
    value_added as (
      insert into person_unique_value (field_id, value, person_id)
      select field_id, after, person_id from unique_value where before is null
    ),
    value_removed as (
      delete from person_unique_value v using unique_value c
      where v.person_id = c.person_id and v.field_id = c.field_id and c.after is null
    ),`;
