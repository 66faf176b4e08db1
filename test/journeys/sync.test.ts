// A full file against the people of a site, over the command line: cut in half it writes nothing, whole it goes through.
import { expect, test } from 'vitest';
import type { RunObject } from '../../cli/exit.ts';
import { NO_COUNTS } from '../../domain/bulk-action.ts';
import { exportedPeople, importLines, resultLines } from '../support/results.ts';
import { fileOf, roster } from '../support/rosters.ts';
import { useStack } from '../support/stack.ts';

const stack = useStack();

const sync = (site: number, csv: string, ...args: string[]) =>
  stack().import(fileOf('students.csv', csv), site, '--action', 'sync', ...args);

const statuses = async (site: number) =>
  exportedPeople(stack(), site, ['identifier', 'status', 'first_name']);

test('without a limit it is refused, and says which would do', async () => {
  const site = await stack().newSite();
  const refused = await sync(site, roster(site, 1, 3));
  expect([refused.code, refused.id]).toEqual([1, null]);
  expect(refused.error?.message).toContain('limit');
});

test('a file that was cut in half trips the limit and writes nothing; the whole file goes through', async () => {
  const site = await stack().newSite();
  await stack().import(fileOf('people.csv', roster(site, 1, 100)), site);
  const before = await statuses(site);
  for (const limit of [
    ['--max-archive', '10%'],
    ['--max-change', '20'],
  ]) {
    const halted = await sync(site, roster(site, 1, 50), ...limit);
    expect(halted).toMatchObject({ code: 1, state: 'awaiting-confirmation' });
    expect(halted.counts).toMatchObject({ archived: 50, unchanged: 50, total: 100 });
    expect(await statuses(site)).toEqual(before);
    const cancelled = await stack().muster('cancel', halted.id ?? '');
    expect(cancelled.code).toBe(0);
    await stack().reaches(halted.id ?? '', 'cancelled');
    expect(await statuses(site)).toEqual(before);
  }
  const whole = await sync(site, roster(site, 6, 102), '--max-archive', '10%');
  expect(whole).toMatchObject({ code: 0, state: 'completed', error: null });
  expect(whole.counts).toEqual({ ...NO_COUNTS, archived: 5, created: 2, unchanged: 95, total: 102 });
  const lines = await resultLines(stack(), whole.id ?? '');
  expect(lines.at(-1)).toMatchObject({
    identifier: '5',
    email: `p5@${site}.example`,
    muster_row: '103',
    muster_action: 'archive',
    muster_outcome: 'archived',
    muster_code: 'absent',
  });
  const again = await sync(site, roster(site, 6, 102), '--max-archive', '0');
  expect(again.counts).toEqual({ ...NO_COUNTS, unchanged: 97, total: 97 });
});

test('what was confirmed is done, and who comes back in a later file has its values', async () => {
  const site = await stack().newSite();
  await stack().import(fileOf('people.csv', roster(site, 1, 40)), site);
  const asked = await sync(site, roster(site, 1, 10), '--max-archive', '5');
  expect(asked.state).toBe('awaiting-confirmation');
  const confirmed = await stack().json<RunObject>('confirm', asked.id ?? '');
  expect(confirmed).toMatchObject({ state: 'completed', error: null });
  expect(confirmed.counts).toEqual({ ...NO_COUNTS, archived: 30, unchanged: 10, total: 40 });
  const back = await sync(site, roster(site, 1, 20, 'Eva'), '--max-archive', '5');
  expect(back.counts).toEqual({ ...NO_COUNTS, restored: 10, updated: 10, total: 20 });
  expect(await statuses(site)).toContain('20,active,Eva');
  const undone = await stack().json<RunObject>('undo', back.id ?? '');
  expect(undone).toMatchObject({ state: 'completed', error: null });
  expect(await statuses(site)).toContain('20,archived,Ada');
});

test('a dry run shows who would go, and goes no further', async () => {
  const site = await stack().newSite();
  await stack().import(fileOf('people.csv', roster(site, 1, 4)), site);
  const planned = await sync(site, roster(site, 2, 5), '--max-archive', '50%', '--dry-run');
  expect(planned).toMatchObject({ code: 0, state: 'awaiting-confirmation', error: null });
  expect(planned.counts).toEqual({ ...NO_COUNTS, archived: 1, created: 1, unchanged: 3, total: 5 });
  const [gone] = (await resultLines(stack(), planned.id ?? '')).slice(-1);
  expect(gone).toMatchObject({ identifier: '1', muster_outcome: 'archived' });
  expect(await statuses(site)).toHaveLength(4);
});

test('failed rows of absent people do no harm when they are uploaded again', async () => {
  const site = await stack().newSite();
  await stack().import(fileOf('people.csv', roster(site, 1, 4)), site);
  const { id, outcomes } = await importLines(
    stack(),
    site,
    'identifier,email,first_name,last_name',
    [`1,p1@${site}.example,,`, ',,Nobody,'],
    '--action',
    'sync',
    '--max-archive',
    '90%',
  );
  expect(outcomes).toEqual([
    'unchanged',
    'rejected · no-key',
    ...Array<string>(3).fill('rejected · absent-unclear'),
  ]);
  const failed = await stack().muster('results', id, '--only', 'failed');
  const again = await stack().import(fileOf('failed.csv', failed.stdout), site);
  expect(again.counts).toMatchObject({ unchanged: 3, rejected: 1, total: 4 });
});
