// What goes over the wire of beginning a run on roles.
import { z } from 'zod';
import { ROLE_NAME_MAX } from '../domain/role.ts';
import { limitsSchema } from './wire-asks.ts';
import { siteId } from './wire-scalars.ts';
import { selectionSchema } from './wire-selection.ts';

/** More in one run than anybody has to give. */
const ROLES_MAX = 50;

const roles = z
  .array(z.union([z.int().positive(), z.string().trim().min(1).max(ROLE_NAME_MAX)]))
  .max(ROLES_MAX)
  .default([]);

export const newRolesRunSchema = z
  .strictObject({
    site: siteId,
    kind: z.literal('roles'),
    selection: selectionSchema,
    options: z
      .strictObject({
        add: roles.describe(
          'Roles of the site or of one above it, by id or name: each person is given them all',
        ),
        remove: roles.describe(
          'Roles that each person loses, as far as they are held on the person’s own site',
        ),
        limits: limitsSchema.optional().describe('The most that the run may do before it asks'),
        maxChangePercent: z.number().min(0).max(100).optional().describe('Short for limits.changed.percent'),
        replacesLimits: z
          .boolean()
          .default(false)
          .describe('These limits stand in place of the site’s: takes the right safeguards:override'),
      })
      .refine(({ add, remove }) => add.length + remove.length > 0, {
        error: 'Name the roles to give in add, or those to take in remove.',
      }),
    dryRun: z.boolean().default(false).describe('Stop at the plan: it waits to be confirmed or cancelled'),
  })
  .meta({ id: 'NewRolesRun' });

export type NewRolesRun = z.input<typeof newRolesRunSchema>;
export type NewRolesRunRead = z.output<typeof newRolesRunSchema>;
