// From cells to lines of CSV, as every spreadsheet reads them back.
import { stringify } from 'csv-stringify/sync';
import { guarded } from '../../domain/formula.ts';

/** Put first, it makes Excel take a file for UTF-8. */
export const BYTE_ORDER_MARK = '\ufeff';

const NEEDS_QUOTES = /[\r\n]|^\s|\s$/;

/** A record as a line, its line break included. Cells that a spreadsheet would run are made harmless. */
export const csvLine = (cells: readonly string[], delimiter = ','): string =>
  stringify([cells.map(guarded)], {
    delimiter,
    record_delimiter: 'windows',
    quoted_match: NEEDS_QUOTES,
    // A lone blank cell would be a blank line, which is no record.
    quoted_empty: cells.length === 1,
  });
