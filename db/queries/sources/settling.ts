// The end of a delivery: where its files were put, and what that means for its source.
import { and, asc, eq, sql } from 'drizzle-orm';
import type { Language } from '../../../domain/language.ts';
import type { DeliveryOutcome, DoneFolder } from '../../../domain/sources/source.ts';
import type { Database } from '../../client.ts';
import { bulkAction } from '../../schema/bulk-actions.ts';
import { site } from '../../schema/sites.ts';
import { sourceFile } from '../../schema/sources.ts';
import { languageOfSite } from '../mail-columns.ts';

/** A run of a delivery with what its results are told from. */
export type SettledRun = Pick<
  typeof bulkAction.$inferSelect,
  | 'id'
  | 'siteId'
  | 'state'
  | 'options'
  | 'columns'
  | 'rowsTotal'
  | 'errorCode'
  | 'errorMessage'
  | 'errorDetails'
  | 'finishedAt'
  | 'discardedAt'
>;

/** The runs of a delivery, in the order of their parts. */
export async function listSettledRuns(
  db: Database,
  delivery: { id: number; sourceId: number },
): Promise<SettledRun[]> {
  const { id, siteId, state, options, columns, rowsTotal } = bulkAction;
  const { errorCode, errorMessage, errorDetails, finishedAt, discardedAt } = bulkAction;
  return db
    .select({
      ...{ id, siteId, state, options, columns, rowsTotal },
      ...{ errorCode, errorMessage, errorDetails, finishedAt, discardedAt },
    })
    .from(bulkAction)
    .where(and(eq(bulkAction.sourceId, delivery.sourceId), eq(bulkAction.sourceDeliveryId, delivery.id)))
    .orderBy(asc(bulkAction.createdAt), asc(bulkAction.id));
}

/** The language of a site: what it says, or the nearest one above it. */
export async function getSiteLanguage(db: Database, siteId: number): Promise<Language> {
  const [found] = await db.select({ language: languageOfSite }).from(site).where(eq(site.id, siteId));
  return found?.language ?? 'en';
}

/** Where a file is put, and its results: what is null is not. */
export type Put = { movedTo: DoneFolder | null; movedAs: string | null; resultsAs: string | null };

/** Notes some of that: names are noted before anything has them, the folder once the file is there. Safe to repeat. */
export async function notePut(db: Database, fileId: number, put: Partial<Put>): Promise<void> {
  await db.update(sourceFile).set(put).where(eq(sourceFile.id, fileId));
}

/** How a delivery has ended, and how many deliveries and syncs of its source have failed in a row. */
export type Ended = { outcome: DeliveryOutcome; failures: number };

/**
 * Ends a delivery whose files are put away, in one statement: their names may come again, and the source has brought a good
 * file or has failed once more. What people cancelled, or took away, is neither. Undefined where it had ended before.
 */
export async function endDelivery(db: Database, id: number): Promise<Ended | undefined> {
  const [ended] = await db.execute<Ended>(sql`
    with ended as (
      update source_delivery set state = 'ended', ended_at = now()
      where id = ${id} and state = 'settling'
      returning id, source_id, outcome, outcome in ('imported', 'same') as is_good, problem_code, problem_message
    ),
    settled as (
      update source_file set settled_at = now()
      where delivery_id in (select id from ended) and settled_at is null
    ),
    good as (
      update source set last_good_at = now(), stale_since = null, failures = 0, problem_code = null, problem_message = null
      where id in (select source_id from ended where is_good)
      returning failures
    ),
    failed as (
      update source s set failures = s.failures + 1, problem_code = e.problem_code, problem_message = e.problem_message
      from ended e where s.id = e.source_id and e.outcome = 'failed'
      returning s.failures
    )
    select outcome, coalesce((select failures from good), (select failures from failed), 0) as failures from ended
  `);
  return ended;
}
