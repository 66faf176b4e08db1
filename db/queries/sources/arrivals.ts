// What lies in the place of a source and was not taken yet: seen again and again, until it is at rest.
import { sql } from 'drizzle-orm';
import type { DeliveryProblem } from '../../../domain/sources/delivery-problems.ts';
import type { FileSet, MatchedFile } from '../../../domain/sources/files.ts';
import type { Database } from '../../client.ts';

/** A file that has not changed for so long, as far as it was seen. */
export type ArrivingFile = MatchedFile & { id: number; quietMs: number };

/** A set of files that is still arriving, and since when. */
export type Arrival = FileSet<ArrivingFile> & {
  id: number;
  ageMs: number;
  /** What was noted last that it waits for. */
  noted: string | null;
};

const IS_AS_IT_WAS = sql`(f.bytes, f.modified_at, f.revision) is not distinct from (excluded.bytes, excluded.modified_at, excluded.revision)`;

/**
 * Notes what was seen of a source just now, in one statement: what is new, what has changed, and what is there no more and
 * was never taken. A set that was taken stays as it is; what was read of a file that has changed since counts no longer.
 * Safe to repeat.
 */
export async function noteSeen(db: Database, sourceId: number, sets: readonly FileSet[]): Promise<void> {
  const seen = sets.flatMap(({ stem, files }) => files.map((file) => ({ ...file, stem })));
  const stems = sql.param(sets.map(({ stem }) => stem));
  await db.execute(sql`
    with seen as materialized (
      select * from jsonb_to_recordset(${JSON.stringify(seen)}::jsonb) as x (
        stem text, part int, pattern int, name text, bytes bigint, "modifiedAt" timestamptz, revision text)
    ),
    left_over as (
      delete from source_delivery d
      where d.source_id = ${sourceId} and d.state = 'arriving' and d.stem not in (select stem from seen)
    ),
    opened as (
      insert into source_delivery (source_id, stem)
      select ${sourceId}, stem from (select distinct stem from seen) as s
      on conflict (source_id, stem) where state <> 'ended' do nothing
      returning id, stem
    ),
    home as materialized (
      select id, stem from opened
      union all
      select d.id, d.stem from source_delivery d
      where d.source_id = ${sourceId} and d.state = 'arriving' and d.stem = any (${stems}::text[])
    ),
    taken_away as (
      delete from source_file f using source_delivery d
      where d.id = f.delivery_id and d.source_id = ${sourceId} and d.state = 'arriving'
        and f.source_id = ${sourceId} and f.settled_at is null and f.name not in (select name from seen)
    )
    insert into source_file as f (delivery_id, source_id, part, pattern, name, bytes, modified_at, revision)
    select h.id, ${sourceId}, s.part, s.pattern, s.name, s.bytes, s."modifiedAt", s.revision
    from seen s join home h on h.stem = s.stem
    on conflict (source_id, name) where settled_at is null do update set
      delivery_id = excluded.delivery_id, part = excluded.part, pattern = excluded.pattern,
      bytes = excluded.bytes, modified_at = excluded.modified_at, revision = excluded.revision,
      unchanged_since = case when ${IS_AS_IT_WAS} then f.unchanged_since else now() end,
      upload_id = case when ${IS_AS_IT_WAS} then f.upload_id end,
      sha256 = case when ${IS_AS_IT_WAS} then f.sha256 end,
      rows_told = case when ${IS_AS_IT_WAS} then f.rows_told end
    where not (${IS_AS_IT_WAS} and (f.delivery_id, f.part, f.pattern) = (excluded.delivery_id, excluded.part, excluded.pattern))
      and exists (select from source_delivery d where d.id = f.delivery_id and d.state = 'arriving')
  `);
}

/** What is still arriving at a source, with its files by the order of their patterns. */
export async function listArrivals(db: Database, sourceId: number): Promise<Arrival[]> {
  type Row = Omit<ArrivingFile, 'modifiedAt'> & {
    modifiedAt: string | null;
    deliveryId: number;
    ageMs: number;
    noted: string | null;
  };
  const rows = await db.execute<Row>(sql`
    select d.id as "deliveryId", d.stem, d.problem_message as noted,
      (extract(epoch from now() - d.first_seen_at) * 1000)::float8 as "ageMs",
      f.id, f.part, f.pattern, f.name, f.bytes, f.modified_at as "modifiedAt", f.revision,
      (extract(epoch from now() - f.unchanged_since) * 1000)::float8 as "quietMs"
    from source_delivery d join source_file f on f.delivery_id = d.id
    where d.source_id = ${sourceId} and d.state = 'arriving'
    order by d.id, f.part, f.pattern
  `);
  const arrivals = new Map<number, Arrival>();
  for (const { deliveryId, ageMs, noted, ...row } of rows) {
    const arrival = arrivals.get(deliveryId) ?? {
      id: deliveryId,
      stem: row.stem,
      ageMs,
      noted,
      files: [],
    };
    arrivals.set(deliveryId, arrival);
    arrival.files.push({ ...row, modifiedAt: row.modifiedAt === null ? null : new Date(row.modifiedAt) });
  }
  return [...arrivals.values()];
}

/**
 * Notes what each arriving delivery of a source waits for; null where it waits for its turn alone. Looked up, not joined: in a folder that has just been filled, statistics know of a few deliveries at most.
 */
export async function noteWaiting(
  db: Database,
  sourceId: number,
  waiting: readonly { id: number; problem: DeliveryProblem | null }[],
): Promise<void> {
  if (waiting.length === 0) return;
  const told = Object.fromEntries(waiting.map(({ id, problem }) => [id, problem]));
  await db.execute(sql`
    with told as materialized (select ${JSON.stringify(told)}::jsonb as words)
    update source_delivery d set
      problem_code = t.words -> d.id::text ->> 'code', problem_message = t.words -> d.id::text ->> 'message'
    from told t
    where d.source_id = ${sourceId} and d.state = 'arriving' and t.words ? d.id::text
      and (d.problem_code, d.problem_message)
        is distinct from (t.words -> d.id::text ->> 'code', t.words -> d.id::text ->> 'message')
  `);
}
