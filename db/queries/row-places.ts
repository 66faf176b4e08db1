// What holds on the sites that the rows of a file may name: their fields, and the domains of their emails.
import { sql } from 'drizzle-orm';
import type { PlacedDefinition, RowPlaces } from '../../domain/rows/places.ts';
import type { Database } from '../client.ts';

/** The site itself and those below it, with what holds there. */
export async function getRowPlaces(db: Database, siteId: number): Promise<RowPlaces> {
  const [definitions, sites] = await Promise.all([
    db.execute<PlacedDefinition>(sql`
      select f.id::text as id, f.site_id as "siteId", f.name, f.label, f.type, f.is_required as required,
        f.is_unique as unique, f.pattern, f.choices,
        case when f.site_id <> all (s.path)
          then array(select b.id from site b where b.path @> array[f.site_id] order by b.id) end as "siteIds"
      from site s
      join site o on o.id = any (s.path) or o.path @> array[s.id]
      join field_definition f on f.site_id = o.id
      where s.id = ${siteId}
      order by f.id
    `),
    db.execute<{ id: number; domains: string[] | null }>(sql`
      select b.id, (
        select a.mail_domains from site a where a.id = any (b.path) and a.mail_domains is not null
        order by cardinality(a.path) desc limit 1
      ) as domains
      from site b where b.path @> array[${siteId}::int]
    `),
  ]);
  return {
    siteId,
    siteIds: new Set([...sites].map(({ id }) => id)),
    definitions: [...definitions],
    mailDomains: new Map([...sites].flatMap(({ id, domains }) => (domains ? [[id, domains]] : []))),
  };
}
