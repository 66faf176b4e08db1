// What goes over the wire: the shapes of requests and replies, from which OpenAPI and the clients' types are made.
import { z } from 'zod';
import {
  ACTIONS,
  CARD_ID_TYPES,
  EXISTING_MODES,
  INVITE_MODES,
  KINDS,
  OUTCOMES,
  PHASES,
  STATES,
} from '../domain/bulk-action.ts';
import { FIELD_TYPES } from '../domain/field-definition.ts';
import { PERSON_STATUSES } from '../domain/person.ts';
import { PERMISSIONS } from '../domain/rights.ts';

export const timestamp = z.iso.datetime().describe('ISO 8601, UTC');
/** Account IDs are 32-bit whole numbers. */
export const SITE_ID_MAX = 2_147_483_647;
export const siteId = z.int().positive().max(SITE_ID_MAX).describe('The Account ID of a site');

/** A page of a list. `next` is the cursor of the following page, or null at the end. */
export const pageOf = <Item extends z.ZodType>(item: Item) =>
  z.object({ items: z.array(item), next: z.string().nullable() });

export const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.string().describe('Stable: programs decide by it'),
    detail: z.string().describe('What is wrong, then what to do'),
    instance: z.string().optional(),
    requestId: z.string().optional(),
    errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
    /** With 423. */
    lock: z
      .object({
        bulkActionId: z.string(),
        by: z.string().nullable(),
        rowsDone: z.int(),
        rowsTotal: z.int().nullable(),
        since: timestamp,
      })
      .optional(),
  })
  .meta({ id: 'Problem' });

export const siteSchema = z
  .object({
    id: siteId,
    name: z.string(),
    parentId: siteId.nullable(),
    rootId: siteId,
  })
  .meta({ id: 'Site' });
export const newSiteSchema = z.object({
  id: siteId.optional().describe('Left out: the next free number'),
  name: z.string().trim().min(1).max(200),
  parentId: siteId,
});

export const fieldDefinitionSchema = z
  .object({
    id: z.int(),
    siteId,
    name: z.string(),
    label: z.string(),
    type: z.enum(FIELD_TYPES),
    required: z.boolean(),
    unique: z.boolean(),
    pattern: z.string().nullable(),
    choices: z.array(z.string()).nullable(),
  })
  .meta({ id: 'FieldDefinition' });
export const newFieldDefinitionSchema = z.object({
  siteId,
  name: z
    .string()
    .regex(/^[a-z][a-z0-9_]*$/)
    .max(60),
  label: z.string().trim().min(1).max(120).optional(),
  type: z.enum(FIELD_TYPES).default('text'),
  required: z.boolean().default(false),
  unique: z.boolean().default(false),
  pattern: z.string().max(500).nullable().default(null),
  choices: z.array(z.string().trim().min(1).max(200)).min(1).max(1000).nullable().default(null),
});

export const roleSchema = z
  .object({
    id: z.int(),
    siteId,
    name: z.string(),
    permissions: z.array(z.enum(PERMISSIONS)),
  })
  .meta({ id: 'Role' });
export const newRoleSchema = z.object({
  siteId,
  name: z.string().trim().min(1).max(120),
  permissions: z.array(z.enum(PERMISSIONS)).min(1),
});

const fieldValue = z.union([z.string(), z.number(), z.boolean()]);
export const personSchema = z
  .object({
    id: z.int(),
    siteId,
    status: z.enum(PERSON_STATUSES),
    identifier: z.string().nullable(),
    email: z.string().nullable(),
    username: z.string().nullable(),
    firstName: z.string().nullable(),
    lastName: z.string().nullable(),
    displayName: z.string().describe('As shown: first and last name unless set'),
    fields: z.record(z.string(), fieldValue),
    version: z.int(),
    createdAt: timestamp,
    updatedAt: timestamp,
  })
  .meta({ id: 'Person' });
const personText = z.string().trim();
export const newPersonSchema = z.object({
  siteId,
  identifier: personText.min(1),
  email: personText.min(1),
  username: personText.nullish(),
  firstName: personText.nullish(),
  lastName: personText.nullish(),
  displayName: personText.nullish(),
  fields: z.record(z.string(), fieldValue.nullable()).default({}),
});
export const personPatchSchema = newPersonSchema
  .omit({ siteId: true, fields: true })
  .partial()
  .extend({
    fields: z.record(z.string(), fieldValue.nullable()).optional(),
    version: z.int().optional().describe('The version that was read: refused with 409 where it has moved on'),
  });

export const fileSchema = z
  .object({ id: z.string(), name: z.string(), bytes: z.int(), sha256: z.string() })
  .meta({ id: 'File' });

export const bulkActionOptionsSchema = z
  .object({
    action: z.enum(ACTIONS).default('create-or-update'),
    existing: z.enum(EXISTING_MODES).default('overwrite'),
    invite: z.enum(INVITE_MODES).default('none'),
    headerRow: z.int().min(1).max(1000).nullable().default(1).describe('null: the file has no header'),
    mapping: z
      .record(z.string(), z.string().nullable())
      .default({})
      .describe('Field → column: a header, a position from 1 where there is no header, or null for none'),
    clearBlank: z.array(z.string()).default([]),
    expect: z.int().min(0).nullable().default(null),
    cardIdType: z.enum(CARD_ID_TYPES).default('decimal'),
    encoding: z.string().nullable().default(null),
    delimiter: z.enum([',', ';', '\t', '|']).nullable().default(null),
  })
  .meta({ id: 'BulkActionOptions' });
