// What goes over the wire of deliveries: what came to a source, where it has gone, and the runs of it.
import { z } from 'zod';
import { STATES } from '../domain/bulk-action.ts';
import { DELIVERY_OUTCOMES, DELIVERY_STATES } from '../domain/sources/source.ts';
import { countsSchema } from './wire.ts';
import { timestamp } from './wire-scalars.ts';

const fileSchema = z.object({
  name: z.string(),
  bytes: z.int(),
  runId: z.string().nullable().describe('The run that read it; null where none did'),
  movedTo: z.enum(['completed', 'failed']).nullable().describe('null: it is where it was, or was taken away'),
  movedAs: z.string().nullable().describe('Its name there'),
  resultsAs: z.string().nullable().describe('The name of what became of its rows, beside it'),
});

export const sourceDeliverySchema = z
  .object({
    id: z.int(),
    stem: z.string().describe('What the wildcards of its patterns stand for: what its files have in common'),
    state: z.enum(DELIVERY_STATES),
    outcome: z.enum(DELIVERY_OUTCOMES).nullable().describe('null until it has ended'),
    problem: z
      .object({ code: z.string(), message: z.string() })
      .nullable()
      .describe('Why it failed or was passed over, or what it waits for'),
    isRemaster: z.boolean().describe('Whether it counted as the whole truth, compared with nothing before'),
    rows: z.int().nullable().describe('Of all its files, once they are known'),
    files: z.array(fileSchema),
    runs: z.array(
      z.object({
        id: z.string(),
        state: z.enum(STATES),
        counts: countsSchema.nullable().describe('null until it has ended'),
      }),
    ),
    firstSeenAt: timestamp,
    takenAt: timestamp.nullable(),
    endedAt: timestamp.nullable(),
  })
  .meta({ id: 'SourceDelivery' });

export type SourceDelivery = z.infer<typeof sourceDeliverySchema>;
