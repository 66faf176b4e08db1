// What a plan would do on each site of a run: how many people, by phase, of how many who are active there.
import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, test } from 'vitest';
import { getRun } from '../../db/queries/runs.ts';
import { listPlannedOnSites, listSafeguards, updateSafeguards } from '../../db/queries/safeguards.ts';
import { assess } from '../../domain/safeguards.ts';
import type { CheckedRun } from '../support/engine.ts';
import { useEngine } from '../support/engine.ts';
import { addPerson, addSite, archive } from '../support/people.ts';
import { makeOrganisation, type RunRequest, type TestOrganisation } from '../support/runs.ts';

const engine = useEngine();
let organisation: TestOrganisation;
let siteId: number;
let other: number;

beforeEach(async () => {
  organisation = await makeOrganisation(engine.db);
  ({ siteId } = organisation);
  other = await addSite(engine.db, siteId, organisation.rootId + 2);
  for (const identifier of ['a', 'b', 'c', 'd', 'e', 'f']) await addPerson(engine.db, siteId, identifier);
  const gone = await addPerson(engine.db, siteId, 'gone');
  await archive(engine.db, gone.id);
  await addPerson(engine.db, other, 'x');
});

const lines = (...rows: string[]): string =>
  ['identifier,email,first_name,action,account_id', ...rows].join('\n');

async function plannedBy(content: string, request: RunRequest = {}) {
  const run = await engine.plan(organisation, content, request);
  return { run, planned: await plannedFor(run) };
}

async function plannedFor({ id }: CheckedRun) {
  const [row] = await engine.db.execute<{ ids: number[] }>(
    sql`select lock_site_ids as ids from bulk_action where id = ${id}`,
  );
  return listPlannedOnSites(engine.db, id, row?.ids ?? []);
}

describe('a run at one site', () => {
  test('is counted by phases, without what its check has settled', async () => {
    const { planned } = await plannedBy(
      lines(
        'a,,Ada,,', // an update
        'b,b@example.org,,,', // unchanged
        'c,,,archive,',
        'gone,,,restore,',
        'new,new@example.org,,,',
        'new2,new@example.org,,,', // rejected with the one before
        'nobody,,,delete,', // rejected
        'd,,,delete,',
      ),
    );
    expect(planned).toEqual([
      {
        siteId,
        activePeople: 6,
        rows: { update: 1, archive: 1, restore: 1, delete: 1 },
        peopleTwice: 0,
      },
    ]);
  });

  test('counts hand-overs as their own phase, and creates', async () => {
    const swap = lines('a,b@example.org,,,', 'b,a@example.org,,,', 'new,new@example.org,,,');
    expect((await plannedBy(swap)).planned).toMatchObject([{ rows: { 'hand-over': 2, create: 1 } }]);
  });

  test('tells people whom two rows concern: archived and removed, or restored and updated', async () => {
    const { planned } = await plannedBy(
      lines(
        ...['a,,,archive,', 'a,,,anonymize,', 'b,,,archive,', 'b,,,delete,', 'b,b@example.org,,create,'],
        ...['c,,,archive,', 'd,,Dora,,', 'gone,,,restore,', 'gone,,Gone,update,'],
      ),
    );
    expect(planned).toMatchObject([
      { rows: { archive: 3, anonymize: 1, delete: 1, restore: 1, update: 2, create: 1 }, peopleTwice: 3 },
    ]);
  });

  test('tells of a sync who comes back, be it to hand a key over', async () => {
    const back = await addPerson(engine.db, siteId, 'back', { username: 'u' });
    await archive(engine.db, back.id);
    const { planned } = await plannedBy(
      ['identifier,username', 'back,v', 'a,u', ...['b', 'c', 'd', 'e', 'f'].map((one) => `${one},`)].join(
        '\n',
      ),
      { action: 'sync' },
    );
    expect(planned).toEqual([{ siteId, activePeople: 6, rows: { restore: 1, update: 1 }, peopleTwice: 0 }]);
  });

  test('has nothing planned where all is as the file says', async () => {
    expect((await plannedBy(lines('a,a@example.org,,,', 'b,,,,'))).planned).toEqual([]);
  });

  test('counts what is left of it once some of it is applied', async () => {
    const { run } = await plannedBy(lines('a,,Ada,,', 'b,,,archive,', 'c,,,archive,'));
    const archiving = run.batches.filter(({ phase }) => phase === 'archive');
    await engine.apply({ ...run, batches: archiving });
    expect(await plannedFor(run)).toEqual([{ siteId, activePeople: 4, rows: { update: 1 }, peopleTwice: 0 }]);
    await engine.apply(run);
    expect(await plannedFor(run)).toEqual([]);
  });
});

describe('a run over several sites', () => {
  test('is counted site by site, those with nothing planned and nobody there too', async () => {
    const empty = await addSite(engine.db, siteId, organisation.rootId + 3);
    const { planned } = await plannedBy(
      lines(
        'a,,Ada,,',
        `x,,,archive,${other}`,
        `x,,,delete,${other}`,
        `n,n@example.org,,,${empty}`,
        `y,,,archive,${other}`,
      ),
    );
    expect(planned).toEqual([
      { siteId, activePeople: 6, rows: { update: 1 }, peopleTwice: 0 },
      { siteId: other, activePeople: 1, rows: { archive: 1, delete: 1 }, peopleTwice: 1 },
      { siteId: empty, activePeople: 0, rows: { create: 1 }, peopleTwice: 0 },
    ]);
  });

  test('is judged by what each of its sites says', async () => {
    await updateSafeguards(engine.db, siteId, {
      limits: { changed: { percent: 20 } },
      approvals: ['delete'],
    });
    await updateSafeguards(engine.db, other, { limits: { removed: { people: 0 } }, graceMinutes: 15 });
    const needs = async (content: string) => {
      const { planned } = await plannedBy(content);
      const safeguards = await listSafeguards(
        engine.db,
        planned.map((site) => site.siteId),
      );
      return assess({ limits: {}, replacesLimits: false, sites: planned, safeguards });
    };
    expect(await needs(lines('a,,Ada,,', `x,,Xaver,,${other}`))).toEqual({
      tripped: [],
      approvals: [],
      graceMinutes: 0,
    });
  });

  test('passes the limits of one and of the other', async () => {
    await updateSafeguards(engine.db, siteId, {
      limits: { changed: { percent: 20 } },
      approvals: ['delete'],
    });
    await updateSafeguards(engine.db, other, { limits: { removed: { people: 0 } }, graceMinutes: 15 });
    const { planned } = await plannedBy(lines('a,,Ada,,', 'b,,Bob,,', `x,,,delete,${other}`));
    const safeguards = await listSafeguards(
      engine.db,
      planned.map((site) => site.siteId),
    );
    expect(assess({ limits: {}, replacesLimits: false, sites: planned, safeguards })).toEqual({
      tripped: [
        { limited: 'changed', limit: { percent: 20 }, actual: 2, activePeople: 6, siteId },
        { limited: 'removed', limit: { people: 0 }, actual: 1, activePeople: 1, siteId: other },
      ],
      approvals: ['delete'],
      graceMinutes: 15,
    });
  });
});

test('a run of an older version, whose options know of no limits, has none', async () => {
  const { run } = await plannedBy(lines('a,,Ada,,'));
  await engine.db.execute(
    sql`update bulk_action set options = options - 'limits' - 'replacesLimits' where id = ${run.id}`,
  );
  expect((await getRun(engine.db, run.id)).options).toMatchObject({ limits: {}, replacesLimits: false });
});
