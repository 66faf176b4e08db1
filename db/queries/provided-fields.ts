// Fields that a preset brings along: made for an organisation once a file has a column for them.
import { sql } from 'drizzle-orm';
import type { ProvidedField } from '../../domain/preset.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { Database } from '../client.ts';

/**
 * Sees to it that a field of each name holds at the site. One that does is used as it is, whatever its type. Else the
 * field is made for the whole organisation; where sites beside this one have one of that name, for this site and those
 * below it. Refuses with `conflict` where only sites below have one, for a field's name is unique from the root down.
 * Safe to repeat.
 */
export async function ensureProvidedFields(
  db: Database,
  { rootId, siteId }: { rootId: number; siteId: number },
  fields: readonly { name: string; field: ProvidedField }[],
): Promise<void> {
  if (fields.length === 0) return;
  const wanted = JSON.stringify(fields.map(({ name, field }) => ({ name, ...field })));
  await db.execute(sql`
    insert into field_definition (site_id, name, label, type, is_unique, pattern, choices)
    select case when exists (
        select from field_definition f join site o on o.id = f.site_id where f.name = w.name and o.root_id = ${rootId}
      ) then s.id else ${rootId} end,
      w.name, w.label, w.type, w.unique, w.pattern, w.choices
    from site s,
      jsonb_to_recordset(${wanted}::jsonb) as w (name text, label text, type text, "unique" boolean, pattern text, choices text[])
    where s.id = ${siteId} and not exists (
      select from field_definition f join site o on o.id = f.site_id
      where f.name = w.name and (o.id = any (s.path) or s.id = any (o.path))
    )
    on conflict (site_id, name) do nothing
  `);
  const lacking = await db.execute<{ name: string }>(sql`
    select w.name from site s, jsonb_to_recordset(${wanted}::jsonb) as w (name text)
    where s.id = ${siteId} and not exists (
      select from field_definition f where f.name = w.name and f.site_id = any (s.path)
    )
    order by w.name
  `);
  if (lacking.length === 0) return;
  const names = [...lacking].map(({ name }) => name).join(', ');
  throw new Refusal(
    'conflict',
    `The file has columns for fields that only sites below site ${siteId} have: ${names}. Run it at such a site, or map these columns to none.`,
  );
}
