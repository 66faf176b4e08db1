// What goes over the wire where somebody signs in: sessions, and keys for machines.
import { z } from 'zod';
import { PERMISSIONS } from '../domain/rights.ts';
import { siteId, timestamp } from './wire-scalars.ts';

export const newApiKeySchema = z.object({
  email: z.email().max(254).describe('The admin whose rights the key carries; made where there is none'),
  siteId: siteId.optional(),
  role: z.string().max(120).optional().describe('A role by name; given to the admin on the site'),
  name: z.string().trim().min(1).max(120).default('key'),
  scopes: z
    .array(z.enum(PERMISSIONS))
    .min(1)
    .optional()
    .describe('The only permissions that the key carries; left out, all that its admin holds'),
});

export const apiKeySchema = z
  .object({
    id: z.int(),
    name: z.string(),
    personId: z.int(),
    scopes: z.array(z.enum(PERMISSIONS)).nullable().describe('null: all that its admin holds'),
    createdAt: timestamp,
    lastUsedAt: timestamp.nullable(),
  })
  .meta({ id: 'ApiKey' });

/** The key itself shows this once. */
export const createdApiKeySchema = apiKeySchema.extend({ key: z.string() });

export const signInSchema = z.object({ email: z.string().max(254), password: z.string().max(1000) });

export const meSchema = z
  .object({
    personId: z.int(),
    name: z.string(),
    email: z.string().nullable(),
    grants: z.array(z.object({ siteId, permissions: z.array(z.enum(PERMISSIONS)) })),
  })
  .meta({ id: 'Me' });

export type ApiKey = z.infer<typeof apiKeySchema>;
export type Me = z.infer<typeof meSchema>;
