// How people sign in: passwords, sessions and API keys. Secrets are stored as hashes only.
import { bigint, index, pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core';
import type { Permission } from '../../domain/rights.ts';
import { person } from './people.ts';

export const credential = pgTable('credential', {
  personId: bigint({ mode: 'number' })
    .primaryKey()
    .references(() => person.id, { onDelete: 'cascade' }),
  /** argon2id, in its own encoded form. */
  passwordHash: text().notNull(),
  changedAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
});

export const session = pgTable(
  'session',
  {
    /** SHA-256 of the cookie's token, hex. */
    tokenHash: text().primaryKey(),
    personId: bigint({ mode: 'number' })
      .notNull()
      .references(() => person.id, { onDelete: 'cascade' }),
    createdAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
    expiresAt: timestamp({ withTimezone: true }).notNull(),
  },
  (t) => [index('session_person').on(t.personId)],
);

export const apiKey = pgTable(
  'api_key',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    name: text().notNull(),
    /** SHA-256 of the key, hex: a key is 256 random bits, so that a slow hash would add nothing. */
    keyHash: text().notNull().unique(),
    /** The person whose rights the key carries. */
    personId: bigint({ mode: 'number' })
      .notNull()
      .references(() => person.id, { onDelete: 'cascade' }),
    /** Permissions that the key is limited to; null for all that its person holds. */
    scopes: text().array().$type<Permission[]>(),
    createdAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
    lastUsedAt: timestamp({ withTimezone: true }),
    revokedAt: timestamp({ withTimezone: true }),
  },
  (t) => [index('api_key_person').on(t.personId)],
);

/** Sign-ins that are under way at the identity provider: who comes back with the state goes on where they were. */
export const oidcSignIn = pgTable(
  'oidc_sign_in',
  {
    /** SHA-256 of the state, hex. */
    stateHash: text().primaryKey(),
    codeVerifier: text().notNull(),
    nonce: text().notNull(),
    /** The path to go to afterwards. */
    returnTo: text().notNull(),
    expiresAt: timestamp({ withTimezone: true }).notNull(),
  },
  (t) => [index('oidc_sign_in_expiry').on(t.expiresAt)],
);

/** Who somebody is at the identity provider, once they have signed in there. */
export const oidcIdentity = pgTable(
  'oidc_identity',
  {
    issuer: text().notNull(),
    subject: text().notNull(),
    personId: bigint({ mode: 'number' })
      .notNull()
      .references(() => person.id, { onDelete: 'cascade' }),
    createdAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ name: 'oidc_identity_key', columns: [t.issuer, t.subject] }),
    index('oidc_identity_person').on(t.personId),
  ],
);
