// The way to a source, tried: what is seen there and what would become of it, or what is in the way. Nothing is saved or moved.
import { openSourceSecret } from '../../adapters/secrets.ts';
import { within } from '../../adapters/sources/files.ts';
import {
  hostKeysOf,
  type OpenPlace,
  openPlace,
  PlaceProblem,
  type SourceEntry,
} from '../../adapters/sources/place.ts';
import type { SourceRow } from '../../db/queries/sources/sources.ts';
import type { Language } from '../../domain/language.ts';
import { Refusal } from '../../domain/refusal.ts';
import { FAULT_WORDS } from '../../domain/sources/fault-words.ts';
import {
  compareSets,
  type FileRules,
  fileMatcher,
  filesBeside,
  setsOf,
  standingOf,
} from '../../domain/sources/files.ts';
import { placeProblemWords } from '../../domain/sources/place-problems.ts';
import { secretTarget } from '../../domain/sources/secret.ts';
import type { SourcePlace, SourceSecret } from '../../domain/sources/source.ts';
import type { ApiDeps } from '../deps.ts';
import { InvalidRequest } from '../problems.ts';
import type { SourceTest } from '../wire-source-tests.ts';

import { patternFaults, type SecretAsked, secretOf } from './settings.ts';

type Deps = Pick<ApiDeps, 'sourceBounds' | 'clock'>;

const TEST_TIMEOUT_MS = 15_000;
const FILES_MAX = 200;
const SETS_MAX = 50;

const NOTHING_SEEN = { ok: false, canMove: null, hostKeys: null, files: [], filesTotal: 0, sets: [] };

/** Tries a place. Whatever is wrong with it is part of what comes back. */
export async function triedPlace(
  { sourceBounds, clock }: Deps,
  place: SourcePlace,
  secretOfPlace: () => SourceSecret | null,
  rules: FileRules,
  language: Language,
): Promise<SourceTest> {
  const faults = patternFaults(rules, language);
  if (faults.length > 0) throw new InvalidRequest(faults);
  try {
    if (place.kind === 'sftp' && place.hostKeys.length === 0) {
      // Before its key is known, nobody signs in there.
      const shown = await within(TEST_TIMEOUT_MS, hostKeysOf(place, sourceBounds));
      throw new PlaceProblem('host-key', { why: 'unpinned', shown });
    }
    const { entries, canMove } = await looked(openPlace(place, secretOfPlace(), sourceBounds));
    return {
      ok: true,
      problem: null,
      hostKeys: null,
      canMove,
      ...seenBy(rules, entries, clock()),
      filesTotal: entries.length,
    };
  } catch (error) {
    if (error instanceof PlaceProblem) {
      const message = placeProblemWords(error.code, error.hint, language);
      const hostKeys = error.hint.shown ? [...error.hint.shown] : null;
      return { ...NOTHING_SEEN, problem: { code: error.code, message }, hostKeys };
    }
    // Its secret can't be read.
    if (error instanceof Refusal && !(error instanceof InvalidRequest))
      return { ...NOTHING_SEEN, problem: { code: error.code, message: error.message } };
    throw error;
  }
}

/** What to try a source with: its own secret only goes where it goes anyway. */
export function secretToTry(
  { secretBox }: Pick<ApiDeps, 'secretBox'>,
  source: SourceRow,
  place: SourcePlace,
  asked: SecretAsked | null | undefined,
  language: Language,
): () => SourceSecret | null {
  if (asked !== undefined) return () => secretOf(asked);
  if (source.secret !== null && secretTarget(source.place) !== secretTarget(place))
    throw new InvalidRequest([{ path: 'secret', message: FAULT_WORDS['secret-untried'][language] }]);
  return () => openSourceSecret(secretBox, source);
}

async function looked(opening: Promise<OpenPlace>): Promise<{ entries: SourceEntry[]; canMove: boolean }> {
  const look = async () => {
    const place = await opening;
    return { entries: await place.list(), canMove: place.canMove };
  };
  try {
    return await within(TEST_TIMEOUT_MS, look());
  } finally {
    // It may open after all when nobody waits any more.
    opening.then((place) => place.close()).catch(() => {});
  }
}

/** What the files are for, and how their sets stand as far as one look can tell. */
function seenBy(
  rules: FileRules,
  entries: readonly SourceEntry[],
  now: Date,
): Pick<SourceTest, 'files' | 'sets'> {
  const match = fileMatcher(rules);
  const useOf = besideUse(rules);
  const beside = filesBeside(entries);
  const quiet = ({ modifiedAt }: SourceEntry) => (modifiedAt ? now.getTime() - modifiedAt.getTime() : 0);
  const sets = setsOf(rules, entries).sort(compareSets).slice(0, SETS_MAX);
  return {
    files: entries.slice(0, FILES_MAX).map((entry) => {
      const found = match(entry.name);
      return {
        name: entry.name,
        bytes: entry.bytes,
        modifiedAt: entry.modifiedAt?.toISOString() ?? null,
        use: found ? 'import' : useOf(entry.name),
        part: found?.part ?? null,
        pattern: found?.pattern ?? null,
        set: found?.stem ?? null,
      };
    }),
    sets: sets.map(({ stem, files }) => {
      const still = files.map((file) => ({ ...file, quietMs: quiet(file) }));
      const standing = standingOf(rules, { stem, files: still }, beside);
      return {
        set: stem,
        files: files.map(({ name }) => name),
        state: standing.kind,
        missing: standing.kind === 'waiting' ? standing.missing : [],
      };
    }),
  };
}

function besideUse({ readiness, rowCount }: FileRules): (name: string) => 'marker' | 'row-count' | 'none' {
  const ends = (name: string, suffix: string) => name.toLowerCase().endsWith(suffix.toLowerCase());
  return (name) => {
    if (readiness.kind === 'marker' && ends(name, readiness.suffix)) return 'marker';
    return rowCount?.kind === 'file' && ends(name, rowCount.suffix) ? 'row-count' : 'none';
  };
}
