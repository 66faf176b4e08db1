// Which cards are in use: what a number belongs to, and what a statement must ask before it gives one away.
import { type SQL, sql } from 'drizzle-orm';

/**
 * True for a card (by its alias) that is in use now: neither revoked nor expired, be it that the sweep has not come by
 * since its last day. Days are counted in UTC. In the words of the index `card_number`, so that it can be walked.
 */
export const isInUse = (card: string): SQL =>
  sql.raw(
    `(${card}.status in ('pending', 'issued') and (${card}.valid_until is null or ${card}.valid_until >= utc_today()))`,
  );

/** The status of a card (by its alias) as it is today. */
export const statusToday = (card: string): SQL =>
  sql.raw(
    `case when ${card}.status in ('pending', 'issued') and ${card}.valid_until < utc_today() then 'expired' else ${card}.status end`,
  );

/**
 * True for a card (by its alias) that is pending or issued, be it over or not, where cards are looked up by their people.
 * Not by the status: Postgres might walk a whole index of all such cards, once for each person.
 */
export const hasNotEnded = (card: string): SQL => sql.raw(`${card}.ended_at is null`);
