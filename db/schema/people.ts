// People, what is unique about them, and the history of their changes.
import { sql } from 'drizzle-orm';
import {
  type AnyPgColumn,
  bigint,
  check,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
  uniqueIndex,
} from 'drizzle-orm/pg-core';
import type { FieldValue } from '../../domain/field-definition.ts';
import type { PersonStatus } from '../../domain/person.ts';
import { fieldDefinition } from './field-definitions.ts';
import { orgUnit } from './org-units.ts';
import { site } from './sites.ts';

export const person = pgTable(
  'person',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedByDefaultAsIdentity({ cache: 100 }),
    siteId: integer()
      .notNull()
      .references(() => site.id),
    rootId: integer().notNull(),
    status: text().$type<PersonStatus>().notNull().default('active'),
    identifier: text(),
    email: text(),
    /** The email as it is compared: `emailKeyOf(email)`. */
    emailKey: text(),
    username: text(),
    firstName: text(),
    lastName: text(),
    displayName: text(),
    /** Somebody's id, without a foreign key: a run may note it before that person is created (see db/queries/apply/leftovers). */
    supervisorId: bigint({ mode: 'number' }),
    orgUnitId: bigint({ mode: 'number' }).references((): AnyPgColumn => orgUnit.id),
    /** Custom fields by name; a field without a value has no key. */
    fields: jsonb().$type<Record<string, FieldValue>>().notNull().default({}),
    /** Fields whose value was last set by hand, one person at a time; null for none. */
    handEdited: text().array(),
    /** Counts the changes, from 1: a change names the version that it saw. */
    version: integer().notNull().default(1),
    createdAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
    updatedAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
  },
  (t) => [
    uniqueIndex('person_identifier').on(t.siteId, t.identifier),
    uniqueIndex('person_username').on(t.siteId, t.username).where(sql`${t.username} is not null`),
    uniqueIndex('person_email').on(t.rootId, t.emailKey).where(sql`${t.status} = 'active'`),
    index('person_hand_edited').on(t.siteId).where(sql`${t.handEdited} is not null`),
    index('person_supervisor').on(t.supervisorId).where(sql`${t.supervisorId} is not null`),
    index('person_org_unit').on(t.orgUnitId).where(sql`${t.orgUnitId} is not null`),
    index('person_archived_email').on(t.siteId, t.emailKey).where(sql`${t.status} = 'archived'`),
    check('person_status', sql`${t.status} in ('active', 'archived', 'anonymized')`),
    check('person_email_key', sql`(${t.email} is null) = (${t.emailKey} is null)`),
    check('person_identified', sql`(${t.status} = 'anonymized') = (${t.identifier} is null)`),
  ],
);

/** Values of unique custom fields: the primary key is what makes them unique. */
export const personUniqueValue = pgTable(
  'person_unique_value',
  {
    fieldId: bigint({ mode: 'number' })
      .notNull()
      .references(() => fieldDefinition.id, { onDelete: 'cascade' }),
    value: text().notNull(),
    personId: bigint({ mode: 'number' })
      .notNull()
      .references(() => person.id, { onDelete: 'cascade' }),
  },
  (t) => [
    primaryKey({ name: 'person_unique_value_key', columns: [t.fieldId, t.value] }),
    index('person_unique_value_person').on(t.personId),
  ],
);

/** One entry per change of a person: the changed keys only, before and after. No foreign keys: it outlives both. */
export const personHistory = pgTable(
  'person_history',
  {
    personId: bigint({ mode: 'number' }).notNull(),
    /** The person's version that the change made. */
    version: integer().notNull(),
    at: timestamp({ withTimezone: true }).notNull().defaultNow(),
    /** The admin who made the change, or started the run that did. */
    byPersonId: bigint({ mode: 'number' }),
    bulkActionId: text(),
    rowNumber: integer(),
    what: text().notNull(),
    before: jsonb().$type<Record<string, unknown>>(),
    after: jsonb().$type<Record<string, unknown>>(),
    /** The fields that were edited by hand before, where the change has taken some of them off. */
    handEdited: text().array(),
  },
  (t) => [
    primaryKey({ name: 'person_history_key', columns: [t.personId, t.version] }),
    // Tiny, and of no cost to a write: history grows by time, and a run's entries lie close together.
    index('person_history_at').using('brin', t.at),
    index('person_history_hand_edited')
      .on(t.bulkActionId, t.personId)
      .where(sql`${t.handEdited} is not null`),
    index('person_history_gone').on(t.at).where(sql`${t.what} in ('anonymized', 'deleted')`),
  ],
);
