// Cards: the numbers that people carry, as they were imported, until they are issued.
import { sql } from 'drizzle-orm';
import {
  bigint,
  check,
  date,
  index,
  integer,
  numeric,
  pgTable,
  text,
  timestamp,
  uniqueIndex,
} from 'drizzle-orm/pg-core';
import { person } from './people.ts';
import { site } from './sites.ts';

export const card = pgTable(
  'card',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    personId: bigint({ mode: 'number' })
      .notNull()
      .references(() => person.id, { onDelete: 'cascade' }),
    siteId: integer()
      .notNull()
      .references(() => site.id),
    rootId: integer().notNull(),
    /** Up to 64 bits without a sign: shown in decimal and in hexadecimal. Unique in an organisation. */
    number: numeric({ precision: 20, scale: 0 }).notNull(),
    status: text().$type<'pending' | 'issued' | 'revoked'>().notNull().default('pending'),
    /** Days, both included; null for no limit. */
    validFrom: date(),
    validUntil: date(),
    /** The run that brought the number. */
    bulkActionId: text(),
    createdAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
  },
  (t) => [
    uniqueIndex('card_number').on(t.rootId, t.number),
    index('card_person').on(t.personId),
    check('card_status', sql`${t.status} in ('pending', 'issued', 'revoked')`),
    check('card_bits', sql`${t.number} between 0 and 18446744073709551615`),
  ],
);
