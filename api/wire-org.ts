// What goes over the wire of an organisation: its sites, org units, roles and fields, and what imports of them give.
import { z } from 'zod';
import { FIELD_TYPES } from '../domain/field-definition.ts';
import { LANGUAGES } from '../domain/language.ts';
import { ORG_UNIT_NAME_MAX } from '../domain/org-unit.ts';
import { PERMISSIONS } from '../domain/rights.ts';
import { ROLE_NAME_MAX } from '../domain/role.ts';
import { reasonSchema } from './wire.ts';
import { siteId } from './wire-scalars.ts';

const EXTERNAL_ID_MAX = 200;

const mailDomains = z
  .array(z.string().trim().min(1).max(253))
  .min(1)
  .max(100)
  .nullable()
  .describe('The domains that emails of its people may have; null: as the site above says');
const language = z
  .enum(LANGUAGES)
  .nullable()
  .describe('Of mails to its admins; null: as the site above says, English where none says any');
const externalId = z
  .string()
  .trim()
  .min(1)
  .max(EXTERNAL_ID_MAX)
  .nullable()
  .describe(
    'What the student system calls it, such as the sourcedId of OneRoster: unique in the organisation',
  );
const nonConforming = z.int().describe('Active people who do not fit by now. They stay as they are');
const name = z.string().trim().min(1);
const permissions = z.array(z.enum(PERMISSIONS));

export const siteSchema = z
  .object({
    id: siteId,
    name: z.string(),
    parentId: siteId.nullable(),
    rootId: siteId,
    mailDomains: z.array(z.string()).nullable().describe('null: as the site above says'),
    language,
    externalId,
  })
  .meta({ id: 'Site' });
export const newSiteSchema = z.object({
  id: siteId.optional().describe('Left out: the next free number'),
  name: name.max(200),
  parentId: siteId,
  mailDomains: mailDomains.optional(),
  language: language.optional(),
  externalId: externalId.optional(),
});
export const sitePatchSchema = z.strictObject({
  name: name.max(200).optional(),
  mailDomains: mailDomains.optional(),
  language: language.optional(),
  externalId: externalId.optional(),
});
export const changedSiteSchema = siteSchema.extend({ nonConforming });

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
const rules = {
  type: z.enum(FIELD_TYPES),
  required: z.boolean(),
  unique: z.boolean(),
  pattern: z.string().max(500).nullable().describe('RE2 syntax; the whole value must match'),
  choices: z.array(name.max(200)).min(1).max(1000).nullable(),
};
export const newFieldDefinitionSchema = z.object({
  siteId,
  name: z
    .string()
    .regex(/^[a-z][a-z0-9_]*$/)
    .max(60),
  label: name.max(120).optional(),
  type: rules.type.default('text'),
  required: rules.required.default(false),
  unique: rules.unique.default(false),
  pattern: rules.pattern.default(null),
  choices: rules.choices.default(null),
});
export const fieldDefinitionPatchSchema = z.strictObject({ label: name.max(120), ...rules }).partial();
/** Where a field is used: what would lose something with it. */
export const fieldUsageSchema = z
  .object({
    people: z.int().describe('People who have a value, archived ones counted'),
    withoutValue: z.int().describe('Active people who have none'),
    sites: z.int().describe('Sites where it holds: its own and those below'),
    presets: z.array(z.string()).describe('Saved presets whose mapping names it'),
    sources: z
      .array(z.object({ id: z.int(), name: z.string() }))
      .describe('Sources whose mapping names it, or whose saved preset does'),
  })
  .meta({ id: 'FieldUsage' });
export const changedFieldDefinitionSchema = fieldDefinitionSchema.extend({ nonConforming });

export const roleSchema = z
  .object({ id: z.int(), siteId, name: z.string(), permissions })
  .meta({ id: 'Role' });
export const newRoleSchema = z.object({
  siteId,
  name: name.max(ROLE_NAME_MAX),
  permissions: permissions.default([]).describe('None: a name that people hold, which allows nothing'),
});
export const rolePatchSchema = z
  .strictObject({ name: name.max(ROLE_NAME_MAX), permissions })
  .partial()
  .refine((given) => Object.values(given).some((value) => value !== undefined), {
    error: 'Name what is to change: name, permissions.',
  });
export const roleHolderSchema = z
  .object({
    personId: z.int(),
    siteId: siteId.describe('The site on which the role is held'),
    identifier: z.string().nullable(),
    displayName: z.string(),
    email: z.string().nullable(),
  })
  .meta({ id: 'RoleHolder' });
export const roleAssignmentSchema = z
  .object({
    roleId: z.int(),
    name: z.string(),
    siteId: siteId.describe('The site on which it is held'),
    permissions,
  })
  .meta({ id: 'RoleAssignment' });

export const orgUnitSchema = z
  .object({
    id: z.int(),
    siteId,
    name: z.string(),
    parentId: z.int().nullable(),
    isLeaf: z.boolean().describe('No org unit is below it'),
    people: z.int().optional().describe('How many people are in it itself, where that is asked for'),
  })
  .meta({ id: 'OrgUnit' });
const orgUnitName = name.max(ORG_UNIT_NAME_MAX);
const parentId = z
  .int()
  .positive()
  .nullable()
  .describe('The org unit above it, of the same site; null for none');
const parent = orgUnitName.describe('The org unit above it by its name, in place of `parentId`');
export const newOrgUnitSchema = z.strictObject({
  siteId,
  name: orgUnitName,
  parentId: parentId.optional(),
  parent: parent.optional(),
});
export const orgUnitPatchSchema = newOrgUnitSchema.omit({ siteId: true }).partial();

/** What came of a file of org units or roles. Rows that are fine stand in no list. */
export const importedSchema = z
  .object({
    created: z.int(),
    unchanged: z.int().describe('Rows that say what is so already'),
    rejected: z.int(),
    rows: z.array(reasonSchema.extend({ row: z.int().describe('As a spreadsheet numbers it') })),
  })
  .meta({ id: 'Imported' });

export type Site = z.infer<typeof siteSchema>;
export type ChangedSite = z.infer<typeof changedSiteSchema>;
export type FieldDefinitionWire = z.infer<typeof fieldDefinitionSchema>;
export type ChangedFieldDefinition = z.infer<typeof changedFieldDefinitionSchema>;
export type FieldUsage = z.infer<typeof fieldUsageSchema>;
export type Role = z.infer<typeof roleSchema>;
export type RoleHolder = z.infer<typeof roleHolderSchema>;
export type RoleAssignment = z.infer<typeof roleAssignmentSchema>;
export type OrgUnit = z.infer<typeof orgUnitSchema>;
export type Imported = z.infer<typeof importedSchema>;
