// Tables inside a zip of the file store: each is unpacked as it is read, and none is ever whole in memory.
import type { Readable } from 'node:stream';
import { type Entry, fromRandomAccessReaderPromise, type ZipFile } from 'yauzl';
import { Refusal } from '../domain/refusal.ts';
import type { FileStore } from './file-store.ts';
import { StoredZip } from './stored-zip.ts';
import type { ByteSource } from './table.ts';

/** A bundle has some dozen files. */
const ENTRIES_MAX = 1000;
/** Far more than the users of a nation take: what unpacks to more is there to do harm. */
const UNPACKED_BYTES_MAX = 16 * 2 ** 30;

export type ZippedTables = {
  /** The table of that name, its ending and folder left out, whatever its case; undefined where there is none. */
  find(name: string): ByteSource | undefined;
  /** True for a workbook, which is a zip too. */
  isWorkbook: boolean;
  close(): void;
};

/**
 * Opens a zip and reads its directory. Refuses with 'unreadable-file' what is damaged, has a password or names a file
 * twice, and with 'too-large' what unpacks to more than anybody's tables.
 */
export async function openZippedTables(store: FileStore, key: string): Promise<ZippedTables> {
  const zip = new StoredZip(store, key, await store.size(key));
  const tables = new Map<string, Entry>();
  let isWorkbook = false;
  let opened: ZipFile;
  try {
    opened = await fromRandomAccessReaderPromise(zip, zip.size, {
      autoClose: false,
      validateEntrySizes: true,
    });
    if (opened.entryCount > ENTRIES_MAX) throw tooLarge(`more than ${ENTRIES_MAX} files`);
    for await (const entry of opened.eachEntry()) {
      isWorkbook ||= entry.fileName === 'xl/workbook.xml';
      noteTable(tables, entry);
    }
  } catch (error) {
    throw faultOf(zip, error);
  }
  const total = [...tables.values()].reduce((sum, entry) => sum + entry.uncompressedSize, 0);
  if (total > UNPACKED_BYTES_MAX) throw tooLarge('more than 16 GB when it is unpacked');
  return {
    isWorkbook,
    find(name) {
      const entry = tables.get(name.toLowerCase());
      return entry && { open: () => openEntry(zip, opened, entry) };
    },
    close: () => opened.close(),
  };
}

function noteTable(tables: Map<string, Entry>, entry: Entry): void {
  const [, name] = /(?:^|\/)([^/]+)\.csv$/i.exec(entry.fileName) ?? [];
  // What a Mac puts beside each file begins so.
  if (name === undefined || name.startsWith('._') || entry.fileName.startsWith('__MACOSX/')) return;
  if (entry.isEncrypted()) throw unreadable('has a password. Zip it without one.');
  if (tables.has(name.toLowerCase())) throw unreadable(`has ${name}.csv twice. Keep the one that counts.`);
  tables.set(name.toLowerCase(), entry);
}

async function openEntry(zip: StoredZip, opened: ZipFile, entry: Entry): Promise<AsyncGenerator<Uint8Array>> {
  try {
    return unpacked(zip, await opened.openReadStreamPromise(entry));
  } catch (error) {
    throw faultOf(zip, error);
  }
}

async function* unpacked(zip: StoredZip, stream: Readable): AsyncGenerator<Uint8Array> {
  try {
    for await (const piece of stream) yield piece as Uint8Array;
  } catch (error) {
    throw faultOf(zip, error);
  } finally {
    stream.destroy();
  }
}

/** What the store threw is an outage; what yauzl or the unpacking says is the zip's own fault. */
function faultOf(zip: StoredZip, error: unknown): unknown {
  if (zip.outage !== undefined) return zip.outage;
  return error instanceof Refusal ? error : unreadable('is damaged or cut off. Have it made and sent again.');
}

const unreadable = (what: string) => new Refusal('unreadable-file', `The zip ${what}`);
const tooLarge = (what: string) =>
  new Refusal('too-large', `The zip has ${what}. Take out what does not belong to it.`);
