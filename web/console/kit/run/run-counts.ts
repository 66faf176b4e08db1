// What the counts of a run come to: whom it changed, and which rows need somebody.
import type { BulkAction } from '../../../../api/wire.ts';
import { FAILED_OUTCOMES, OUTCOME_OF_PHASE } from '../../../../domain/bulk-action.ts';

type Counted = Pick<BulkAction, 'counts'>;

const CHANGES = [...new Set(Object.values(OUTCOME_OF_PHASE))];

/** How many rows of a run changed somebody, or would. */
export const changedBy = ({ counts }: Counted): number =>
  CHANGES.reduce((sum, outcome) => sum + counts[outcome], 0);

/** Rows that need somebody, those that were not processed among them. */
export const openRows = ({ counts }: Counted): number =>
  FAILED_OUTCOMES.reduce((sum, outcome) => sum + counts[outcome], 0);
