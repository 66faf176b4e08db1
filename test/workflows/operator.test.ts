// What an operator finds in Temporal: plain words, the state of each run to search by, and nothing about anybody.
import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import type { BulkActionOptions } from '../../domain/bulk-action.ts';
import { bulkActionWorkflowId } from '../../workflows/contract.ts';
import { rosterOf, startHeldRun } from '../support/held-runs.ts';
import { readHistory } from '../support/histories.ts';
import { addPerson, addSite } from '../support/people.ts';
import { insertRun, makeOrganisation, runCsv, startRun } from '../support/runs.ts';
import { useWorker } from '../support/worker.ts';

const worker = useWorker({ CHUNK_ROWS: '50', LANES: '1' });

const client = () => worker.temporal.client;

/** All that the histories of the namespace hold, with everything that is encoded in them decoded. */
async function readHistories(): Promise<string> {
  const texts: string[] = [];
  const collect = (value: unknown): void => {
    if (typeof value === 'string') texts.push(value, Buffer.from(value, 'base64').toString('utf8'));
    else if (typeof value === 'object' && value !== null)
      for (const [key, part] of Object.entries(value)) {
        texts.push(key);
        collect(part);
      }
  };
  for await (const { workflowId, runId } of client().workflow.list()) {
    texts.push(workflowId);
    collect(await readHistory(client().workflow.getHandle(workflowId, runId)));
  }
  return texts.join('\n');
}

test('a run can be found by its kind, state and site, and tells how far it is', async () => {
  const organisation = await makeOrganisation(worker.db);
  const { id, handle, goOn } = await startHeldRun(worker, organisation, 1200);
  const detailsOf = async () =>
    (await handle.query<{ currentDetails: string }>('__temporal_workflow_metadata')).currentDetails;
  const find = async (query: string) => {
    const ids: string[] = [];
    for await (const found of client().workflow.list({ query })) ids.push(found.workflowId);
    return ids;
  };
  const words = `Create and Update · site ${organisation.siteId} · `;
  expect(await detailsOf()).toBe(`${words}Applying (update) · 0 of 1,200 rows`);
  const sited = `SiteId = ${organisation.siteId} and BulkActionKind = 'people'`;
  await expect
    .poll(() => find(`${sited} and BulkActionState = 'applying'`), { timeout: 5000 })
    .toEqual([bulkActionWorkflowId(id)]);
  await goOn();
  await handle.result();
  expect(await detailsOf()).toBe(`${words}Completed · 1,200 of 1,200 rows`);
  await expect
    .poll(() => find(`${sited} and BulkActionState = 'completed'`), { timeout: 5000 })
    .toEqual([bulkActionWorkflowId(id)]);
  const { events } = (await readHistory(handle)) as {
    events: { userMetadata?: { summary?: { data: string } } }[];
  };
  const summaries = events.flatMap(({ userMetadata }) => {
    const data = userMetadata?.summary?.data;
    return data ? [JSON.parse(Buffer.from(data, 'base64').toString('utf8'))] : [];
  });
  expect(summaries).toContain('rows 2–2 · update');
  expect(summaries).toContainEqual(expect.stringMatching(/^rows 3–\d+ · create$/));
});

test('histories hold no cell, name or address, however a run ends', async () => {
  const organisation = await makeOrganisation(worker.db);
  const { rootId, siteId } = organisation;
  const other = await addSite(worker.db, rootId, rootId + 2);
  await addPerson(worker.db, other, 'mark0', { email: 'mark0@example.org', username: 'mark0' });
  const header = 'identifier,email,first_name,username,badge,entry_year';
  const rows = [
    'mark1,mark2@example.org,Mark3,mark4,mark5,',
    'mark1,mark2@example.org,Mark3,mark4,mark5,',
    'mark6,mark7@example.org,Mark8,,,mark9',
    'mark10,mark0@example.org,,,,',
    'mark11,mark12@example.org,,mark13,,',
    'mark14,mark15@example.org,,mark13,,',
    ',mark16@example.org,,,,',
    '"mark17,mark18@example.org,,,,',
  ];
  const run = (csv: string, options?: Partial<BulkActionOptions>) =>
    runCsv(worker, organisation, csv, options);
  expect((await run([header, ...rows].join('\n'))).state).toBe('completed');
  // A file that is no table, and two of the wrong length.
  expect((await run(`%PDF-1.7 mark20`)).state).toBe('rejected');
  expect((await run('mark28@example.org,mark29\nmark30@example.org,mark31\n', { expect: 9 })).state).toBe(
    'rejected',
  );
  expect((await run([header, ...rows].join('\n'), { expect: 99 })).state).toBe('rejected');

  // A fault in the database that tells of the row, once: the step is tried again.
  await worker.db.execute(sql`create sequence faults`);
  await worker.db.execute(sql`
    create function fault() returns trigger language plpgsql as $$
    begin
      if nextval('faults') = 3 then raise exception 'fault' using detail = new.email, hint = 'mark40'; end if;
      return new;
    end $$`);
  await worker.db.execute(
    sql`create trigger fault before insert on person for each row execute function fault()`,
  );
  const id = await insertRun(worker, organisation, rosterOf(1100).replaceAll('example.org', 'mark41.org'));
  expect(await (await startRun(worker, organisation, id)).result()).toMatchObject({ state: 'completed' });
  await worker.db.execute(sql`drop trigger fault on person`);

  const histories = (await readHistories()).toLowerCase();
  expect(histories).toContain(`bulk-action/${id}`);
  expect(histories).toContain(String(siteId));
  const found = [...histories.matchAll(/.{0,60}mark\d+.{0,40}/g)].map(([text]) => text);
  expect(found).toEqual([]);
  expect(histories).not.toContain('ada admin');
  expect(histories).not.toContain('admin@');
});
