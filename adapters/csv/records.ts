// From text to records, numbered: csv-parse reads the text in blocks of whole lines, but those without any quotes, which are
// split. Where a block has quotes that it can't read, the records are read one by one, so that no row is lost to a quote
// that is never closed.
import type { Options } from 'csv-parse/sync';
import { unguarded } from '../../domain/formula.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { TableRecord } from '../../domain/table.ts';
import { isPlain, lineBreaksOf, splitPlain, wholeLinesLength } from './blocks.ts';
import { findFaultyLine, findRecord } from './malformed.ts';
import { type Dialect, findRecords, optionsOf, readWellFormed } from './well-formed.ts';

const APOSTROPHE = 39;

/** The longest record, in characters. A quote that is still open then is taken for one that is never closed. */
const RECORD_CHARS_MAX = 8 * 1024 * 1024;
/** What csv-parse is given at once: some milliseconds of its work. */
const BLOCK_CHARS = 64 * 1024;
const BATCH_RECORDS = 1000;
/** Records that need a closer look take longer. */
const BATCH_RECORDS_MALFORMED = 200;

/** Whole lines, found in the first `limit` characters. `isTooLong`: no record goes on for longer than this. */
type Block = { text: string; limit: number; isLast: boolean; isTooLong: boolean };

/** Takes text in pieces, in order, and gives the records that each piece completes. */
export class RecordParser {
  readonly #dialect: Dialect;
  readonly #recordCharsMax: number;
  #number = 0;
  #text = '';
  /** The length at which an unfinished record was tried in vain: at twice that again, so that work stays linear. */
  #triedLength = 0;
  /** True where the text starts with a record of which a quote is still open. */
  #isUnfinished = false;

  constructor(delimiter: string, recordCharsMax = RECORD_CHARS_MAX) {
    this.#dialect = { delimiter, columns: 0 };
    this.#recordCharsMax = recordCharsMax;
  }

  /** How many columns the header has, once known: tells rows inside a quoted value from a text of many lines. */
  set columns(count: number) {
    this.#dialect.columns = count;
  }

  /**
   * The records that `piece` completes, in batches, so that the caller can take a breath between them; with `isEnd`
   * also the last one, which may lack its line break. Refuses a file whose record is longer than any row can be.
   */
  *parse(piece: string, isEnd: boolean): Generator<TableRecord[]> {
    this.#text += piece;
    for (let block = this.#findBlock(isEnd); block; block = this.#findBlock(isEnd)) {
      yield* this.#read(block);
    }
  }

  /** The whole lines to read next; undefined where more text is needed first. */
  #findBlock(isEnd: boolean): Block | undefined {
    const { length } = this.#text;
    const max = this.#recordCharsMax;
    if (length === 0 || (!isEnd && length < this.#triedLength * 2 && length < max)) return undefined;
    for (;;) {
      const limit = Math.min(length, Math.max(BLOCK_CHARS, this.#triedLength * 2));
      const end = wholeLinesLength(this.#text, limit, isEnd);
      if (end > 0) {
        const isTooLong = end >= max || (limit === length && length >= max);
        return { text: this.#text.slice(0, end), limit, isLast: isEnd && end === length, isTooLong };
      }
      if (limit >= max) throw recordTooLong(this.#number + 1);
      this.#triedLength = limit;
      if (limit === length) return undefined;
    }
  }

  *#read(block: Block): Generator<TableRecord[]> {
    const lineBreaks = lineBreaksOf(block.text);
    if (!this.#isUnfinished && isPlain(block.text, lineBreaks)) {
      const records = splitPlain(block.text, lineBreaks, this.#dialect.delimiter);
      this.#text = this.#text.slice(block.text.length);
      this.#triedLength = 0;
      yield* inBatches(records.map((cells) => this.#numbered(cells, false)));
      return;
    }
    const bytes = Buffer.from(block.text);
    const options = optionsOf(this.#dialect.delimiter, lineBreaks);
    if (this.#isUnfinished) {
      const found = findRecord(bytes, 0, options, this.#dialect, block.isLast || block.isTooLong);
      this.#leave(block, bytes, found?.end ?? 0, found === undefined);
      if (found) yield [this.#numbered(found.cells, found.hasFault)];
      return;
    }
    const records = findRecords(bytes, options, this.#dialect);
    if (records === undefined) {
      yield* this.#readOneByOne(block, bytes, options);
      return;
    }
    this.#leave(block, bytes, bytes.length, false);
    yield* inBatches(records.map((cells) => this.#numbered(cells, false)));
  }

  *#readOneByOne(block: Block, bytes: Buffer, options: Options): Generator<TableRecord[]> {
    let batch: TableRecord[] = [];
    let at = 0;
    let isUnfinished = false;
    while (at < bytes.length) {
      const { records, end, suspect } = readWellFormed(bytes.subarray(at), options, this.#dialect);
      for (const cells of records) batch.push(this.#numbered(cells, false));
      at += end;
      if (at === bytes.length) break;
      const found =
        (suspect && findFaultyLine(bytes, at, suspect, this.#dialect)) ??
        findRecord(bytes, at, options, this.#dialect, block.isLast);
      isUnfinished = found === undefined;
      if (found === undefined) break;
      batch.push(this.#numbered(found.cells, found.hasFault));
      at = found.end;
      if (batch.length < BATCH_RECORDS_MALFORMED) continue;
      yield* inBatches(batch);
      batch = [];
    }
    this.#leave(block, bytes, at, isUnfinished);
    yield* inBatches(batch);
  }

  /** Keeps the text from byte `at` of the block on: a record starts there that is unfinished, or was not tried yet. */
  #leave(block: Block, bytes: Buffer, at: number, isUnfinished: boolean): void {
    const rest = bytes.toString('utf8', at);
    this.#text = rest + this.#text.slice(block.text.length);
    this.#isUnfinished = isUnfinished;
    this.#triedLength = isUnfinished ? (at === 0 ? block.limit : rest.length) : 0;
  }

  #numbered(cells: string[], hasFault: boolean): TableRecord {
    for (let i = 0; i < cells.length; i++) {
      const cell = cells[i] as string;
      if (cell.charCodeAt(0) === APOSTROPHE) cells[i] = unguarded(cell);
    }
    this.#number += 1;
    return { number: this.#number, cells, fault: hasFault ? 'unclosed-quote' : null };
  }
}

function* inBatches(records: TableRecord[]): Generator<TableRecord[]> {
  if (records.length > 0 && records.length <= BATCH_RECORDS) yield records;
  else for (let at = 0; at < records.length; at += BATCH_RECORDS) yield records.slice(at, at + BATCH_RECORDS);
}

const recordTooLong = (row: number) =>
  new Refusal(
    'unreadable-file',
    `Row ${row} goes on for more than ${RECORD_CHARS_MAX / 1024 / 1024} million characters, so this is no table of rows. Check that the file is a CSV with line breaks.`,
    { row },
  );
