// Cards whose last day is over: taken out of use by the sweep, and by whoever needs their numbers.
import { sql } from 'drizzle-orm';
import type { Database } from '../../client.ts';

/** Cards of one statement: it is over in a moment, and whoever waits for one of them waits no longer. */
const BATCH_ROWS = 10_000;

/**
 * Makes all cards that are over `expired`, batch by batch, each by one statement. Cards that somebody is changing at this
 * moment are left for the next time. Gives how many there were. Safe to repeat.
 */
export async function expireCards(db: Database, batchRows = BATCH_ROWS): Promise<number> {
  let cards = 0;
  for (let found = batchRows; found === batchRows; cards += found) {
    const [batch] = await db.execute<{ cards: number }>(sql`
      with due as materialized (
        select id from card where status in ('pending', 'issued') and valid_until < utc_today()
        order by valid_until limit ${batchRows} for update skip locked
      ),
      expired as (
        update card k set status = 'expired', ended_at = (k.valid_until + 1)::timestamp at time zone 'UTC'
        where k.id = any (array(select id from due))
        returning 1
      )
      select count(*)::int as cards from expired`);
    found = batch?.cards ?? 0;
  }
  return cards;
}
