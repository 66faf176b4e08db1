// Deliveries of a source as their runs see them: which files a part has, how far it is, and how it ended.
import { and, asc, eq, sql } from 'drizzle-orm';
import type { CancelReason, Counts, RunAction, State } from '../../../domain/bulk-action.ts';
import type { DeliveryOutcome } from '../../../domain/sources/source.ts';
import type { Database } from '../../client.ts';
import { bulkAction } from '../../schema/bulk-actions.ts';
import { sourceDelivery, sourceFile } from '../../schema/sources.ts';
import { auditNoted } from '../audit-noted.ts';
import type { UnstartedRun } from '../runs.ts';

export type DeliveryRow = typeof sourceDelivery.$inferSelect;

/** A file of a part: its upload, and the rows that it says it has. */
export type PartFile = { uploadId: string | null; rowsTold: number | null };

/** The run of a part, as far as its source needs to know it. */
export type PartRun = UnstartedRun & {
  state: State;
  askRound: number;
  counts: Counts | null;
  errorCode: string | null;
  errorMessage: string | null;
  cancelReason: CancelReason | null;
};

/** By what the run of a part is begun once. */
export const partKey = (deliveryId: number, part: number): string => `source-delivery-${deliveryId}-${part}`;

/** The delivery, or undefined where its source is gone. */
export async function findDelivery(db: Database, id: number): Promise<DeliveryRow | undefined> {
  const [found] = await db.select().from(sourceDelivery).where(eq(sourceDelivery.id, id));
  return found;
}

/** The delivery that a sync before has begun with and not dealt with to its end, the oldest. */
export async function findBegunDelivery(db: Database, sourceId: number): Promise<DeliveryRow | undefined> {
  const [found] = await db
    .select()
    .from(sourceDelivery)
    .where(
      and(
        eq(sourceDelivery.sourceId, sourceId),
        sql`${sourceDelivery.state} in ('taken', 'running', 'settling')`,
      ),
    )
    .orderBy(asc(sourceDelivery.takenAt), asc(sourceDelivery.id))
    .limit(1);
  return found;
}

/** The files of a part, by the order of its patterns. */
export async function listPartFiles(db: Database, deliveryId: number, part: number): Promise<PartFile[]> {
  return db
    .select({ uploadId: sourceFile.uploadId, rowsTold: sourceFile.rowsTold })
    .from(sourceFile)
    .where(and(eq(sourceFile.deliveryId, deliveryId), eq(sourceFile.part, part)))
    .orderBy(asc(sourceFile.pattern), asc(sourceFile.id));
}

/** The run of a part, or undefined where it was not begun. */
export async function findPartRun(
  db: Database,
  deliveryId: number,
  part: number,
): Promise<PartRun | undefined> {
  const { id, siteId, rootId, kind, isDryRun, byPersonId, state, askRound } = bulkAction;
  const { counts, errorCode, errorMessage, cancelReason } = bulkAction;
  const action = sql<RunAction>`${bulkAction.options} ->> 'action'`;
  const begun = { id, siteId, rootId, kind, action, isDryRun, byPersonId };
  const [found] = await db
    .select({ ...begun, state, askRound, counts, errorCode, errorMessage, cancelReason })
    .from(bulkAction)
    .where(
      and(
        eq(bulkAction.sourceDeliveryId, deliveryId),
        eq(bulkAction.idempotencyKey, partKey(deliveryId, part)),
      ),
    );
  return found;
}

/** Rows that the same part of the source's last good delivery had; null where none is known. */
export async function findLastRows(db: Database, sourceId: number, part: number): Promise<number | null> {
  const [last] = await db.execute<{ rows: number }>(sql`
    select f.rows from source_delivery d join source_file f on f.delivery_id = d.id
    where d.source_id = ${sourceId} and d.outcome = 'imported' and d.state = 'ended'
      and f.part = ${part} and f.rows is not null
    order by d.ended_at desc, d.id desc limit 1
  `);
  return last?.rows ?? null;
}

/** The part that comes after this one, which has files; null where it was the last. */
export async function findNextPart(db: Database, deliveryId: number, part: number): Promise<number | null> {
  const [next] = await db.execute<{ part: number | null }>(sql`
    select min(part) as part from source_file where delivery_id = ${deliveryId} and part > ${part}
  `);
  return next?.part ?? null;
}

/** Notes the run of a part: the delivery is run from now on. Safe to repeat. */
export async function noteRunBegun(
  db: Database,
  { deliveryId, part, runId }: { deliveryId: number; part: number; runId: string },
): Promise<void> {
  await db.execute(sql`
    with noted as (
      update source_file set bulk_action_id = ${runId}
      where delivery_id = ${deliveryId} and part = ${part} and bulk_action_id is distinct from ${runId}
      returning source_id
    ),
    running as (
      update source_delivery set state = 'running', part = ${part}
      where id = ${deliveryId} and state in ('taken', 'running') and (state, part) is distinct from ('running', ${part})
    )
    select ${auditNoted({
      what: 'run.started',
      runId: sql`a.id`,
      rootId: sql`a.root_id`,
      siteId: sql`a.site_id`,
      byPersonId: sql`a.by_person_id`,
      details: sql`jsonb_build_object('action', a.options ->> 'action', 'preset', a.preset, 'isDryRun', a.is_dry_run,
        'source', a.source_id)`,
    })}
    from bulk_action a where a.id = ${runId} and exists (select from noted)
  `);
}

/** Notes how many rows the run of a part has found in its files: those who are absent from them are none. Safe to repeat. */
export async function noteRunRows(db: Database, deliveryId: number, part: number): Promise<void> {
  await db.execute(sql`
    with counted as (
      select (select count(*) from bulk_row r where r.bulk_action_id = a.id and r.person_id is null)::int as rows
      from bulk_action a
      where a.source_delivery_id = ${deliveryId} and a.idempotency_key = ${partKey(deliveryId, part)}
    ),
    first as (
      select f.id from source_file f where f.delivery_id = ${deliveryId} and f.part = ${part}
      order by f.pattern, f.id limit 1
    ),
    noted as (
      update source_file f set rows = c.rows from counted c where f.id in (select id from first)
      returning f.rows
    )
    update source_delivery d set rows = (select sum(rows) from noted) + coalesce((
      select sum(o.rows) from source_file o where o.delivery_id = d.id and o.id not in (select id from first)), 0)
    where d.id = ${deliveryId} and exists (select from noted)
  `);
}

/** What became of a delivery that is not settled yet. */
export type DeliveryEnding = {
  outcome: DeliveryOutcome;
  /** Why, where it is no good one: words that tell of nobody. */
  problem: { code: string; message: string } | null;
};

/** Notes how the runs of a delivery ended: what is left is to put its files where they belong. Safe to repeat. */
export async function noteRunsEnded(
  db: Database,
  deliveryId: number,
  { outcome, problem }: DeliveryEnding,
): Promise<void> {
  await db
    .update(sourceDelivery)
    .set({
      state: 'settling',
      outcome,
      problemCode: problem?.code ?? null,
      problemMessage: problem?.message ?? null,
    })
    .where(
      and(
        eq(sourceDelivery.id, deliveryId),
        sql`${sourceDelivery.state} in ('arriving', 'taken', 'running')`,
      ),
    );
}
