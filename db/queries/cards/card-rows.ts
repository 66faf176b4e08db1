// The rows of runs on cards: of cards that a run brought, of people who are selected, and of what a run is to take back.
import { type SQL, sql } from 'drizzle-orm';
import type { CardTarget } from '../../../domain/card.ts';
import { SELECTED_COLUMNS } from '../../../domain/selection.ts';
import type { Database } from '../../client.ts';
import { conditionOf, type PeopleQuery } from '../people-list.ts';
import { entriesOf, type UndoneRun } from '../undo-history.ts';
import { hasNotEnded } from './cards-in-use.ts';

export type MadeRows = { rows: number; siteIds: number[] };

/** Who the row is about, and the card's number in decimal and hexadecimal; blank for what is not there. */
const cellsOf = (number: SQL): SQL => {
  const person = SELECTED_COLUMNS.map((column) =>
    sql.raw(`coalesce(person.${column === 'account_id' ? 'site_id::text' : column}, '')`),
  );
  const hex = sql`card_hex(${number})`;
  return sql`json_build_array(${sql.join([...person, sql`coalesce(${number}::text, '')`, sql`coalesce(${hex}, '')`], sql`, `)})`;
};

/** Adjacent rows are for one person, if several are: chunks that run at once then share one person at most. */
const ORDER = sql`person.site_id, person.identifier, person.id, k.id`;

/** A row for each card that a run brought and whose person is there. In one statement. */
export const insertRowsOfRun = (
  db: Database,
  bulkActionId: string,
  cardsOfId: string,
  to: CardTarget,
): Promise<MadeRows> =>
  insertRows(
    db,
    bulkActionId,
    to,
    sql`card k join person on person.id = k.person_id and person.status <> 'anonymized'
      where k.bulk_action_id = ${cardsOfId}`,
  );

/**
 * A row for each card that is not out of use of the people whom a query finds, and one for each of them who has none. In
 * one statement.
 */
export const insertRowsOfPeople = (
  db: Database,
  bulkActionId: string,
  query: PeopleQuery,
  to: CardTarget,
): Promise<MadeRows> =>
  insertRows(
    db,
    bulkActionId,
    to,
    sql`person left join card k on k.person_id = person.id and ${hasNotEnded('k')}
      where ${conditionOf({ ...query, isNamed: true })}`,
  );

async function insertRows(
  db: Database,
  bulkActionId: string,
  to: CardTarget,
  source: SQL,
): Promise<MadeRows> {
  const [made] = await db.execute<{ rows: number; siteIds: number[] | null }>(sql`
    with made as (
      insert into bulk_row (bulk_action_id, row_number, person_id, site_id, cells, extras)
      select ${bulkActionId}, row_number() over (order by ${ORDER}), person.id, person.site_id, ${cellsOf(sql`k.number`)},
        jsonb_build_object('cardMove', jsonb_build_object('id', k.id, 'to', ${to}::text))
      from ${source}
      order by ${ORDER}
      returning site_id
    )
    select count(*)::int as rows, array_agg(distinct site_id) as "siteIds" from made
  `);
  return { rows: made?.rows ?? 0, siteIds: made?.siteIds ?? [] };
}

/**
 * A row for each card that a run has changed, to be set back, under the number of the row that changed it. A change of
 * somebody who is anonymized or deleted becomes a row with that problem. In one statement.
 */
export async function insertCardUndoRows(
  db: Database,
  bulkActionId: string,
  undone: UndoneRun,
): Promise<MadeRows> {
  const [made] = await db.execute<{ rows: number; siteIds: number[] | null }>(sql`
    with entry as materialized (${entriesOf(undone)}),
    made as (
      insert into bulk_row (bulk_action_id, row_number, person_id, site_id, cells, extras, problems)
      select ${bulkActionId}, e.row_number, e.person_id, coalesce(person.site_id, ${undone.siteId}),
        case when person.id is not null then ${cellsOf(sql`(e.after -> 'card' ->> 'number')::numeric`)} end,
        case when person.id is not null then jsonb_build_object('cardMove', jsonb_build_object(
          'id', e.after -> 'card' -> 'id', 'to', e.before -> 'card' -> 'status',
          'was', e.before -> 'card', 'is', e.after -> 'card')) end,
        case when person.id is null then '[{"code": "cannot-undo"}]'::jsonb end
      from (
        select person_id, row_number, before, after from entry where after ? 'card'
        union all
        -- Changes of which history tells nothing any more, because their people have been anonymized or deleted since.
        select b.person_id, b.row_number, null, null from bulk_plan b
        where b.bulk_action_id = ${undone.id} and b.outcome = 'updated'
          and b.row_number not in (select row_number from entry)
      ) as e
      left join person on person.id = e.person_id and person.status <> 'anonymized' and e.after is not null
      order by e.row_number
      returning site_id, problems
    )
    select count(*)::int as rows, array_agg(distinct site_id) filter (where problems is null) as "siteIds" from made
  `);
  return { rows: made?.rows ?? 0, siteIds: made?.siteIds ?? [] };
}
