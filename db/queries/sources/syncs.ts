// Syncs of a source: which of them is at work on it, one at a time, and what one before has left.
import { sql } from 'drizzle-orm';
import type { Database } from '../../client.ts';

/**
 * Makes this sync, by its workflow's id, the one that works on the source: where none does, or `instead` of one that is
 * gone. Gives the workflow that works on it by then; null where the source is gone. Safe to repeat.
 */
export async function claimSync(
  db: Database,
  sourceId: number,
  workflowId: string,
  instead: string | null,
): Promise<string | null> {
  const [claimed] = await db.execute<{ holder: string | null }>(sql`
    with claimed as (
      update source set sync_workflow_id = ${workflowId}
      where id = ${sourceId} and removed_at is null
        and coalesce(sync_workflow_id, ${workflowId}) in (${workflowId}, ${instead ?? workflowId})
      returning sync_workflow_id as holder
    )
    select holder from claimed
    union all
    select sync_workflow_id from source
    where id = ${sourceId} and removed_at is null and not exists (select from claimed)
  `);
  return claimed?.holder ?? null;
}

/** Lets go of the source. True where somebody wants it to look again, which this sync has not done. Safe to repeat. */
export async function releaseSync(db: Database, sourceId: number, workflowId: string): Promise<boolean> {
  const [released] = await db.execute<{ isAsked: boolean }>(sql`
    update source set sync_workflow_id = null
    where id = ${sourceId} and sync_workflow_id = ${workflowId}
    returning asked_at is not null as "isAsked"
  `);
  return released?.isAsked ?? false;
}

/**
 * Forgets that its place could not be used, for it can again, and starts to count anew. What was wrong with a file stays
 * until a good one comes. `codes`: of places' problems.
 */
export async function clearPlaceProblem(
  db: Database,
  sourceId: number,
  codes: readonly string[],
): Promise<void> {
  await db.execute(sql`
    update source set failures = 0, problem_code = null, problem_message = null
    where id = ${sourceId} and paused_at is null and problem_code in (
      select jsonb_array_elements_text(${JSON.stringify(codes)}::jsonb))
  `);
}

/** Sources that the question of a run had paused which has ended since so long, and whose sync has not noticed: it was lost. */
export async function listLostSyncs(db: Database, olderThanSeconds: number): Promise<number[]> {
  const rows = await db.execute<{ id: number }>(sql`
    select s.id::float8 as id from source s join bulk_action a on a.id = s.paused_for_id
    where s.pause_reason = 'run-asks' and s.removed_at is null
      and a.finished_at < now() - make_interval(secs => ${olderThanSeconds})
      and exists (
        select from source_delivery d
        where d.source_id = s.id and d.id = a.source_delivery_id and d.state in ('running', 'settling'))
    order by s.id limit 100
  `);
  return [...rows].map(({ id }) => id);
}
