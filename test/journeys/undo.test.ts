// A run is taken back over the command line, on the whole stack: plan, results, mail, and a second thought about it.
import { expect, test } from 'vitest';
import type { RunObject } from '../../cli/exit.ts';
import { NO_COUNTS, rowsDone } from '../../domain/bulk-action.ts';
import { newFile } from '../cli/muster.ts';
import { csvLines, outcomesOf } from '../support/results.ts';
import { fileOf, roster } from '../support/rosters.ts';
import { useStack } from '../support/stack.ts';

const stack = useStack(() => ({ CHUNK_ROWS: '200' }));

const HEADER = 'identifier,email,first_name,last_name';
const fileWith = (...lines: string[]) => newFile('people.csv', [HEADER, ...lines].join('\n'));

const importFile = async (file: string, site: number, ...args: string[]): Promise<string> => {
  const { id, state } = await stack().import(file, site, ...args);
  expect(state).toBe('completed');
  return id ?? '';
};

/** The people of a site as an export has them: `identifier email first last status`. */
async function everybody(site: number): Promise<string[]> {
  const { body } = await stack().api<string>('GET', `/people.csv?site=${site}&status=all`);
  return csvLines(body)
    .map((line) =>
      ['identifier', 'email', 'first_name', 'last_name', 'status'].map((name) => line[name]).join(' '),
    )
    .sort();
}

test('an undo brings back what was there, leaves what was edited since, says so in its results and by mail', async () => {
  const site = await stack().newSite();
  await importFile(fileWith('a,a@x.example,Ada,Ay', 'b,b@x.example,Bo,Be', 'c,c@x.example,Cy,Ce'), site);
  const before = await everybody(site);
  const run = await importFile(
    fileWith('a,b@x.example,Eve,Ay', 'b,a@x.example,Bob,Be', 'c,new@x.example,Cyd,Ce', 'd,c@x.example,Di,De'),
    site,
  );
  const [, , c] = await stack().people(site);
  await stack().api('PATCH', `/people/${c?.id}`, { firstName: 'By hand' });

  const undone = await stack().json<RunObject>('undo', run);
  expect(undone).toMatchObject({ state: 'completed', error: null });
  expect(undone.counts).toEqual({ ...NO_COUNTS, updated: 3, archived: 1, total: 4 });
  expect(await outcomesOf(stack(), undone.id ?? '')).toEqual([
    'updated',
    'updated',
    'updated · edited-since',
    'archived',
  ]);
  expect(await everybody(site)).toEqual([
    ...before.slice(0, 2),
    'c c@x.example By hand Ce active',
    'd c@x.example Di De archived',
  ]);
  const { stdout } = await stack().muster('run', run);
  expect(stdout).toContain(`It is taken back by run ${undone.id}.`);
  const mail = await stack().mailOf(undone.id ?? '');
  expect(mail.subject).toContain('Undo');
});

test('a dry run of an undo is confirmed as it was shown, and the undo is undone', async () => {
  const site = await stack().newSite();
  await stack().import(fileOf('people.csv', roster(site, 1, 700)), site);
  const before = await everybody(site);
  const run = await importFile(fileOf('changed.csv', roster(site, 1, 700, 'Eva')), site);
  const after = await everybody(site);

  const planned = await stack().json<RunObject>('undo', run, '--dry-run');
  expect(planned).toMatchObject({ state: 'awaiting-confirmation', error: null });
  expect(planned.counts).toEqual({ ...NO_COUNTS, updated: 700, total: 700 });
  expect(await everybody(site)).toEqual(after);
  const refused = await stack().json<RunObject>('undo', run);
  expect(refused.error).toMatchObject({
    code: 'conflict',
    message: expect.stringContaining(planned.id ?? '?'),
  });
  const confirmed = await stack().json<RunObject>('confirm', planned.id ?? '');
  expect(confirmed).toMatchObject({ state: 'completed', error: null });
  expect(await everybody(site)).toEqual(before);

  const again = await stack().json<RunObject>('undo', planned.id ?? '');
  expect(again.counts).toEqual({ ...NO_COUNTS, updated: 700, total: 700 });
  expect(await everybody(site)).toEqual(after);
});

test('an undo asks where it passes a limit, and a run that has deleted people refuses to be undone', async () => {
  const site = await stack().newSite();
  const made = await importFile(fileOf('people.csv', roster(site, 1, 20)), site);
  const asked = await stack().json<RunObject>('undo', made, '--max-archive', '5');
  expect(asked).toMatchObject({ state: 'awaiting-confirmation' });
  await stack().muster('cancel', asked.id ?? '');
  expect(rowsDone((await stack().reaches(asked.id ?? '', 'cancelled')).counts)).toBe(20);
  expect(await stack().people(site)).toHaveLength(20);

  const gone = await stack().json<RunObject>('undo', made, '--created', 'delete');
  expect(gone.counts).toEqual({ ...NO_COUNTS, deleted: 20, total: 20 });
  expect(await everybody(site)).toEqual([]);
  const never = await stack().json<RunObject>('undo', gone.id ?? '');
  expect(never.error).toMatchObject({
    code: 'conflict',
    message: expect.stringContaining('can’t be undone'),
  });
});
