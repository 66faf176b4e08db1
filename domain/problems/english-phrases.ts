// Parts of English sentences about a row: a value, a field, other rows.

/** The value in quotes, at the beginning of a sentence. */
export const quoted = (value: string | undefined) => (value === undefined ? 'The value' : `“${value}”`);

/** The value in quotes behind a word, or nothing. */
export const named = (value: string | undefined) => (value === undefined ? '' : ` “${value}”`);

export const label = (field: string | undefined) => field ?? 'this field';

/** `row 4`, `row 4 and row 9`, `row 1, row 2, row 3, row 4, row 5 and 2 more`. */
export function rowList(rows: readonly number[] | undefined): string {
  if (!rows || rows.length === 0) return 'another row';
  const words = rows.slice(0, 5).map((row) => `row ${row}`);
  if (rows.length > 5) return `${words.join(', ')} and ${rows.length - 5} more`;
  const last = words.pop();
  return words.length === 0 ? `${last}` : `${words.join(', ')} and ${last}`;
}
