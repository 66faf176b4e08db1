// Sources as they are set up, listed, changed and removed. The database is the truth of them: their Schedules follow.
import { and, arrayOverlaps, asc, eq, getTableColumns, gt, isNull, sql } from 'drizzle-orm';
import { Refusal } from '../../../domain/refusal.ts';
import type { SourceSettings } from '../../../domain/sources/source.ts';
import type { Database } from '../../client.ts';
import { site } from '../../schema/sites.ts';
import { source } from '../../schema/sources.ts';
import { databaseFaultOf, UNIQUE_VIOLATION } from '../../sqlstate.ts';

/** A source with all its columns; `secret` is sealed. */
export type SourceRow = typeof source.$inferSelect;

/** Who sets a source up: its runs are theirs from then on. */
export type SourceOwner = { personId: number; name: string };

export type NewSource = SourceSettings & {
  siteId: number;
  rootId: number;
  /** Sealed; null where nothing is needed. */
  secret: string | null;
  by: SourceOwner;
};

/** Sets up a source. Refuses with `conflict` where the site has another of that name. */
export async function insertSource(db: Database, { by, ...wanted }: NewSource): Promise<SourceRow> {
  const [made] = await db
    .insert(source)
    .values({
      ...wanted,
      parts: [...wanted.parts],
      notify: [...wanted.notify],
      byPersonId: by.personId,
      byName: by.name,
    })
    .onConflictDoNothing({ target: [source.siteId, source.name], where: isNull(source.removedAt) })
    .returning();
  if (!made) throw takenName(wanted.siteId);
  return made;
}

/** The source, or undefined. One that is removed, and whose Schedule is not gone yet, only where it is asked for. */
export async function findSource(
  db: Database,
  id: number,
  { isRemovedToo = false }: { isRemovedToo?: boolean } = {},
): Promise<SourceRow | undefined> {
  const [found] = await db
    .select()
    .from(source)
    .where(and(eq(source.id, id), isRemovedToo ? undefined : isNull(source.removedAt)));
  return found;
}

/** The source. Refuses with `missing` where there is none, or none any more. */
export async function getSource(db: Database, id: number): Promise<SourceRow> {
  const found = await findSource(db, id);
  if (found) return found;
  throw new Refusal('missing', 'There is no such source any more.');
}

/** The sources of these sites and all below them, by id. */
export async function listSources(
  db: Database,
  topSiteIds: readonly number[],
  page: { after: number; limit: number },
): Promise<SourceRow[]> {
  if (topSiteIds.length === 0) return [];
  return db
    .select(getTableColumns(source))
    .from(source)
    .innerJoin(site, eq(site.id, source.siteId))
    .where(
      and(arrayOverlaps(site.path, [...topSiteIds]), gt(source.id, page.after), isNull(source.removedAt)),
    )
    .orderBy(asc(source.id))
    .limit(page.limit);
}

export type SourcePatch = Partial<SourceSettings> & {
  /** Sealed; null removes it, left out it stays. */
  secret?: string | null;
};

/**
 * Changes what is named, and makes whoever does it the owner. What failed before counts no longer; a source that is
 * paused stays so, with the words why. Undefined where it is not there, or is not as `version` says: somebody has
 * changed it meanwhile. Refuses with `conflict` a name that another source of the site has.
 */
export async function updateSource(
  db: Database,
  id: number,
  patch: SourcePatch,
  { by, version }: { by: SourceOwner; version: number },
): Promise<SourceRow | undefined> {
  const isPaused = sql`${source.pausedAt} is not null`;
  try {
    const [changed] = await db
      .update(source)
      .set({
        ...written(patch),
        ...(patch.parts && {
          partsChangedAt: sql`case when ${source.parts} = ${JSON.stringify(patch.parts)}::jsonb then ${source.partsChangedAt} else now() end`,
        }),
        byPersonId: by.personId,
        byName: by.name,
        version: sql`${source.version} + 1`,
        failures: 0,
        problemCode: sql`case when ${isPaused} then ${source.problemCode} end`,
        problemMessage: sql`case when ${isPaused} then ${source.problemMessage} end`,
      })
      .where(and(eq(source.id, id), eq(source.version, version), isNull(source.removedAt)))
      .returning();
    return changed;
  } catch (error) {
    const fault = databaseFaultOf(error);
    if (fault?.code !== UNIQUE_VIOLATION || fault.constraint !== 'source_name') throw error;
    throw takenName(null);
  }
}

/** Removes a source: it looks no more, and the row goes once its Schedule has. False where there was none. */
export async function removeSource(db: Database, id: number): Promise<boolean> {
  const removed = await db
    .update(source)
    .set({ removedAt: sql`now()`, secret: null, version: sql`${source.version} + 1` })
    .where(and(eq(source.id, id), isNull(source.removedAt)))
    .returning({ id: source.id });
  return removed.length > 0;
}

const takenName = (siteId: number | null) =>
  new Refusal(
    'conflict',
    `${siteId === null ? 'The site' : `Site ${siteId}`} has another source of that name. Choose another name.`,
  );

/** Lists that are read-only where they come from, as the driver takes them. */
const written = ({ parts, notify, ...rest }: SourcePatch) => ({
  ...rest,
  ...(parts && { parts: [...parts] }),
  ...(notify && { notify: [...notify] }),
});
