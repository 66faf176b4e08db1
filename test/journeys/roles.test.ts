// Roles in bulk over the command line, on the whole stack: a dry run, its confirmation, a killed worker, results, an undo.
import { expect, test } from 'vitest';
import type { RunObject } from '../../cli/exit.ts';
import { NO_COUNTS } from '../../domain/bulk-action.ts';
import { outcomesOf, resultLines } from '../support/results.ts';
import { fileOf, roster } from '../support/rosters.ts';
import { useStack } from '../support/stack.ts';

const stack = useStack();

type Holder = { identifier: string };

/** A site with so many people and a role that can be given there; gives the site and the role's id. */
async function office(people: number): Promise<{ site: number; roleId: number }> {
  const site = await stack().newSite();
  await stack().import(fileOf('people.csv', roster(site, 1, people)), site);
  const role = await stack().json<{ id: number }>(
    'role',
    'add',
    `Reader ${site}`,
    '--site',
    String(site),
    '--permission',
    'people:read',
  );
  return { site, roleId: role.id };
}

async function holders(site: number): Promise<string[]> {
  const found = await stack().json<Holder[]>('role', 'holders', `Reader ${site}`, '--site', String(site));
  return found.map(({ identifier }) => identifier).sort();
}

const roles = (what: 'add' | 'remove', site: number, ...args: string[]) =>
  stack().json<RunObject>('roles', what, `Reader ${site}`, '--site', String(site), ...args);

test('a dry run is confirmed as it was shown, its results say whom it was about, and an undo takes it back', async () => {
  const { site, roleId } = await office(30);
  const [first] = await stack().people(site);
  await stack().api('PUT', `/people/${first?.id}/roles/${roleId}`);

  const planned = await roles('add', site, '--filter', 'last_name~Person', '--dry-run');
  expect(planned).toMatchObject({ state: 'awaiting-confirmation', error: null });
  expect(planned.counts).toEqual({ ...NO_COUNTS, updated: 29, unchanged: 1, total: 30 });
  expect(await holders(site)).toHaveLength(1);
  const { stdout } = await stack().muster('plan', planned.id ?? '');
  expect(stdout).toContain(`role  (empty) → Reader ${site}`);

  const run = await stack().json<RunObject>('confirm', planned.id ?? '');
  expect(run).toMatchObject({ state: 'completed', error: null });
  expect(await holders(site)).toHaveLength(30);
  const [line] = await resultLines(stack(), run.id ?? '');
  expect(line).toMatchObject({
    account_id: String(site),
    identifier: '1',
    email: `p1@${site}.example`,
    last_name: 'Person 1',
    muster_row: '1',
    muster_outcome: 'unchanged',
  });

  const undone = await stack().json<RunObject>('undo', run.id ?? '');
  expect(undone.counts).toEqual({ ...NO_COUNTS, updated: 29, total: 29 });
  expect(await holders(site)).toEqual([first?.identifier]);
  const again = await stack().json<RunObject>('undo', undone.id ?? '');
  expect(again.counts).toEqual({ ...NO_COUNTS, updated: 29, total: 29 });
  expect(await holders(site)).toHaveLength(30);
  expect((await stack().mailOf(run.id ?? '')).subject).toContain('Change roles');
});

test('a worker that is killed half-way gives nobody a role twice and leaves nobody out', async () => {
  const { site } = await office(600);
  const held = await stack().hold(site, '300');
  const begun = await roles('add', site, '--all', '--no-wait');
  await stack().reaches(begun.id ?? '', 'applying');
  process.kill(stack().local.pids['worker'] ?? 0, 'SIGKILL');
  await held.letGo();
  const run = await stack().reaches(begun.id ?? '', 'completed');
  expect(run.counts).toEqual({ ...NO_COUNTS, updated: 600, total: 600 });
  expect(await holders(site)).toHaveLength(600);
  const people = await stack().people(site);
  expect(new Set(people.map(({ version }) => version))).toEqual(new Set([2]));
});

test('a selection of nobody is a run that is rejected, and says so', async () => {
  const { site } = await office(3);
  const none = await roles('remove', site, '--search', 'nobody at all');
  expect(none).toMatchObject({
    state: 'rejected',
    error: { code: 'missing', message: expect.stringContaining('Nobody is selected') },
  });
  const some = await roles('add', site, '--search', 'person 2', '--search', 'p2@');
  expect(await outcomesOf(stack(), some.id ?? '')).toEqual(['updated']);
  expect(await holders(site)).toEqual(['2']);
});
