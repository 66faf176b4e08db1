// Which column of a file becomes which field: what was chosen, remembered, found by the API, or guessed, in this order.
import type { RememberedAnswersWire } from '../../../../api/wire-imports.ts';
import type { Preview } from '../../../../api/wire-previews.ts';
import { headerKey } from '../../../../domain/header.ts';

export type MatchedBy =
  | 'name'
  | 'synonym'
  | 'preset'
  | 'remembered'
  | 'guessed'
  | 'chosen'
  | 'left-out'
  | 'needed';

export type ColumnLine = {
  /** The template of its file; '' where the preset has one. */
  slot: string;
  /** From 1. */
  position: number;
  /** By which a choice names it. */
  key: string;
  header: string;
  samples: string[];
  field: string | null;
  matchedBy: MatchedBy;
  /** The field that lacks a column and might be this one. */
  needed?: string;
};

export type Field = { name: string; label: string; isRequired: boolean; synonyms: readonly string[] };
export type Choices = Readonly<Record<string, string | null>>;

/** A, B … Z, AA: as spreadsheets call columns. */
export function letterOf(position: number): string {
  let letters = '';
  for (let rest = position; rest > 0; rest = Math.floor((rest - 1) / 26))
    letters = String.fromCharCode(65 + ((rest - 1) % 26)) + letters;
  return letters;
}

const keyOf = ({ header, position }: { header: string; position: number }): string =>
  header === '' ? String(position) : header;

type Suggesting = {
  slot: string;
  /** As the API reads the file without any choice. */
  columns: Preview['columns'];
  fields: readonly Field[];
  choices: Choices;
  remembered: RememberedAnswersWire['columns'];
};

/** The lines of a file. No field stands in two columns of different headers. */
export function linesOf({ slot, columns, fields, choices, remembered }: Suggesting): ColumnLine[] {
  const known = new Set(fields.map(({ name }) => name));
  const lines = columns.map(
    (column): ColumnLine => ({
      slot,
      position: column.position,
      key: keyOf(column),
      header: column.header,
      samples: column.samples,
      field: null,
      matchedBy: 'left-out',
    }),
  );
  const takenBy = new Map<string, string>();
  const settled = new Set<string>();
  const settle = (key: string, field: string | null, matchedBy: MatchedBy) => {
    if (settled.has(key)) return;
    if (field !== null && (!known.has(field) || (takenBy.get(field) ?? key) !== key)) return;
    settled.add(key);
    if (field !== null) takenBy.set(field, key);
    for (const line of lines) if (line.key === key) Object.assign(line, { field, matchedBy });
  };
  for (const { key } of lines) {
    const choice = choices[key];
    if (choice !== undefined) settle(key, choice, choice === null ? 'left-out' : 'chosen');
  }
  for (const column of columns) {
    const last = column.header === '' ? undefined : remembered[column.header];
    if (last !== undefined && last !== column.field)
      settle(keyOf(column), last, last === null ? 'left-out' : 'remembered');
  }
  // Without a header there are places alone: addresses say themselves what they are, the rest is to be looked at.
  for (const column of columns)
    if (column.header === '' && areAddresses(column.samples)) settle(keyOf(column), 'email', 'guessed');
  for (const column of columns) {
    const { field, matchedBy, header } = column;
    if (field === null || matchedBy === null) continue;
    settle(keyOf(column), field, header === '' ? 'guessed' : matchedBy === 'mapping' ? 'preset' : matchedBy);
  }
  for (const line of lines) {
    if (settled.has(line.key)) continue;
    const field = guessOf(
      line,
      fields.filter(({ name }) => !takenBy.has(name)),
    );
    if (field) settle(line.key, field.name, 'guessed');
  }
  return lines;
}

const EMAIL_LIKE = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;
const areAddresses = (samples: readonly string[]): boolean =>
  samples.length > 0 && samples.every((sample) => EMAIL_LIKE.test(sample));
const IGNORED = /^muster_/;
/** Words that say nothing about what stands in a column. */
const WEAK = new Set([
  'id',
  'no',
  'nr',
  'number',
  'name',
  'type',
  'date',
  'code',
  'user',
  'person',
  'the',
  'of',
  'und',
  'and',
  'is',
]);

/** A field that shares a telling word with the header, or whose values look like it. */
function guessOf({ header, samples }: ColumnLine, open: readonly Field[]): Field | undefined {
  if (header === '' || IGNORED.test(header)) return undefined;
  const email = open.find(({ name }) => name === 'email');
  if (email && areAddresses(samples)) return email;
  const words = wordsIn(header);
  return open.find(({ name, label, synonyms }) =>
    [name, label, ...synonyms].some((known) => {
      const key = headerKey(known);
      const own = headerKey(header);
      return (
        (key.length > 5 && own.length > 5 && (own.startsWith(key) || key.startsWith(own))) ||
        wordsIn(known).some((word) => words.includes(word))
      );
    }),
  );
}

const wordsIn = (text: string): string[] =>
  text
    .normalize('NFC')
    .toLowerCase()
    .split(/[\s_\-./*:()]+/)
    .filter((word) => word.length > 3 && !WEAK.has(word));

/** Says of unmatched columns which field lacks one; gives the fields that find none. */
export function withNeeded(lines: readonly ColumnLine[], lacking: readonly string[]): ColumnLine[] {
  const open = [...lacking];
  return lines.map((line) => {
    const isOpen = line.field === null && line.matchedBy === 'left-out' && !IGNORED.test(line.header);
    if (!isOpen || open.length === 0) return line;
    return { ...line, matchedBy: 'needed', needed: open.shift() as string };
  });
}

const RANK: Record<MatchedBy, number> = {
  needed: 0,
  guessed: 1,
  remembered: 2,
  preset: 2,
  name: 2,
  synonym: 2,
  chosen: 2,
  'left-out': 3,
};

/** Those that need somebody first, those left out last, else in the order of the file. */
export const inOrder = (lines: readonly ColumnLine[]): ColumnLine[] =>
  [...lines].sort((a, b) => RANK[a.matchedBy] - RANK[b.matchedBy] || a.position - b.position);

/**
 * What the API has to be told so that it reads the file as the lines say: only what it would not find by itself. Where
 * a file has no header and anything differs, every column is named.
 */
export function mappingOf(
  lines: readonly ColumnLine[],
  columns: Preview['columns'],
  hasHeader: boolean,
): Record<string, string | null> {
  const mapping: Record<string, string | null> = {};
  const found = new Map(columns.map(({ position, field }) => [position, field]));
  const differs = lines.some((line) => (found.get(line.position) ?? null) !== line.field);
  if (!differs) return mapping;
  const used = new Set(lines.map(({ field }) => field));
  for (const { position, header, field } of lines) {
    const own = found.get(position) ?? null;
    if (field !== null && (own !== field || !hasHeader))
      mapping[field] = columnOf(position, header, hasHeader);
    if (own !== null && own !== field && !used.has(own)) mapping[own] = null;
  }
  return mapping;
}

const columnOf = (position: number, header: string, hasHeader: boolean): string =>
  hasHeader && header !== '' && !/^\d+$/.test(header) ? header : String(position);
