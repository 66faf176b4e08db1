// The fields that sites define for their people: listed, made, changed and removed, and the values that people have.
import { asc, eq, sql } from 'drizzle-orm';
import { assertNever } from '../../domain/assert-never.ts';
import { type FieldDefinition, type FieldType, UNIQUE_LENGTH_MAX } from '../../domain/field-definition.ts';
import { Refusal } from '../../domain/refusal.ts';
import { counted } from '../../domain/words.ts';
import type { Database } from '../client.ts';
import { fieldDefinition } from '../schema/field-definitions.ts';
import { site } from '../schema/sites.ts';
import type { Holder } from './people.ts';

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

/** The field of this id, or undefined. */
export async function findFieldDefinition(db: Database, id: number): Promise<FieldDefinition | undefined> {
  const [found] = await db.select().from(fieldDefinition).where(eq(fieldDefinition.id, id));
  return found && toDomain(found);
}

/** What may change of a field. Its name stays: people's values are kept under it. */
export type FieldChange = Partial<
  Pick<FieldDefinition, 'label' | 'type' | 'required' | 'unique' | 'pattern' | 'choices'>
>;

/** What became of a change: `locked` is held up by a run. The rest is the reason why it can't be. */
type FieldOutcome =
  | { kind: 'changed' | 'removed' | 'missing' }
  | { kind: 'locked'; holder: string; since: string }
  | { kind: 'in-use' | 'too-long'; people: number }
  | { kind: 'clashing'; values: number; people: number }
  | { kind: 'awaited'; run: string };

/**
 * Changes a field, and no value of anybody. Gives the run that holds one of its sites, if any: then nothing is changed.
 * Refuses with `conflict` another type where people have values, and uniqueness where several have the same one.
 */
export async function changeFieldDefinition(
  db: Database,
  id: number,
  change: FieldChange,
): Promise<Holder | undefined> {
  const { required, unique, ...rest } = change;
  const given = {
    ...rest,
    ...(required !== undefined && { is_required: required }),
    ...(unique !== undefined && { is_unique: unique }),
  };
  return settled(
    await db.execute<{ outcome: FieldOutcome }>(
      sql`select change_field(${id}, ${JSON.stringify(given)}::jsonb, ${UNIQUE_LENGTH_MAX}) as outcome`,
    ),
  );
}

/** Removes a field of which nobody has a value; else refuses with `conflict`, saying how many do. Gives a holder as above. */
export async function deleteFieldDefinition(db: Database, id: number): Promise<Holder | undefined> {
  return settled(await db.execute<{ outcome: FieldOutcome }>(sql`select remove_field(${id}) as outcome`));
}

function settled([row]: readonly { outcome: FieldOutcome }[]): Holder | undefined {
  if (!row) throw new Error('a field’s change had no outcome');
  const { outcome } = row;
  switch (outcome.kind) {
    case 'changed':
    case 'removed':
      return undefined;
    case 'locked':
      return { bulkActionId: outcome.holder, since: new Date(outcome.since) };
    case 'missing':
      throw new Refusal('missing', 'There is no such field any more.');
    case 'in-use':
      throw inUse(outcome.people);
    case 'too-long':
      throw new Refusal(
        'conflict',
        `${counted(outcome.people, 'person has', 'people have')} a value of more than ${UNIQUE_LENGTH_MAX} characters here, which can’t be kept unique. Shorten it first.`,
        { people: outcome.people },
      );
    case 'clashing':
      throw clashing(outcome);
    case 'awaited':
      throw new Refusal(
        'conflict',
        `Run ${outcome.run} has not ended, and may bring values of the present type. Wait until it has, or cancel it.`,
      );
    default:
      return assertNever(outcome);
  }
}

const inUse = (people: number) =>
  new Refusal(
    'conflict',
    `${counted(people, 'person has', 'people have')} a value in this field, archived ones counted. Clear it first, or add another field.`,
    { people },
  );

const clashing = ({ values, people }: { values: number; people: number }) =>
  new Refusal(
    'conflict',
    `${counted(values, 'value is', 'values are')} held by several people (${counted(people, 'person', 'people')} in all, archived ones counted), so the field can’t be unique. Make them differ first.`,
    { values, people },
  );

/** How many active people have no value for a field, of those of the sites where it holds. */
export async function countWithoutValue(
  db: Database,
  { siteId, name }: Pick<FieldDefinition, 'siteId' | 'name'>,
): Promise<number> {
  const [row] = await db.execute<{ people: number }>(sql`
    select count(*)::int as people from person p
    where p.status = 'active' and not p.fields ? ${name}
      and p.site_id in (select s.id from site s where s.path @> array[${siteId}::int])`);
  return row?.people ?? 0;
}

/** Each value of a field as text, with how many active people have it, in batches. */
export const streamValues = (
  db: Database,
  { siteId, name }: Pick<FieldDefinition, 'siteId' | 'name'>,
): AsyncIterable<{ value: string; people: number }[]> =>
  db.stream<{ value: string; people: number }>(sql`
    select p.fields ->> ${name} as value, count(*)::int as people from person p
    where p.status = 'active' and p.fields ? ${name}
      and p.site_id in (select s.id from site s where s.path @> array[${siteId}::int])
    group by 1`);

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
