// Headers as they are compared, and as they may be shown: a file whose header is missing must not put a person into a message.

/** The form by which headers are compared: composed, lower case, without blanks, dashes, underscores and marks. */
export const headerKey = (header: string): string =>
  header
    .normalize('NFC')
    .toLowerCase()
    .replace(/[\s_\-./*:()\u200b\ufeff]+/g, '');

type Column = { position: number; header: string };

const SHOWN_MAX = 20;
const LETTERS_MAX = 40;
/** What stands in rows and not over them: an address, a number, a date. */
const CELL_LIKE = /@|^[+-]?[\d\s.,/:-]*\d[\d\s.,/:-]*$/;

/** True where the header has a cell that no header has. */
export const looksLikeRow = (columns: readonly Column[]): boolean =>
  columns.some((column) => CELL_LIKE.test(column.header));

/**
 * The columns that the file has, in a sentence: by name where one of them is known to be a field's, else only by
 * number, for what stands there may be a person.
 */
export function columnList(columns: readonly Column[], isKnown: (header: string) => boolean): string {
  if (!columns.some(({ header }) => isKnown(header)))
    return `The file has ${columns.length} columns, and none has a name that is known here: preview the file to see them.`;
  if (looksLikeRow(columns)) return `The file has ${columns.length} columns, whose header looks like a row.`;
  const named = columns.filter((column) => column.header !== '');
  if (named.length === 0) return `The file has ${columns.length} columns without a name.`;
  const shown = named.slice(0, SHOWN_MAX).map((column) => `“${shortened(column.header)}”`);
  const more = named.length > SHOWN_MAX ? ` and ${named.length - SHOWN_MAX} more` : '';
  return `The file has the columns ${shown.join(', ')}${more}.`;
}

const shortened = (header: string) =>
  header.length > LETTERS_MAX ? `${[...header].slice(0, LETTERS_MAX).join('')}…` : header;
