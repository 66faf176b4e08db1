// People as the names of picture files mean them: by a field of which no two have the same value.
import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../client.ts';

/** Where is looked for people, and by what: the run's site and those below it, and the field of its options. */
export type PhotoMatch = { siteId: number; field: string };

/** The ids of a site and of all below it. */
const sitesBelow = (siteId: number): SQL =>
  sql`array(select id from site where path @> array[${siteId}::int])`;

/** The unique custom fields of this name that hold at the site or below it: there may be one for each branch. */
const fieldsNamed = ({ siteId, field }: PhotoMatch, type?: 'number'): SQL => sql`array(
      select f.id from field_definition f
      where f.name = ${field} and f.is_unique ${type ? sql`and f.type = ${type}` : sql``} and (
        f.site_id = any ((select path from site where id = ${siteId})::int[])
        or f.site_id = any (${sitesBelow(siteId)})))`;

/** A number as files are named by one; with noughts before and after it, it is the same. */
const PLAIN_NUMBER = '^-?[0-9]{1,30}([.][0-9]{1,15})?$';

/**
 * Part of a statement: `(row_number, id, site_id, status, version)` of all whom the rows of `named (row_number, name)`
 * mean, archived ones among them. Emails are compared by their key, numbers by what they are worth, all else as it stands.
 *
 * Each name is looked up by itself: of a small run there are no statistics, and joined freely each name would be compared
 * with each person.
 */
export const meantPeople = (match: PhotoMatch): SQL => sql`
    select n.row_number, m.id, m.site_id, m.status, m.version
    from (
      select row_number, name, email_key_of(name) as email_key,
        case when name ~ ${PLAIN_NUMBER} then trim_scale(name::numeric)::text end as number
      from named offset 0
    ) as n
    cross join lateral (${peopleCalled(match)} offset 0) as m`;

/** The people whom the name `n` means. */
function peopleCalled(match: PhotoMatch): SQL {
  const people = sql`select p.id, p.site_id, p.status, p.version from person p`;
  const isHere = sql`p.site_id = any (${sitesBelow(match.siteId)})`;
  switch (match.field) {
    case 'identifier':
      return sql`${people} where ${isHere} and p.identifier = n.name`;
    case 'username':
      return sql`${people} where ${isHere} and p.username = n.name`;
    case 'email':
      // In two parts, each of which an index knows.
      return sql`${people}
        where p.root_id = (select root_id from site where id = ${match.siteId}) and p.email_key = n.email_key
          and p.status = 'active' and ${isHere}
        union all
        ${people} where ${isHere} and p.email_key = n.email_key and p.status = 'archived'`;
    default:
      return sql`${people} join person_unique_value v on v.person_id = p.id
        where v.field_id = any (${fieldsNamed(match)}) and v.value = n.name and ${isHere}
        union all
        ${people} join person_unique_value v on v.person_id = p.id
        where v.field_id = any (${fieldsNamed(match, 'number')}) and v.value = n.number and n.number <> n.name and ${isHere}`;
  }
}

/**
 * The sites of the active people whom each of these names means: more than one where it is not clear who is meant. Names
 * that mean nobody are left out.
 */
export async function findMeantSites(
  db: Database,
  match: PhotoMatch,
  names: readonly string[],
): Promise<Map<string, number[]>> {
  const rows = await db.execute<{ name: string; siteIds: number[] }>(sql`
    with named as materialized (
      select place::int as row_number, name from unnest(${sql.param([...names])}::text[]) with ordinality as n (name, place)
    )
    select n.name, array_agg(m.site_id order by m.site_id) as "siteIds"
    from (${meantPeople(match)}) as m join named n on n.row_number = m.row_number
    where m.status = 'active'
    group by n.name`);
  return new Map([...rows].map(({ name, siteIds }) => [name, siteIds]));
}
