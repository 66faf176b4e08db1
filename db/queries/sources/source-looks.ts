// What is asked of sources around their looks: whether a run of one waits for somebody, and which have a Schedule.
import { and, asc, eq, gte, inArray, isNull } from 'drizzle-orm';
import type { Database } from '../../client.ts';
import { bulkAction } from '../../schema/bulk-actions.ts';
import { source } from '../../schema/sources.ts';

/** The run of this source that waits for an answer, the oldest of them. */
export async function findAskingRun(db: Database, sourceId: number): Promise<string | undefined> {
  const [run] = await db
    .select({ id: bulkAction.id })
    .from(bulkAction)
    .where(
      and(
        eq(bulkAction.sourceId, sourceId),
        inArray(bulkAction.state, ['awaiting-confirmation', 'awaiting-approval']),
      ),
    )
    .orderBy(asc(bulkAction.createdAt))
    .limit(1);
  return run?.id;
}

/** The sources whose Schedule is known to be as they are. */
export async function listFollowedSources(db: Database): Promise<number[]> {
  const rows = await db
    .select({ id: source.id })
    .from(source)
    .where(and(isNull(source.removedAt), gte(source.scheduledVersion, source.version)))
    .orderBy(asc(source.id));
  return rows.map(({ id }) => id);
}
