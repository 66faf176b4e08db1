// A run that is paused while it waits for people: the time for which it is held is none of theirs.
import { beforeEach, expect, test } from 'vitest';
import { getBulkAction } from '../../db/queries/bulk-actions.ts';
import { pauseRun } from '../../db/queries/pauses.ts';
import { confirmUpdate, pauseUpdate, resumeUpdate } from '../../workflows/contract.ts';
import { recordOf, rosterOf } from '../support/held-runs.ts';
import { insertRun, makeOrganisation, startRun, type TestOrganisation } from '../support/runs.ts';
import { useWorker } from '../support/worker.ts';

const CONSENT_SECONDS = 3;
const worker = useWorker({ CONSENT_MINUTES: String(CONSENT_SECONDS / 60) });
let organisation: TestOrganisation;

beforeEach(async () => {
  organisation = await makeOrganisation(worker.db);
});

test('people have as long to answer as before, however long the run was held', async () => {
  const byPersonId = organisation.adminId;
  const byAdmin = { args: [{ byPersonId }] as [{ byPersonId: number }] };
  const id = await insertRun(worker, organisation, rosterOf(2), { isDryRun: true });
  const handle = await startRun(worker, organisation, id);
  await expect.poll(async () => (await recordOf(worker, id)).state).toBe('awaiting-confirmation');
  await pauseRun(worker.db, id, byPersonId);
  await handle.executeUpdate(pauseUpdate, byAdmin);
  const before = (await getBulkAction(worker.db, id)).run.askUntil;
  await new Promise((resolve) => setTimeout(resolve, (CONSENT_SECONDS + 1) * 1000));
  await handle.executeUpdate(resumeUpdate, byAdmin);
  const after = (await getBulkAction(worker.db, id)).run.askUntil;
  expect(Number(after) - Number(before)).toBeGreaterThan(CONSENT_SECONDS * 1000);
  await new Promise((resolve) => setTimeout(resolve, 500));
  await handle.executeUpdate(confirmUpdate, { args: [{ byPersonId, round: 1 }] });
  expect(await handle.result()).toMatchObject({ state: 'completed', counts: { created: 2 } });
});
