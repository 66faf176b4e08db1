// From text to records: a CSV parser that takes text in pieces and loses no row to a quote that is never closed.
// A malformed quote costs the line it stands on and nothing else, however far the parser had to look for its end.
import { unguarded } from '../../domain/formula.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { TableRecord } from '../../domain/table.ts';

const QUOTE = 34;
const APOSTROPHE = 39;
const LF = 10;
const CR = 13;
const SPACE = 32;

/** The longest record, in characters. A quote that is still open then is taken for one that is never closed. */
const RECORD_CHARS_MAX = 8 * 1024 * 1024;
/** From this many line breaks on, a quoted value is asked whether it is rows in truth. */
const SUSPICIOUS_LINES = 20;
const BATCH_RECORDS = 1000;

const NOT_QUOTED = -1;
const NEEDS_MORE = -2;
const MALFORMED = -3;

/** Takes text in pieces, in order, and gives the records that each piece completes. */
export class RecordParser {
  /** How many columns the header has, once known: tells rows inside a quoted value from a text of many lines. */
  columns = 0;
  readonly #delimiter: string;
  readonly #delimiterCode: number;
  readonly #recordCharsMax: number;
  #number = 0;
  #text = '';
  #isEnd = false;
  /** The length at which an unfinished record was tried in vain: at twice that again, so that work stays linear. */
  #triedLength = 0;
  #cells: string[] = [];
  #hasFault = false;

  constructor(delimiter: string, recordCharsMax = RECORD_CHARS_MAX) {
    this.#delimiter = delimiter;
    this.#delimiterCode = delimiter.charCodeAt(0);
    this.#recordCharsMax = recordCharsMax;
  }

  /**
   * The records that `piece` completes, in batches, so that the caller can take a breath between them; with `isEnd`
   * also the last one, which may lack its line break. Refuses a file whose record is longer than any row can be.
   */
  *parse(piece: string, isEnd: boolean): Generator<TableRecord[]> {
    const text = this.#text === '' ? piece : this.#text + piece;
    this.#text = text;
    this.#isEnd = isEnd;
    if (!isEnd && text.length < this.#triedLength * 2 && text.length < this.#recordCharsMax) return;
    let at = 0;
    let batch: TableRecord[] = [];
    while (at < text.length) {
      this.#cells = [];
      this.#hasFault = false;
      const next = this.#record(at);
      if (next === NEEDS_MORE) break;
      batch.push(this.#finished());
      at = next;
      if (batch.length === BATCH_RECORDS) {
        yield batch;
        batch = [];
      }
    }
    this.#text = text.slice(at);
    this.#triedLength = this.#text.length;
    if (this.#triedLength >= this.#recordCharsMax) throw recordTooLong(this.#number + 1);
    if (batch.length > 0) yield batch;
  }

  #finished(): TableRecord {
    const cells = this.#cells;
    for (let i = 0; i < cells.length; i++) {
      const cell = cells[i] as string;
      if (cell.charCodeAt(0) === APOSTROPHE) cells[i] = unguarded(cell);
    }
    this.#number += 1;
    return { number: this.#number, cells, fault: this.#hasFault ? 'unclosed-quote' : null };
  }

  /** Reads the record that starts at `start` into `cells`. Gives where the next one starts. */
  #record(start: number): number {
    const text = this.#text;
    let position = start;
    for (;;) {
      let end = this.#quotedCell(position, start);
      if (end === NOT_QUOTED) end = this.#plainCell(position);
      if (end === NEEDS_MORE) return NEEDS_MORE;
      if (end === MALFORMED) return this.#rawLine(position);
      if (end >= text.length) return end;
      if (text.charCodeAt(end) !== this.#delimiterCode) return this.#afterLineBreak(end);
      position = end + 1;
    }
  }

  /** A cell without quotes, up to the delimiter or the end of the line. Quotes inside it are part of it. */
  #plainCell(start: number): number {
    const text = this.#text;
    const delimiter = this.#delimiterCode;
    const length = text.length;
    let end = start;
    for (; end < length; end++) {
      const code = text.charCodeAt(end);
      if (code === delimiter || code === LF || code === CR) break;
    }
    if (end === length && !this.#isEnd) return NEEDS_MORE;
    this.#cells.push(text.slice(start, end));
    return end;
  }

  /** A cell in quotes; spaces around them are no part of it. */
  #quotedCell(start: number, recordStart: number): number {
    const text = this.#text;
    let open = start;
    while (text.charCodeAt(open) === SPACE) open++;
    if (text.charCodeAt(open) !== QUOTE) return NOT_QUOTED;
    // A quote after a space opened a value only if one is closed too; else it is part of a plain value.
    const malformed = open === start ? MALFORMED : NOT_QUOTED;
    let hasPairs = false;
    let from = open + 1;
    for (;;) {
      const close = text.indexOf('"', from);
      if (close < 0) {
        const isNeverClosed = this.#isEnd || text.length - recordStart >= this.#recordCharsMax;
        return isNeverClosed ? malformed : NEEDS_MORE;
      }
      if (text.charCodeAt(close + 1) === QUOTE) {
        hasPairs = true;
        from = close + 2;
        continue;
      }
      let end = close + 1;
      while (text.charCodeAt(end) === SPACE) end++;
      if (end >= text.length) {
        if (!this.#isEnd) return NEEDS_MORE;
      } else if (!this.#endsCell(text.charCodeAt(end))) return malformed;
      const value = text.slice(open + 1, close);
      if (this.#holdsRows(value)) return malformed;
      this.#cells.push(hasPairs ? value.replaceAll('""', '"') : value);
      return end;
    }
  }

  #endsCell(code: number): boolean {
    return code === this.#delimiterCode || code === LF || code === CR;
  }

  /** True where a quoted value is rows in truth: a quote of one row was closed by another one, far below. */
  #holdsRows(value: string): boolean {
    if (this.columns < 2 || value.length < SUSPICIOUS_LINES * this.columns) return false;
    const lines = value.split(/\r\n|\n|\r/);
    if (lines.length < SUSPICIOUS_LINES) return false;
    const inner = lines.slice(1, -1);
    const rowLike = inner.filter((line) => line.split(this.#delimiter).length === this.columns);
    return rowLike.length >= inner.length * 0.8;
  }

  /** The rest of a line whose quote is malformed, cut at each delimiter and kept as it stands. */
  #rawLine(start: number): number {
    const text = this.#text;
    let end = start;
    while (end < text.length && text.charCodeAt(end) !== LF && text.charCodeAt(end) !== CR) end++;
    if (end === text.length && !this.#isEnd) return NEEDS_MORE;
    this.#cells.push(...text.slice(start, end).split(this.#delimiter));
    this.#hasFault = true;
    return end === text.length ? end : this.#afterLineBreak(end);
  }

  #afterLineBreak(at: number): number {
    if (this.#text.charCodeAt(at) === LF) return at + 1;
    if (at + 1 === this.#text.length && !this.#isEnd) return NEEDS_MORE;
    return this.#text.charCodeAt(at + 1) === LF ? at + 2 : at + 1;
  }
}

const recordTooLong = (row: number) =>
  new Refusal(
    'unreadable-file',
    `Row ${row} goes on for more than ${RECORD_CHARS_MAX / 1024 / 1024} million characters, so this is no table of rows. Check that the file is a CSV with line breaks.`,
    { row },
  );
