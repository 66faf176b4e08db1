// What came to a source, over HTTP: all of it, the newest first, for those who may see it.
import { sql } from 'drizzle-orm';
import { beforeAll, describe, expect, test } from 'vitest';
import { addSource } from '../support/source-rows.ts';
import { FOREIGN, NORTH, ROOT, SOUTH, useApi } from './use-api.ts';

const api = useApi();
let path = '';
let sourceId = 0;

beforeAll(async () => {
  const organisation = { rootId: ROOT, siteId: NORTH, adminId: api.ownerId };
  sourceId = (await addSource(api.db, organisation)).id;
  path = `/v1/sources/${sourceId}/deliveries`;
  await api.db.execute(sql`
    insert into source_delivery (source_id, stem, state, outcome, problem_code, problem_message, taken_at, ended_at, rows)
    values
      (${sourceId}, '1', 'ended', 'imported', null, null, now(), now(), 2),
      (${sourceId}, '2', 'settling', 'failed', 'wrong-count', 'One row too few.', now(), null, null),
      (${sourceId}, '3', 'arriving', null, 'waits-for-set', 'It waits for cards-*.csv.', null, null, null)`);
  await api.db.execute(sql`
    insert into source_file (delivery_id, source_id, part, pattern, name, bytes, bulk_action_id, moved_to, moved_as, results_as)
    select d.id, d.source_id, 0, 0, 'people-' || d.stem || '.csv', 10, case d.stem when '1' then 'run1' end,
      case d.stem when '1' then 'completed' end, 'people-done.csv', 'people-done.results.csv'
    from source_delivery d where d.source_id = ${sourceId}`);
  await api.db.execute(sql`
    insert into bulk_action (id, site_id, root_id, kind, preset, options, upload_ids, state, source_id, source_delivery_id)
    select 'run1', ${NORTH}, ${ROOT}, 'people', 'people', '{}', '{}', 'applying', ${sourceId}, d.id
    from source_delivery d where d.source_id = ${sourceId} and d.stem = '1'`);
});

describe('GET /v1/sources/{id}/deliveries', () => {
  test('200: gives them page by page, with their files and runs, and why one waits', async () => {
    const first = await api.owner('GET', `${path}?limit=2`, { headers: { 'accept-language': 'de' } });
    expect(first.status).toBe(200);
    expect(first.json.items).toMatchObject([
      {
        stem: '3',
        state: 'arriving',
        problem: { code: 'waits-for-set', message: 'Sie wartet auf cards-*.csv.' },
      },
      {
        stem: '2',
        state: 'settling',
        outcome: null,
        problem: { code: 'wrong-count', message: 'One row too few.' },
        // Nothing has these names yet.
        files: [{ movedTo: null, movedAs: null, resultsAs: null }],
      },
    ]);
    const second = await api.owner('GET', `${path}?limit=2&cursor=${first.json.next}`);
    expect(second.json).toEqual({
      items: [
        {
          id: expect.any(Number),
          stem: '1',
          state: 'ended',
          outcome: 'imported',
          problem: null,
          isRemaster: false,
          rows: 2,
          files: [
            {
              name: 'people-1.csv',
              bytes: 10,
              runId: 'run1',
              movedTo: 'completed',
              movedAs: 'people-done.csv',
              resultsAs: 'people-done.results.csv',
            },
          ],
          runs: [{ id: 'run1', state: 'applying', counts: null }],
          firstSeenAt: expect.any(String),
          takenAt: expect.any(String),
          endedAt: expect.any(String),
        },
      ],
      next: null,
    });
  });

  test('403 without bulk-actions:read, 404 where the source is out of sight or not there', async () => {
    const editor = await api.admin(NORTH, ['people:read']);
    const elsewhere = await api.admin(SOUTH, ['bulk-actions:read']);
    const stranger = await api.admin(FOREIGN, ['bulk-actions:read']);
    expect((await editor('GET', path)).status).toBe(403);
    expect((await elsewhere('GET', path)).status).toBe(404);
    expect((await stranger('GET', path)).status).toBe(404);
    expect((await api.owner('GET', '/v1/sources/99999/deliveries')).status).toBe(404);
    expect((await api.owner('GET', `${path}?cursor=x`)).status).toBe(400);
  });
});
