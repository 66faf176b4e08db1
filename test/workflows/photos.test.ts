// A run on photos as its workflow takes it: pictures are read by the workers that are there for them, rows by the others.
import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { temporalRuns } from '../../api/runs.ts';
import { insertBulkAction } from '../../db/queries/bulk-actions.ts';
import { insertUpload } from '../../db/queries/uploads.ts';
import { DEFAULT_OPTIONS } from '../../domain/bulk-action.ts';
import { thumbnailKeyOf } from '../../domain/photo.ts';
import {
  type BulkActionResult,
  bulkActionWorkflowId,
  FILES_TASK_QUEUE,
  TASK_QUEUE,
} from '../../workflows/contract.ts';
import { addPerson } from '../support/people.ts';
import { plainJpeg } from '../support/pictures.ts';
import { makeOrganisation, type TestOrganisation } from '../support/runs.ts';
import { useWorker } from '../support/worker.ts';
import { makeZip, type ZipPart } from '../support/zips.ts';

const worker = useWorker();

async function runZip({ rootId, siteId, adminId }: TestOrganisation, parts: readonly ZipPart[]) {
  const id = randomBytes(5).toString('hex');
  const stored = await worker.files.write(id, Readable.from([makeZip(parts)]), { maxBytes: 1e9 });
  await insertUpload(worker.db, { id, name: 'photos.zip', ...stored, byPersonId: adminId });
  await insertBulkAction(worker.db, {
    id,
    siteId,
    rootId,
    kind: 'photos',
    preset: 'people',
    options: { ...DEFAULT_OPTIONS, action: 'add-photos', photoMatch: 'identifier' },
    uploadIds: [id],
    fileName: 'photos.zip',
    byPersonId: adminId,
    byName: 'Ada Admin',
    notifyEmail: `admin@${rootId}.example`,
    grants: null,
    scopes: null,
    isDryRun: false,
    idempotencyKey: null,
    requestHash: id,
  });
  const { client } = worker.temporal;
  const kinds = { kind: 'photos', action: 'add-photos', isSmall: true } as const;
  await temporalRuns(client).start({ id, siteId, rootId, byPersonId: adminId, ...kinds });
  const handle = client.workflow.getHandle<() => Promise<BulkActionResult>>(bulkActionWorkflowId(id));
  const result = await handle.result();
  const { events } = await handle.fetchHistory();
  const queues = (events ?? []).flatMap(({ activityTaskScheduledEventAttributes: step }) =>
    step ? [`${step.activityType?.name} on ${step.taskQueue?.name}`] : [],
  );
  return { id, queues, ...result };
}

test('its zip is read on the queue of files, and becomes photos', async () => {
  const organisation = await makeOrganisation(worker.db);
  await addPerson(worker.db, organisation.siteId, 'S1');
  const jpeg = await plainJpeg();
  const ran = await runZip(organisation, [
    { name: 'S1.jpg', content: jpeg },
    { name: 'nobody.jpg', content: jpeg },
  ]);
  expect(ran).toMatchObject({ state: 'completed', counts: { updated: 1, rejected: 1, total: 2 } });
  expect(ran.queues[0]).toBe(`stage on ${FILES_TASK_QUEUE}`);
  expect(ran.queues.filter((step) => !step.endsWith(` on ${TASK_QUEUE}`))).toHaveLength(1);
  const [photo] = await worker.db.execute<{ key: string }>(sql`
    select f.file_key as key from photo f join person p on p.id = f.person_id
    where p.site_id = ${organisation.siteId} and f.state = 'approved'`);
  for (const key of [photo?.key ?? '', thumbnailKeyOf(photo?.key ?? '')])
    (await worker.files.read(key)).destroy();
});

test('a zip that is refused ends the run with the reason, and nothing of it is left', async () => {
  const organisation = await makeOrganisation(worker.db);
  await addPerson(worker.db, organisation.siteId, 'S1');
  const ran = await runZip(organisation, [
    { name: 'S1.jpg', content: await plainJpeg() },
    { name: 'S2.jpg', content: Buffer.alloc(12 * 2 ** 20) },
  ]);
  expect(ran.state).toBe('rejected');
  const [left] = await worker.db.execute(sql`
    select error_code, error_details ->> 'zip' as zip,
      (select count(*)::int from bulk_row where bulk_action_id = a.id) as rows,
      (select count(*)::int from bulk_photo where bulk_action_id = a.id) as pictures
    from bulk_action a where id = ${ran.id}`);
  expect(left).toEqual({ error_code: 'too-large', zip: 'bomb', rows: 0, pictures: 0 });
});
