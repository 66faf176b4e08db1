// What goes over the wire of the audit trail: its events, what they are found by, and whether it is whole.
import { z } from 'zod';
import { CHAIN_FAULTS, SUBJECTS, WHAT_PATTERN } from '../domain/audit.ts';
import { pageQuery, siteQuery } from './query.ts';
import { siteId, timestamp } from './wire-scalars.ts';

export const auditEventSchema = z
  .object({
    seq: z.int().describe('Its place in the chain of its organisation, from 1'),
    at: timestamp,
    siteId: siteId.nullable(),
    byId: z.int().nullable().describe('Who did it; null for Muster itself, and where that is unknown'),
    byName: z.string().nullable().describe('As that person is called now; null once nobody is left'),
    what: z.string().describe('A noun and what was done: docs/audit.md lists them'),
    runId: z.string().nullable(),
    subject: z.string().nullable().describe('What it was done to'),
    subjectId: z.string().nullable(),
    details: z
      .record(z.string(), z.unknown())
      .describe(
        'Ids, codes, counts and names of fields; `request` is the id of the request, as in X-Request-Id',
      ),
    hash: z.string().describe('SHA-256 of the event and the hash before it, in hex'),
  })
  .meta({ id: 'AuditEvent' });
export type AuditEvent = z.output<typeof auditEventSchema>;

const day = /^\d{4}-\d{2}-\d{2}$/;
const moment = z.union([z.iso.datetime({ offset: true }), z.iso.date()]);
const DAY_MS = 24 * 60 * 60 * 1000;

const filters = z.object({
  site: siteQuery.optional().describe('Events of this site and all below it; of all your sites unless given'),
  by: z.coerce.number().int().positive().optional().describe('The id of the person who did it'),
  what: z
    .union([z.string().transform((word) => [word]), z.array(z.string()).max(20)])
    .pipe(z.array(z.string().regex(WHAT_PATTERN, { error: 'must be an event, or a noun and a dot' })))
    .optional()
    .describe('`run.completed`, or `run.` for all of runs; may be repeated'),
  run: z.string().max(40).optional(),
  subject: z.enum(SUBJECTS).optional(),
  subjectId: z.string().max(40).optional(),
  from: moment
    .transform((text) => new Date(text))
    .optional()
    .describe('The first moment, or the first day'),
  to: moment
    .transform((text) => new Date(Date.parse(text) + (day.test(text) ? DAY_MS : 0)))
    .optional()
    .describe('The first moment that is too late, or the last day'),
});

/** What a request may ask of the trail. */
export type AuditFilters = z.output<typeof filters>;

const beginnings = (fallback: 'open' | 'all') =>
  z
    .enum(['open', 'all'])
    .default(fallback)
    .describe('`open`: that a request began is told where its end is unknown alone; `all`: always');

export const auditEventQuery = filters.extend({ ...pageQuery.shape, beginnings: beginnings('open') });
export const auditExportQuery = filters.extend({ beginnings: beginnings('all') });

export const chainQuery = z.object({
  seq: z.coerce.number().int().positive().optional(),
  hash: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional()
    .describe('With `seq`: an end that was shown earlier. The event there must still have this hash'),
});

const placeSchema = z.object({ seq: z.int(), hash: z.string() });

export const auditChainSchema = z
  .object({
    isIntact: z.boolean(),
    events: z.int(),
    firstBroken: z
      .object({ seq: z.int(), why: z.enum(CHAIN_FAULTS) })
      .nullable()
      .describe(
        '`missing`: no event is there. `altered`: it is not as it was noted, or the one before it is not. `unexpected`: ' +
          'it stands behind the end. `end`: the end is not what it should be. `not-as-shown`: it is not the event of `hash`',
      ),
    head: placeSchema
      .nullable()
      .describe('The end of the chain. Keep it elsewhere, to hold the chain against it later'),
  })
  .meta({ id: 'AuditChain' });
export type AuditChain = z.output<typeof auditChainSchema>;
