// Where a field is used: the people who have a value, and the saved presets and sources whose mapping names it.
import { sql } from 'drizzle-orm';
import type { FieldDefinition } from '../../domain/field-definition.ts';
import type { Database } from '../client.ts';

export type FieldUsageRow = {
  people: number;
  withoutValue: number;
  sites: number;
  presets: string[];
  sources: { id: number; name: string }[];
};

/** Of all sites where the field holds: its own and those below. People are counted by going through them. */
export async function findFieldUsage(
  db: Database,
  { siteId, name }: Pick<FieldDefinition, 'siteId' | 'name'>,
): Promise<FieldUsageRow> {
  const [row] = await db.execute<FieldUsageRow>(sql`
    with here as materialized (select s.id from site s where s.path @> array[${siteId}::int]),
    presets as materialized (
      select distinct p.name from saved_preset p
      where p.site_id in (select id from here) and p.options -> 'mapping' ? ${name}
    )
    select counted.*,
      (select count(*)::int from here) as sites,
      coalesce((select json_agg(name order by name) from presets), '[]') as presets,
      coalesce((
        select json_agg(json_build_object('id', s.id, 'name', s.name) order by s.name) from source s
        where s.site_id in (select id from here) and exists (
          select from jsonb_array_elements(s.parts) as part
          where part -> 'options' -> 'mapping' ? ${name} or part ->> 'preset' in (select name from presets))
      ), '[]') as sources
    from (
      select count(*) filter (where p.fields ? ${name})::int as people,
        count(*) filter (where p.status = 'active' and not p.fields ? ${name})::int as "withoutValue"
      from person p where p.site_id in (select id from here)
    ) as counted`);
  if (!row) throw new Error('a count gave no row');
  return row;
}
