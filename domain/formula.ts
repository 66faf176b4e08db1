// The guard against cells that a spreadsheet would run: an apostrophe put before them in files that Muster writes,
// and taken off again in files that it reads.

/** What a spreadsheet skips, or a reader may have put, before the character that decides. */
const LEADING = /^[ \u00a0\u2000-\u200b\u2060\u3000\ufeff'"`´‘’“”]*/;
/** The characters that make a spreadsheet run a cell, their full-width twins included. */
const STARTERS = '=+-@\t\r\n＝＋－＠';
/** Signed numbers and phone numbers without brackets: nothing in them can be run. */
const PLAIN_NUMBER = /^[+-] ?\d[\d., ]*$/;

/** True for a value that a spreadsheet may run. Leading spaces, quotes and apostrophes don't hide it. */
export function isRunnable(value: string): boolean {
  const rest = value.slice(LEADING.exec(value)?.[0].length ?? 0);
  return rest !== '' && STARTERS.includes(rest.charAt(0)) && !PLAIN_NUMBER.test(rest);
}

/** The value as a file shows it: harmless in a spreadsheet. `unguarded` gives the value back, whatever it was. */
export const guarded = (value: string): string => (isRunnable(value) ? `'${value}` : value);

/**
 * The value that a cell of a file stands for. Because an apostrophe before a runnable value is itself guarded by
 * another one, `unguarded(guarded(value))` is `value` for every string.
 */
export function unguarded(cell: string): string {
  if (cell.charCodeAt(0) !== 39) return cell;
  const value = cell.slice(1);
  return isRunnable(value) ? value : cell;
}
