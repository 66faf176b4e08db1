// Runs over a selection of people without Temporal: who goes and who comes back, and why somebody stays.
import { sql } from 'drizzle-orm';
import { beforeEach, expect, test } from 'vitest';
import type { Selection } from '../../domain/selection.ts';
import { useEngine } from '../support/engine.ts';
import { addPerson, addSite, archive } from '../support/people.ts';
import { listOutcomes, makeOrganisation, type TestOrganisation } from '../support/runs.ts';
import { insertSelectionRun, type SelectionRequest } from '../support/selections.ts';

const engine = useEngine({ chunkRows: 2, batchChunks: 2 });
let organisation: TestOrganisation;
const ids: Record<string, number> = {};

beforeEach(async () => {
  const { db } = engine;
  organisation = await makeOrganisation(db);
  const { rootId, siteId } = organisation;
  const south = await addSite(db, rootId, rootId + 2);
  for (const name of ['ann', 'ben', 'cat']) ids[name] = (await addPerson(db, siteId, name)).id;
  ids['dan'] = (await addPerson(db, south, 'dan')).id;
  await archive(db, ids['cat'] ?? 0);
});

/** Does it to a selection from beginning to end. Gives what became of its rows, in their order. */
async function run(
  action: SelectionRequest['action'] & string,
  selection: Selection,
  at = organisation.rootId,
): Promise<string[]> {
  const id = await insertSelectionRun(engine.db, organisation, selection, { kind: 'people', action, at });
  await engine.stageRun(id);
  await engine.apply(await engine.check(id, await engine.lock(id)));
  await engine.end(id);
  return (await listOutcomes(engine.db, id)).map(({ outcome, reasons }) =>
    [outcome, ...reasons.map(({ code }) => code)].join(' '),
  );
}

const statuses = async () => {
  const rows = await engine.db.execute<{ line: string }>(sql`
    select coalesce(identifier, '-') || ' ' || status as line from person
    where root_id = ${organisation.rootId} and identifier is distinct from 'admin' order by id`);
  return [...rows].map(({ line }) => line);
};

test('archives and restores whom it names, at every site below, and leaves alone who is so already', async () => {
  const selection = { personIds: [ids['ann'] ?? 0, ids['cat'] ?? 0, ids['dan'] ?? 0] };
  expect(await run('archive', selection)).toEqual(['archived', 'unchanged already-archived', 'archived']);
  expect(await statuses()).toEqual(['ann archived', 'ben active', 'cat archived', 'dan archived']);
  expect(await run('restore', { status: 'archived', exceptIds: [ids['cat'] ?? 0] })).toEqual([
    'restored',
    'restored',
  ]);
  expect(await statuses()).toEqual(['ann active', 'ben active', 'cat archived', 'dan active']);
});

test('anonymizes the archived alone, deletes anybody, and never who began it', async () => {
  const both = { personIds: [ids['ann'] ?? 0, ids['cat'] ?? 0] };
  expect(await run('anonymize', both)).toEqual(['rejected not-archived', 'anonymized']);
  expect(await statuses()).toEqual(['ann active', 'ben active', '- anonymized', 'dan active']);
  expect(await run('delete', { text: 'ben' })).toEqual(['deleted']);
  expect(await statuses()).toEqual(['ann active', '- anonymized', 'dan active']);
  const [admin] = await run('delete', { personIds: [organisation.adminId] });
  expect(admin).toMatch(/^rejected/);
});

test('finds a person by the key that the row has kept: an identifier that moves on meanwhile changes nobody else', async () => {
  const id = await insertSelectionRun(
    engine.db,
    organisation,
    { personIds: [ids['ann'] ?? 0] },
    { kind: 'people', action: 'archive' },
  );
  await engine.stageRun(id);
  await engine.db.execute(sql`update person set identifier = 'old' where id = ${ids['ann']}`);
  await engine.db.execute(sql`update person set identifier = 'ann' where id = ${ids['ben']}`);
  await engine.apply(await engine.check(id, await engine.lock(id)));
  await engine.end(id);
  expect(await statuses()).toEqual(['old archived', 'ann active', 'cat archived', 'dan active']);
});
