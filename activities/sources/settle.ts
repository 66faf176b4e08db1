// Settling a delivery: its files are put away, with what became of them beside, and their names may come again.

import { numbered } from '../../adapters/sources/files.ts';
import type { OpenPlace } from '../../adapters/sources/place.ts';
import type { Database } from '../../db/client.ts';
import { type Delivery, type DeliveryFile, getDelivery } from '../../db/queries/sources/deliveries.ts';
import {
  endDelivery,
  getSiteLanguage,
  listSettledRuns,
  notePut,
  type SettledRun,
} from '../../db/queries/sources/settling.ts';
import { findSource, type SourceRow } from '../../db/queries/sources/sources.ts';
import { filesBeside, isSameFile, type SeenFile } from '../../domain/sources/files.ts';
import { doneName, resultsName } from '../../domain/sources/names.ts';
import type { DoneFolder } from '../../domain/sources/source.ts';
import { isGone, readCount } from './content.ts';
import type { SourceIntakeDeps } from './intake-deps.ts';
import { openPartResults } from './part-results.ts';

/** Names that are tried where one is taken. */
const COPIES_MAX = 1_000;

type Means = { db: Database; place: OpenPlace };
type Settled = { source: SourceRow; delivery: Delivery; runs: readonly SettledRun[]; folder: DoneFolder };

/** Every step finds out by itself whether it was done before: it may be broken off anywhere, and is begun again. */
export async function settle({ db, openPlace }: SourceIntakeDeps, deliveryId: number): Promise<void> {
  const delivery = await getDelivery(db, deliveryId);
  if (delivery.state === 'ended') return;
  if (delivery.state !== 'settling' || delivery.outcome === null)
    throw new Error(`delivery ${deliveryId} can't be settled: its runs have not ended`);
  const runs = await listSettledRuns(db, delivery);
  const open = runs.find(({ finishedAt }) => finishedAt === null);
  if (open) throw new Error(`delivery ${deliveryId} can't be settled: run ${open.id} has not ended`);
  const source = await findSource(db, delivery.sourceId);
  if (source && delivery.outcome !== 'gone') {
    const place = await openPlace(source);
    try {
      const isGood = delivery.outcome === 'imported' || delivery.outcome === 'same';
      const folder = isGood ? 'completed' : 'failed';
      if (place.canMove) await putAway({ db, place }, { source, delivery, runs, folder });
    } finally {
      await place.close();
    }
  }
  await endDelivery(db, deliveryId);
}

/** Results first: where a file lies in its folder, what became of it lies there too. */
async function putAway(means: Means, settled: Settled): Promise<void> {
  const { db, place } = means;
  const { delivery, source } = settled;
  const language = await getSiteLanguage(db, source.siteId);
  const parts = new Set<number>();
  for (const file of delivery.files) {
    const isFirst = !parts.has(file.part);
    parts.add(file.part);
    if (!isFirst || file.movedTo !== null) continue;
    await writeResults(means, settled, file, () =>
      openPartResults(db, { delivery, runs: settled.runs, part: file.part, language }),
    );
  }
  for (const file of delivery.files) await moveFile(means, settled, file);
  await removeBeside(means, settled, await place.list());
}

async function writeResults(
  { db, place }: Means,
  { delivery, folder }: Settled,
  file: DeliveryFile,
  open: () => ReturnType<typeof openPartResults>,
): Promise<void> {
  let name = file.resultsAs;
  // The name was noted before it was written: where it is there, it is ours, and whole.
  if (name !== null && (await place.exists(folder, name))) return;
  if (name === null) {
    name = await freeName(place, folder, resultsName(file.name, takenAt(delivery)));
    await notePut(db, file.id, { resultsAs: name });
  }
  const { content, instead } = await open();
  const written = await place.write(folder, name, content).catch(async (error: unknown) => {
    const other = instead(error);
    if (!other) throw error;
    return place.write(folder, name, other);
  });
  if (written !== name) await notePut(db, file.id, { resultsAs: written });
}

/** Another file under its name is left alone: it is a delivery of its own. */
async function moveFile(
  { db, place }: Means,
  { delivery, folder }: Settled,
  file: DeliveryFile,
): Promise<void> {
  if (file.movedTo !== null) return;
  const movedAs = file.movedAs ?? (await freeName(place, folder, doneName(file.name, takenAt(delivery))));
  if (movedAs !== file.movedAs) await notePut(db, file.id, { movedAs });
  // Listed as late as can be: between this and the move nobody notices that it was replaced.
  const entry = (await place.list()).find(({ name }) => name === file.name);
  if (entry && isSameFile(entry, file)) {
    const moved = await place.move(file.name, folder, movedAs).catch(undefinedIfGone);
    await notePut(db, file.id, moved === undefined ? { movedAs: null } : { movedTo: folder, movedAs: moved });
    return;
  }
  // Its name was noted before it was moved: where it is there, that was done.
  const isMoved = file.movedAs !== null && (await place.exists(folder, file.movedAs));
  await notePut(db, file.id, isMoved ? { movedTo: folder } : { movedAs: null });
}

/** Removes what said something about the files, unless it is about others by now. */
async function removeBeside(
  { place }: Means,
  { source: { readiness, rowCount }, delivery }: Settled,
  entries: readonly SeenFile[],
): Promise<void> {
  const beside = filesBeside(entries);
  const byName = new Map(entries.map((entry) => [entry.name, entry]));
  for (const file of delivery.files) {
    const entry = byName.get(file.name);
    if (entry && !isSameFile(entry, file)) continue;
    const count = rowCount?.kind === 'file' ? beside.find(file.name, rowCount.suffix) : undefined;
    // Another number is that of a file which has yet to come.
    if (count && (file.rowsTold === null || (await readCount(place, count)) === file.rowsTold))
      await place.remove(count.name);
    const marker = readiness.kind === 'marker' ? beside.find(file.name, readiness.suffix) : undefined;
    if (marker) await place.remove(marker.name);
  }
}

const takenAt = ({ takenAt, firstSeenAt }: Delivery): Date => takenAt ?? firstSeenAt;

async function freeName(place: OpenPlace, folder: DoneFolder, name: string): Promise<string> {
  for (let copy = 1; copy < COPIES_MAX; copy += 1) {
    const choice = numbered(name, copy);
    if (!(await place.exists(folder, choice))) return choice;
  }
  return name;
}

function undefinedIfGone(error: unknown): undefined {
  if (!isGone(error)) throw error;
}
