// Undoing a run over HTTP: what begins, and what is refused in words, case by status.
import { sql } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import type { Permission } from '../../domain/rights.ts';
import { bulkActionWorkflowId } from '../../workflows/contract.ts';
import { FOREIGN, NORTH, ROOT, SOUTH, useApi } from './use-api.ts';

const api = useApi();

const RUNNER: readonly Permission[] = ['bulk-actions:run', 'bulk-actions:read'];
let runs = 0;

/** A run that has ended with these counts. */
async function ended(
  counts: Record<string, number>,
  {
    site = NORTH,
    state = 'completed',
    kind = 'people',
    undoes = null,
  }: { site?: number; state?: string; kind?: string; undoes?: string | null } = {},
): Promise<string> {
  runs += 1;
  const id = `run${runs}`;
  const isRejected = state === 'rejected';
  await api.db.execute(sql`
    insert into bulk_action (id, site_id, root_id, kind, preset, options, upload_ids, file_name, state, counts, locked_at,
      finished_at, error_code, undoes_id)
    values (${id}, ${site}, ${site === FOREIGN ? FOREIGN : ROOT}, ${kind}, 'people', '{"action": "create-or-update"}', '{}',
      'people.csv', ${state}, ${JSON.stringify({ created: 0, updated: 0, archived: 0, restored: 0, anonymized: 0, deleted: 0, ...counts })}::jsonb,
      now(), ${state === 'applying' ? null : sql`now()`}, ${isRejected ? 'wrong-count' : null}, ${undoes})`);
  return id;
}

const undo = (id: string, body?: object, ask = api.owner, headers = {}) =>
  ask('POST', `/v1/bulk-actions/${id}/undo`, { ...(body && { body }), headers });

