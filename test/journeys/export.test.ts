// An export is a file like any other: uploaded as it is it changes nobody, and one edited cell is one update.
import { parse } from 'csv-parse/sync';
import { sql } from 'drizzle-orm';
import { beforeAll, expect, test } from 'vitest';
import { BYTE_ORDER_MARK, csvLine } from '../../adapters/csv/print.ts';
import { exportedPeople, exportHeader } from '../../api/people-export.ts';
import { exportQueryFrom, fieldsOfSites } from '../../api/people-query.ts';
import { peopleQuery } from '../../api/query.ts';
import { insertFieldDefinition } from '../../db/queries/field-definitions.ts';
import type { FieldType } from '../../domain/field-definition.ts';
import { useEngine } from '../support/engine.ts';
import { addPerson, addSite, archive } from '../support/people.ts';
import { makeOrganisation, type TestOrganisation } from '../support/runs.ts';

const engine = useEngine();

let organisation: TestOrganisation;
/** A run over the whole organisation. */
let whole: TestOrganisation;
let other: number;

/** Values that a spreadsheet would run, that look like something else, or that a careless program changes. */
const TRICKY = [
  '=HYPERLINK("http://example.org")',
  '+49 (0)30',
  '-1+1',
  '@home',
  "'quoted",
  "'=already guarded",
  '"=quoted"',
  '0815',
  '1e5',
  '2026-03-04',
  'TRUE',
  'Straße, "Haus" 5',
  'zwei\nZeilen',
  'Ångström Ünïcode 😀',
  '＝full-width',
];

async function addField(name: string, type: FieldType, more: object = {}) {
  const field = { siteId: organisation.rootId, name, label: name, type, required: false, unique: false };
  await insertFieldDefinition(engine.db, { ...field, pattern: null, choices: null, ...more });
}

beforeAll(async () => {
  const { db } = engine;
  organisation = await makeOrganisation(db);
  const { rootId, siteId } = organisation;
  whole = { ...organisation, siteId: rootId };
  other = await addSite(db, rootId, rootId + 2);
  await addField('born', 'date');
  await addField('resident', 'boolean');
  await addField('share', 'number');
  await addField('faculty', 'choice', { choices: ['Law', 'Müsik'] });
  await addField('locker', 'text', { siteId: other });
  for (const [i, programme] of TRICKY.entries())
    await addPerson(db, siteId, `00${i}`, {
      username: `u${i}`,
      firstName: i % 2 ? 'Zoë' : '=Zoë',
      lastName: `O'Brien ${i}`,
      displayName: i % 3 ? null : `@${programme}`,
      fields: {
        programme,
        badge: `0${i}`,
        entry_year: 2000 + i,
        born: '1999-12-31',
        resident: i % 2 === 0,
        share: [0.0000001, -12.5, 123456789012345, 0][i % 4] as number,
        faculty: 'Müsik',
      },
    });
  const boss = await addPerson(db, other, '-42', { email: 'Boss@Example.org', fields: { locker: '007' } });
  await addPerson(db, rootId, '1', { email: "o'brien+x@exämple.org" });
  // Archived and restored without its email, as it were.
  await db.execute(
    sql`update person set email = null, email_key = null where site_id = ${siteId} and identifier = '000'`,
  );
  const [unit] = await db.execute<{ id: number }>(sql`
    insert into org_unit (site_id, name) values (${rootId}, 'Library; main, = all') returning id`);
  await db.execute(sql`
    update person set org_unit_id = ${unit?.id ?? 0}, supervisor_id = ${boss.id}
    where site_id = ${siteId} and identifier in ('001', '002')`);
  const gone = await addPerson(db, other, 'archived');
  await archive(db, gone.id);
});

async function exported(given: object = {}): Promise<string> {
  const siteIds = [organisation.rootId];
  const definitions = await fieldsOfSites(engine.db, siteIds);
  const query = exportQueryFrom(peopleQuery.parse(given), siteIds, definitions);
  let text = BYTE_ORDER_MARK + csvLine(exportHeader(definitions, 'all'));
  for await (const batch of exportedPeople(engine.db, query, definitions, 'all'))
    text += batch.map((cells) => csvLine(cells)).join('');
  return text;
}

