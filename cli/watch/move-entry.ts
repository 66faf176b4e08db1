// Moving a file that was taken up to where it belongs: that very file, and only once, whatever is killed when.
import { lstat, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { type Arrival, isSame } from './arrivals.ts';
import { identify } from './identity.ts';
import type { Entry, Journal, Target } from './journal.ts';
import { freeName, moveFile } from './places.ts';
import type { Report } from './report.ts';

export type MoveDeps = {
  journal: Journal;
  report: Report;
  /** The folder that is watched. */
  from: string;
  folders: Readonly<Record<Target['place'], string>>;
  clock: () => Date;
};

/** An entry that has the name under which its file and its results belong. */
export type Placed = Entry & { to: Target };

/** Moves the file there, unless it is there. `arrival`: the file as it was when this very process took it up. */
export async function moveEntry(
  deps: MoveDeps,
  entry: Entry,
  place: Target['place'],
  arrival?: Arrival,
): Promise<Placed> {
  let placed = await withName(deps, entry, place);
  const { at } = placed;
  if (at.place === place || at.place === 'gone') return placed;
  const source = at.place === 'import' ? await claim(deps, placed, arrival) : pathOf(deps, at);
  if (source === undefined || !(await isThere(source))) {
    // Killed after the last step and before it was noted; else somebody has taken the file away.
    if (!(await isThere(pathOf(deps, placed.to)))) return noteGone(deps, placed);
  } else
    while (!(await isMoved(source, pathOf(deps, placed.to)))) {
      // Somebody has put a file there in the meantime.
      placed = await withName(deps, { ...placed, to: null }, place);
    }
  const moved: Placed = { ...placed, at: placed.to };
  await deps.journal.put(moved);
  const path = pathOf(deps, moved.to);
  deps.report({ event: 'moved', file: moved.name, path, message: `${moved.name}: moved to ${path}` });
  return moved;
}

export const pathOf = ({ folders }: Pick<MoveDeps, 'folders'>, { place, name }: Target): string =>
  join(folders[place], name);

/** Notes the name first: whoever goes on after a kill must look in the same place. */
async function withName(deps: MoveDeps, entry: Entry, place: Target['place']): Promise<Placed> {
  const { to } = entry;
  if (to?.place === place) return { ...entry, to };
  const reserved = deps.journal
    .entries()
    .flatMap((other) => (other.to?.place === place ? [other.to.name] : []));
  const name = await freeName(deps.folders[place], entry.name, deps.clock(), reserved);
  const placed: Placed = { ...entry, to: { place, name } };
  await deps.journal.put(placed);
  return placed;
}

/**
 * Takes the file out of sight under a name of its own, so that one which comes in its place just now is not mistaken for
 * it. Gives where it is then; undefined where it is gone, or another has taken its name.
 */
async function claim(deps: MoveDeps, { file, name }: Entry, arrival?: Arrival): Promise<string | undefined> {
  const source = join(deps.from, name);
  const claimed = join(deps.from, `.muster-${file}.taken`);
  if (!(await isThere(claimed))) {
    if (!(await isThere(source)) || !(await isIt(source, { file, name }, arrival))) return undefined;
    await rename(source, claimed);
  }
  if (await isIt(claimed, { file, name }, arrival)) return claimed;
  const back = await freeName(deps.from, name, deps.clock());
  await moveFile(claimed, join(deps.from, back));
  return undefined;
}

async function isIt(path: string, { file, name }: Pick<Entry, 'file' | 'name'>, arrival?: Arrival) {
  if (!arrival) return (await identify(path, name)).file === file;
  const { size, mtimeMs, ino } = await lstat(path);
  return isSame(arrival, { bytes: size, modifiedMs: mtimeMs, inode: ino });
}

/** False where something else has the new name. */
async function isMoved(source: string, target: string): Promise<boolean> {
  try {
    await moveFile(source, target);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    // Killed between giving the new name and taking the old one.
    if (!(await areAlike(source, target))) return false;
    await unlink(source);
    return true;
  }
}

async function areAlike(source: string, target: string): Promise<boolean> {
  const [one, other] = await Promise.all([identify(source, ''), identify(target, '')]);
  return one.file === other.file;
}

async function noteGone({ journal, report }: MoveDeps, entry: Placed): Promise<Placed> {
  const gone: Placed = { ...entry, at: { place: 'gone' } };
  await journal.put(gone);
  const words = `went away before it could be moved to ${entry.to.place}; what was sent of it counts.`;
  report({ event: 'trouble', file: entry.name, message: `${entry.name} ${words}` });
  return gone;
}

const isThere = async (path: string): Promise<boolean> =>
  (await lstat(path).catch(() => undefined)) !== undefined;
