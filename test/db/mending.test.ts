// Cells of a plan that are mended: read by the rules of the file, planned anew, asked about anew, and noted in the results.
import { sql } from 'drizzle-orm';
import { beforeEach, expect, test } from 'vitest';
import { listAlike, mend } from '../../api/mending.ts';
import { keptRowNumbers } from '../../api/row-numbers.ts';
import { type BulkActionRow, getBulkAction } from '../../db/queries/bulk-actions.ts';
import { recordConsent } from '../../db/queries/consents.ts';
import { listUnheardMendings } from '../../db/queries/mending.ts';
import { openResults } from '../../db/queries/result-rows.ts';
import { type ResultRow, resultCells, resultHeader } from '../../domain/result.ts';
import { PERMISSIONS } from '../../domain/rights.ts';
import { useEngine } from '../support/engine.ts';
import { addPerson } from '../support/people.ts';
import { listOutcomes, listPeople, makeOrganisation, type TestOrganisation } from '../support/runs.ts';

const engine = useEngine();
let organisation: TestOrganisation;

beforeEach(async () => {
  organisation = await makeOrganisation(engine.db);
  await engine.db.execute(
    sql`update site set mail_domains = '{northfield.edu}' where id = ${organisation.siteId}`,
  );
});

const FILE = [
  'identifier,email,first_name',
  'a,ann@northfeild.edu,Ann',
  'b,bob@northfeild.edu,Bob',
  'c,cid@elsewhere.example,Cid',
  'd,dot@northfield.edu,Dot',
  'd,dot@northfield.edu,Dot',
  '',
].join('\n');

const runOf = async (id: string): Promise<BulkActionRow> => (await getBulkAction(engine.db, id)).run;
const means = () => ({ db: engine.db, rowNumbers: keptRowNumbers(engine.db) });
const admin = (personId = organisation.adminId) => ({
  personId,
  rootId: organisation.rootId,
  name: 'Ada Admin',
  email: null,
  grants: [{ siteId: organisation.rootId, permissions: [...PERMISSIONS] }],
  scopes: null,
});
const DOMAIN = { field: 'email', code: 'domain-not-allowed' } as const;

async function stagedRun(file = FILE): Promise<string> {
  const id = await engine.stage(organisation, file, { isDryRun: true });
  await engine.check(id, null);
  return id;
}

test('all cells like one are mended at once, and the plan is asked about anew', async () => {
  const id = await stagedRun();
  expect(await listAlike(means(), await runOf(id), DOMAIN)).toHaveLength(3);
  const asked = { round: 1, like: { row: 2, ...DOMAIN, value: 'ann@northfield.edu' } };
  await mend(means(), admin(), await runOf(id), asked);
  expect(await runOf(id)).toMatchObject({ state: 'checking', ask: null, askRound: 1 });
  expect(await listUnheardMendings(engine.db)).toEqual([{ id, round: 1 }]);
  // The same request again, for its answer was lost.
  await mend(means(), admin(), await runOf(id), asked);
  // Nobody agrees to what is just being planned anew.
  const answer = { what: 'confirmed', round: 1, byPersonId: organisation.adminId } as const;
  await expect(recordConsent(engine.db, id, answer, 60)).rejects.toMatchObject({ code: 'conflict' });

  const again = await engine.check(id, null);
  expect(again.waiting).toMatchObject({ state: 'awaiting-confirmation', round: 2 });
  expect((await runOf(id)).ask).toMatchObject({ why: ['dry-run'], grown: 0, shrunk: 0 });
  expect((await runOf(id)).planned).toMatchObject({ created: 3, rejected: 1, skipped: 1 });
  expect(await listUnheardMendings(engine.db)).toEqual([]);

  const { columns, rows, hasMended, ...telling } = await openResults(engine.db, await runOf(id));
  const batch: ResultRow[] = [];
  for await (const part of rows) batch.push(...part);
  expect(resultHeader(columns, { hasMended }).at(-1)).toBe('muster_mended');
  expect(
    batch.map((row) => resultCells(row, { ...telling, columns, hasMended, language: 'en' }).at(-1)),
  ).toEqual(['{"email":"ann@northfeild.edu"}', '{"email":"bob@northfeild.edu"}', '', '', '']);

  await recordConsent(engine.db, id, { ...answer, round: 2 }, 60);
  await engine.apply(await engine.check(id, await engine.lock(id)));
  await engine.end(id);
  expect((await listPeople(engine.db, organisation.siteId)).map(({ email }) => email)).toEqual([
    'ann@northfield.edu',
    'bob@northfield.edu',
    'dot@northfield.edu',
  ]);

  // What the file had goes with the person.
  await engine.run(organisation, 'identifier\na\n', { action: 'archive' });
  await engine.run(organisation, 'identifier\na\n', { action: 'anonymize' });
  const kept = await engine.db.execute(sql`
    select row_number::int as row from bulk_row where bulk_action_id = ${id} and mended is not null`);
  expect([...kept]).toEqual([{ row: 3 }]);
});

