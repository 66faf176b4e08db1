// Taking a delivery: its files are read into the store, and what is not to be run is said and put away.
import { randomBytes } from 'node:crypto';
import type { OpenPlace } from '../../adapters/sources/place.ts';
import {
  announceUpload,
  type Delivery,
  type DeliveryFile,
  getDelivery,
  isAsLastGood,
  markPassedOver,
  markTaken,
  noteRead,
  noteRowsTold,
  ownUploads,
  restAnew,
} from '../../db/queries/sources/deliveries.ts';
import { getSource, type SourceRow } from '../../db/queries/sources/sources.ts';
import { Refusal } from '../../domain/refusal.ts';
import { type DeliveryProblem, deliveryProblem } from '../../domain/sources/delivery-problems.ts';
import { filesBeside, isSameFile, type SeenFile } from '../../domain/sources/files.ts';
import type { DeliveryOutcome } from '../../domain/sources/source.ts';
import { isGone, readCancellable, readCount } from './content.ts';
import type { SourceIntakeDeps } from './intake-deps.ts';
import { settle } from './settle.ts';

/** `changed`: somebody is at work on its files, so it is not taken. Look again. */
export type Taken = 'ready' | 'ended' | 'changed';

type PassedOver = { outcome: DeliveryOutcome; problem: DeliveryProblem };
/** What came of a step: null where the next one is to be taken. */
type Verdict = PassedOver | 'changed' | null;

export async function take(deps: SourceIntakeDeps, deliveryId: number): Promise<Taken> {
  const { db } = deps;
  const delivery = await getDelivery(db, deliveryId);
  if (delivery.state === 'arriving') {
    const verdict = await read(deps, delivery);
    if (verdict === 'changed') return changed(deps, deliveryId);
    if (verdict === null && !(await markTaken(db, deliveryId))) return changed(deps, deliveryId);
    if (verdict !== null) await markPassedOver(db, deliveryId, verdict);
  }
  const { state } = await getDelivery(db, deliveryId);
  if (state === 'ended') return 'ended';
  if (state === 'settling') {
    await settle(deps, deliveryId);
    return 'ended';
  }
  await ownUploads(db, deliveryId);
  return 'ready';
}

async function changed({ db }: SourceIntakeDeps, deliveryId: number): Promise<Taken> {
  await restAnew(db, deliveryId);
  return 'changed';
}

/** Reads all files that are not read yet, and says what is wrong with them, if anything. */
async function read(deps: SourceIntakeDeps, delivery: Delivery): Promise<Verdict> {
  const { db } = deps;
  const source = await getSource(db, delivery.sourceId);
  const place = await deps.openPlace(source);
  try {
    const before = await place.list();
    const wrong = asTheyWere(delivery.files, before) ?? tooLittleOrMuch(deps, delivery);
    if (wrong) return wrong;
    for (const file of delivery.files) {
      if (file.sha256 !== null) continue;
      const verdict = await readFile(deps, place, { file, delivery });
      if (verdict) return verdict;
    }
    const uncounted = await readCounts(deps, place, { source, delivery, entries: before });
    if (uncounted) return uncounted;
    return asTheyWere(delivery.files, await place.list()) ?? (await asBefore(deps, { source, delivery }));
  } finally {
    await place.close();
  }
}

/** Whether the files are there as they were when they had come to rest. */
function asTheyWere(files: readonly DeliveryFile[], entries: readonly SeenFile[]): Verdict {
  const byName = new Map(entries.map((entry) => [entry.name, entry]));
  const seen = files.map((file) => ({ file, entry: byName.get(file.name) }));
  if (seen.every(({ entry }) => entry === undefined))
    return { outcome: 'gone', problem: deliveryProblem('gone') };
  return seen.every(({ file, entry }) => entry !== undefined && isSameFile(file, entry)) ? null : 'changed';
}

function tooLittleOrMuch(deps: SourceIntakeDeps, { files }: Delivery): Verdict {
  if (files.some(({ bytes }) => bytes === 0)) return failed('empty-file');
  const large = files.find((file) => file.bytes > bytesMax(deps, file));
  return large ? tooLarge(bytesMax(deps, large)) : null;
}

const bytesMax = ({ uploadBytesMax, zipBytesMax }: SourceIntakeDeps, { name }: { name: string }): number =>
  /\.zip$/i.test(name) ? zipBytesMax : uploadBytesMax;

const failed = (...problem: Parameters<typeof deliveryProblem>): PassedOver => ({
  outcome: 'failed',
  problem: deliveryProblem(...problem),
});

const tooLarge = (bytes: number): PassedOver => failed('too-large', [String(Math.floor(bytes / 2 ** 20))]);

/** Reads a file into the store. What an attempt before has left there is nobody's: the sweep takes it away. */
async function readFile(
  deps: SourceIntakeDeps,
  place: OpenPlace,
  { file, delivery }: { file: DeliveryFile; delivery: Delivery },
): Promise<Verdict> {
  const { db, files } = deps;
  const uploadId = randomBytes(12).toString('hex');
  await announceUpload(db, { id: uploadId, file });
  const maxBytes = bytesMax(deps, file);
  try {
    const content = await readCancellable(place, file);
    const { bytes, sha256 } = await files.write(uploadId, content, { maxBytes });
    // Shorter than it was listed: it was cut off, or is being written anew.
    if (bytes !== file.bytes) return 'changed';
    return (await noteRead(db, file, { uploadId, bytes, sha256 })) ? null : 'changed';
  } catch (error) {
    if (error instanceof Refusal && error.code === 'too-large') return tooLarge(maxBytes);
    // What is listed all the same and can't be read is for whoever runs the place.
    const verdict = isGone(error) && asTheyWere(delivery.files, await place.list());
    if (verdict) return verdict;
    throw error;
  }
}

type Read = { source: SourceRow; delivery: Delivery };

/** Reads how many rows the files have from what lies beside them, where the source says that it does. */
async function readCounts(
  { db }: SourceIntakeDeps,
  place: OpenPlace,
  { source: { rowCount }, delivery, entries }: Read & { entries: readonly SeenFile[] },
): Promise<Verdict> {
  if (rowCount?.kind !== 'file') return null;
  const beside = filesBeside(entries);
  for (const file of delivery.files) {
    const count = beside.find(file.name, rowCount.suffix);
    if (!count) {
      if (file.pattern === 0) return 'changed';
      continue;
    }
    const number = await readCount(place, count);
    if (number === 'gone') return 'changed';
    if (number === undefined) return failed('count-unreadable');
    await noteRowsTold(db, file.id, number);
  }
  return null;
}

/** Whether it is what came before: then nothing is to be run, unless somebody wants that. */
async function asBefore({ db }: SourceIntakeDeps, { source, delivery }: Read): Promise<Verdict> {
  if (source.isRemasterAsked || !(await isAsLastGood(db, delivery))) return null;
  return { outcome: 'same', problem: deliveryProblem('same') };
}
