// What becomes of a source as it works: paused and set going, asked for, followed by its Schedule, good or failing.
import { and, asc, eq, isNotNull, isNull, lt, or, type SQL, sql } from 'drizzle-orm';
import type { AuditWhat } from '../../../domain/audit.ts';
import type { PauseReason } from '../../../domain/sources/source.ts';
import type { Database } from '../../client.ts';
import { source } from '../../schema/sources.ts';
import { MAIL_FORGOTTEN_CHANNEL } from '../forget.ts';
import { mailKey } from '../mail-columns.ts';
import type { SourceOwner } from './sources.ts';

export type SourcePause = {
  reason: PauseReason;
  /** Null where Muster does it by itself. */
  byPersonId: number | null;
  /** The run whose question pauses it. */
  forRunId?: string;
  /** What whoever pauses it has to say. */
  note?: string | null;
  /** What is wrong with it, where something is: words that tell of nobody. */
  code?: string;
  message?: string;
};

/**
 * Pauses a source, and notes that in the audit trail. True where it was not paused; false where it was, and nothing
 * changes. Only one that somebody wants to pause becomes theirs whatever had paused it: so it won't go on by itself.
 */
export async function pauseSource(db: Database, id: number, pause: SourcePause): Promise<boolean> {
  const { reason, byPersonId, forRunId = null, note = null, code = null, message = null } = pause;
  const rows = await db.execute(sql`
    with paused as (
      update source set paused_at = now(), pause_reason = ${reason}, paused_by_id = ${byPersonId}::bigint,
        paused_for_id = ${forRunId}::text, pause_note = ${note}::text, version = version + 1,
        problem_code = coalesce(${code}::text, problem_code),
        problem_message = case when ${code}::text is null then problem_message else ${message}::text end
      where id = ${id} and removed_at is null
        and (paused_at is null or (${reason} = 'asked' and pause_reason <> 'asked'))
      returning id, root_id, site_id
    )
    select (select ${noted('source.paused', byPersonId, { reason, ...(forRunId !== null && { run: forRunId }) })}) from paused`);
  return rows.length > 0;
}

/**
 * Sets a paused source going again, and notes that in the audit trail: what failed before counts no longer. Whoever does
 * it becomes its owner; null is Muster itself, which leaves the owner. `onlyFor`: only where the question of this run
 * had paused it. False where it is not paused, or not for that.
 */
export async function resumeSource(
  db: Database,
  id: number,
  { by, onlyFor }: { by: SourceOwner | null; onlyFor?: string },
): Promise<boolean> {
  const [personId, name] = [by?.personId ?? null, by?.name ?? null];
  const rows = await db.execute(sql`
    with resumed as (
      update source set paused_at = null, pause_reason = null, paused_by_id = null, paused_for_id = null,
        pause_note = null,
        version = version + 1, failures = 0, problem_code = null, problem_message = null,
        by_person_id = coalesce(${personId}::bigint, by_person_id),
        by_name = coalesce(${name}::text, by_name)
      where id = ${id} and removed_at is null and paused_at is not null
        and (${onlyFor ?? null}::text is null or (pause_reason = 'run-asks' and paused_for_id = ${onlyFor ?? null}::text))
      returning id, root_id, site_id
    )
    select (select ${noted('source.resumed', personId, onlyFor === undefined ? {} : { run: onlyFor })}) from resumed`);
  return rows.length > 0;
}

/** Wants it to look now, even while it is paused; `isRemaster`: what comes next counts as the whole truth. False: gone. */
export async function askForSync(
  db: Database,
  id: number,
  { isRemaster }: { isRemaster: boolean },
): Promise<boolean> {
  return changed(db, id, {
    askedAt: sql`now()`,
    isRemasterAsked: isRemaster ? true : sql`${source.isRemasterAsked}`,
  });
}

/** Notes that it has begun to do what was asked for by then: an ask that came later stands. */
export async function noteSourceBegun(db: Database, id: number, askedAt: Date): Promise<boolean> {
  return changed(
    db,
    id,
    { askedAt: null },
    sql`${source.askedAt} <= ${askedAt.toISOString()}::timestamptz + interval '1 ms'`,
  );
}

/** Sources whose Schedule does not say what they do, or that are removed and whose Schedule is not, oldest first. */
export async function listLaggingSources(db: Database): Promise<number[]> {
  const rows = await db
    .select({ id: source.id })
    .from(source)
    .where(or(lt(source.scheduledVersion, source.version), isNotNull(source.removedAt)))
    .orderBy(asc(source.id));
  return rows.map(({ id }) => id);
}

/** Notes that its Schedule is as this version has it. */
export async function noteScheduled(db: Database, id: number, version: number): Promise<void> {
  await db
    .update(source)
    .set({ scheduledVersion: sql`greatest(${source.scheduledVersion}, ${version}::int)` })
    .where(eq(source.id, id));
}

/** Deletes a source that is removed, with all that it has noted and its mails: its Schedule is gone. Whoever keeps copies of these is told. */
export async function deleteRemovedSource(db: Database, id: number): Promise<void> {
  await db.execute(sql`
    with gone as (
      delete from source where id = ${id} and removed_at is not null returning id
    )
    select pg_notify(${MAIL_FORGOTTEN_CHANNEL}, ${mailKey})
    from gone join outgoing_mail m on m.source_id = gone.id where m.state = 'sent'`);
}

/** Notes that it has looked. */
export async function noteSourceLooked(db: Database, id: number): Promise<void> {
  await changed(db, id, { lastLookedAt: sql`now()` });
}

/** Notes that it has brought a good file: nothing is wrong with it any more. */
export async function noteSourceGood(db: Database, id: number): Promise<void> {
  await changed(db, id, {
    lastGoodAt: sql`now()`,
    failures: 0,
    problemCode: null,
    problemMessage: null,
    staleSince: null,
  });
}

/** Notes that a sync of it failed. Gives how many have in a row; 0 where it is gone. */
export async function noteSourceFailed(
  db: Database,
  id: number,
  problem: { code: string; message: string },
): Promise<number> {
  const [row] = await db
    .update(source)
    .set({
      failures: sql`${source.failures} + 1`,
      problemCode: problem.code,
      problemMessage: problem.message,
    })
    .where(and(eq(source.id, id), isNull(source.removedAt)))
    .returning({ failures: source.failures });
  return row?.failures ?? 0;
}

async function changed(
  db: Database,
  id: number,
  set: Parameters<ReturnType<typeof db.update<typeof source>>['set']>[0],
  also?: SQL,
): Promise<boolean> {
  const rows = await db
    .update(source)
    .set(set)
    .where(and(eq(source.id, id), isNull(source.removedAt), also))
    .returning({ id: source.id });
  return rows.length > 0;
}

/** A call of note_audit for a row with id, root_id and site_id: it names nobody but who did it. */
const noted = (what: AuditWhat, byPersonId: number | null, details: Readonly<Record<string, string>>): SQL =>
  sql`note_audit(root_id, site_id, ${byPersonId}::bigint, ${what}, null, 'source', id::text,
    ${JSON.stringify(details)}::jsonb)`;