describe('POST /v1/bulk-actions/{id}/undo', () => {
  test('202: a run of its own is written down and its workflow started, and the two name each other', async () => {
    const id = await ended({ updated: 2 });
    const answer = await undo(id, {
      created: 'delete',
      limits: { removed: { people: 5 } },
      maxChangePercent: 20,
    });
    expect(answer.status).toBe(202);
    expect(answer.headers.get('location')).toBe(`/v1/bulk-actions/${answer.json.id}`);
    expect(answer.json).toMatchObject({
      site: NORTH,
      kind: 'undo',
      undoes: id,
      undoneBy: null,
      fileName: null,
      state: 'staging',
      isDryRun: false,
      options: {
        action: 'undo',
        undoCreated: 'delete',
        limits: { removed: { people: 5 }, changed: { percent: 20 } },
      },
    });
    expect((await api.owner('GET', `/v1/bulk-actions/${id}`)).json).toMatchObject({
      undoes: null,
      undoneBy: answer.json.id,
    });
    const started = await api.temporal.workflow.getHandle(bulkActionWorkflowId(answer.json.id)).describe();
    expect(await started.staticSummary()).toBe(`Undo · site ${NORTH}`);
    expect(started.searchAttributes).toMatchObject({ BulkActionKind: ['undo'] });
  });

  test('202: without a body newcomers are archived; a dry run is one', async () => {
    expect((await undo(await ended({ created: 1 }))).json).toMatchObject({
      options: { undoCreated: 'archive', limits: {} },
      isDryRun: false,
    });
    expect((await undo(await ended({ created: 1 }), { dryRun: true })).json).toMatchObject({
      isDryRun: true,
    });
  });

  test('202: a run that was cancelled half-way is undone as far as it came', async () => {
    expect((await undo(await ended({ updated: 1 }, { state: 'cancelled' }))).status).toBe(202);
  });

  test('202: the same Idempotency-Key gives the same undo, 409 with another request', async () => {
    const id = await ended({ updated: 1 });
    const headers = { 'Idempotency-Key': 'once' };
    const first = await undo(id, {}, api.owner, headers);
    expect((await undo(id, {}, api.owner, headers)).json.id).toBe(first.json.id);
    expect((await undo(id, { created: 'delete' }, api.owner, headers)).status).toBe(409);
  });

  test('400: what is not known is refused', async () => {
    expect((await undo(await ended({ updated: 1 }), { created: 'keep' })).status).toBe(400);
    expect((await undo(await ended({ updated: 1 }), { sites: [1] })).status).toBe(400);
    expect(
      (await api.owner('POST', '/v1/bulk-actions', { body: { site: NORTH, kind: 'undo', files: ['x'] } }))
        .status,
    ).toBe(400);
  });

  test('403: each right that taking back the changes needs, by what the run has done', async () => {
    const cases: [Record<string, number>, object, Permission][] = [
      [{ created: 1 }, {}, 'people:archive'],
      [{ created: 1 }, { created: 'delete' }, 'people:delete'],
      [{ archived: 1 }, {}, 'people:restore'],
      [{ restored: 1 }, {}, 'people:archive'],
      [{ updated: 1 }, {}, 'people:update'],
      [{ updated: 1 }, { limits: {}, replacesLimits: true }, 'safeguards:override'],
    ];
    const all = [...new Set(cases.map(([, , permission]) => permission))];
    for (const [counts, body, permission] of cases) {
      const id = await ended(counts);
      const lacking = await api.admin(NORTH, [...RUNNER, ...all.filter((one) => one !== permission)]);
      const refused = await undo(id, body, lacking);
      expect([refused.status, refused.json.detail]).toEqual([403, expect.stringContaining(permission)]);
      const having = await api.admin(NORTH, [...RUNNER, ...all]);
      expect((await undo(id, body, having)).status).toBe(202);
    }
  });

  test('403: the one right to what runs of other kinds change, and of undos of these', async () => {
    const cases = { photos: 'photos:write', cards: 'cards:write', roles: 'roles:write' } as const;
    for (const [kind, permission] of Object.entries(cases)) {
      const id = await ended({ updated: 2 }, { kind });
      const again = await ended({ updated: 2 }, { kind: 'undo', undoes: id });
      for (const one of [id, again]) {
        const refused = await undo(one, {}, await api.admin(NORTH, [...RUNNER, 'people:update']));
        expect([refused.status, refused.json.detail]).toEqual([403, expect.stringContaining(permission)]);
        expect((await undo(one, {}, await api.admin(NORTH, [...RUNNER, permission]))).status).toBe(202);
      }
    }
  });

  test('403, 404: a run of a site where the admin runs nothing, or that is out of sight', async () => {
    const id = await ended({ updated: 1 });
    expect((await undo(id, {}, await api.admin(NORTH, ['people:update']))).status).toBe(403);
    expect((await undo(id, {}, await api.admin(SOUTH, [...RUNNER, 'people:update']))).status).toBe(404);
    expect((await undo(await ended({ updated: 1 }, { site: FOREIGN }))).status).toBe(404);
    expect((await undo('nothing')).status).toBe(404);
  });

  test('409: a run with nothing to take back says why', async () => {
    const refused = async (counts: Record<string, number>, state?: string) => {
      const answer = await undo(await ended(counts, state === undefined ? {} : { state }));
      return [answer.status, answer.json.detail];
    };
    expect(await refused({ updated: 1 }, 'applying')).toEqual([
      409,
      expect.stringContaining('has not ended'),
    ]);
    expect(await refused({}, 'rejected')).toEqual([409, expect.stringContaining('was rejected')]);
    expect(await refused({ unchanged: 4 })).toEqual([409, expect.stringContaining('changed nobody')]);
    expect(await refused({ deleted: 4, anonymized: 1 })).toEqual([
      409,
      expect.stringContaining('can’t be undone'),
    ]);
  });

  test('409: a run that is being undone names the undo; once that has ended, it may be undone again', async () => {
    const id = await ended({ updated: 1 });
    const both = await Promise.all([undo(id), undo(id)]);
    expect(both.map(({ status }) => status).sort()).toEqual([202, 409]);
    const [open, refused] = both.toSorted((a, b) => a.status - b.status);
    expect(refused?.json.detail).toContain(open?.json.id);
    await api.db.execute(sql`
      update bulk_action set state = 'cancelled', finished_at = now() where id = ${open?.json.id}`);
    expect((await undo(id)).status).toBe(202);
  });
});
