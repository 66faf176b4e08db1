// Files of deleted photos: erased by the sweep, which the proof remembers; a file that can't be erased is tried again.
import { Readable } from 'node:stream';
import { sql } from 'drizzle-orm';
import { beforeEach, expect, test } from 'vitest';
import { sweepActivities } from '../../activities/sweep.ts';
import type { FileStore } from '../../adapters/files.ts';
import { openLog } from '../../adapters/log.ts';
import { useEngine } from '../support/engine.ts';
import { addPerson } from '../support/people.ts';
import { planPeople } from '../support/planned-runs.ts';
import { makeOrganisation, type TestOrganisation } from '../support/runs.ts';

const engine = useEngine();
let organisation: TestOrganisation;

beforeEach(async () => {
  organisation = await makeOrganisation(engine.db);
});

const sweepWith = (files: FileStore) =>
  sweepActivities({
    db: engine.db,
    files,
    log: openLog('worker', { level: 'silent', isJson: true }),
    startRun: async () => {},
    cancelRun: async () => {},
    tellMended: async () => {},
    startCardholderMails: async () => {},
    startMail: async () => {},
    startDelivery: async () => {},
    isRunAlive: async () => true,
    ensureFollowUp: async () => {},
    ensureSource: async () => {},
    restoreSources: async () => [],
    triggerSource: async () => {},
    listRunningFollowUps: async () => new Set<string>(),
  }).sweep();

/** A person whose photo is in the file store. */
async function addPhotographed(identifier: string) {
  const { siteId } = organisation;
  const person = await addPerson(engine.db, siteId, identifier);
  const key = `photo-${person.id}`;
  const stored = await engine.files.write(key, Readable.from([Buffer.from(identifier)]), { maxBytes: 100 });
  await engine.db.execute(sql`
    insert into photo (id, person_id, site_id, kind, file_key, media_type, bytes, sha256)
    values (${key}, ${person.id}, ${siteId}, 'cardholder', ${key}, 'image/png', ${stored.bytes}, ${stored.sha256})`);
  return { ...person, key, sha256: stored.sha256 };
}

const proofOf = async (photoId: string) => {
  const [proof] = await engine.db.execute(sql`
    select sha256, file_key, erased_at is not null as is_erased from photo_deletion where photo_id = ${photoId}`);
  return proof;
};

test('are erased, and the proof stays without them', async () => {
  const [gone, kept] = [await addPhotographed('gone'), await addPhotographed('kept')];
  await engine.apply(await planPeople(engine.db, organisation, 'delete', [gone]));
  expect(await proofOf(gone.key)).toEqual({ sha256: gone.sha256, file_key: gone.key, is_erased: false });
  expect(await sweepWith(engine.files)).toMatchObject({ photos: 1 });
  await expect(engine.files.read(gone.key)).rejects.toMatchObject({ code: 'gone' });
  (await engine.files.read(kept.key)).destroy();
  expect(await proofOf(gone.key)).toEqual({ sha256: gone.sha256, file_key: null, is_erased: true });
  expect(await sweepWith(engine.files)).toMatchObject({ photos: 0 });
});

test('that can’t be erased now are tried again, and hold up no others', async () => {
  const [stuck, free] = [await addPhotographed('stuck'), await addPhotographed('free')];
  await engine.apply(await planPeople(engine.db, organisation, 'delete', [stuck, free]));
  const failing: FileStore = {
    ...engine.files,
    delete: async (key) => {
      if (key === stuck.key) throw new Error('the store is away');
      await engine.files.delete(key);
    },
  };
  await expect(sweepWith(failing)).rejects.toThrow('the store is away');
  expect(await proofOf(free.key)).toMatchObject({ is_erased: true });
  expect(await proofOf(stuck.key)).toMatchObject({ file_key: stuck.key, is_erased: false });
  expect(await sweepWith(engine.files)).toMatchObject({ photos: 1 });
  expect(await proofOf(stuck.key)).toMatchObject({ is_erased: true });
});
