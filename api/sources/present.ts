// Sources as the wire has them: with their schedule in words, and when they look next, but never their secrets.
import { openSourceSecret } from '../../adapters/secrets.ts';
import { listShownNames } from '../../db/queries/people-names.ts';
import { listArrivals } from '../../db/queries/sources/source-arrivals.ts';
import type { SourceRow } from '../../db/queries/sources/sources.ts';
import type { Language } from '../../domain/language.ts';
import { Refusal } from '../../domain/refusal.ts';
import { pauseWords } from '../../domain/sources/pause-words.ts';
import { scheduleInWords } from '../../domain/sources/schedule-words.ts';
import type { ApiDeps } from '../deps.ts';
import type { Source } from '../wire-sources.ts';
import { settingsOf } from './settings.ts';

type Deps = Pick<ApiDeps, 'db' | 'secretBox' | 'sourceSchedules'>;

/** Sources in the order in which they are given. Where Temporal is away, nobody knows when they look next. */
export async function toSources(
  deps: Deps,
  rows: readonly SourceRow[],
  language: Language,
): Promise<Source[]> {
  const people = rows.flatMap(({ byPersonId, pausedById }) => [byPersonId, pausedById]);
  const [names, arrivals, looks] = await Promise.all([
    listShownNames(
      deps.db,
      people.filter((id) => id !== null),
    ),
    listArrivals(
      deps.db,
      rows.map(({ id }) => id),
    ),
    Promise.all(rows.map(({ id }) => deps.sourceSchedules.look(id))),
  ]);
  return rows.map((row, index) => ({
    ...wireSettings(row),
    id: row.id,
    siteId: row.siteId,
    hasSecret: row.secret !== null,
    secretNames: secretNames(deps, row),
    scheduleInWords: scheduleInWords(row.schedule, language),
    owner:
      row.byPersonId === null ? null : { id: row.byPersonId, name: names.get(row.byPersonId) ?? row.byName },
    state: row.pausedAt === null ? 'active' : 'paused',
    pause: pauseOf(row, names, language),
    problem: row.problemCode === null ? null : { code: row.problemCode, message: row.problemMessage ?? '' },
    askedAt: iso(row.askedAt),
    isRemasterAsked: row.isRemasterAsked,
    lastLookedAt: iso(row.lastLookedAt),
    lastGoodAt: iso(row.lastGoodAt),
    isRunning: looks[index]?.isRunning ?? null,
    nextAt: row.pausedAt === null ? iso(looks[index]?.nextAt[0] ?? null) : null,
    isHeld: row.pausedAt === null ? (looks[index]?.isHeld ?? null) : false,
    ...(arrivals.get(row.id) ?? { lastFile: null, filesToday: 0 }),
    freshness: {
      staleSince: iso(row.staleSince),
      freshHours: row.freshHours,
      lastGoodAt: iso(row.lastGoodAt),
    },
    version: row.version,
    createdAt: row.createdAt.toISOString(),
  }));
}

export async function toSource(deps: Deps, row: SourceRow, language: Language): Promise<Source> {
  const [one] = await toSources(deps, [row], language);
  return one as Source;
}

/** The settings alone; what is read-only in the domain is a list of its own here. */
const wireSettings = (row: SourceRow) => structuredClone(settingsOf(row)) as unknown as WireSettings;

type WireSettings = Pick<Source, keyof ReturnType<typeof settingsOf>>;

function pauseOf(row: SourceRow, names: ReadonlyMap<number, string>, language: Language): Source['pause'] {
  const { pausedAt, pauseReason, pausedById, pausedForId } = row;
  if (pausedAt === null || pauseReason === null) return null;
  return {
    reason: pauseReason,
    at: pausedAt.toISOString(),
    by: pausedById === null ? null : (names.get(pausedById) ?? null),
    run: pausedForId,
    note: row.pauseNote,
    words: pauseWords(pauseReason, language),
  };
}

/** The names of what the secret consists of; none where it can't be read: its sync says why. */
function secretNames({ secretBox }: Deps, row: SourceRow): string[] {
  try {
    return Object.keys(openSourceSecret(secretBox, row) ?? {});
  } catch (error) {
    if (error instanceof Refusal) return [];
    throw error;
  }
}

const iso = (at: Date | null): string | null => at?.toISOString() ?? null;
