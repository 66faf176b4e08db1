// What a source has delivered: read for its list, taken from its place, and ended once its files are put away.
import { and, asc, desc, eq, inArray, lt, sql } from 'drizzle-orm';
import { Refusal } from '../../../domain/refusal.ts';
import type { DeliveryProblem } from '../../../domain/sources/delivery-problems.ts';
import type { DeliveryOutcome } from '../../../domain/sources/source.ts';
import type { Database } from '../../client.ts';
import { bulkAction } from '../../schema/bulk-actions.ts';
import { sourceDelivery, sourceFile } from '../../schema/sources.ts';

export type DeliveryRow = typeof sourceDelivery.$inferSelect;
export type DeliveryFile = typeof sourceFile.$inferSelect;
export type Delivery = DeliveryRow & { files: DeliveryFile[] };

/** A run of a delivery, as its list shows it. Counts are there once it has ended. */
export type DeliveryRun = Pick<typeof bulkAction.$inferSelect, 'id' | 'state' | 'counts'>;

/** The delivery with its files, by the order of their patterns. Refuses with `missing` where its source is gone. */
export async function getDelivery(db: Database, id: number): Promise<Delivery> {
  const [[found], files] = await Promise.all([
    db.select().from(sourceDelivery).where(eq(sourceDelivery.id, id)),
    filesOf(db, [id]),
  ]);
  if (!found) throw new Refusal('missing', 'There is no such delivery any more.');
  return { ...found, files };
}

/** Deliveries of a source, the newest first: those before `before`, `limit` at most, with files and runs. */
export async function listDeliveries(
  db: Database,
  sourceId: number,
  { before, limit }: { before: number | undefined; limit: number },
): Promise<(Delivery & { runs: DeliveryRun[] })[]> {
  const rows = await db
    .select()
    .from(sourceDelivery)
    .where(
      and(
        eq(sourceDelivery.sourceId, sourceId),
        before === undefined ? undefined : lt(sourceDelivery.id, before),
      ),
    )
    .orderBy(desc(sourceDelivery.id))
    .limit(limit);
  const ids = rows.map(({ id }) => id);
  if (ids.length === 0) return [];
  const [files, runs] = await Promise.all([
    filesOf(db, ids),
    db
      .select({
        id: bulkAction.id,
        state: bulkAction.state,
        counts: bulkAction.counts,
        deliveryId: bulkAction.sourceDeliveryId,
      })
      .from(bulkAction)
      .where(and(eq(bulkAction.sourceId, sourceId), inArray(bulkAction.sourceDeliveryId, ids)))
      .orderBy(asc(bulkAction.createdAt), asc(bulkAction.id)),
  ]);
  return rows.map((row) => ({
    ...row,
    files: files.filter(({ deliveryId }) => deliveryId === row.id),
    runs: runs.filter(({ deliveryId }) => deliveryId === row.id).map(({ deliveryId: _, ...run }) => run),
  }));
}

const filesOf = (db: Database, deliveryIds: readonly number[]): Promise<DeliveryFile[]> =>
  db
    .select()
    .from(sourceFile)
    .where(inArray(sourceFile.deliveryId, [...deliveryIds]))
    .orderBy(asc(sourceFile.part), asc(sourceFile.pattern), asc(sourceFile.id));

/** The files of a source’s last delivery that was dealt with to its end, whatever came of it; none where none was read. */
export async function listLastFiles(db: Database, sourceId: number): Promise<DeliveryFile[]> {
  const last = db
    .select({ id: sourceDelivery.id })
    .from(sourceDelivery)
    .where(
      and(
        eq(sourceDelivery.sourceId, sourceId),
        eq(sourceDelivery.state, 'ended'),
        sql`${sourceDelivery.outcome} <> 'gone'`,
      ),
    )
    .orderBy(desc(sourceDelivery.endedAt), desc(sourceDelivery.id))
    .limit(1);
  return db.select().from(sourceFile).where(inArray(sourceFile.deliveryId, last));
}

/** Announces an upload whose content is about to be stored, as one of the source’s owner: whatever becomes of it, the sweep knows it. */
export async function announceUpload(
  db: Database,
  { id, file }: { id: string; file: Pick<DeliveryFile, 'name' | 'bytes' | 'sourceId'> },
): Promise<void> {
  await db.execute(sql`
    insert into upload (id, name, bytes, sha256, by_person_id)
    select ${id}, ${file.name}, ${file.bytes}, '', s.by_person_id from source s where s.id = ${file.sourceId}
    on conflict (id) do nothing
  `);
}

/**
 * Notes that a file was read into an upload. False where it is not as it was any more, or was read by somebody else: then
 * the upload is nobody's, and the sweep takes it away.
 */
