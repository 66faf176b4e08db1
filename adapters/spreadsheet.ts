// Workbooks (XLSX): the first sheet as records. A workbook is read whole, so its size has limits that a CSV has not.
import { Worker } from 'node:worker_threads';
import { unguarded } from '../domain/formula.ts';
import { Refusal } from '../domain/refusal.ts';
import type { TableRecord } from '../domain/table.ts';
import type { RecordStream } from './csv/text-records.ts';
import { unreadable } from './file-kind.ts';
import type { SheetReply, SheetRequest } from './spreadsheet-thread.ts';
import { findZipEntries, refuseBomb, type ZipEntry } from './zip-directory.ts';

const WORKBOOK_BYTES_MAX = 50 * 1024 * 1024;
const UNPACKED_BYTES_MAX = 128 * 1024 * 1024;
const ROWS_MAX = 200_000;
const THREAD_MEMORY_MB = 512;

/**
 * Reads the first sheet of a workbook. Refuses a zip that is none, a damaged one, and with 'too-large' one of more
 * than 50 MB, 128 MB unpacked or 200,000 rows: as CSV there is no limit to rows.
 */
export async function readWorkbookRecords(bytes: AsyncIterable<Uint8Array>): Promise<RecordStream> {
  const content = await readWhole(bytes);
  const entries = workbookEntries(content);
  try {
    await refuseBomb(content, entries, UNPACKED_BYTES_MAX);
  } catch (error) {
    throw error instanceof Refusal ? error : damaged();
  }
  return {
    format: { kind: 'xlsx', encoding: null, delimiter: null, hasByteOrderMark: false },
    batches: readSheetRecords(content),
    expectColumns() {},
  };
}

async function readWhole(bytes: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of bytes) {
    length += chunk.length;
    chunks.push(chunk);
    if (length <= WORKBOOK_BYTES_MAX) continue;
    if (beginsWithPicture(Buffer.concat(chunks.slice(0, 2)))) throw archive();
    throw tooLarge(`is larger than ${WORKBOOK_BYTES_MAX / 1024 / 1024} MB`);
  }
  return Buffer.concat(chunks);
}

/** True for a zip whose first entry is a picture, or a folder: no workbook begins so. */
const beginsWithPicture = (head: Buffer): boolean =>
  /(\/|\.jpe?g|\.png)$/i.test(head.toString('latin1', 30, 30 + head.readUInt16LE(26)));

const archive = (): Refusal =>
  unreadable(
    'a zip archive',
    'Unpack it and upload the table inside, as CSV or XLSX. Pictures in a zip take a run on photos.',
  );

/** The entries that are read of a workbook. Refuses archives of another kind by what they are. */
function workbookEntries(content: Buffer): ZipEntry[] {
  const entries = findZipEntries(content);
  if (!entries) throw damaged();
  const has = (test: RegExp) => entries.some((entry) => test.test(entry.name));
  if (has(/^xl\/workbook\.bin$/)) throw unreadable('a binary Excel workbook (XLSB)', SAVE_AS);
  if (has(/^xl\/workbook\.xml$/)) return entries.filter((entry) => /\.(xml|rels)$/.test(entry.name));
  if (has(/^word\//)) throw unreadable('a Word document', SAVE_AS);
  if (has(/^ppt\//)) throw unreadable('a presentation', SAVE_AS);
  if (has(/^content\.xml$/)) throw unreadable('an OpenDocument file', SAVE_AS);
  if (has(/\.numbers$|^Index\/Document\.iwa$/)) throw unreadable('a Numbers spreadsheet', SAVE_AS);
  throw archive();
}

async function* readSheetRecords(content: Buffer): AsyncGenerator<TableRecord[]> {
  const thread = openThread({ content, rowsMax: ROWS_MAX });
  let failure: Error | undefined;
  thread.on('error', (error) => {
    failure = sheetFault(error);
  });
  let number = 0;
  try {
    for (;;) {
      const reply = await nextReply(thread);
      if (reply === undefined) throw failure ?? damaged();
      if ('tooManyRows' in reply) throw tooManyRows(reply.tooManyRows);
      if (reply.rows.length === 0) return;
      yield reply.rows.map((cells) => ({ number: ++number, cells: cells.map(unguarded), fault: null }));
    }
  } finally {
    await thread.terminate();
  }
}

/** Asks the thread for the next rows; undefined where it ended instead. One at a time: others get their turn. */
function nextReply(thread: Worker): Promise<SheetReply | undefined> {
  return new Promise((resolve) => {
    const settle = (reply?: SheetReply) => {
      thread.off('message', settle);
      thread.off('exit', end);
      resolve(reply);
    };
    const end = () => settle();
    thread.on('message', settle);
    thread.on('exit', end);
    thread.postMessage('next');
  });
}

/** The thread runs what the build made of its source. Where sources run as they are, their loader comes along. */
function openThread(workerData: SheetRequest): Worker {
  const options = { workerData, resourceLimits: { maxOldGenerationSizeMb: THREAD_MEMORY_MB } };
  const isSource = import.meta.url.endsWith('.ts');
  const file = new URL(`./spreadsheet-thread.${isSource ? 'ts' : 'js'}`, import.meta.url);
  if (!isSource) return new Worker(file, options);
  const load = `import('tsx/esm/api').then((tsx) => tsx.tsImport('${file.href}', '${import.meta.url}'))`;
  return new Worker(load, { ...options, eval: true });
}

function sheetFault(error: Error): Error {
  if ((error as NodeJS.ErrnoException).code === 'ERR_WORKER_OUT_OF_MEMORY') {
    return tooLarge('needs more memory than a workbook may take');
  }
  return damaged();
}

const tooManyRows = (found: number) =>
  tooLarge(`has ${found.toLocaleString('en')} rows, more than ${ROWS_MAX.toLocaleString('en')}`);

const SAVE_AS = 'Save its table as CSV (UTF-8) or XLSX and upload that.';

const damaged = () => unreadable('a damaged workbook or archive', 'Open it, save it again and upload that.');

const tooLarge = (what: string) =>
  new Refusal(
    'too-large',
    `The workbook ${what}. Save the sheet as CSV, which has no such limit, and upload that.`,
  );
