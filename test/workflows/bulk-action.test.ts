// A run from its upload to its mail, on a real worker, a real Temporal server and a real database.
import { describe, expect, test } from 'vitest';
import { listOutcomes, listPeople, makeOrganisation, runCsv } from '../support/runs.ts';
import { useWorker } from '../support/worker.ts';

const worker = useWorker();

const outcomesOf = async (id: string) =>
  (await listOutcomes(worker.db, id)).map(({ row, outcome, reasons }) => [
    row,
    outcome,
    ...reasons.map((reason) => reason.code),
  ]);

describe('a run', () => {
  test('creates and updates people, leaves the unchanged alone, and counts every row', async () => {
    const organisation = await makeOrganisation(worker.db);
    const first = await runCsv(
      worker,
      organisation,
      'identifier,email,first_name,programme\n001,Ada@example.org,Ada,Maths\n002,bob@example.org,Bob,\n',
    );
    expect(first).toMatchObject({ state: 'completed', counts: { created: 2, total: 2 } });
    const second = await runCsv(
      worker,
      organisation,
      'identifier,email,first_name,programme\n001,ada@example.org,Ada,Physics\n002,,Bob,\n003,c@example.org,Cy,\n',
    );
    expect(second.counts).toMatchObject({ created: 1, updated: 1, unchanged: 1, total: 3 });
    expect(await listPeople(worker.db, organisation.siteId)).toMatchObject([
      { identifier: '001', email: 'Ada@example.org', fields: { programme: 'Physics' }, version: 2 },
      { identifier: '002', first_name: 'Bob', fields: {}, version: 1 },
      { identifier: '003', version: 1 },
    ]);
  });

  test('refuses both of two rows that claim one person or one key, each naming the other', async () => {
    const organisation = await makeOrganisation(worker.db);
    const { id, counts } = await runCsv(
      worker,
      organisation,
      [
        'identifier,email,first_name,badge',
        '1,a@example.org,A,',
        '1,a@example.org,B,',
        '2,same@example.org,C,',
        '3,SAME@example.org,D,',
        '4,d@example.org,E,77',
        '5,e@example.org,F,77',
        '6,f@example.org,G,',
        '6,F@example.org , G,',
      ].join('\n'),
    );
    expect(await outcomesOf(id)).toEqual([
      [2, 'rejected', 'person-twice'],
      [3, 'rejected', 'person-twice'],
      [4, 'rejected', 'key-twice'],
      [5, 'rejected', 'key-twice'],
      [6, 'rejected', 'key-twice'],
      [7, 'rejected', 'key-twice'],
      [8, 'created'],
      [9, 'skipped', 'same-as-row'],
    ]);
    expect((await listOutcomes(worker.db, id))[2]?.reasons).toEqual([
      { code: 'key-twice', field: 'email', value: 'same@example.org', rows: [5] },
    ]);
    expect(counts).toMatchObject({ created: 1, skipped: 1, rejected: 6, total: 8 });
  });

  test('mails the admin who started it', async () => {
    const organisation = await makeOrganisation(worker.db);
    await runCsv(worker, organisation, 'identifier,email\n1,one@example.org\n');
    await expect
      .poll(async () =>
        (await worker.mails()).filter((mail) => mail.to.includes(`admin@${organisation.rootId}.example`)),
      )
      .toHaveLength(1);
  });

  test('is rejected with nothing written where the file is none', async () => {
    const organisation = await makeOrganisation(worker.db);
    const { state, counts } = await runCsv(worker, organisation, Buffer.from('504b0304deadbeef', 'hex'));
    expect(state).toBe('rejected');
    expect(counts).toMatchObject({ total: 0 });
    expect(await listPeople(worker.db, organisation.siteId)).toEqual([]);
  });
});
