// Runs that stand still in the middle of their work until a test lets them go on.
import { sql } from 'drizzle-orm';
import { addPerson } from './people.ts';
import { insertRun, startRun, type TestOrganisation } from './runs.ts';
import { openTransaction, untilBlocked } from './sessions.ts';
import type { TestWorker } from './worker.ts';

/** So many rows of people to create, behind one of somebody known whom the run is to update first. */
export const rosterOf = (rows: number): string =>
  [
    'identifier,email,first_name',
    'known,known@example.org,Changed',
    ...Array.from({ length: rows - 1 }, (_, place) => `n${place},n${place}@example.org,New`),
  ].join('\n');

/**
 * Starts a run of so many rows and stops it inside its first chunk, which updates somebody whose row is locked here.
 * A second lane would go on with the creates: the worker must have one.
 * Until `goOn` the run holds its edit lock; what it does then is no longer held up.
 */
export async function startHeldRun(worker: TestWorker, organisation: TestOrganisation, rows = 200) {
  await addPerson(worker.db, organisation.siteId, 'known');
  const hold = await openTransaction(worker.url);
  await hold.run(`select from person where site_id = ${organisation.siteId} for update`);
  const id = await insertRun(worker, organisation, rosterOf(rows));
  const handle = await startRun(worker, organisation, id);
  await untilBlocked(worker.db, 1);
  return { id, handle, rows, goOn: () => hold.commit() };
}

export type RunRecord = { state: string; locked_at: string | null; finished_at: string | null };

export async function recordOf(worker: TestWorker, id: string): Promise<RunRecord> {
  const [record] = await worker.db.execute<RunRecord>(
    sql`select state, locked_at, finished_at from bulk_action where id = ${id}`,
  );
  if (!record) throw new Error(`there is no run ${id}`);
  return record;
}