// An option that is not known is refused, never passed over: it may be a guard that somebody relies on.
export const newBulkActionSchema = z.strictObject({
  site: siteId,
  kind: z.enum(KINDS).default('people'),
  preset: z.string().default('people'),
  files: z.array(z.string()).min(1).max(1),
  options: bulkActionOptionsSchema.strict().prefault({}),
  dryRun: z.boolean().default(false),
});

const countsSchema = z.object(
  Object.fromEntries([...OUTCOMES, 'total'].map((name) => [name, z.int()])) as Record<
    (typeof OUTCOMES)[number] | 'total',
    z.ZodInt
  >,
);
export const bulkActionSchema = z
  .object({
    id: z.string(),
    site: siteId,
    kind: z.enum(KINDS),
    preset: z.string(),
    fileName: z.string().nullable(),
    options: bulkActionOptionsSchema,
    state: z.enum(STATES),
    phase: z.enum(PHASES).nullable(),
    progress: z.object({ done: z.int(), total: z.int().nullable() }),
    counts: countsSchema.describe('So far; at the end they sum up to total'),
    error: z
      .object({ code: z.string(), message: z.string(), details: z.record(z.string(), z.unknown()) })
      .nullable(),
    format: z
      .object({
        kind: z.enum(['csv', 'xlsx']),
        encoding: z.string().nullable(),
        delimiter: z.string().nullable(),
        hasByteOrderMark: z.boolean(),
      })
      .nullable(),
    columns: z.array(z.object({ header: z.string(), field: z.string().nullable() })).nullable(),
    startedBy: z.string().nullable(),
    isCancelling: z.boolean(),
    mail: z
      .object({
        state: z.enum(['waiting', 'sent', 'refused']),
        attempts: z.int(),
        lastError: z.string().nullable(),
      })
      .nullable()
      .describe('The mail that tells how the run ended'),
    workflowId: z.string(),
    createdAt: timestamp,
    stagedAt: timestamp.nullable(),
    lockedAt: timestamp.nullable(),
    checkedAt: timestamp.nullable(),
    finishedAt: timestamp.nullable(),
  })
  .meta({ id: 'BulkAction' });

const reasonSchema = z.object({
  code: z.string(),
  field: z.string().optional(),
  value: z.string().optional(),
  rows: z.array(z.int()).optional(),
  expected: z.string().optional(),
  hint: z.string(),
});
export const bulkRowSchema = z
  .object({
    row: z.int().describe('As a spreadsheet numbers it'),
    cells: z.array(z.string()).nullable(),
    personId: z.int().nullable(),
    outcome: z.enum(OUTCOMES).nullable().describe('null until it is known'),
    phase: z.enum(PHASES).nullable(),
    reasons: z.array(reasonSchema),
  })
  .meta({ id: 'BulkRow' });

export const previewRequestSchema = z.object({
  site: siteId,
  preset: z.string().default('people'),
  options: bulkActionOptionsSchema.prefault({}),
  rows: z.int().min(1).max(200).default(20),
});
export const previewSchema = z
  .object({
    format: bulkActionSchema.shape.format,
    headerRow: z.int().nullable(),
    columns: z.array(
      z.object({
        position: z.int().describe('From 1'),
        header: z.string(),
        samples: z.array(z.string()),
        field: z.string().nullable().describe('The field it becomes under these settings'),
        matchedBy: z.enum(['mapping', 'name', 'synonym']).nullable(),
      }),
    ),
    fields: z.array(
      z.object({ name: z.string(), label: z.string(), isRequired: z.boolean(), column: z.int().nullable() }),
    ),
    rows: z.array(
      z.object({
        row: z.int(),
        cells: z.array(z.string()),
        values: z.record(z.string(), fieldValue.nullable()),
        reasons: z.array(reasonSchema),
      }),
    ),
    faults: z
      .array(z.object({ code: z.string(), message: z.string() }))
      .describe('What would stop a run with these settings before its first row'),
  })
  .meta({ id: 'Preview' });

export type Site = z.infer<typeof siteSchema>;
export type Person = z.infer<typeof personSchema>;
export type FieldDefinitionWire = z.infer<typeof fieldDefinitionSchema>;
export type Role = z.infer<typeof roleSchema>;
export type UploadedFile = z.infer<typeof fileSchema>;
export type NewBulkActionRead = z.output<typeof newBulkActionSchema>;
export type BulkActionOptionsWire = z.input<typeof bulkActionOptionsSchema>;
export type BulkAction = z.infer<typeof bulkActionSchema>;
export type Preview = z.infer<typeof previewSchema>;
export type Problem = z.infer<typeof problemSchema>;
export type Page<Item> = { items: Item[]; next: string | null };
