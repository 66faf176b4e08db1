// From a file to its plan, to those who are asked about it, to its end: over the command line, on the whole stack.
import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import type { RunObject } from '../../cli/exit.ts';
import { NO_COUNTS, rowsDone } from '../../domain/bulk-action.ts';
import { fileOf, roster } from '../support/rosters.ts';
import { until, useStack } from '../support/stack.ts';

const stack = useStack(() => ({ CHUNK_ROWS: '200', LANES: '1' }));

/** A second admin of the organisation, who may do everything. */
async function secondAdmin(): Promise<string> {
  const { stdout } = await stack().muster(
    'key',
    'add',
    '--email',
    'second@example.org',
    '--role',
    'owner',
    '--json',
  );
  return (JSON.parse(stdout) as { key: string }).key;
}

const ask = (run: string) =>
  stack().api<{ ask: { round: number; why: string[]; grown: number } }>('GET', `/bulk-actions/${run}`);

test('a dry run that a hand edit overtakes asks again, shows what differs, and applies what is confirmed', async () => {
  const site = await stack().newSite();
  await stack().import(fileOf('people.csv', roster(site, 1, 50)), site);
  const changed = fileOf('changed.csv', roster(site, 1, 50, 'Eva'));
  const planned = await stack().import(changed, site, '--dry-run');
  expect(planned).toMatchObject({ code: 0, state: 'awaiting-confirmation', error: null });
  expect(planned.counts).toEqual({ ...NO_COUNTS, updated: 50, total: 50 });
  const plan = await stack().muster('results', planned.id ?? '');
  expect(plan.stdout.split('\r\n')[0]).toMatch(
    /muster_row,muster_action,muster_outcome,muster_code,muster_reason,muster_before,muster_after$/,
  );
  const [person] = await stack().people(site);
  expect((await stack().api('PATCH', `/people/${person?.id}`, { firstName: 'Evelyn' })).status).toBe(200);
  const again = await stack().json<RunObject>('confirm', planned.id ?? '');
  expect(again).toMatchObject({ state: 'awaiting-confirmation', error: { code: 'plan-grown' } });
  expect((await ask(planned.id ?? '')).body.ask).toMatchObject({ round: 2, why: ['grown'], grown: 1 });
  const rows = await stack().api<{ items: { before: unknown; after: unknown; agreed: unknown }[] }>(
    'GET',
    `/bulk-actions/${planned.id}/rows?grown=true`,
  );
  expect(rows.body.items).toMatchObject([
    {
      before: { first_name: 'Evelyn' },
      after: { first_name: 'Eva' },
      agreed: { before: { first_name: 'Ada' } },
    },
  ]);
  const applied = await stack().json<RunObject>('confirm', planned.id ?? '');
  expect(applied).toMatchObject({ state: 'completed', error: null });
  expect(applied.counts).toEqual({ ...NO_COUNTS, updated: 50, total: 50 });
});

test('nobody approves their own run, another admin does, and both names are there to be read', async () => {
  const site = await stack().newSite();
  await stack().import(fileOf('people.csv', roster(site, 1, 10)), site);
  await stack().muster('safeguards', 'set', '--site', String(site), '--approve', 'delete');
  const asked = await stack().import(fileOf('people.csv', roster(site, 1, 10)), site, '--action', 'delete');
  expect(asked).toMatchObject({ code: 1, state: 'awaiting-approval', error: { code: 'awaiting-approval' } });
  const own = await stack().api<{ code: string }>('POST', `/bulk-actions/${asked.id}/approve`);
  expect([own.status, own.body.code]).toEqual([403, 'forbidden']);
  expect(await stack().people(site)).toHaveLength(10);
  const key = await secondAdmin();
  const approved = await stack().api('POST', `/bulk-actions/${asked.id}/approve`, undefined, key);
  expect(approved.status).toBe(202);
  const ended = await stack().reaches(asked.id ?? '', 'completed');
  expect(ended.counts).toMatchObject({ deleted: 10, total: 10 });
  expect(ended.ask?.consents).toMatchObject([{ what: 'approved' }]);
  const events = await stack().api<{ items: { what: string; byId: number | null }[] }>(
    'GET',
    `/audit-events?run=${asked.id}`,
  );
  const by = (what: string) => events.body.items.find((event) => event.what === what)?.byId;
  expect(by('run.started')).toEqual(expect.any(Number));
  expect(by('run.approved')).toEqual(expect.any(Number));
  expect(by('run.started')).not.toBe(by('run.approved'));
});

test('a worker that is killed in each of the states in which a run waits changes nothing about it', async () => {
  const site = await stack().newSite();
  await stack().import(fileOf('people.csv', roster(site, 1, 10)), site);
  await stack().muster('safeguards', 'set', '--site', String(site), '--approve', 'delete', '--grace', '1m');
  await stack().db.execute(sql`update safeguard set grace_minutes = 0.1`);
  const key = await secondAdmin();
  const { id } = await stack().import(
    fileOf('people.csv', roster(site, 1, 10)),
    site,
    '--action',
    'delete',
    '--dry-run',
  );
  const run = id ?? '';
  await kill('worker');
  expect((await answered(run, 'confirm')).status).toBe(202);
  await stack().reaches(run, 'awaiting-approval');
  await kill('worker');
  expect((await answered(run, 'approve', key)).status).toBe(202);
  await stack().reaches(run, 'grace-period');
  expect(await stack().people(site)).toHaveLength(10);
  await kill('worker');
  const ended = await stack().reaches(run, 'completed');
  expect(ended.counts).toMatchObject({ deleted: 10, total: 10 });
  expect(await stack().people(site)).toHaveLength(0);
});

test('a run that is paused, cancelled half-way and gone on with from the file of what is left applies every row once', async () => {
  const site = await stack().newSite();
  const run = await stack().startRun(roster(site, 1, 30_000), site);
  await until('some rows are done', async () =>
    (await stack().run(run)).progress.done > 200 ? true : undefined,
  );
  expect((await stack().muster('pause', run)).code).toBe(0);
  const paused = await stack().run(run);
  expect(paused.paused).not.toBeNull();
  await new Promise((resolve) => setTimeout(resolve, 1500));
  expect((await stack().run(run)).progress.done).toBeLessThanOrEqual(paused.progress.done + 400);
  const cancelled = await stack().json<RunObject>('cancel', run);
  expect(cancelled.state).toBe('cancelled');
  const { counts } = await stack().run(run);
  expect(rowsDone(counts)).toBe(30_000);
  expect(counts['not-processed']).toBeGreaterThan(0);
  const rest = await stack().muster('results', run, '--outcome', 'not-processed');
  const goneOn = await stack().import(fileOf('rest.csv', rest.stdout), site);
  expect(goneOn.counts).toEqual({
    ...NO_COUNTS,
    created: counts['not-processed'],
    total: counts['not-processed'],
  });
  expect(counts.created + (goneOn.counts?.created ?? 0)).toBe(30_000);
});

async function kill(part: string): Promise<void> {
  const pid = stack().local.pids[part] ?? 0;
  process.kill(pid, 'SIGKILL');
  await until(`${part} is started again`, async () => {
    const now = stack().local.pids[part];
    return now !== undefined && now !== pid ? true : undefined;
  });
}

/** An answer while the worker may still be on its way: what gets no answer is sent again, as the API says. */
const answered = (run: string, verb: string, key?: string) =>
  until(`the ${verb} is taken in`, async () => {
    const reply = await stack().api('POST', `/bulk-actions/${run}/${verb}`, undefined, key);
    return reply.status === 503 ? undefined : reply;
  });
