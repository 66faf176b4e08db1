// The fields that sites define for their people.
import { asc, eq, sql } from 'drizzle-orm';
import type { FieldDefinition, FieldType } from '../../domain/field-definition.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { Database } from '../client.ts';
import { fieldDefinition } from '../schema/field-definitions.ts';
import { site } from '../schema/sites.ts';

export type NewFieldDefinition = {
  siteId: number;
  name: string;
  /** Shown to people; the name where it is left out. */
  label?: string | undefined;
  type: FieldType;
  required?: boolean;
  unique?: boolean;
  pattern?: string | null;
  choices?: readonly string[] | null;
};

/** The fields that hold at a site: its own and those of the sites above it, in the order in which they were made. */
export async function listFieldDefinitions(db: Database, siteId: number): Promise<FieldDefinition[]> {
  const rows = await db
    .select({ definition: fieldDefinition })
    .from(site)
    .innerJoin(fieldDefinition, sql`${fieldDefinition.siteId} = any(${site.path})`)
    .where(eq(site.id, siteId))
    .orderBy(asc(fieldDefinition.id));
  return rows.map(({ definition }) => toDomain(definition));
}

/**
 * Adds a field to a site. Called again with the same values it gives the same field; refuses with `conflict` where
 * the name is taken on the site, above it or below it.
 */
export async function insertFieldDefinition(
  db: Database,
  wanted: NewFieldDefinition,
): Promise<FieldDefinition> {
  const choices = wanted.choices ? [...wanted.choices] : null;
  await db.execute(sql`
    insert into field_definition (site_id, name, label, type, is_required, is_unique, pattern, choices)
    select s.id, ${wanted.name}, ${wanted.label ?? wanted.name}, ${wanted.type}, ${wanted.required ?? false},
      ${wanted.unique ?? false}, ${wanted.pattern ?? null}, ${sql.param(choices)}::text[]
    from site s
    where s.id = ${wanted.siteId} and not exists (
      select from field_definition f join site o on o.id = f.site_id
      where f.name = ${wanted.name} and (o.id = any(s.path) or s.id = any(o.path))
    )
    on conflict (site_id, name) do nothing`);
  const found = (await listFieldDefinitions(db, wanted.siteId)).find(({ name }) => name === wanted.name);
  if (!found || !isSame(found, wanted))
    throw new Refusal(
      'conflict',
      `A field ${wanted.name} exists already on site ${wanted.siteId}, above it or below it. Choose another name.`,
    );
  return found;
}

const isSame = (found: FieldDefinition, wanted: NewFieldDefinition): boolean =>
  found.siteId === wanted.siteId &&
  found.label === (wanted.label ?? wanted.name) &&
  found.type === wanted.type &&
  found.required === (wanted.required ?? false) &&
  found.unique === (wanted.unique ?? false) &&
  found.pattern === (wanted.pattern ?? null) &&
  JSON.stringify(found.choices) === JSON.stringify(wanted.choices ?? null);

const toDomain = (row: typeof fieldDefinition.$inferSelect): FieldDefinition => ({
  id: String(row.id),
  siteId: row.siteId,
  name: row.name,
  label: row.label,
  type: row.type,
  required: row.isRequired,
  unique: row.isUnique,
  pattern: row.pattern,
  choices: row.choices,
});
