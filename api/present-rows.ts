// From the rows of a run as the database has them to the shape of the wire.
import type { ListedRow } from '../db/queries/bulk-row-list.ts';
import type { Language } from '../domain/language.ts';
import { withHint } from '../domain/problems.ts';
import { shownChange } from '../domain/row-change.ts';
import type { BulkRow } from './wire-rows.ts';

export const toBulkRow = (
  { rowNumber, reasons, change, agreed, ...row }: ListedRow,
  language: Language,
): BulkRow => ({
  row: rowNumber,
  ...row,
  reasons: reasons.map((reason) => withHint(reason, language)),
  ...shownChange(change),
  agreed: agreed && { outcome: agreed.outcome, ...shownChange(agreed) },
});
