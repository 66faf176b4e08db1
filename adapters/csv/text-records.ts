// The records of a CSV: bytes are decoded, the delimiter is found, and records come in batches as they are read.
import type { TableFormat, TableRecord } from '../../domain/table.ts';
import { type ByteSource, decodeText } from './decode.ts';
import { findDelimiter, findSepLine } from './delimiter.ts';
import { RecordParser } from './records.ts';

/** Text that is looked at to find the delimiter, in characters. */
const SAMPLE_CHARS = 128 * 1024;

export type TextOptions = { encoding: string | null; delimiter: string | null; headerRow: number | null };

/** Records as they are read. `format` is final once the last batch has been taken. */
export type RecordStream = {
  readonly format: TableFormat;
  readonly batches: AsyncGenerator<TableRecord[]>;
  /** Told once the header is known, so that the parser can tell rows inside a quoted value. */
  expectColumns(count: number): void;
};

/** Opens a CSV whose first bytes are in `head`. Refuses an encoding that is not known. */
export async function readTextRecords(
  bytes: AsyncIterable<Uint8Array>,
  head: Uint8Array,
  source: ByteSource,
  options: TextOptions,
): Promise<RecordStream> {
  const text = decodeText(bytes, head, source, options.encoding);
  const sample = await takeSample(text.pieces);
  const separator = findSepLine(sample.text);
  const start = sample.text.slice(separator?.length ?? 0);
  const delimiter =
    options.delimiter ?? separator?.delimiter ?? findDelimiter(start, sample.isWhole, options.headerRow);
  const parser = new RecordParser(delimiter);
  return {
    get format(): TableFormat {
      const { encoding, hasByteOrderMark } = text;
      return { kind: 'csv', encoding, delimiter, hasByteOrderMark };
    },
    batches: parseAll(parser, start, text.pieces),
    expectColumns(count) {
      parser.columns = count;
    },
  };
}

async function takeSample(pieces: AsyncGenerator<string>): Promise<{ text: string; isWhole: boolean }> {
  let text = '';
  while (text.length < SAMPLE_CHARS) {
    const next = await pieces.next();
    if (next.done) return { text: withoutMark(text), isWhole: true };
    text += next.value;
  }
  return { text: withoutMark(text), isWhole: false };
}

/** Files that were joined or saved twice carry more than one byte order mark. */
const withoutMark = (text: string) => text.replace(/^\ufeff+/, '');

async function* parseAll(
  parser: RecordParser,
  start: string,
  pieces: AsyncGenerator<string>,
): AsyncGenerator<TableRecord[]> {
  try {
    yield* parser.parse(start, false);
    for await (const piece of pieces) yield* parser.parse(piece, false);
    yield* parser.parse('', true);
  } finally {
    await pieces.return(undefined);
  }
}
