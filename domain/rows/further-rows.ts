// The rows of a further file, kept by the key that joins them to the rows of the first.
import { cleaned } from '../cells.ts';
import type { ColumnMatch } from '../mapping.ts';
import type { Reason } from '../problems.ts';
import type { TableRecord } from '../table.ts';
import { shownValue } from './problems.ts';
import { findSecretCells, type SecretCells } from './secret-cells.ts';

/** What a further file says of a key. `rows`: the numbers of its rows, where they say different things. */
export type FurtherRow = { cells: string[]; rows: number[] };

export class FurtherRows {
  readonly template: string;
  readonly columns: readonly ColumnMatch[];
  readonly #keyField: string;
  readonly #keyPlaces: readonly number[];
  readonly #secrets: SecretCells | null;
  readonly #rows = new Map<string, FurtherRow & { said: string; isTaken: boolean }>();
  readonly #loose: { cells: string[]; reason: Reason }[] = [];

  /** `keyField`: the field by which the rows are joined. */
  constructor(template: string, columns: readonly ColumnMatch[], keyField: string) {
    this.template = template;
    this.columns = columns;
    this.#keyField = keyField;
    this.#keyPlaces = columns.flatMap(({ field }, i) => (field === keyField ? [i] : []));
    this.#secrets = findSecretCells(columns);
  }

  /** Keeps a record. Rows that say the same of one key in all that is mapped count once. */
  add({ number, cells: given, fault }: TableRecord): void {
    const isMalformed = fault !== null || this.#secrets?.isRunTogether(given) === true;
    const cells = this.#secrets?.kept(given, isMalformed) ?? given;
    const key = this.#keyPlaces.map((place) => cleaned(given[place] ?? '')).find((cell) => cell !== '');
    if (fault !== null || key === undefined) {
      this.#loose.push({
        cells,
        reason: fault ? { code: fault } : { code: 'required', field: this.#keyField },
      });
      return;
    }
    const said = JSON.stringify(
      this.columns
        .map(({ field }, i) => (field === null ? '' : cleaned(given[i] ?? '')))
        .concat(given.slice(this.columns.length)),
    );
    const known = this.#rows.get(key);
    if (known === undefined) this.#rows.set(key, { cells, rows: [number], said, isTaken: false });
    else if (known.said !== said) known.rows.push(number);
  }

  /** What the file says of a key, for a row of the first file. */
  take(key: string): FurtherRow | undefined {
    const row = this.#rows.get(key);
    if (row) row.isTaken = true;
    return row;
  }

  /** The keys that no row of the first file has taken, in the order of the file. */
  *keysLeft(): Generator<string> {
    for (const [key, row] of this.#rows) if (!row.isTaken) yield key;
  }

  /** Rows that are nobody's, each with what is wrong with it. */
  get loose(): readonly { cells: string[]; reason: Reason }[] {
    return this.#loose;
  }

  /** The problem of a person of whom the file says different things, or null. */
  problemOf(key: string, { rows }: FurtherRow): Reason | null {
    if (rows.length === 1) return null;
    const reason: Reason = { code: 'file-rows-differ', field: this.#keyField, rows, expected: this.template };
    return this.#secrets === null ? { ...reason, value: shownValue(key) } : reason;
  }

  /** The problem of a key that the first file does not have. */
  problemWithoutDetails(key: string): Reason {
    const reason: Reason = { code: 'no-details', field: this.#keyField };
    return this.#secrets === null ? { ...reason, value: shownValue(key) } : reason;
  }
}
