// The fields that a site defines for its people.
import { sql } from 'drizzle-orm';
import { bigint, boolean, check, integer, pgTable, text, timestamp, uniqueIndex } from 'drizzle-orm/pg-core';
import type { FieldType } from '../../domain/field-definition.ts';
import { site } from './sites.ts';

export const fieldDefinition = pgTable(
  'field_definition',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    siteId: integer()
      .notNull()
      .references(() => site.id),
    name: text().notNull(),
    label: text().notNull(),
    type: text().$type<FieldType>().notNull(),
    isRequired: boolean().notNull().default(false),
    isUnique: boolean().notNull().default(false),
    pattern: text(),
    choices: text().array(),
    createdAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
  },
  (t) => [
    uniqueIndex('field_definition_name').on(t.siteId, t.name),
    check('field_definition_type', sql`${t.type} in ('text', 'number', 'date', 'boolean', 'choice')`),
    check('field_definition_choices', sql`(${t.type} = 'choice') = (${t.choices} is not null)`),
    check('field_definition_word', sql`${t.name} ~ '^[a-z][a-z0-9_]*$'`),
  ],
);
