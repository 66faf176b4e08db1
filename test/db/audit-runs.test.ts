// What the audit trail says of a run: who agreed to it, by name, and how it ended, each once.
import { beforeEach, expect, test } from 'vitest';
import { listAuditEvents } from '../../db/queries/audit-events.ts';
import { recordConsent } from '../../db/queries/consents.ts';
import { abandonOpenRows, endRun, getRun } from '../../db/queries/runs.ts';
import { updateSafeguards } from '../../db/queries/safeguards.ts';
import { useEngine } from '../support/engine.ts';
import { addPerson } from '../support/people.ts';
import { makeOrganisation, type TestOrganisation } from '../support/runs.ts';

const engine = useEngine();
let organisation: TestOrganisation;
beforeEach(async () => {
  organisation = await makeOrganisation(engine.db);
});

const CSV = 'identifier,email\n1,a@x.org\n2,b@x.org\n3,bad\n';

async function eventsOf(bulkActionId: string) {
  const { rootId } = organisation;
  const query = { rootId, siteIds: [rootId], bulkActionId, isBrief: true };
  return (await listAuditEvents(engine.db, query, { before: undefined, limit: 20 })).reverse();
}

test('whoever confirmed and whoever approved it stand there with two names, each once', async () => {
  const { siteId, adminId } = organisation;
  await updateSafeguards(engine.db, siteId, { approvals: ['create'] });
  const other = await addPerson(engine.db, siteId, 'second', { firstName: 'Bea', lastName: 'Second' });
  const id = await engine.stage(organisation, CSV, { isDryRun: true });
  await engine.check(id, null);
  const { askRound: round } = await getRun(engine.db, id);
  const confirmed = { what: 'confirmed', round, byPersonId: adminId } as const;
  await recordConsent(engine.db, id, confirmed, 60);
  await recordConsent(engine.db, id, confirmed, 60);
  await expect(recordConsent(engine.db, id, { ...confirmed, what: 'approved' }, 60)).rejects.toThrow();
  await recordConsent(engine.db, id, { what: 'approved', round, byPersonId: other.id }, 60);
  const about = { siteId, bulkActionId: id, subject: 'run', subjectId: id, details: { round } };
  expect(await eventsOf(id)).toMatchObject([
    { ...about, what: 'run.confirmed', byPersonId: adminId, byName: 'Ada Admin' },
    { ...about, what: 'run.approved', byPersonId: other.id, byName: 'Bea Second' },
  ]);
});

test('a run that ends is told once, with its counts, however often it is ended', async () => {
  const { id } = await engine.run(organisation, CSV);
  await engine.end(id);
  expect(await eventsOf(id)).toMatchObject([
    {
      what: 'run.completed',
      byPersonId: null,
      siteId: organisation.siteId,
      details: { counts: { created: 2, rejected: 1, total: 3 } },
    },
  ]);
});

test('a run that was rejected says by which code, one that was cancelled why', async () => {
  const rejected = await engine.stage(organisation, CSV);
  const details = { expected: 7, found: 3 };
  await endRun(engine.db, rejected, {
    state: 'rejected',
    code: 'wrong-count',
    message: 'Not seven.',
    details,
  });
  expect(await eventsOf(rejected)).toMatchObject([
    { what: 'run.rejected', details: { code: 'wrong-count' } },
  ]);
  const cancelled = await engine.stage(organisation, CSV);
  await abandonOpenRows(engine.db, cancelled);
  await endRun(engine.db, cancelled, { state: 'cancelled', because: 'timed-out' });
  const [event] = await eventsOf(cancelled);
  expect(event).toMatchObject({ what: 'run.cancelled', details: { reason: 'timed-out' } });
  expect(event?.details['counts']).toMatchObject({ 'not-processed': 3 });
});
