// What rows change, in lines for people: each row with its columns before and after.
import type { BulkRow } from '../api/wire-rows.ts';
import { plain } from './text.ts';

type Values = BulkRow['before'];
type Change = { before: Values; after: Values };

const VALUE_CHARS_MAX = 60;

/** The lines of each row: what becomes of it and why, then a line for each column. */
export const rowLines = (rows: readonly BulkRow[]): string[] => rows.flatMap(linesOfRow);

function linesOfRow(row: BulkRow): string[] {
  const fate = row.outcome ?? row.plannedOutcome ?? 'not checked yet';
  return [
    `row ${row.row} · ${fate}`,
    ...columnLines(row),
    ...row.reasons.map(({ hint }) => `  ${oneLine(hint)}`),
    ...(row.agreed === null ? [] : agreedLines(row.agreed)),
  ];
}

function agreedLines({ outcome, ...change }: NonNullable<BulkRow['agreed']>): string[] {
  return [`  agreed to was: ${outcome}`, ...columnLines(change).map((line) => `  ${line}`)];
}

/** `first_name  Ann → Anna`: the columns aligned; of somebody new what they will have. */
function columnLines({ before, after }: Change): string[] {
  const columns = Object.keys(after ?? before ?? {});
  const width = Math.max(0, ...columns.map((column) => [...oneLine(column)].length));
  return columns.map((column) => {
    const name = oneLine(column);
    const change = [before, after].flatMap((values) => (values === null ? [] : [shown(values[column])]));
    return `  ${name}${' '.repeat(width - [...name].length)}  ${change.join(' → ')}`;
  });
}

/** A value of a file: on one line, and cut where it is long. */
function shown(value: string | number | boolean | null | undefined): string {
  if (value === null || value === undefined || value === '') return '(empty)';
  const letters = [...oneLine(String(value))];
  return letters.length > VALUE_CHARS_MAX
    ? `${letters.slice(0, VALUE_CHARS_MAX).join('')}…`
    : letters.join('');
}

const oneLine = (text: string): string => plain(text).replace(/\s+/g, ' ');
