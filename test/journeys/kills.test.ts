// Whatever is killed in mid-run, the run completes: every row applied exactly once, one mail.
import { sql } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { NO_COUNTS } from '../../domain/bulk-action.ts';
import { fileOf, lines, roster } from '../support/rosters.ts';
import { until, useStack } from '../support/stack.ts';

// Small chunks make a run of many steps, so that there is a middle to be killed in.
const stack = useStack(() => ({ CHUNK_ROWS: '250' }));

const THERE = 4_000;
/** Enough to be in the middle of for a second or two; a file is read in less time, and has to be larger for it. */
const ROWS = 30_000;
const ROWS_TO_READ = 60_000;
/** Every so many rows one is bad. */
const BAD_EVERY = 100;

/** A site that has `THERE` people, and a file that changes them all, brings others, and has bad rows among them. */
async function prepare(total: number): Promise<{ site: number; file: string }> {
  const site = await stack().newSite();
  const before = await stack().import(fileOf('before.csv', roster(site, 1, THERE)), site);
  expect(before.counts).toEqual({ ...NO_COUNTS, created: THERE, total: THERE });
  const rows = Array.from({ length: total }, (_, index) => {
    const n = index + 1;
    const isBad = n % BAD_EVERY === 0;
    return [String(n), isBad ? 'no address' : `p${n}@${site}.example`, 'Eve', `Person ${n}`];
  });
  return {
    site,
    file: fileOf('people.csv', lines([['identifier', 'email', 'first_name', 'last_name'], ...rows])),
  };
}

const BAD_AMONG_THERE = THERE / BAD_EVERY;
const expectedOf = (total: number) => ({
  ...NO_COUNTS,
  updated: THERE - BAD_AMONG_THERE,
  created: total - THERE - (total / BAD_EVERY - BAD_AMONG_THERE),
  rejected: total / BAD_EVERY,
  total,
});

/** Starts the import as a person does, and waits until its run is there. */
async function start(site: number, file: string) {
  const cli = stack().startMuster('import', file, '--site', String(site), '--json');
  const id = await until('the run begins', async () => {
    const [run] = await stack().db.execute<{ id: string }>(sql`
      select id from bulk_action where site_id = ${site} and file_name = 'people.csv'`);
    return run?.id;
  });
  return { cli, id };
}

type Look = { state: string; done: number; copied: number };

/** Looks at the run in the database, as nobody who is killed can tell it. */
async function look(id: string): Promise<Look> {
  const [found] = await stack().db.execute<Look>(sql`
    select state,
      (select coalesce(sum(rows), 0) from bulk_tally where bulk_action_id = ${id}) as done,
      (select coalesce(max(tuples_processed), 0) from pg_stat_progress_copy) as copied
    from bulk_action where id = ${id}`);
  if (!found) throw new Error('the run is gone');
  return found;
}

const when = (id: string, what: string, holds: (run: Look) => boolean) =>
  until(what, async () => (holds(await look(id)) ? true : undefined), { everyMs: 5 });

/** In the middle: a good part is applied, a good part is left. */
const isInTheMiddle = ({ state, done }: Look) => state === 'applying' && done > ROWS / 6 && done < ROWS / 2;

/** Kills parts outright, all at the same moment, and waits until the supervisor has others. */
async function kill(...parts: string[]): Promise<void> {
  const { pids } = stack().local;
  for (const part of parts) process.kill(pids[part] ?? 0, 'SIGKILL');
  await until(`${parts.join(', ')} are back`, async () => {
    const now = stack().local.pids;
    return parts.every((part) => now[part] !== undefined && now[part] !== pids[part]) ? true : undefined;
  });
}

/** The run ends as if nothing had happened. */
async function expectWhole(
  { site, id, cli }: { site: number } & Awaited<ReturnType<typeof start>>,
  total: number,
) {
  const expected = expectedOf(total);
  const { code, stdout, stderr } = await cli.ended;
  expect([code, stderr, JSON.parse(stdout)]).toEqual([
    2,
    '',
    { id, state: 'completed', counts: expected, error: null },
  ]);
  const [people] = await stack().db.execute(sql`
    select count(*) as people, count(distinct identifier) as identifiers, count(distinct email_key) as emails,
      count(*) filter (where version = 1 and first_name = 'Eve') as created,
      count(*) filter (where version = 2 and first_name = 'Eve') as updated,
      count(*) filter (where version = 1 and first_name = 'Ada') as kept
    from person where site_id = ${site}`);
  const count = THERE + expected.created;
  expect(people).toEqual({
    people: count,
    identifiers: count,
    emails: count,
    created: expected.created,
    updated: expected.updated,
    kept: BAD_AMONG_THERE,
  });
  const [history] = await stack().db.execute(sql`
    select count(*) filter (where versions = array(select generate_series(1, version))) as whole, count(*) as people
    from (
      select p.version, array_agg(h.version order by h.version) as versions
      from person p left join person_history h on h.person_id = p.id
      where p.site_id = ${site} group by p.id
    ) as one`);
  expect(history).toEqual({ whole: count, people: count });
  const [rows] = await stack().db.execute(sql`
    select (select count(*) from bulk_row where bulk_action_id = ${id}) as rows,
      count(*) as planned, count(outcome) as settled, count(distinct row_number) as numbers,
      (select sum(rows) from bulk_tally where bulk_action_id = ${id}) as tallied
    from bulk_plan where bulk_action_id = ${id}`);
  expect(rows).toEqual({ rows: total, planned: total, settled: total, numbers: total, tallied: total });
  await stack().mailOf(id);
  await until('the mail is settled', async () => (await stack().run(id)).mail?.state === 'sent' || undefined);
  expect(await stack().mails(id)).toHaveLength(1);
  expect(await stack().db.execute(sql`select from edit_lock where holder = ${id}`)).toHaveLength(0);
}

describe('a run completes, each row applied once, though', () => {
  test.each([
    ['the worker is', ['worker']],
    ['Postgres is', ['postgres']],
    ['the Temporal server is', ['temporal']],
    ['all parts are', ['worker', 'api', 'postgres', 'temporal']],
  ])('%s killed while it applies', async (_, parts) => {
    const { site, file } = await prepare(ROWS);
    const run = await start(site, file);
    await when(run.id, 'it is in the middle', isInTheMiddle);
    await kill(...parts);
    await expectWhole({ site, ...run }, ROWS);
  });

  test('the worker is killed while it reads the file, and again while it checks', async () => {
    const { site, file } = await prepare(ROWS_TO_READ);
    const run = await start(site, file);
    await when(
      run.id,
      'a part is read',
      ({ state, copied }) => state === 'staging' && copied > ROWS_TO_READ / 10,
    );
    await kill('worker');
    await when(run.id, 'it checks', ({ state }) => state === 'checking');
    await kill('worker');
    await expectWhole({ site, ...run }, ROWS_TO_READ);
  });
});
