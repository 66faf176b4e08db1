// What goes over the wire of the plan of a run: what it would make of the rows, and how its cells are mended.
import { z } from 'zod';
import { LIMITED } from '../domain/limits.ts';
import { MENDING_RULES } from '../domain/mending.ts';
import { PROBLEM_CODES } from '../domain/problems.ts';
import { countsSchema } from './wire.ts';
import { limitSchema } from './wire-asks.ts';
import { siteId } from './wire-scalars.ts';

const code = z.enum(PROBLEM_CODES);
const rows = z.int().min(0);

export const planSummarySchema = z
  .object({
    round: z.int().describe('The round of asking that this is the plan of'),
    counts: countsSchema.describe('Rows by what is planned of them'),
    people: z.int().describe('How many people would be created, changed or removed'),
    values: z.int().describe('How many values of people who are there would be others'),
    columns: z
      .array(
        z.object({
          position: z.int().describe('In the cells of a row, from 0'),
          header: z.string(),
          field: z.string().nullable(),
          label: z.string().nullable().describe('Of a custom field, as its site calls it'),
        }),
      )
      .describe('The columns of the file'),
    problems: z
      .array(z.object({ code, field: z.string().nullable(), rows, means: z.string() }))
      .describe('Why rows are refused, the most frequent first'),
    changed: z
      .array(z.object({ column: z.string(), label: z.string().nullable(), rows }))
      .describe('What would be another value, by columns of an export'),
    mended: rows.describe('Rows of which somebody has mended a cell'),
    guards: z
      .array(
        z.object({
          limited: z.enum(LIMITED),
          limit: limitSchema,
          actual: z.int().describe('The people whom the plan concerns'),
          activePeople: z.int(),
          share: z
            .number()
            .nullable()
            .describe('Of the active people, in percent; null where there are none'),
          siteId: siteId.nullable().describe('The site that says the limit; null for the run’s own'),
          isTripped: z.boolean(),
        }),
      )
      .describe('Every limit that holds, and what the plan makes of it'),
    expected: z.int().nullable().describe('How many rows were expected'),
    invitations: z
      .int()
      .nullable()
      .describe('How many people would be invited; null where each row says so itself'),
    lock: z
      .object({
        siteIds: z.array(siteId).describe('Whose people nobody else can edit while the run applies its rows'),
        seconds: z.int().describe('About how long that takes, as runs of late did'),
      })
      .describe('What confirming locks'),
    isMendable: z.boolean().describe('Whether cells can be mended here: not where the file holds passwords'),
  })
  .meta({ id: 'PlanSummary' });
export type PlanSummary = z.infer<typeof planSummarySchema>;

const cell = {
  row: z.int().min(1).describe('As a spreadsheet numbers it'),
  field: z.string().min(1).max(100).describe('A field that a column of the file is mapped to'),
};
const value = z
  .string()
  .max(2000)
  // Postgres takes no such character in JSON.
  .refine((text) => !text.includes('\0'), 'A cell holds no character 0.')
  .describe('The new cell, as the file would have it');
const round = z.int().min(1).describe('The round of asking whose plan was seen');

export const mendSchema = z
  .union([
    z.strictObject({
      round,
      cells: z
        .array(z.strictObject({ ...cell, value }))
        .min(1)
        .max(1000),
    }),
    z.strictObject({
      round,
      like: z
        .strictObject({ ...cell, code, value })
        .describe(
          'This cell, and by the same rule all others that are refused for the same reason in this field',
        ),
    }),
  ])
  .meta({ id: 'Mend' });
export type Mend = z.infer<typeof mendSchema>;

export const mendingQuery = z.object({
  row: z.coerce.number().int().min(1),
  field: z.string().min(1).max(100),
});

export const mendingSchema = z
  .object({
    value: z.string().describe('The cell as it is'),
    file: z.string().nullable().describe('What the file had, where it was mended'),
    code: code.nullable().describe('Why the row is refused in this field'),
    hint: z.string().nullable(),
    suggestion: z.string().nullable().describe('What was probably meant'),
    alike: z
      .record(z.enum(MENDING_RULES), z.int())
      .describe(
        'How many cells the same change would reach, itself included: `domain`, where the domain of a mail is ' +
          'exchanged; `tidy`, where only what the field does not take is left out; `value`, where the cell is the same',
      ),
  })
  .meta({ id: 'Mending' });
export type MendingWire = z.infer<typeof mendingSchema>;
