// The values that stand in many shapes of the wire.
import { z } from 'zod';

export const timestamp = z.iso.datetime().describe('ISO 8601, UTC');
/** Account IDs are 32-bit whole numbers. */
export const SITE_ID_MAX = 2_147_483_647;
export const siteId = z.int().positive().max(SITE_ID_MAX).describe('The Account ID of a site');
