// A roster that comes every night, over the command line: whatever happens to files and processes, each night counts once.
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Source } from '../../api/wire-sources.ts';
import type { Looked } from '../../cli/sources/sync.ts';
import { folderOf } from '../support/fed-sources.ts';
import { lines } from '../support/rosters.ts';
import { until, useStack } from '../support/stack.ts';

// Small chunks make a run of many steps, so that there is a middle to be killed in.
const stack = useStack(() => ({ CHUNK_ROWS: '100' }));

const ROWS = 12_000;
const folder = folderOf(mkdtempSync(join(tmpdir(), 'muster nights ')));
afterAll(() => rm(folder.path, { recursive: true, force: true }));

let site = 0;
let id = '';

/** People 1 to `last` but those who have left, each by a first name of the night. */
function roster(last: number, name: string, left = 0): string {
  const rows = Array.from({ length: last - left }, (_, index) => {
    const n = left + index + 1;
    return [String(n), `p${n}@${site}.example`, name, `Jürgensen ${n}`];
  });
  return lines([['identifier', 'email', 'first_name', 'last_name'], ...rows]);
}

const night = () => stack().json<Looked & { state: string }>('source', 'run', id);
const source = () => stack().json<Source>('source', 'show', id);
const outcomes = async () =>
  [
    ...(await stack().db.execute<{ outcome: string; code: string | null }>(sql`
      select outcome, problem_code as code from source_delivery where source_id = ${id} order by id`)),
  ].map(({ outcome, code }) => (code === null ? outcome : `${outcome} · ${code}`));
const people = async () => {
  const [found] = await stack().db.execute(sql`
    select count(*)::int as all, count(*) filter (where status = 'active')::int as active,
      count(distinct identifier)::int as known, array_agg(distinct first_name) filter (where status = 'active') as names
    from person where site_id = ${site}`);
  return found;
};
/** A night in which a part is killed outright while its run applies; it comes to its end all the same. */
async function nightWithout(part: 'worker' | 'postgres'): Promise<void> {
  const { pids } = stack().local;
  expect((await stack().muster('source', 'run', id, '--no-wait')).code).toBe(0);
  await until(
    'the run is in the middle',
    async () => {
      const [run] = await stack().db.execute<{ done: number }>(sql`
        select coalesce(sum(t.rows), 0)::int as done from bulk_action a join bulk_tally t on t.bulk_action_id = a.id
        where a.source_id = ${id} and a.state = 'applying'`);
      return run && run.done > ROWS / 20 ? true : undefined;
    },
    { everyMs: 5 },
  );
  process.kill(pids[part] ?? 0, 'SIGKILL');
  await until('the night is over', async () => {
    const rows = await stack()
      .db.execute<{ open: number }>(sql`
        select count(*) filter (where state <> 'ended')::int as open from source_delivery where source_id = ${id}`)
      .catch(() => undefined);
    return rows?.[0]?.open === 0 ? true : undefined;
  });
  await until('its sync has ended', async () => {
    const now = await source().catch(() => undefined);
    return now?.isRunning === false ? true : undefined;
  });
}

beforeAll(async () => {
  site = await stack().newSite();
  const made = await stack().json<Source>(
    'source',
    'add',
    'Immatrikulationsamt',
    ...['--site', String(site), '--directory', folder.path, '--files', '*.csv', '--cron', '30 2 * * *'],
    ...['--time-zone', 'Europe/Berlin', '--rest', '0s', '--action', 'sync', '--max-archive', '10%'],
    ...['--fewer-rows', '20%', '--notify', 'registrar@example.org'],
  );
  if (made.id === undefined) throw new Error(`no source: ${JSON.stringify(made)}`);
  id = String(made.id);
});

test('the first night is whole though the worker is killed in the middle', async () => {
  await folder.put('Studierende für März (1).csv', roster(ROWS, 'Ada'));
  await nightWithout('worker');
  expect(await outcomes()).toEqual(['imported']);
  expect(await people()).toEqual({ all: ROWS, active: ROWS, known: ROWS, names: ['Ada'] });
  expect(await folder.list()).toEqual([]);
  expect(await folder.list('completed')).toEqual([
    expect.stringMatching(/^Studierende für März \(1\)-.+\.csv$/),
    expect.stringMatching(/^Studierende für März \(1\)-.+results\.csv$/),
  ]);
});

test('the second night changes, brings and archives people though Postgres is killed in the middle', async () => {
  await folder.put('Studierende für März (2).csv', roster(ROWS + 50, 'Eva', 100));
  await nightWithout('postgres');
  expect(await outcomes()).toEqual(['imported', 'imported']);
  expect(await people()).toEqual({ all: ROWS + 50, active: ROWS - 50, known: ROWS + 50, names: ['Eva'] });
  const runs = await stack().db.execute(sql`select state from bulk_action where source_id = ${id}`);
  expect(runs).toHaveLength(2);
});

test('an empty file and one that was sent before change nothing, and say so', async () => {
  await folder.put('leer.csv', '');
  await folder.put('noch einmal.csv', roster(ROWS + 50, 'Eva', 100));
  const looked = await night();
  expect(looked.deliveries.map(({ problem }) => problem?.code).sort()).toEqual(['empty-file', 'same']);
  expect((await outcomes()).slice(2).sort()).toEqual(['failed · empty-file', 'same · same']);
  expect(await folder.list()).toEqual([]);
  expect((await folder.list('failed')).some((name) => name.startsWith('leer-'))).toBe(true);
  expect((await source()).problem).toBeNull();
});

test('a file that was cut off archives nobody: the source rests, and a mail says so', async () => {
  await folder.put('halb.csv', roster(ROWS / 2, 'Ida'));
  const looked = await night();
  expect(looked.deliveries).toMatchObject([{ outcome: 'failed', problem: { code: 'too-few-rows' } }]);
  expect((await source()).pause?.reason).toBe('fewer-rows');
  expect(await people()).toMatchObject({ active: ROWS - 50, names: ['Eva'] });
  const mail = await until('the mail comes', async () => {
    const all = (await (await fetch(`${stack().url}/dev/mail.json`)).json()) as {
      subject: string;
      to: unknown;
    }[];
    return all.find(({ to }) => JSON.stringify(to).includes('registrar@example.org'));
  });
  expect(mail.subject).toContain('Immatrikulationsamt');
  expect((await stack().muster('source', 'resume', id)).code).toBe(0);
});

test('the content of the night before, put there again after a newer one, is applied', async () => {
  await folder.put('Studierende für März (1).csv', roster(ROWS, 'Ada'));
  const looked = await night();
  expect(looked).toMatchObject({ error: null, deliveries: [{ outcome: 'imported' }] });
  expect(await people()).toEqual({ all: ROWS + 50, active: ROWS, known: ROWS + 50, names: ['Ada'] });
  expect(await folder.list('completed')).toHaveLength(8);
});
