// Selections: kept from the request until the run is staged, and made into a row for each person.
//
// What a selection says may name somebody. It goes with staging, or with the end of a run that never came to it.
import { type SQL, sql } from 'drizzle-orm';
import type { PersonFilter } from '../../domain/person-filter.ts';
import { SELECTED_COLUMNS, type Selection, selectedStatus } from '../../domain/selection.ts';
import type { Database } from '../client.ts';
import { conditionOf, type PeopleQuery } from './people-list.ts';

/** What a run is to work on, or undefined: it is staged, or somebody whom the selection named has been forgotten. */
export async function findSelection(db: Database, bulkActionId: string): Promise<Selection | undefined> {
  const [found] = await db.execute<{ query: Selection }>(
    sql`select query from bulk_selection where bulk_action_id = ${bulkActionId}`,
  );
  return found?.query;
}

/** Part of a statement: the selection of the runs in `run (id)`, which must be part of it, is removed. */
export const selectionRemoved = (run: string): SQL => sql`
    selection_removed as (
      delete from bulk_selection where bulk_action_id in (select id from ${sql.identifier(run)})
    )`;

/** The query of a selection at a site and all below it, its filters as they were read. */
export function queryOf(selection: Selection, siteId: number, filters: readonly PersonFilter[]): PeopleQuery {
  const status = selectedStatus(selection);
  return {
    siteIds: [siteId],
    status: status === 'all' ? undefined : status,
    isNamed: true,
    text: selection.text,
    filters,
    personIds: selection.personIds,
    exceptIds: selection.exceptIds,
  };
}

/** How many people a query finds, counted up to a number: whoever has as many finds more. */
export async function countSelected(db: Database, query: PeopleQuery, upTo: number): Promise<number> {
  const [found] = await db.execute<{ people: number }>(sql`
    select count(*)::int as people from (select from person where ${conditionOf(query)} limit ${upTo}) as found`);
  return found?.people ?? 0;
}

/** Which of these people a query finds none of: not there, anonymized, or of another site. */
export async function listUnselectable(
  db: Database,
  siteId: number,
  personIds: readonly number[],
): Promise<number[]> {
  const rows = await db.execute<{ id: number }>(sql`
    select w.id from unnest(${sql.param([...personIds])}::bigint[]) as w (id)
    where not exists (
      select from person p join site s on s.id = p.site_id
      where p.id = w.id and p.status <> 'anonymized' and s.path @> array[${siteId}::int])
    order by w.id
  `);
  return [...rows].map(({ id }) => id);
}

/** What a cell of a selected person shows. */
const CELLS: Readonly<Record<(typeof SELECTED_COLUMNS)[number], string>> = {
  account_id: 'person.site_id::text',
  identifier: 'person.identifier',
  email: 'person.email',
  username: 'person.username',
  first_name: 'person.first_name',
  last_name: 'person.last_name',
};

/**
 * Writes a row for each person that a query finds, in the order of sites and identifiers, from 1 on. In one statement:
 * two of them would each see other people. Gives how many there are, and their sites in order.
 */
export async function insertSelectionRows(
  db: Database,
  bulkActionId: string,
  query: PeopleQuery,
): Promise<{ rows: number; siteIds: number[] }> {
  const cells = SELECTED_COLUMNS.map((column) => sql.raw(`coalesce(${CELLS[column]}, '')`));
  const [made] = await db.execute<{ rows: number; siteIds: number[] | null }>(sql`
    with made as (
      insert into bulk_row (bulk_action_id, row_number, person_id, site_id, cells)
      select ${bulkActionId}, row_number() over (order by person.site_id, person.identifier, person.id), person.id,
        person.site_id, json_build_array(${sql.join(cells, sql`, `)})
      from person where ${conditionOf(query)}
      order by person.site_id, person.identifier, person.id
      returning site_id
    )
    select count(*)::int as rows, array_agg(distinct site_id) as "siteIds" from made
  `);
  return { rows: made?.rows ?? 0, siteIds: made?.siteIds ?? [] };
}

/**
 * Removes the selections of an organisation that name one of these people, by a key or by their name: said before they
 * are forgotten. The run finds nothing to work on then, and says so.
 */
export const selectionsForgotten = (rootId: SQL, people: SQL): SQL => sql`
      delete from bulk_selection s using bulk_action a
      where a.id = s.bulk_action_id and a.root_id = ${rootId} and exists (
        select from person p
        cross join lateral (
          values (p.identifier), (p.email), (p.username), (p.first_name), (p.last_name), (p.display_name),
            (concat_ws(' ', p.first_name, p.last_name)), (concat_ws(' ', p.last_name, p.first_name))
          union all
          select v.value from person_unique_value v where v.person_id = p.id
        ) as k (value)
        where p.id = any (${people}) and k.value <> '' and lower(k.value) in (
          select lower(s.query ->> 'text')
          union all
          select lower(regexp_replace(f.word, '^[a-z0-9_]+[=~]', ''))
          from jsonb_array_elements_text(coalesce(s.query -> 'filters', '[]')) as f (word)))`;
