// A zip of pictures, opened: its files as people put them there, and a refusal of everything that no honest zip has.
import { type Entry, fromRandomAccessReaderPromise, type ZipFile } from 'yauzl';
import { isArchiveName, isPassedOver, leadsOut, tidyPath } from '../domain/picture-path.ts';
import { Refusal } from '../domain/refusal.ts';
import { refusedZip, type ZipFault } from '../domain/zip-faults.ts';
import type { FileStore } from './file-store.ts';
import { StoredZip } from './stored-zip.ts';
import { zipNameOf } from './zip-names.ts';

/** Entries of all sorts that a zip may have, folders and what is passed over among them. */
const ZIP_ENTRIES_MAX = 100_000;

/** Pictures hardly shrink when they are packed. What does so this much is none, whatever its size says. */
const ENTRY_RATIO_MAX = 100;
const ENTRY_RATIO_FROM_BYTES = 32 * 2 ** 20;
const TOTAL_RATIO_MAX = 20;
const TOTAL_RATIO_FROM_BYTES = 64 * 2 ** 20;
const TOTAL_BYTES_MAX = 64 * 2 ** 30;

const METHODS = new Set([0, 8]);
const ENCRYPTED = 0x2041;
/** The kinds of file in the mode that Unix systems note: a folder, a file, or nothing said. */
const PLAIN_MODES = new Set([0x4000, 0x8000, 0]);
const DOS_FOLDER = 0x10;

const ENTRY_BYTES = 46;
const END_BYTES = 22;
const LOCAL_BYTES = 30;

/** A file inside the zip; where it stands, and what the directory says of it. */
export type ZippedFile = {
  /** As it is in the zip, with slashes. */
  path: string;
  /** Which entry it is, from 1. */
  entry: number;
  method: number;
  crc: number;
  packed: number;
  unpacked: number;
  nameLength: number;
  extraLength: number;
  /** Where its local header begins, and before which byte everything of it ends. */
  at: number;
  until: number;
};

export type PictureZip = { zip: StoredZip; files: readonly ZippedFile[] };

/**
 * Opens a zip of the file store and reads its directory, in the order of which the files are. Refuses what is no zip or a
 * damaged one, and all that could do harm: paths that lead out, passwords, links, archives by their names, files that lie
 * over each other, sizes that no pictures have. Nothing of the files themselves is read yet.
 */
export async function openPictureZip(store: FileStore, key: string): Promise<PictureZip> {
  const zip = new StoredZip(store, key, await store.size(key));
  const { entries, bytes } = await readDirectory(zip);
  setBounds(entries, zip.size - END_BYTES - bytes);
  refuseSizes(entries, zip.size);
  const files = entries.filter(({ path, isFolder }) => !isFolder && !isPassedOver(path));
  for (const { path, entry } of files) if (isArchiveName(path)) throw refusedZip('archive-inside', { entry });
  if (files.length === 0) throw refusedZip('empty');
  return { zip, files };
}

type Directory = { entries: ZipEntry[]; bytes: number };
type ZipEntry = ZippedFile & { isFolder: boolean };

async function readDirectory(zip: StoredZip): Promise<Directory> {
  const directory: Directory = { entries: [], bytes: 0 };
  let opened: ZipFile | undefined;
  try {
    opened = await fromRandomAccessReaderPromise(zip, zip.size, {
      // Names are read here: yauzl takes all that is not marked as UTF-8 for code page 437.
      decodeStrings: false,
      validateEntrySizes: false,
      autoClose: false,
    });
    if (opened.entryCount > ZIP_ENTRIES_MAX) throw refusedZip('too-many-files', { files: ZIP_ENTRIES_MAX });
    for await (const entry of opened.eachEntry()) {
      directory.entries.push(entryOf(entry, directory.entries.length + 1));
      directory.bytes +=
        ENTRY_BYTES + entry.fileNameLength + entry.extraFieldLength + entry.fileCommentLength;
    }
    return directory;
  } catch (error) {
    if (zip.outage !== undefined) throw zip.outage;
    if (error instanceof Refusal) throw error;
    throw opened === undefined
      ? refusedZip('not-a-zip')
      : refusedZip(faultOf(error), { entry: directory.entries.length + 1 });
  }
}

const faultOf = (error: unknown): ZipFault =>
  error instanceof Error && /encryption/.test(error.message) ? 'encrypted' : 'damaged';

function entryOf(entry: Entry, number: number): ZipEntry {
  const faulty = (fault: ZipFault) => refusedZip(fault, { entry: number });
  const { generalPurposeBitFlag: flags, fileNameRaw: bytes, extraFields } = entry;
  const path = tidyPath(zipNameOf({ bytes, flags, extraFields }));
  if (leadsOut(path)) throw faulty('leads-out');
  if ((flags & ENCRYPTED) !== 0) throw faulty('encrypted');
  if (!PLAIN_MODES.has((entry.externalFileAttributes >>> 16) & 0xf000)) throw faulty('link-inside');
  if (!METHODS.has(entry.compressionMethod)) throw faulty('unknown-method');
  if (entry.compressionMethod === 0 && entry.compressedSize !== entry.uncompressedSize) throw faulty('lying');
  return {
    path,
    entry: number,
    method: entry.compressionMethod,
    crc: entry.crc32,
    packed: entry.compressedSize,
    unpacked: entry.uncompressedSize,
    nameLength: entry.fileNameLength,
    extraLength: entry.extraFieldLength,
    at: entry.relativeOffsetOfLocalHeader,
    until: 0,
    isFolder: entry.uncompressedSize === 0 && (entry.externalFileAttributes & DOS_FOLDER) !== 0,
  };
}

/** Each file ends where the next one begins, the last one before the directory: none may reach further. */
function setBounds(files: readonly ZippedFile[], directoryAt: number): void {
  const inPlace = [...files].sort((one, other) => one.at - other.at);
  for (const [index, file] of inPlace.entries()) {
    const next = inPlace[index + 1];
    file.until = next?.at ?? directoryAt;
    if (file.at + LOCAL_BYTES + file.nameLength + file.packed > file.until)
      throw refusedZip(next === undefined ? 'damaged' : 'overlapping', { entry: file.entry });
  }
}

/** By what the directory says; that no file holds more than it says is seen to when it is read. */
function refuseSizes(files: readonly ZippedFile[], zipBytes: number): void {
  let total = 0;
  for (const { packed, unpacked, entry } of files) {
    total += unpacked;
    if (unpacked > ENTRY_RATIO_FROM_BYTES && unpacked > ENTRY_RATIO_MAX * packed)
      throw refusedZip('bomb', { entry });
  }
  if (total > TOTAL_BYTES_MAX || (total > TOTAL_RATIO_FROM_BYTES && total > TOTAL_RATIO_MAX * zipBytes))
    throw refusedZip('bomb');
}
