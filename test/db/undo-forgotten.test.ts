// Undos that are stopped before they are checked: their rows hold nothing of people who were forgotten meanwhile.
import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { abandonOpenRows } from '../../db/queries/runs.ts';
import { useSmallFiles } from '../support/small-files.ts';
import { insertUndo } from '../support/undos.ts';

const site = useSmallFiles();

const run = (lines: readonly string[]) => site.engine.run(site.organisation, lines.join('\n'));

test.each([
  ['anonymized', ['archive,a', 'anonymize,a']],
  ['deleted', ['delete,a']],
])('nothing of who was %s, and all of who is there', async (_, removal) => {
  for (const name of ['a', 'b']) await site.add(name, { firstName: `Qxvorname-${name}` });
  const { id } = await run(['identifier,first_name', 'a,Eve', 'b,Eve']);
  const undoId = await insertUndo(site.engine.db, site.organisation, id);
  await site.engine.stageRun(undoId);
  await run(['action,identifier', ...removal]);
  await abandonOpenRows(site.engine.db, undoId);
  const rows = await site.engine.db.execute<Record<string, unknown>>(
    sql`select * from bulk_row where bulk_action_id = ${undoId} order by row_number`,
  );
  const held = [...rows].map((row) => Object.keys(row).filter((name) => row[name] !== null));
  expect(held[0]?.sort()).toEqual(['bulk_action_id', 'person_id', 'row_number', 'site_id']);
  expect(held[1]).toEqual(expect.arrayContaining(['cells', 'first_name']));
  const [plan] = await site.engine.db.execute(sql`
    select count(*)::int as rows from bulk_plan where bulk_action_id = ${undoId} and outcome = 'not-processed'`);
  expect(plan).toEqual({ rows: 2 });
});
