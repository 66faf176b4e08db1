// Sources in the database: how they are paused, set going and counted, what of that is noted, and what of them is forgotten.
import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, test } from 'vitest';
import {
  askForSync,
  deleteRemovedSource,
  listLaggingSources,
  noteScheduled,
  noteSourceBegun,
  noteSourceFailed,
  noteSourceGood,
  noteSourceLooked,
  pauseSource,
  resumeSource,
} from '../../db/queries/sources/source-states.ts';
import {
  findSource,
  getSource,
  insertSource,
  type NewSource,
  removeSource,
  updateSource,
} from '../../db/queries/sources/sources.ts';
import { useEngine } from '../support/engine.ts';
import { addPerson } from '../support/people.ts';
import { makeOrganisation, type TestOrganisation } from '../support/runs.ts';

const engine = useEngine();
let organisation: TestOrganisation;
let names = 0;

beforeEach(async () => {
  organisation = await makeOrganisation(engine.db);
});

const addSource = ({ by, ...more }: Partial<NewSource> = {}) => {
  names += 1;
  return insertSource(engine.db, {
    siteId: organisation.siteId,
    rootId: organisation.rootId,
    name: `Nightly ${names}`,
    place: { kind: 'directory', path: '/in' },
    secret: null,
    parts: [{ patterns: ['*.csv'], preset: 'people', options: {} }],
    schedule: {
      when: { kind: 'interval', everyMinutes: 60 },
      timeZone: 'UTC',
      jitterSeconds: 0,
      blackouts: [],
    },
    readiness: { kind: 'rest', restSeconds: 60 },
    rowCount: null,
    fewerRowsPercentMax: null,
    setWaitMinutes: 60,
    notify: [],
    tells: 'problems',
    freshHours: null,
    by: by ?? { personId: organisation.adminId, name: 'Ada Admin' },
    ...more,
  });
};
const rowOf = (id: number) => getSource(engine.db, id);
const eventsOf = async (id: number) => [
  ...(await engine.db.execute<{ what: string; by: number | null; details: object }>(sql`
    select what, by_person_id::float8 as by, details from audit_event
    where subject = 'source' and subject_id = ${String(id)} order by seq`)),
];

