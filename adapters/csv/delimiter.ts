// Which character separates the cells of a CSV: found by trying each on the first records.
import { isBlank } from '../../domain/table.ts';
import { RecordParser } from './records.ts';

/** In order of preference where the records don't tell. */
const DELIMITERS = [',', ';', '\t', '|'] as const;

const RECORDS_TRIED = 200;
/** Excel's own first line, which names the delimiter and is no row. */
const SEP_LINE = /^"?sep=(.)"?(?:\r\n|\n|\r|$)/i;

/** The delimiter that a `sep=;` line names, and how many characters that line takes; undefined without one. */
export function findSepLine(text: string): { delimiter: string; length: number } | undefined {
  const match = SEP_LINE.exec(text);
  return match?.[1] === undefined ? undefined : { delimiter: match[1], length: match[0].length };
}

/**
 * The delimiter of the text by which most records have as many cells as the header, which stands at `headerRow` (null:
 * no header, the first row counts). A comma where no delimiter splits anything: a file of one column.
 */
export function findDelimiter(sample: string, isWhole: boolean, headerRow: number | null): string {
  let best: { delimiter: string; score: number } = { delimiter: ',', score: 0 };
  for (const delimiter of DELIMITERS) {
    const score = scoreOf(delimiter, sample, isWhole, headerRow ?? 1);
    if (score > best.score) best = { delimiter, score };
  }
  return best.delimiter;
}

function scoreOf(delimiter: string, sample: string, isWhole: boolean, headerRow: number): number {
  const widths: number[] = [];
  let tried = 0;
  for (const batch of new RecordParser(delimiter, Number.MAX_SAFE_INTEGER).parse(sample, isWhole)) {
    for (const { number, cells, fault } of batch) {
      if (number >= headerRow && fault === null && !isBlank(cells)) widths.push(cells.length);
    }
    tried += batch.length;
    if (tried >= headerRow + RECORDS_TRIED) break;
  }
  const header = widths[0] ?? 0;
  if (header < 2) return 0;
  // Rows that lack trailing cells speak for a delimiter too, only more softly; one cell alone speaks against it.
  const agreeing = widths.reduce((sum, width) => sum + weightOf(width, header), 0);
  return agreeing / widths.length + Math.min(header, 50) / 1000;
}

const weightOf = (width: number, header: number): number => {
  if (width === header) return 1;
  if (width === 1) return -0.5;
  return width < header ? 0.5 : 0.25;
};
