// How admins want the console: kept for all of their browsers.
import { sql } from 'drizzle-orm';
import type { Database } from '../client.ts';

export type ProfileRow = {
  language: 'en' | 'de' | null;
  colorScheme: 'light' | 'dark' | null;
  hasSingleKeys: boolean;
};

const columns = sql`language, color_scheme as "colorScheme", has_single_keys as "hasSingleKeys"`;

/** Undefined where the admin has never said anything. */
export async function findProfile(db: Database, personId: number): Promise<ProfileRow | undefined> {
  const [found] = await db.execute<ProfileRow>(
    sql`select ${columns} from admin_profile where person_id = ${personId}`,
  );
  return found;
}

/** Changes what is given and leaves the rest. */
export async function saveProfile(
  db: Database,
  personId: number,
  { language, colorScheme, hasSingleKeys }: { [Name in keyof ProfileRow]?: ProfileRow[Name] | undefined },
): Promise<ProfileRow> {
  const kept = (value: unknown, column: string) =>
    value === undefined ? sql.raw(`p.${column}`) : sql`${value}`;
  const [saved] = await db.execute<ProfileRow>(sql`
    insert into admin_profile as p (person_id, language, color_scheme, has_single_keys)
    values (${personId}, ${language ?? null}, ${colorScheme ?? null}, ${hasSingleKeys ?? true})
    on conflict (person_id) do update set
      language = ${kept(language, 'language')},
      color_scheme = ${kept(colorScheme, 'color_scheme')},
      has_single_keys = ${kept(hasSingleKeys, 'has_single_keys')},
      updated_at = now()
    returning ${columns}`);
  if (!saved) throw new Error('a profile was not saved');
  return saved;
}

/** The names of the roles that a person holds, each once, those of the widest reach first. */
export async function listRoleNames(db: Database, personId: number): Promise<string[]> {
  const rows = await db.execute<{ name: string }>(sql`
    select r.name from role_assignment a join role r on r.id = a.role_id
    where a.person_id = ${personId} and cardinality(r.permissions) > 0
    group by r.name order by max(cardinality(r.permissions)) desc, r.name`);
  return rows.map(({ name }) => name);
}