export async function noteRead(
  db: Database,
  file: DeliveryFile,
  read: { uploadId: string; bytes: number; sha256: string },
): Promise<boolean> {
  const noted = await db.execute(sql`
    with noted as (
      update source_file set upload_id = ${read.uploadId}, sha256 = ${read.sha256}
      where id = ${file.id} and upload_id is null and (bytes, modified_at, revision) is not distinct from
        (${file.bytes}::bigint, ${file.modifiedAt?.toISOString() ?? null}::timestamptz, ${file.revision}::text)
      returning id
    )
    update upload set bytes = ${read.bytes}, sha256 = ${read.sha256}
    where id = ${read.uploadId} and exists (select from noted)
    returning 1
  `);
  return noted.length > 0;
}

/** Notes how many rows a file says it has. Safe to repeat. */
export async function noteRowsTold(db: Database, fileId: number, rowsTold: number): Promise<void> {
  await db.update(sourceFile).set({ rowsTold }).where(eq(sourceFile.id, fileId));
}

/** Has files that were to be taken rest anew, and for a moment longer: somebody is at work on them. */
export async function restAnew(db: Database, deliveryId: number): Promise<void> {
  await db.execute(sql`
    update source_file f set unchanged_since = now() + interval '2 seconds', upload_id = null, sha256 = null, rows_told = null
    from source_delivery d where d.id = f.delivery_id and d.id = ${deliveryId} and d.state = 'arriving'
  `);
}

/**
 * Takes a delivery whose files are all read: from then on it is its source's business. Where somebody has asked for a
 * remaster it is this one. False where it is no longer arriving.
 */
export async function markTaken(db: Database, id: number): Promise<boolean> {
  const taken = await db.execute(sql`
    with taken as (
      update source_delivery d set state = 'taken', taken_at = now(), problem_code = null, problem_message = null,
        is_remaster = s.is_remaster_asked
      from source s
      where d.id = ${id} and d.state = 'arriving' and s.id = d.source_id
        and not exists (select from source_file f where f.delivery_id = d.id and f.sha256 is null)
      returning d.source_id, d.is_remaster
    ),
    -- An ask that came in meanwhile stands: it is for the next one.
    answered as (
      update source set is_remaster_asked = false
      where id in (select source_id from taken where is_remaster)
    )
    select from taken
  `);
  return taken.length > 0;
}

/** Passes a delivery over that is never run: what is left is to put its files away. Safe to repeat. */
export async function markPassedOver(
  db: Database,
  id: number,
  { outcome, problem }: { outcome: DeliveryOutcome; problem: DeliveryProblem },
): Promise<void> {
  await db
    .update(sourceDelivery)
    .set({
      state: 'settling',
      outcome,
      takenAt: sql`now()`,
      problemCode: problem.code,
      problemMessage: problem.message,
    })
    .where(and(eq(sourceDelivery.id, id), eq(sourceDelivery.state, 'arriving')));
}

/** Makes the uploads of a delivery those of whoever owns its source by now: runs take no others'. Safe to repeat. */
export async function ownUploads(db: Database, deliveryId: number): Promise<void> {
  await db.execute(sql`
    update upload u set by_person_id = s.by_person_id
    from source_file f join source s on s.id = f.source_id
    where f.delivery_id = ${deliveryId} and u.id = f.upload_id and u.by_person_id is distinct from s.by_person_id
  `);
}

/**
 * True where every file of a delivery has the content of the last good delivery's, which still holds: no run of one after
 * it may have written anything, no run of it was taken back, nor one before it since, and its source makes of files what it
 * made of them then.
 */
export async function isAsLastGood(
  db: Database,
  delivery: Pick<DeliveryRow, 'id' | 'sourceId'>,
): Promise<boolean> {
  const [found] = await db.execute<{ isSame: boolean }>(sql`
    with last as (
      select id, ended_at, taken_at from source_delivery
      where source_id = ${delivery.sourceId} and state = 'ended' and outcome = 'imported'
      order by ended_at desc, id desc limit 1
    )
    select ${contentsOf(sql`${delivery.id}`)} = ${contentsOf(sql`last.id`)}
      and last.taken_at >= (select parts_changed_at from source where id = ${delivery.sourceId})
      and not exists (
        select from bulk_action a join source_delivery d on d.id = a.source_delivery_id
        where a.source_id = ${delivery.sourceId} and a.locked_at is not null and d.id <> last.id and d.ended_at > last.ended_at)
      and not exists (
        select from bulk_action a join bulk_action u on u.undoes_id = a.id
        where a.source_id = ${delivery.sourceId} and u.locked_at is not null
          and (a.source_delivery_id = last.id or u.finished_at is null or u.finished_at > last.ended_at)) as "isSame"
    from last
  `);
  return found?.isSame ?? false;
}

const contentsOf = (deliveryId: ReturnType<typeof sql>) => sql`(
  select array_agg(f.part || '/' || f.pattern || ' ' || f.sha256 order by f.part, f.pattern)
  from source_file f where f.delivery_id = ${deliveryId})`;