test('what the file had of somebody else before it was mended goes with them, and the row stays as it is', async () => {
  await engine.run(organisation, 'identifier,email\nz,zed@northfield.edu\n');
  const id = await stagedRun('identifier,email,first_name\nb,Zed@northfield.edu,Bob\n');
  const cells = [{ row: 2, field: 'email', value: 'bob@northfield.edu' }];
  await mend(means(), admin(), await runOf(id), { round: 1, cells });
  await engine.check(id, null);
  const answer = { what: 'confirmed', round: 2, byPersonId: organisation.adminId } as const;
  await recordConsent(engine.db, id, answer, 60);
  await engine.apply(await engine.check(id, await engine.lock(id)));
  await engine.end(id);
  const row = async () => {
    const [found] = await engine.db.execute(
      sql`select cells, mended from bulk_row where bulk_action_id = ${id}`,
    );
    return found;
  };
  const kept = ['b', 'bob@northfield.edu', 'Bob'];
  expect(await row()).toEqual({ cells: kept, mended: { 1: 'Zed@northfield.edu' } });
  await engine.run(organisation, 'identifier\nz\n', { action: 'archive' });
  await engine.run(organisation, 'identifier\nz\n', { action: 'anonymize' });
  expect(await row()).toEqual({ cells: kept, mended: null });
});

test('a check that was killed after the mending plans it when it is tried again', async () => {
  const id = await stagedRun();
  await mend(means(), admin(), await runOf(id), {
    round: 1,
    cells: [{ row: 6, field: 'identifier', value: 'e' }],
  });
  // As a check leaves it that has taken the old plan back and was killed before the new one was whole.
  await engine.db.execute(sql`update bulk_action set checked_at = null where id = ${id}`);
  await engine.db.execute(sql`delete from bulk_plan where bulk_action_id = ${id} and row_number <> 3`);
  await engine.check(id, null);
  expect((await runOf(id)).planned).toMatchObject({ total: 5 });
  expect((await runOf(id)).askRound).toBe(2);
});

test('a row that said the same as another says something else once it is mended', async () => {
  const id = await stagedRun();
  expect((await listOutcomes(engine.db, id))[4]?.outcome).toBe('skipped');
  await mend(means(), admin(), await runOf(id), {
    round: 1,
    cells: [
      { row: 6, field: 'identifier', value: 'e' },
      { row: 6, field: 'email', value: 'eve@northfield.edu' },
    ],
  });
  await engine.check(id, null);
  expect((await runOf(id)).planned).toMatchObject({ created: 2, rejected: 3, skipped: 0 });
});

test('a plan that another round asks about, somebody else’s run and a row of passwords are not mended', async () => {
  const id = await stagedRun();
  const cells = [{ row: 2, field: 'email', value: 'ann@northfield.edu' }];
  await expect(mend(means(), admin(), await runOf(id), { round: 2, cells })).rejects.toMatchObject({
    code: 'conflict',
  });
  const { id: other } = await addPerson(engine.db, organisation.siteId, 'other');
  await expect(mend(means(), admin(other), await runOf(id), { round: 1, cells })).rejects.toMatchObject({
    code: 'forbidden',
  });
  const secret = await stagedRun(
    'identifier,email,password\na,ann@elsewhere.example,Correct horse 7 staple\n',
  );
  await expect(mend(means(), admin(), await runOf(secret), { round: 1, cells })).rejects.toMatchObject({
    code: 'conflict',
  });
  const answer = { what: 'confirmed', round: 1, byPersonId: organisation.adminId } as const;
  await recordConsent(engine.db, id, answer, 60);
  await expect(mend(means(), admin(), await runOf(id), { round: 1, cells })).rejects.toMatchObject({
    code: 'conflict',
  });
});