describe('the states of a source', () => {
  test('is paused once, with why and for what run, and goes on by itself for that run alone', async () => {
    const { id } = await addSource();
    const pause = { reason: 'run-asks', byPersonId: null, forRunId: 'abc' } as const;
    expect(await pauseSource(engine.db, id, pause)).toBe(true);
    expect(await pauseSource(engine.db, id, pause)).toBe(false);
    expect(await pauseSource(engine.db, id, { reason: 'failures', byPersonId: null })).toBe(false);
    expect(await rowOf(id)).toMatchObject({ pauseReason: 'run-asks', pausedForId: 'abc', version: 2 });
    expect(await resumeSource(engine.db, id, { by: null, onlyFor: 'xyz' })).toBe(false);
    expect(await resumeSource(engine.db, id, { by: null, onlyFor: 'abc' })).toBe(true);
    expect(await resumeSource(engine.db, id, { by: null, onlyFor: 'abc' })).toBe(false);
    expect(await rowOf(id)).toMatchObject({
      pausedAt: null,
      pausedForId: null,
      byName: 'Ada Admin',
      version: 3,
    });
    expect(await eventsOf(id)).toEqual([
      { what: 'source.paused', by: null, details: { reason: 'run-asks', run: 'abc' } },
      { what: 'source.resumed', by: null, details: { run: 'abc' } },
    ]);
  });

  test('stays paused where somebody wants that, whatever had paused it; who resumes it becomes its owner', async () => {
    const { id } = await addSource();
    const bob = await addPerson(engine.db, organisation.siteId, 'bob');
    await pauseSource(engine.db, id, { reason: 'run-asks', byPersonId: null, forRunId: 'abc' });
    expect(await pauseSource(engine.db, id, { reason: 'asked', byPersonId: bob.id })).toBe(true);
    expect(await pauseSource(engine.db, id, { reason: 'asked', byPersonId: bob.id })).toBe(false);
    expect(await resumeSource(engine.db, id, { by: null, onlyFor: 'abc' })).toBe(false);
    expect(await resumeSource(engine.db, id, { by: { personId: bob.id, name: 'Bob' } })).toBe(true);
    expect(await rowOf(id)).toMatchObject({ byPersonId: bob.id, byName: 'Bob', pauseReason: null });
    expect((await eventsOf(id)).at(-1)).toEqual({ what: 'source.resumed', by: bob.id, details: {} });
  });

  test('counts failures in a row until a good file comes, or until it is changed', async () => {
    const { id } = await addSource();
    const problem = { code: 'unreachable', message: 'The server can’t be reached.' };
    const by = { personId: organisation.adminId, name: 'Ada' };
    expect(await noteSourceFailed(engine.db, id, problem)).toBe(1);
    expect(await noteSourceFailed(engine.db, id, problem)).toBe(2);
    expect(await rowOf(id)).toMatchObject({ problemCode: 'unreachable', problemMessage: problem.message });
    await noteSourceGood(engine.db, id);
    expect(await rowOf(id)).toMatchObject({
      failures: 0,
      problemCode: null,
      problemMessage: null,
      version: 1,
    });
    expect((await rowOf(id)).lastGoodAt).toBeInstanceOf(Date);
    await noteSourceFailed(engine.db, id, problem);
    expect(await updateSource(engine.db, id, { tells: 'everything' }, { by, version: 1 })).toMatchObject({
      failures: 0,
      problemCode: null,
      version: 2,
    });
    expect(await updateSource(engine.db, id, { tells: 'problems' }, { by, version: 1 })).toBeUndefined();
    await pauseSource(engine.db, id, { reason: 'failures', byPersonId: null, ...problem });
    const changed = await updateSource(engine.db, id, { name: 'Other' }, { by, version: 3 });
    expect(changed).toMatchObject({ pauseReason: 'failures', problemCode: 'unreachable' });
  });

  test('keeps an ask that comes while it works; a remaster that was asked for is not lost by asking again', async () => {
    const { id } = await addSource();
    await noteSourceLooked(engine.db, id);
    expect(await askForSync(engine.db, id, { isRemaster: true })).toBe(true);
    expect(await askForSync(engine.db, id, { isRemaster: false })).toBe(true);
    const { askedAt, isRemasterAsked, lastLookedAt } = await rowOf(id);
    expect([isRemasterAsked, lastLookedAt instanceof Date]).toEqual([true, true]);
    expect(await noteSourceBegun(engine.db, id, new Date((askedAt as Date).getTime() - 1000))).toBe(false);
    expect(await noteSourceBegun(engine.db, id, askedAt as Date)).toBe(true);
    expect((await rowOf(id)).askedAt).toBeNull();
  });

  test('lags until its Schedule follows; removed, it is there for that alone, and its name is free', async () => {
    const { id, name } = await addSource({ secret: 'v1.sealed' });
    expect(await listLaggingSources(engine.db)).toContain(id);
    await noteScheduled(engine.db, id, 1);
    expect(await listLaggingSources(engine.db)).not.toContain(id);
    await expect(addSource({ name })).rejects.toMatchObject({ code: 'conflict' });
    await deleteRemovedSource(engine.db, id);
    expect(await removeSource(engine.db, id)).toBe(true);
    expect(await removeSource(engine.db, id)).toBe(false);
    expect(await findSource(engine.db, id)).toBeUndefined();
    await expect(rowOf(id)).rejects.toMatchObject({ code: 'missing' });
    expect(await pauseSource(engine.db, id, { reason: 'asked', byPersonId: null })).toBe(false);
    expect(await askForSync(engine.db, id, { isRemaster: false })).toBe(false);
    expect(await noteSourceFailed(engine.db, id, { code: 'x', message: 'x' })).toBe(0);
    expect(await findSource(engine.db, id, { isRemovedToo: true })).toMatchObject({ secret: null });
    expect(await listLaggingSources(engine.db)).toContain(id);
    await addSource({ name });
    await deleteRemovedSource(engine.db, id);
    expect(await findSource(engine.db, id, { isRemovedToo: true })).toBeUndefined();
  });
});

describe.each(['anonymize', 'delete'] as const)('%s', (action) => {
  test('takes people out of sources: whom they tell, whose they are, whom they are about; others stay', async () => {
    const { siteId, rootId } = organisation;
    const [ann, bob] = [await addPerson(engine.db, siteId, 'ann'), await addPerson(engine.db, siteId, 'bob')];
    await engine.run(organisation, 'identifier,email\nann,ann.new@example.org');
    const notify = ['it@example.org', 'ANN@example.org', 'bob@example.org', 'ann.new@example.org'];
    const { id } = await addSource({ notify, by: { personId: ann.id, name: 'Ann' } });
    const other = await addSource({ notify: ['bob@example.org'], by: { personId: bob.id, name: 'Bob' } });
    await engine.db.execute(sql`insert into source_person values (${id}, ${ann.id}), (${id}, ${bob.id})`);
    // An address of Ann's that is Carol's by now.
    await addPerson(engine.db, siteId, 'carol', { email: 'ann@example.org' });
    await engine.run(organisation, `action,identifier\narchive,ann\n`);
    await engine.run(organisation, `action,identifier\n${action},ann\n`);
    expect(await rowOf(id)).toMatchObject({
      notify: ['it@example.org', 'ANN@example.org', 'bob@example.org'],
      byName: null,
      byPersonId: ann.id,
      version: 1,
    });
    expect(await rowOf(other.id)).toMatchObject({ notify: ['bob@example.org'], byName: 'Bob' });
    const left = await engine.db.execute<{ id: number }>(
      sql`select person_id::float8 as id from source_person where source_id = ${id}`,
    );
    expect([...left]).toEqual([{ id: bob.id }]);
    expect(rootId).toBe(other.rootId);
    const carol = `action,identifier\narchive,carol\n`;
    await engine.run(organisation, carol);
    await engine.run(organisation, `action,identifier\n${action},carol\n`);
    expect((await rowOf(id)).notify).toEqual(['it@example.org', 'bob@example.org']);
  });
});
