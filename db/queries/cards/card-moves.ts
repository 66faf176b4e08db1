// What a run makes of cards: said once, for the plan that is shown and for the statements that apply it.
//
// All of it is about a row `r` of the run, its card `k`, and `run (valid_from, valid_until)`, the days that the run gives
// to cards without any.
import { type SQL, sql } from 'drizzle-orm';

const move = sql`r.extras -> 'cardMove'`;

/** The id of the card that a row is about; null where its person has none. */
export const cardOfRow = sql`(${move} ->> 'id')::bigint`;

/** What the row makes of its card. */
export const target = sql`(${move} ->> 'to')`;

const isUndo = sql`(${move} ? 'is')`;
const asDate = (state: 'was' | 'is', key: 'validFrom' | 'validUntil'): SQL =>
  sql`(${move} -> ${state}::text ->> ${key}::text)::date`;

/** `run`: the days of the run's options. */
export const daysOfRun = (bulkActionId: string): SQL => sql`
      select (options ->> 'cardValidFrom')::date as valid_from, (options ->> 'cardValidUntil')::date as valid_until
      from bulk_action where id = ${bulkActionId}`;

/** A day of the card as the row leaves it: its own wins over the run's; an undo leaves alone what was changed since. */
const dayAfter = (column: 'valid_from' | 'valid_until', key: 'validFrom' | 'validUntil'): SQL => {
  const own = sql.raw(`k.${column}`);
  return sql`case
      when ${isUndo} then case when ${own} is not distinct from ${asDate('is', key)} then ${asDate('was', key)} else ${own} end
      when ${target} = 'issued' then coalesce(${own}, (select ${sql.raw(column)} from run)) else ${own} end`;
};

/** The days of the card as the row leaves it, `(valid_from, valid_until)`. */
export const daysAfter: SQL = sql`
      select ${dayAfter('valid_from', 'validFrom')} as valid_from, ${dayAfter('valid_until', 'validUntil')} as valid_until`;

/** True where the card is still what the row takes it for. */
export const isAsExpected: SQL = sql`case
      when ${isUndo} then k.status = ${move} -> 'is' ->> 'status'
      when ${target} = 'issued' then k.status = 'pending'
      else k.status in ('pending', 'issued') end`;

/** The card before and after, as history has it, with `n` for its days afterwards. `number`: left out of what is kept of plans. */
export const stateOf = (side: 'before' | 'after', withNumber: boolean): SQL => {
  const days = side === 'before' ? sql`k` : sql`n`;
  const status = side === 'before' ? sql`k.status` : target;
  return sql`jsonb_build_object('card', jsonb_build_object('id', k.id, ${
    withNumber ? sql`'number', k.number::text,` : sql``
  } 'status', ${status}, 'validFrom', ${days}.valid_from, 'validUntil', ${days}.valid_until))`;
};
