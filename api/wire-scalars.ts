// The values that stand in many shapes of the wire.
import { z } from 'zod';

export const timestamp = z.iso.datetime().describe('ISO 8601, UTC');
/** Account IDs are 32-bit whole numbers. */
export const SITE_ID_MAX = 2_147_483_647;
/** What the last line of a file begins with that says how many rows there are. */
export const trailerWord = z
  .string()
  .trim()
  .min(1)
  .max(40)
  .regex(/^[^,;|\t\r\n"]+$/, 'Give the word alone, without what stands behind it.');
export const siteId = z.int().positive().max(SITE_ID_MAX).describe('The Account ID of a site');
