// Parts of German sentences about a row: a value, a field, other rows.

/** The value in quotes, at the beginning of a sentence. */
export const quoted = (value: string | undefined) => (value === undefined ? 'Der Wert' : `„${value}“`);

/** The value in quotes behind a word, or nothing. */
export const named = (value: string | undefined) => (value === undefined ? '' : ` „${value}“`);

/** The field behind a preposition that leaves the nominative alone: `das Feld „email“`. */
export const field = (name: string | undefined) =>
  name === undefined ? 'dieses Feld' : `das Feld „${name}“`;

/** The same in the dative: `dem Feld „email“`. */
export const fieldDative = (name: string | undefined) =>
  name === undefined ? 'diesem Feld' : `dem Feld „${name}“`;

/** The same in the genitive: `des Feldes „email“`. */
export const fieldGenitive = (name: string | undefined) =>
  name === undefined ? 'dieses Feldes' : `des Feldes „${name}“`;

/** `Zeile 4`, `Zeile 4 und Zeile 9`, `Zeile 1, … Zeile 5 und 2 weitere`; the same in every case. */
export function rowList(rows: readonly number[] | undefined, unknown = 'eine andere Zeile'): string {
  if (!rows || rows.length === 0) return unknown;
  const words = rows.slice(0, 5).map((row) => `Zeile ${row}`);
  if (rows.length > 5) return `${words.join(', ')} und ${rows.length - 5} weitere`;
  const last = words.pop();
  return words.length === 0 ? `${last}` : `${words.join(', ')} und ${last}`;
}

/** The word at the beginning of a sentence. */
export const capital = (words: string) => words.charAt(0).toUpperCase() + words.slice(1);
