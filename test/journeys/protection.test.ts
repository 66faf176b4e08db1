// What a file may overwrite, from the command line to the results: modes, and values that were edited by hand.
import { beforeAll, expect, test } from 'vitest';
import { exportedPeople, importLines, startWith } from '../support/results.ts';
import { useStack } from '../support/stack.ts';

const stack = useStack();
const HEADER = 'identifier,email,first_name,last_name';
const KEPT = 'kept-edited-by-hand';
let site: number;

beforeAll(async () => {
  site = await stack().newSite();
  await startWith(stack(), site, HEADER, ['ann,ann@a.example,Ann,', 'bob,bob@a.example,Bob,Old']);
});

const run = async (lines: string[], ...args: string[]) => {
  const { code, outcomes } = await importLines(stack(), site, HEADER, lines, ...args);
  return [code, ...outcomes];
};
const people = () => exportedPeople(stack(), site, ['identifier', 'email', 'first_name', 'last_name']);

test('keep, fill-missing and overwrite, in one breath', async () => {
  const lines = ['ann,ann@b.example,Anna,Lee', 'bob,bob@b.example,Rob,New'];
  expect(await run(lines, '--existing', 'keep')).toEqual([
    0,
    'skipped · kept-existing',
    'skipped · kept-existing',
  ]);
  expect(await run(lines, '--existing', 'fill-missing')).toEqual([0, 'updated', 'unchanged']);
  expect(await people()).toEqual(['ann,ann@a.example,Ann,Lee', 'bob,bob@a.example,Bob,Old']);
  expect(await run(lines)).toEqual([0, 'updated', 'updated']);
  expect(await people()).toEqual(['ann,ann@b.example,Anna,Lee', 'bob,bob@b.example,Rob,New']);
});

test('a name that was mended by hand outlives the next file, until the file is told to win', async () => {
  const at = ['--site', String(site)];
  const set = await stack().muster('safeguards', 'set', ...at, '--sticky', 'first_name,email');
  expect(set.code).toBe(0);
  const edit = await stack().muster('person', 'edit', '--identifier', 'ann', ...at, '--first-name', 'Änne');
  expect([edit.code, edit.stderr]).toEqual([0, '']);
  const lines = ['ann,ann@b.example,Anna,Li', 'bob,bob@b.example,Rob,New'];
  expect(await run(lines)).toEqual([0, `updated · ${KEPT}`, 'unchanged']);
  expect(await run(lines)).toEqual([0, `unchanged · ${KEPT}`, 'unchanged']);
  expect(await people()).toEqual(['ann,ann@b.example,Änne,Li', 'bob,bob@b.example,Rob,New']);
  expect(await run(lines, '--overwrite-edited')).toEqual([0, 'updated', 'unchanged']);
  expect((await people())[0]).toBe('ann,ann@b.example,Anna,Li');
});
