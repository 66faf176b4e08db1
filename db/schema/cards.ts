// Cards: the numbers that people carry, from the row that brought them until they are revoked or expire.
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
import type { CardStatus, RevokedBecause } from '../../domain/card.ts';
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
    /** Up to 64 bits without a sign: shown in decimal and in hexadecimal. Of the cards in use unique in an organisation. */
    number: numeric({ precision: 20, scale: 0 }).notNull(),
    status: text().$type<CardStatus>().notNull().default('pending'),
    /** Days, both included; null for no limit. */
    validFrom: date(),
    validUntil: date(),
    /** The run that brought the number. */
    bulkActionId: text(),
    createdAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
    issuedAt: timestamp({ withTimezone: true }),
    /** When a card that is out of use went out of it, and why. */
    endedAt: timestamp({ withTimezone: true }),
    revokedBecause: text().$type<RevokedBecause>(),
    /** The card that this one stands in for. */
    replacesId: bigint({ mode: 'number' }),
  },
  (t) => [
    uniqueIndex('card_number').on(t.rootId, t.number).where(sql`${t.status} in ('pending', 'issued')`),
    index('card_person').on(t.personId),
    index('card_site').on(t.siteId, t.id),
    index('card_run').on(t.bulkActionId).where(sql`${t.bulkActionId} is not null`),
    index('card_expiring').on(t.validUntil).where(sql`${t.status} in ('pending', 'issued')`),
    check('card_status', sql`${t.status} in ('pending', 'issued', 'revoked', 'expired')`),
    check('card_ended', sql`(${t.status} in ('revoked', 'expired')) = (${t.endedAt} is not null)`),
    check('card_bits', sql`${t.number} between 0 and 18446744073709551615`),
  ],
);