const rowsOf = (text: string): Record<string, string>[] => parse(text, { bom: true, columns: true });

/** Everything that is known of everybody, but when it was written. */
async function everybody() {
  const rows = await engine.db.execute(sql`
    select to_jsonb(p) - 'updated_at' as person from person p where root_id = ${organisation.rootId} order by id`);
  return [...rows];
}

test('uploaded as it is, an export of all sites leaves everybody as they are', async () => {
  const text = await exported();
  const rows = rowsOf(text);
  expect(rows).toHaveLength(TRICKY.length + 3);
  expect(Object.keys(rows[0] ?? {})).toEqual(
    'account_id,identifier,email,username,first_name,last_name,status,programme,entry_year,badge,born,resident,share,faculty,locker,display_name,org_unit,manager_email'.split(
      ',',
    ),
  );
  expect(new Set(rows.map((row) => row['account_id'])).size).toBe(3);
  const before = await everybody();
  const { counts } = await engine.run(whole, text);
  expect(counts).toMatchObject({ unchanged: rows.length, total: rows.length });
  expect(await everybody()).toEqual(before);
});

test('nothing in it is run by a spreadsheet, and numbers stand in plain digits', async () => {
  const rows = rowsOf(await exported());
  const cells = rows.flatMap((row) => Object.values(row));
  expect(cells.filter((cell) => /^[=@]/.test(cell))).toEqual([]);
  expect(rows.find((row) => row['identifier'] === '000')).toMatchObject({
    email: '',
    first_name: "'=Zoë",
    share: '0.0000001',
    resident: 'true',
    born: '1999-12-31',
    badge: '00',
  });
});

test.each([
  ['last_name', "O'Brien 3", 'Øst'],
  ['programme', "'-1+1", '0042'],
  ['entry_year', '2005', '1999'],
  ['born', '1999-12-31', '31.1.2001'],
  ['resident', 'false', 'yes'],
  ['share', '-12.5', '12,25'],
  ['faculty', 'Müsik', 'law'],
  ['locker', '007', '0070'],
  ['email', 'Boss@Example.org', 'boss2@example.org'],
  ['org_unit', '', 'Library; main, = all'],
  ['display_name', '', 'Named'],
])('one edited cell of %s is one update, of that alone', async (column, from, to) => {
  const rows = rowsOf(await exported());
  const edited = rows.find((row) => row[column] === from && row['identifier'] !== 'admin');
  if (!edited) throw new Error(`no cell of ${column} is ${from}`);
  edited[column] = to;
  const header = Object.keys(rows[0] ?? {});
  // The cells are as they stood in the file, guards and all: written as a spreadsheet does.
  const line = (cells: string[]) => `${cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(';')}\r\n`;
  const text = line(header) + rows.map((row) => line(header.map((name) => row[name] ?? ''))).join('');
  const before = await everybody();
  const { counts, id } = await engine.run(whole, text);
  expect(counts).toMatchObject({ updated: 1, unchanged: rows.length - 1, total: rows.length });
  const history = await engine.db.execute<{ after: Record<string, unknown> }>(sql`
    select after from person_history where bulk_action_id = ${id}`);
  expect(history).toHaveLength(1);
  const after = await everybody();
  expect(
    after.filter((person, place) => JSON.stringify(person) !== JSON.stringify(before[place])),
  ).toHaveLength(1);
});

test('of all people leaves out those whom nothing names, and has the archived ones', async () => {
  const { siteId, rootId } = organisation;
  await engine.db.execute(sql`
    insert into person (site_id, root_id, status) values (${siteId}, ${rootId}, 'anonymized')`);
  const rows = rowsOf(await exported({ status: 'all' }));
  expect(rows.filter((row) => row['identifier'] === '')).toEqual([]);
  expect(rows.filter((row) => row['status'] === 'archived').map((row) => row['identifier'])).toEqual([
    'archived',
  ]);
});

test('filters hold together, with the columns of the export', async () => {
  const rows = rowsOf(await exported({ filter: ['faculty=Müsik', 'last_name~brien 1'] }));
  expect(rows.map((row) => row['last_name']).sort()).toEqual(
    ["O'Brien 1", ...[0, 1, 2, 3, 4].map((n) => `O'Brien 1${n}`)].sort(),
  );
});
