// Applying the updates of a chunk: one statement for people, history, unique values, outcomes and counts.
import { type SQL, sql } from 'drizzle-orm';
import type { RowRange } from '../../../domain/batch.ts';
import { OUTCOME_OF_PHASE, type Outcome } from '../../../domain/bulk-action.ts';
import { PERSON_FIELDS } from '../../../domain/person.ts';
import { RESERVED_FIELDS } from '../../../domain/rows/extras.ts';
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
import { handEditsAfter, handEditsBefore } from './hand-edits.ts';

/** Up to so many fields it is quicker to compare each than to take all that somebody has apart. */
const FEW_FIELDS_MAX = 12;

/**
 * The changed keys of a person, before (`old`) or after (`new`); a key whose value is empty is left out. Of fields that the
 * file does not have nothing is asked.
 */
export const changes = (run: Pick<ChunkRun, 'hasExtras' | 'mapped'>, side: 'old' | 'new'): SQL => {
  const column = (name: string) =>
    sql.raw(`'${name}', case when old.${name} is distinct from new.${name} then ${side}.${name} end`);
  const own = PERSON_FIELDS.filter((name) => run.mapped?.includes(name) ?? true);
  const columns = [...own, ...(run.hasExtras ? ['org_unit_id', 'supervisor_id'] : [])].map(column);
  const custom = run.mapped?.filter((name) => !RESERVED_FIELDS.includes(name));
  const fields = custom && custom.length <= FEW_FIELDS_MAX ? someFields(custom, side) : allFields(side);
  const parts = [...columns, ...(fields ? [sql`'fields', ${fields}`] : [])];
  return parts.length === 0
    ? sql`'{}'::jsonb`
    : sql`jsonb_strip_nulls(jsonb_build_object(${sql.join(parts, sql`, `)}))`;
};

const allFields = (side: 'old' | 'new'): SQL => sql`case when old.fields is distinct from new.fields then (
      select jsonb_object_agg(f.key, f.value) from jsonb_each(${sql.raw(side)}.fields) as f
      where old.fields -> f.key is distinct from new.fields -> f.key) end`;

function someFields(names: readonly string[], side: 'old' | 'new'): SQL | undefined {
  if (names.length === 0) return undefined;
  const of = sql.raw(side);
  const pairs = names.map(
    (
      name,
    ) => sql`${name}::text, case when old.fields -> ${name}::text is distinct from new.fields -> ${name}::text
      then ${of}.fields -> ${name}::text end`,
  );
  return sql`case when old.fields is distinct from new.fields then
      nullif(jsonb_strip_nulls(jsonb_build_object(${sql.join(pairs, sql`, `)})), '{}') end`;
}

/** What a reference is afterwards: as it was where the plan has none, and none where the plan has 0. */
const referenceAfter = (name: 'org_unit_id' | 'supervisor_id'): SQL =>
  sql.raw(`nullif(coalesce(c.${name}, p.${name}), 0)`);

/** How the rows of a chunk write what they say: of the rows `b` of the plan, `r` of the file, and the people `p`. */
export type Writing = {
  phase: 'update' | 'restore';
  /** True for a row whose values are written, where some of them say nothing but whom they are for. */
  writes?: SQL;
  /** What is set beside the values, with a comma behind it. */
  sets?: SQL;
  /** Whether the person is still as the check had seen them. */
  isAsPlanned: SQL;
  /** What history keeps beside the values. */
  before?: SQL;
  after?: SQL;
  missed?: SQL;
};

/** Applies the updates of a range. Gives how many rows got which outcome: none where there was nothing left to do. */
export const applyUpdateChunk = (db: Database, run: ChunkRun, range: RowRange): Promise<ChunkOutcomes> =>
  applyWritingChunk(db, run, range, {
    phase: 'update',
    isAsPlanned: sql`p.status in ('active'${run.isUndo ? sql`, 'archived'` : sql``})`,
  });

/** Writes what the rows of a range say to people who exist. */
export async function applyWritingChunk(
  db: Database,
  run: ChunkRun,
  range: RowRange,
  { phase, writes, sets = sql``, isAsPlanned, before = sql``, after = sql``, missed }: Writing,
): Promise<ChunkOutcomes> {
  const ifWriting = (column: string) =>
    writes
      ? sql`case when ${writes} then b.${sql.raw(column)} end as ${sql.raw(column)}`
      : sql`b.${sql.raw(column)}`;
  const rows = await db.execute<{ outcome: Outcome; rows: number }>(sql`
    with lock as materialized (${proof(run)}),
    chunk as materialized (
      select b.row_number, b.person_id, b.person_version,
        ${run.hasExtras ? sql`${ifWriting('org_unit_id')}, ${ifWriting('supervisor_id')}, r.extras,` : sql``}
        r.identifier, r.email, r.email_key, r.username, r.first_name, r.last_name, r.display_name, r.fields
      -- The range is said of both: a join in order would else walk all earlier rows of the run, for each chunk anew.
      from bulk_plan b ${writes ? sql`left join` : sql`join`} bulk_row r
        on r.bulk_action_id = ${run.bulkActionId} and r.row_number = b.row_number
          and r.row_number between ${range.firstRow} and ${range.lastRow} ${writes ? sql`and ${writes}` : sql``}
      where b.bulk_action_id = ${run.bulkActionId} and b.row_number between ${range.firstRow} and ${range.lastRow}
        and b.phase = ${phase} and b.outcome is null and exists (select from lock)
      order by b.person_id
    ),
    done as (
      update person p set
        identifier = merged_text(p.identifier, c.identifier, ${run.existing}),
        email = case when merged_text(p.email_key, c.email_key, ${run.existing}) is distinct from p.email_key
                then nullif(c.email, '') else p.email end,
        email_key = merged_text(p.email_key, c.email_key, ${run.existing}),
        username = merged_text(p.username, c.username, ${run.existing}),
        first_name = merged_text(p.first_name, c.first_name, ${run.existing}),
        last_name = merged_text(p.last_name, c.last_name, ${run.existing}),
        display_name = merged_text(p.display_name, c.display_name, ${run.existing}),
        fields = merged_fields(p.fields, c.fields, ${run.existing}),
        hand_edited = ${handEditsAfter(run)},
        ${run.hasExtras ? sql`org_unit_id = ${referenceAfter('org_unit_id')}, supervisor_id = ${referenceAfter('supervisor_id')},` : sql``}
        ${sets}
        version = p.version + 1,
        updated_at = now()
      from chunk c
      where p.id = c.person_id and p.version = c.person_version and ${isAsPlanned}
      returning p.id, new.version, c.row_number,
        ${changes(run, 'old')} ${run.hasExtras ? sql`|| extras_before(c.extras, p.id, p.site_id)` : sql``} ${before} as before,
        ${changes(run, 'new')} ${run.hasExtras ? sql`|| extras_in_history(c.extras)` : sql``} ${after} as after,
        ${handEditsBefore} as hand_edited
        ${run.hasExtras ? sql`, c.extras` : sql``}
        ${run.uniqueFields.length > 0 ? sql`, p.site_id, old.fields as old_fields, new.fields as new_fields` : sql``}
    ),
    ${run.uniqueFields.length > 0 ? uniqueValues(run) : sql``}
    ${extrasWritten(run)}
    history as (
      insert into person_history (person_id, version, by_person_id, bulk_action_id, row_number, what, before, after,
        hand_edited)
      select id, version, ${run.byPersonId}, ${run.bulkActionId}, row_number, ${OUTCOME_OF_PHASE[phase]}, before, after,
        hand_edited from done
    ),
    outcome as (
      ${settled(run, phase, missed)}
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
