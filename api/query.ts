// What stands in addresses and headers: ids, pages, filters and keys, as the wire carries them.
import { z } from 'zod';
import { KINDS, OUTCOMES, STATES } from '../domain/bulk-action.ts';
import { PERSON_STATUSES } from '../domain/person.ts';
import { RESULT_PARTS } from '../domain/result.ts';
import { languageQuery } from './language.ts';
import { MISSING } from './wire-follow-ups.ts';
import { SITE_ID_MAX } from './wire-scalars.ts';

/** An Account ID, and an id, as they stand in an address. */
export const siteQuery = z.coerce
  .number()
  .int()
  .positive()
  .max(SITE_ID_MAX)
  .describe('The Account ID of a site');

export const idParams = z.object({ id: z.coerce.number().int().positive() });

export const pageQuery = z.object({
  cursor: z.string().max(200).optional().describe('`next` of the page before'),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
});

export const ifMatchHeader = z.object({
  'If-Match': z.string().optional().describe('The `ETag` of the person as it was read'),
});

const searchWords = z.string().normalize('NFC').trim().min(1).max(200).optional();

export const peopleQuery = z.object({
  site: siteQuery.optional(),
  identifier: z.string().max(200).optional(),
  email: z.string().max(254).optional(),
  username: z.string().max(200).optional(),
  status: z.enum([...PERSON_STATUSES, 'all']).optional(),
  q: searchWords.describe(
    'Words that names, identifier, email and username contain together, or the number of a card',
  ),
  filter: z
    .union([z.string().transform((word) => [word]), z.array(z.string()).max(20)])
    .default([])
    .describe(
      'field=value or field~text, with a column of the export, org_unit, supervisor or role; created_after, created_before, archived_after or archived_before=2026-09-01; photo=approved, in-review, sent-back, invited, none or missing; card=any or none. May be repeated',
    ),
});

export const idempotencyHeader = z.object({
  'Idempotency-Key': z
    .string()
    .min(1)
    .max(255)
    .optional()
    .describe('The same key and request again give the run that they began the first time'),
});

export const runParams = z.object({ id: z.string().max(40) });

export const bulkActionQuery = pageQuery.extend({
  site: siteQuery.optional(),
  state: z.enum(STATES).optional(),
  kind: z.enum(KINDS).optional(),
  q: searchWords.describe('In the name of its file, in whatever case; or its id'),
});

const outcomes = z
  .union([z.enum(OUTCOMES).transform((outcome) => [outcome]), z.array(z.enum(OUTCOMES))])
  .optional()
  .describe('Rows with this outcome; while the run waits, rows of which it is planned. May be repeated');

export const bulkRowQuery = pageQuery.extend({
  outcome: outcomes,
  grown: z
    .enum(['true', 'false'])
    .optional()
    .describe('true: rows alone that would do something else than people have agreed to'),
  offset: z.coerce
    .number()
    .int()
    .min(0)
    .max(10_000_000)
    .optional()
    .describe('So many of the wanted rows are left out before the first, in the place of a cursor'),
  fromRow: z.coerce
    .number()
    .int()
    .min(1)
    .optional()
    .describe('The first of the wanted rows with this number or a higher one begins the page'),
  problem: z
    .string()
    .max(200)
    .optional()
    .describe('Rows that are refused for this reason: a code, or code:field'),
  changed: z
    .string()
    .max(100)
    .optional()
    .describe('Rows of people who are there and of whom this column of an export would be another value'),
  mended: z.enum(['true', 'false']).optional().describe('true: rows alone of which a cell was mended'),
  q: searchWords.describe('Rows of which a cell contains this text'),
  ...languageQuery,
});

const missing = z.enum(MISSING);
export const missingQuery = pageQuery.extend({
  missing: z
    .union([missing.transform((one) => [one]), z.array(missing)])
    .default(['photo', 'review', 'card'])
    .describe(
      'photo: none has come, or it was sent back; review: it waits for a look; card: it is not issued; mail: none reaches them, or nobody knows. May be repeated; left out, all but mail',
    ),
});

export const failedQuery = z.object(languageQuery);

export const resultQuery = z.object({
  only: z
    .enum(RESULT_PARTS)
    .optional()
    .describe(
      '`failed`: rows that need somebody, rejected, failed and not processed; `succeeded`: all others',
    ),
  outcome: outcomes,
  ...languageQuery,
});
