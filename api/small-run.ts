// Which runs are so small that steps of their own cost more than what there is to do.
import type { BulkActionRow } from '../db/queries/bulk-actions.ts';
import { getPreset } from '../domain/presets/catalogue.ts';
import type { BegunRun } from './begin-once.ts';

/** An upload up to this size is staged, checked and applied in so little time that steps of their own cost more. */
const SMALL_BYTES_MAX = 64 * 1024;
/** A password takes as long to hash as hundreds of rows without one take in all. */
const SMALL_BYTES_WITH_PASSWORDS_MAX = 4 * 1024;

export const isSmallRun = ({ run, uploadBytes, isFew }: Omit<BegunRun, 'isNew'>): boolean =>
  isFew ?? uploadBytes <= smallBytesMax(run);

function smallBytesMax({ kind, preset, options }: BulkActionRow): number {
  // Pictures take their time, however few.
  if (kind === 'photos') return -1;
  const { columns: known, bundle } = getPreset(preset);
  // It comes packed: little may be much.
  if (bundle !== undefined) return -1;
  const columns = known.map(({ field }) => field);
  const mayHavePasswords = [...columns, ...Object.keys(options.mapping)].includes('password');
  return mayHavePasswords ? SMALL_BYTES_WITH_PASSWORDS_MAX : SMALL_BYTES_MAX;
}
