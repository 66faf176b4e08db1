// Starting and stopping: the demo imports once, everything is there again, a page that was open too, and nothing is left running.
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { afterEach, expect, test, vi } from 'vitest';
import { NO_COUNTS } from '../../domain/bulk-action.ts';
import { useConsole } from '../support/console.ts';
import { lines } from '../support/rosters.ts';
import { makeDataDir, ownPort, removeDataDir, Stack, startUp, type Up, until } from '../support/stack.ts';

vi.setConfig({ testTimeout: 300_000 });

const DEMO_COUNTS = { ...NO_COUNTS, created: 1971, skipped: 1, rejected: 28, total: 2000 };

const ROWS = 20_000;

/** People as the demo's sites want them. */
const students = (rows: number) =>
  lines([
    ['identifier', 'email', 'programme'],
    ...Array.from({ length: rows }, (_, n) => [`S${n}`, `s${n}@students.example`, 'Law']),
  ]);

/** The one that a browser looks at. */
let open: Stack | undefined;
const console = useConsole(() => {
  if (!open) throw new Error('there is nothing to look at yet');
  return open;
});
const PATIENCE_MS = 60_000;

type Place = { dataDir: string; port: number; mark: string };

/** All that runs with a mark of this start in its environment or its command. */
const started: { up: Up; dataDir: string }[] = [];

async function place(): Promise<Place> {
  return { ...(await makeDataDir()), mark: randomBytes(8).toString('hex') };
}

function start(at: Place, ...flags: string[]): Up {
  const up = startUp(at, flags, { JOURNEY_MARK: at.mark });
  started.push({ up, dataDir: at.dataDir });
  return up;
}

afterEach(async () => {
  for (const { up, dataDir } of started.splice(0).reverse()) {
    up.child.kill('SIGTERM');
    await up.ended;
    removeDataDir(dataDir);
  }
});

/** Every process that a start at this place has begun, by its environment or its command line. */
function running({ mark, dataDir }: Place): string[] {
  const isOurs = (words: string) => words.includes(`JOURNEY_MARK=${mark}`) || words.includes(dataDir);
  if (!existsSync('/proc/self/environ'))
    return execFileSync('ps', ['axeww', '-o', 'command='], { encoding: 'utf8' }).split('\n').filter(isOurs);
  const read = (pid: string, file: string) => {
    try {
      return readFileSync(`/proc/${pid}/${file}`, 'utf8');
    } catch {
      return '';
    }
  };
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => isOurs(read(pid, 'environ')) || isOurs(read(pid, 'cmdline')))
    .map((pid) => read(pid, 'cmdline').replaceAll('\0', ' '));
}

const nothingRuns = (at: Place) =>
  until('nothing is left running', async () => (running(at).length === 0 ? true : undefined), {
    patienceMs: 60_000,
  });

type ShownRun = { id: string; state: string; counts: object; mail: { state: string } | null };

async function whatIsThere(stack: Stack) {
  const runs = await until('mails have left', async () => {
    const all = await stack.json<ShownRun[]>('runs');
    return all.every(({ mail }) => mail?.state === 'sent') ? all : undefined;
  });
  const people = await stack.people(1001);
  return { runs, people, secrets: [stack.local.apiKey, stack.local.adminPassword] };
}

test('the demo imports once, and is there again after Ctrl-C and after kill -9', async () => {
  const at = await place();
  const first = start(at);
  let stack = new Stack(at.dataDir, first, await first.ready());
  expect(first.said()).toMatch(
    /The first import: examples\/students\.csv.*2,000 {2}rows in all.*Muster is ready\./s,
  );
  const there = await whatIsThere(stack);
  expect(there.runs).toMatchObject([{ state: 'completed', counts: DEMO_COUNTS }]);
  const [run] = there.runs;
  expect((await stack.mailOf(run?.id ?? '')).subject).toBe(
    'Create and Update finished: 1,972 done, 28 need you · North Campus',
  );

  const refused = startUp({ ...at, port: await ownPort() }, []);
  expect(await refused.ended).toBe(1);
  expect(refused.said()).toMatch(
    new RegExp(`^Muster runs on .* already \\(pid ${first.pid}\\)\\. .*--data and --port\\.\n$`),
  );

  expect(running(at).length).toBeGreaterThan(4);
  first.child.kill('SIGINT');
  expect(await first.ended).toBe(0);
  expect(first.said()).toMatch(/Stopped\. The data stays\.\n$/);
  await nothingRuns(at);
  expect(existsSync(join(at.dataDir, 'local.json'))).toBe(false);
  const lost = await stack.muster('runs');
  expect([lost.code, lost.stderr]).toEqual([1, expect.stringContaining('No Muster found')]);
  await stack.db.close();

  const second = start(at);
  stack = new Stack(at.dataDir, second, await second.ready());
  expect(second.said()).not.toContain('first import');
  expect(await whatIsThere(stack)).toEqual(there);
  expect(await stack.mails(run?.id ?? '')).toHaveLength(1);

  const id = await stack.startRun(students(ROWS), 1003);
  await stack.api('POST', `/bulk-actions/${id}/pause`);
  open = stack;
  const [admin] = await stack.db.execute<{ id: number }>(
    sql`select id from person where email = ${stack.local.adminEmail}`,
  );
  const watched = { as: Number(admin?.id) };
  const left = await console.open(`/runs/${id}`, watched);
  await left.page.getByText('You can close this tab').waitFor();
  await left.page.context().close();
  const { page, faults } = await console.open(`/runs/${id}`, watched);
  await page.getByRole('button', { name: 'Resume' }).click();
  await until('the run applies', async () => ((await stack.run(id)).counts.created > 0 ? true : undefined));
  second.child.kill('SIGKILL');
  await second.ended;
  await page.getByText('Reconnecting…').waitFor();
  await stack.db.close();
  const third = start(at);
  stack = new Stack(at.dataDir, third, await third.ready());
  expect((await stack.reaches(id, 'completed')).counts).toEqual({ ...NO_COUNTS, created: ROWS, total: ROWS });
  await page.getByText('20,000 people changed.').waitFor({ timeout: PATIENCE_MS });
  expect(await page.getByText('Reconnecting…').count()).toBe(0);
  expect(faults).toEqual([]);
  await page.context().close();
  const again = await whatIsThere(stack);
  expect({ ...again, runs: again.runs.slice(1) }).toEqual(there);
  await stack.stop();
  await nothingRuns(at);
});

test('a taken port is told in words, and nothing is left', async () => {
  const at = await place();
  const server = createServer().listen(at.port, '127.0.0.1');
  await once(server, 'listening');
  const up = start(at, '--empty');
  expect(await up.ended).toBe(1);
  server.close();
  expect(up.said()).toMatch(/^Port \d+ is taken .*Start with --port \d+, or stop the other program\.\n$/);
  await nothingRuns(at);
});

test.each([0, 400, 1500])('Ctrl-C %i ms into a start ends it too', async (waitMs) => {
  const at = await place();
  const up = start(at, '--empty');
  await until('it begins', async () => (up.said().includes('Starting Muster') ? true : undefined));
  await sleep(waitMs);
  up.child.kill('SIGINT');
  expect(await up.ended).toBe(0);
  await nothingRuns(at);
});
