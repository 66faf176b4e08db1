// A row as staging writes it, and what reading one needs to know.
import type { Action, BulkActionOptions } from '../bulk-action.ts';
import type { FieldValue } from '../field-definition.ts';
import type { ColumnMatch } from '../mapping.ts';
import type { PasswordJudge } from '../password.ts';
import type { Preset } from '../preset.ts';
import type { Reason } from '../problems.ts';
import type { RowExtras } from './extras.ts';
import type { RowPlaces } from './places.ts';

/**
 * A row as it is staged. In values null leaves a person's value as it is and '' clears it (in `fields`: no key, null).
 * A row with problems keeps what could be read of it.
 */
export type StagedRow = {
  rowNumber: number;
  /** As the file has them, but for those of passwords, which are blank. */
  cells: string[];
  action: Action | null;
  siteId: number;
  identifier: string | null;
  email: string | null;
  emailKey: string | null;
  username: string | null;
  firstName: string | null;
  lastName: string | null;
  displayName: string | null;
  fields: Record<string, FieldValue | null> | null;
  extras: RowExtras | null;
  problems: Reason[] | null;
};

export type RowSetup = {
  preset: Preset;
  options: Pick<
    BulkActionOptions,
    'action' | 'clearBlank' | 'cardIdType' | 'cardValidFrom' | 'cardValidUntil'
  >;
  columns: readonly ColumnMatch[];
  places: RowPlaces;
  /** Fields of which each row must have a value. */
  requiredFields: readonly string[];
  /** Needed where a column holds passwords. */
  passwords?: PasswordDesk | undefined;
};

/** Where the passwords of rows go, for a row keeps none. */
export type PasswordDesk = {
  isTooEasy: PasswordJudge;
  keep(row: StagedRow, password: string): void;
};
