// Every column of the database is known for what it may tell: the page that says so and the schema are held equal.
import { readFileSync } from 'node:fs';
import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { useDatabase } from '../support/database.ts';

const database = useDatabase();

const PAGE = 'docs/anonymize.md';

/** The columns that the page names, as `table.column`: those of its tables, and those that it names in full. */
function namedColumns(): string[] {
  const [, homes = ''] = readFileSync(new URL(`../../${PAGE}`, import.meta.url), 'utf8').split(
    '## Homes of personal data',
  );
  const ofTables = [...homes.matchAll(/^\| (\w+) \|(.*`.*)\|$/gm)].flatMap(([, table, cells = '']) =>
    [...cells.matchAll(/`(\w+)`/g)].map(([, column]) => `${table}.${column}`),
  );
  const inFull = [...homes.matchAll(/`(\w+\.\w+)`/g)]
    .map(([, name = '']) => name)
    .filter((name) => !name.endsWith('.json'));
  return [...ofTables, ...inFull].sort();
}

test(`${PAGE} says of every column what it may tell of a person, and what becomes of it`, async () => {
  const columns = await database.db.execute<{ name: string }>(sql`
    select table_name || '.' || column_name as name from information_schema.columns
    where table_schema = 'public' order by table_name collate "C", column_name collate "C"`);
  expect(namedColumns()).toEqual([...columns].map(({ name }) => name).sort());
});
