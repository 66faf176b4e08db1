// The runs of which Home speaks.
import type { BulkAction } from '../../../../api/wire.ts';
import { isFinal, isWaiting } from '../../../../domain/bulk-action.ts';
import { runsQuery } from '../../client/bulk-actions.ts';

/** So many are asked for: those under way, and checks that led to nothing, are taken out. */
const RECENT = 20;

export const recentRunsQuery = (siteId: number | undefined) => ({
  ...runsQuery({ site: siteId, limit: RECENT }),
  enabled: siteId !== undefined,
});

export const isUnderWay = ({ state }: Pick<BulkAction, 'state'>): boolean =>
  !isFinal(state) && !isWaiting(state);

/** A check whose import was never begun. */
export const isDropped = ({ isDryRun, state }: BulkAction): boolean => isDryRun && state === 'cancelled';
