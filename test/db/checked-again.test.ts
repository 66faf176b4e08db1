// Runs that are checked again under another lock: nothing of what was planned before counts by then.
import { sql } from 'drizzle-orm';
import { beforeEach, expect, test } from 'vitest';
import { recordConsent } from '../../db/queries/consents.ts';
import { pauseRun, requeueRun, resumeRun } from '../../db/queries/pauses.ts';
import { getRun } from '../../db/queries/runs.ts';
import { useEngine } from '../support/engine.ts';
import { addPerson } from '../support/people.ts';
import { listOutcomes, makeOrganisation, type TestOrganisation } from '../support/runs.ts';

const engine = useEngine();
let organisation: TestOrganisation;

beforeEach(async () => {
  organisation = await makeOrganisation(engine.db);
});

const FILE = 'identifier,email,first_name\na,a@example.org,Ann\n';

test('a check that a pause has cut off begins anew once the run has its lock again', async () => {
  const { id } = await engine.plan(organisation, FILE);
  // As a check leaves it that had planned all rows and came no further.
  await engine.db.execute(sql`update bulk_action set state = 'checking', checked_at = null where id = ${id}`);
  await pauseRun(engine.db, id, organisation.adminId);
  expect(await requeueRun(engine.db, id, { onlyPaused: true })).toBe(true);
  await addPerson(engine.db, organisation.siteId, 'a');
  await resumeRun(engine.db, id);
  await engine.apply(await engine.check(id, await engine.lock(id)));
  expect((await engine.end(id)).counts).toMatchObject({ updated: 1, created: 0, failed: 0, total: 1 });
});

test('a row whose person was there before, and is gone by now, is planned anew', async () => {
  const { id: personId } = await addPerson(engine.db, organisation.siteId, 'a');
  const id = await engine.stage(organisation, FILE, { existing: 'keep', isDryRun: true });
  await engine.check(id, null);
  expect((await listOutcomes(engine.db, id)).map(({ outcome }) => outcome)).toEqual(['skipped']);
  await engine.db.execute(sql`delete from person where id = ${personId}`);
  const answer = { what: 'confirmed', round: 1, byPersonId: organisation.adminId } as const;
  await recordConsent(engine.db, id, answer, 60);
  const again = await engine.check(id, await engine.lock(id));
  expect(again.waiting).toMatchObject({ state: 'awaiting-confirmation', round: 2 });
  expect((await getRun(engine.db, id)).askRound).toBe(2);
});

test('a run that nobody has started can be approved', async () => {
  const { id } = await engine.plan(organisation, FILE);
  const ask = { why: ['approval'], approvals: ['create'], graceMinutes: 0 };
  await engine.db.execute(sql`
    update bulk_action set state = 'awaiting-approval', by_person_id = null, ask_round = 1,
      ask = ${JSON.stringify(ask)}::jsonb, ask_until = now() + interval '1 hour'
    where id = ${id}`);
  const answer = { what: 'approved', round: 1, byPersonId: organisation.adminId } as const;
  expect(await recordConsent(engine.db, id, answer, 60)).toMatchObject({ state: 'queued' });
});
