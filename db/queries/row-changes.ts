// What the rows of a run change, before and after: as it was planned while they are open, as history has it once they are
// applied. Org units and supervisors by their names.
import { type SQL, sql } from 'drizzle-orm';
import { OUTCOME_OF_PHASE, OUTCOMES } from '../../domain/bulk-action.ts';
import { contentOfRow } from './apply/create-chunks.ts';

/** The round in which a run's plan was kept last; null where it never was. */
export const latestRound = (bulkActionId: string): SQL =>
  sql`(select max(round) from planned_change where bulk_action_id = ${bulkActionId})`;

/** `(phase, before, after)` of a row `r`, as a round kept it. Of somebody to be created the row itself says it. */
export const plannedChange = (bulkActionId: string, round: SQL, condition: SQL = sql`true`): SQL => sql`
    select c.phase, ${shown('c.before')} as before,
      case when c.phase = 'create' then ${createdContent} || coalesce(${shown('c.after')}, '{}')
           else ${shown('c.after')} end as after
    from planned_change c
    where c.bulk_action_id = ${bulkActionId} and c.round = ${round} and c.row_number = r.row_number and ${condition}
    limit 1`;

const createdContent = sql`jsonb_strip_nulls(jsonb_build_object(${contentOfRow('r')})) || extras_in_history(r.extras)`;

/** `(before, after)` of a row `r` with its plan `p`, as the history of its person has it. */
export const appliedChange = (bulkActionId: string): SQL => sql`
    select
      coalesce(${shown('h.before')}, case h.what when 'anonymized' then '{"status": "archived"}'::jsonb end) as before,
      coalesce(${shown('h.after')}, case h.what when 'anonymized' then '{"status": "anonymized"}'::jsonb end) as after
    from person_history h
    where p.outcome in ${APPLIED} and h.person_id = p.person_id and h.bulk_action_id = ${bulkActionId}
      and h.row_number = p.row_number
    limit 1`;

const listed = (words: readonly string[]): SQL => sql.raw(`(${words.map((word) => `'${word}'`).join(', ')})`);

const OUTCOMES_OF_PHASES: readonly string[] = Object.values(OUTCOME_OF_PHASE);
const APPLIED = listed(OUTCOMES.filter((outcome) => OUTCOMES_OF_PHASES.includes(outcome)));

/** The outcome that a planned phase leads to. */
export const outcomeOf = (phase: SQL): SQL => {
  const cases = Object.entries(OUTCOME_OF_PHASE).map(([of, outcome]) => `when '${of}' then '${outcome}'`);
  return sql`case ${phase} ${sql.raw(cases.join(' '))} end`;
};

/** A change with names in place of ids. A supervisor whom the run would create has the key of the row that would. */
const shown = (change: 'c.before' | 'c.after' | 'h.before' | 'h.after'): SQL =>
  sql.raw(`case when ${change} ?| '{org_unit_id,supervisor_id,supervisor_row}'::text[] then
        ${change} - '{org_unit_id,supervisor_id,supervisor_row}'::text[]
        || case when ${change} ? 'org_unit_id' then jsonb_build_object('org_unit', (
             select o.name from org_unit o where o.id = (${change} ->> 'org_unit_id')::bigint)) else '{}' end
        || case when ${change} ? 'supervisor_id' then jsonb_build_object('supervisor', (
             select s.identifier from person s where s.id = (${change} ->> 'supervisor_id')::bigint))
           when ${change} ? 'supervisor_row' then jsonb_build_object('supervisor', (
             select s.identifier from bulk_row s
             where s.bulk_action_id = r.bulk_action_id and s.row_number = (${change} ->> 'supervisor_row')::int))
           else '{}' end
        else ${change} end`);
