// Values that were kept from a row's person are forgotten as its cells are: with that person, and with whose key they are.
import { beforeEach, expect, test } from 'vitest';
import { listBulkRows } from '../../db/queries/bulk-row-list.ts';
import type { PersonRow } from '../../db/queries/person-row.ts';
import { dumpOf } from '../support/dump.ts';
import { listLeft } from '../support/earlier-runs.ts';
import { useEngine } from '../support/engine.ts';
import { editByHand, protect } from '../support/hand-edits.ts';
import { findWords } from '../support/markers.ts';
import { addPerson } from '../support/people.ts';
import { makeOrganisation, type TestOrganisation } from '../support/runs.ts';

const engine = useEngine();
let organisation: TestOrganisation;
let ann: PersonRow;

beforeEach(async () => {
  organisation = await makeOrganisation(engine.db);
  const { siteId } = organisation;
  ann = await addPerson(engine.db, siteId, 'ann', { firstName: 'Ann' });
  await protect(engine.db, siteId, ['email', 'first_name', 'programme']);
  await editByHand(engine.db, ann.id, {
    email: 'anna@example.org',
    firstName: 'Anna',
    fields: { programme: 'Law' },
  });
});

const run = async (...lines: string[]) => (await engine.run(organisation, lines.join('\n'))).id;

/** Somebody goes: archived first, then anonymized or deleted. */
const remove = (identifier: string, action: 'anonymize' | 'delete') =>
  run('action,identifier', `archive,${identifier}`, `${action},${identifier}`);

const reasonsOf = async (id: string) =>
  (await listBulkRows(engine.db, id, { after: 0, limit: 10 })).map(({ reasons }) => reasons);

const MARKS = ['qxmailbox', 'Qxvorname', 'Qxfach'];
const kept = (...fields: string[]) => fields.map((field) => ({ code: 'kept-edited-by-hand', field }));
const LINES = [
  'identifier,email,first_name,programme',
  'ann,qxmailbox@example.org,Qxvorname,Qxfach',
] as const;

test.each(['anonymize', 'delete'] as const)(
  'go with their person (%s), and that they were kept stays',
  async (action) => {
    const id = await run(...LINES);
    expect(await reasonsOf(id)).toEqual([kept('email', 'first_name', 'programme')]);
    const before = await dumpOf(engine.db);
    expect(findWords(before['public.bulk_row'] ?? '', MARKS)).toEqual(MARKS);
    await remove('ann', action);
    const { pg_stats: _, ...after } = await dumpOf(engine.db);
    expect(Object.entries(after).filter(([, text]) => findWords(text, MARKS).length > 0)).toEqual([]);
    expect(await reasonsOf(id)).toEqual([kept('email', 'first_name', 'programme')]);
  },
);

test('go with somebody else whose key they are, and the others stay', async () => {
  const id = await run(LINES[0], 'ann,BOB-4711@example.org,Qxvorname,', 'bob-4711,bob-4711@example.org,Bob,');
  expect((await listLeft(engine.db, id)).map(({ outcome }) => outcome)).toEqual(['unchanged', 'created']);
  await remove('bob-4711', 'anonymize');
  const [annas, bobs] = await listLeft(engine.db, id);
  expect(annas?.cells).toEqual(['ann', '', 'Qxvorname', '']);
  expect(findWords(annas?.rest ?? '', ['bob-4711'])).toEqual([]);
  expect(annas?.rest).toContain('Qxvorname');
  expect([bobs?.cells, bobs?.rest]).toEqual([null, '']);
  expect(await reasonsOf(id)).toEqual([kept('email', 'first_name'), []]);
});

test('that are nobody’s key stay with their row', async () => {
  const id = await run(LINES[0], 'ann,old@example.org,Qxvorname,Qxfach');
  await addPerson(engine.db, organisation.siteId, 'bob-4711', { firstName: 'Qxvorname' });
  await remove('bob-4711', 'anonymize');
  expect((await listLeft(engine.db, id))[0]?.cells).toEqual([
    'ann',
    'old@example.org',
    'Qxvorname',
    'Qxfach',
  ]);
});
