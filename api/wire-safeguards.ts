// What goes over the wire of safeguards: what a site says itself, and what holds there by whom.
import { z } from 'zod';
import { APPROVABLE, GRACE_MINUTES_MAX } from '../domain/safeguards.ts';
import { limitsSchema } from './wire-asks.ts';
import { siteId } from './wire-scalars.ts';

const approvals = z.array(z.enum(APPROVABLE));
const graceMinutes = z.int().min(0).max(GRACE_MINUTES_MAX);
const stickyFields = z.array(z.string().trim().min(1).max(60)).max(200);

/** What a site may say; null leaves it to the site above. */
const own = {
  limits: limitsSchema
    .nullable()
    .describe('The most that a run may do before it asks; all of them together, `{}` for none'),
  approvals: approvals.nullable().describe('What another admin must approve'),
  graceMinutes: graceMinutes
    .nullable()
    .describe('How long anonymizing and deleting waits, so that it can be stopped'),
  stickyFields: stickyFields
    .nullable()
    .describe('Fields whose values, edited by hand, a file does not overwrite'),
};

const saidBy = <Value extends z.ZodType>(value: Value) =>
  z.object({ value, fromSiteId: siteId.nullable().describe('The site that says it; null where none does') });

export const safeguardsSchema = z
  .object({
    siteId,
    own: z.object(own).describe('What the site itself says; null where the site above decides'),
    effective: z
      .object({
        limits: saidBy(limitsSchema),
        approvals: saidBy(approvals),
        graceMinutes: saidBy(graceMinutes),
        stickyFields: saidBy(z.array(z.string())),
      })
      .describe('What holds there: as the nearest site upwards says'),
  })
  .meta({ id: 'Safeguards' });
export const safeguardsPatchSchema = z.strictObject(own).partial();

export type SafeguardsWire = z.infer<typeof safeguardsSchema>;
export type SafeguardsPatch = z.input<typeof safeguardsPatchSchema>;
