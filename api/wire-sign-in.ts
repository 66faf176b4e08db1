// What goes over the wire where somebody signs in: sessions, and keys for machines.
import { z } from 'zod';
import { LANGUAGES } from '../domain/language.ts';
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
    roles: z.array(z.string()).describe('The names of your roles that permit anything'),
    grants: z.array(z.object({ siteId, permissions: z.array(z.enum(PERMISSIONS)) })),
  })
  .meta({ id: 'Me' });

export const signInWaysSchema = z
  .object({
    password: z.literal(true),
    oidc: z
      .object({ name: z.string() })
      .nullable()
      .describe('The identity provider, as its button is labelled; null where none is set up'),
  })
  .meta({ id: 'SignInWays' });

export const oidcBeginQuery = z.object({
  next: z.string().max(2000).optional().describe('The path of the console to go to afterwards'),
});

export const profileSchema = z
  .object({
    language: z.enum(LANGUAGES).nullable().describe('null: as the browser has it'),
    colorScheme: z.enum(['light', 'dark']).nullable().describe('null: as the system has it'),
    hasSingleKeys: z.boolean().describe('Whether single letters are shortcuts'),
  })
  .meta({ id: 'Profile' });
export const profilePatchSchema = z.strictObject(profileSchema.partial().shape);

export type SignInWays = z.infer<typeof signInWaysSchema>;
/** Why somebody is back at `/sign-in` without being signed in: its `problem`. */
export type SignInProblem =
  | 'provider-away'
  | 'denied'
  | 'refused'
  | 'expired'
  | 'too-many'
  | 'email-unverified'
  | 'unknown-admin'
  | 'several-admins';
export type Profile = z.infer<typeof profileSchema>;
export type ProfilePatch = z.infer<typeof profilePatchSchema>;
export type ApiKey = z.infer<typeof apiKeySchema>;
export type Me = z.infer<typeof meSchema>;
