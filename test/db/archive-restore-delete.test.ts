// Archiving, restoring and deleting in bulk: what the three promise alike, whatever else is at work.
import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, test } from 'vitest';
import type { PersonRow } from '../../db/queries/person-row.ts';
import { OUTCOME_OF_PHASE } from '../../domain/bulk-action.ts';
import { useEngine } from '../support/engine.ts';
import { addPerson, archive } from '../support/people.ts';
import { planPeople } from '../support/planned-runs.ts';
import { listOutcomes, makeOrganisation, type TestOrganisation } from '../support/runs.ts';
import { openTransaction, untilBlocked } from '../support/sessions.ts';

const engine = useEngine();
let organisation: TestOrganisation;
let siteId: number;

beforeEach(async () => {
  organisation = await makeOrganisation(engine.db);
  ({ siteId } = organisation);
});

type Standing = { id: number; status: string; version: number };

const standing = async (): Promise<Standing[]> => [
  ...(await engine.db.execute<Standing>(
    sql`select id, status, version from person where site_id = ${siteId} order by id`,
  )),
];
const historyOf = async (id: string) => [
  ...(await engine.db.execute<{ person_id: number; version: number; what: string; row_number: number }>(
    sql`select person_id, version, what, row_number from person_history where bulk_action_id = ${id} order by row_number`,
  )),
];

describe.each([
  { phase: 'archive', from: 'active', after: 'archived' },
  { phase: 'restore', from: 'archived', after: 'active' },
  { phase: 'delete', from: 'active', after: undefined },
  { phase: 'delete', from: 'archived', after: undefined },
] as const)('$phase of people who are $from', ({ phase, from, after }) => {
  const outcome = OUTCOME_OF_PHASE[phase];

  /** Three people who stand as the phase takes them. */
  async function three(): Promise<Pick<PersonRow, 'id' | 'version'>[]> {
    for (const identifier of ['a', 'b', 'c']) {
      const { id } = await addPerson(engine.db, siteId, identifier, { fields: { badge: identifier } });
      if (from === 'archived') await archive(engine.db, id);
    }
    return standing();
  }
  const afterwards = (people: Pick<PersonRow, 'id' | 'version'>[]) =>
    after ? people.map(({ id, version }) => ({ id, status: after, version: version + 1 })) : [];

  test('happens to each once, with a history entry at the next version', async () => {
    const people = await three();
    const run = await planPeople(engine.db, organisation, phase, people);
    expect(await engine.apply(run)).toBe(3);
    expect(await standing()).toEqual(afterwards(people));
    expect(await listOutcomes(engine.db, run.id)).toEqual(
      [2, 3, 4].map((row) => ({ row, outcome, reasons: [] })),
    );
    expect(await historyOf(run.id)).toEqual(
      people.map(({ id, version }, index) => ({
        person_id: id,
        version: version + 1,
        what: outcome,
        row_number: index + 2,
      })),
    );
    const { counts } = await engine.end(run.id);
    expect(counts).toMatchObject({ [outcome]: 3, total: 3 });
  });

  test('finds nothing left to do when it is run twice', async () => {
    const run = await planPeople(engine.db, organisation, phase, await three());
    await engine.apply(run);
    const people = await standing();
    expect(await engine.apply(run)).toBe(0);
    expect(await standing()).toEqual(people);
    expect(await historyOf(run.id)).toHaveLength(3);
  });

  test('applies once when it is run twice at the same time', async () => {
    const people = await three();
    const run = await planPeople(engine.db, organisation, phase, people);
    const other = await openTransaction(engine.url);
    await other.run(`select from person where site_id = ${siteId} for update`);
    const applied = [engine.apply(run), engine.apply(run)];
    await untilBlocked(engine.db, 2);
    await other.run('rollback');
    expect((await Promise.all(applied)).sort()).toEqual([0, 3]);
    expect(await standing()).toEqual(afterwards(people));
    expect(await historyOf(run.id)).toHaveLength(3);
    expect((await listOutcomes(engine.db, run.id)).map((row) => row.outcome)).toEqual([
      outcome,
      outcome,
      outcome,
    ]);
  });

  test('writes nothing under an old token, or once the run was asked to stop', async () => {
    const people = await three();
    const run = await planPeople(engine.db, organisation, phase, people);
    expect(await engine.apply({ ...run, token: run.token - 1 })).toBe(0);
    await engine.db.execute(sql`update bulk_action set cancel_requested_at = now() where id = ${run.id}`);
    expect(await engine.apply(run)).toBe(0);
    expect(await standing()).toEqual(people);
    expect(await historyOf(run.id)).toEqual([]);
    expect((await listOutcomes(engine.db, run.id)).map((row) => row.outcome)).toEqual([null, null, null]);
  });

  test('passes over a person who has changed since the check, and takes the neighbours', async () => {
    const people = await three();
    const run = await planPeople(engine.db, organisation, phase, people);
    await engine.db.execute(sql`update person set version = version + 1 where id = ${people[1]?.id ?? 0}`);
    expect(await engine.apply(run)).toBe(3);
    expect(await listOutcomes(engine.db, run.id)).toEqual([
      { row: 2, outcome, reasons: [] },
      { row: 3, outcome: 'failed', reasons: [{ code: 'changed-meanwhile' }] },
      { row: 4, outcome, reasons: [] },
    ]);
    expect((await standing()).find(({ id }) => id === people[1]?.id)).toMatchObject({ status: from });
    expect((await historyOf(run.id)).map((entry) => entry.row_number)).toEqual([2, 4]);
  });

  test('passes over a person who stands otherwise than the check saw', async () => {
    const people = await three();
    const run = await planPeople(engine.db, organisation, phase, people);
    await engine.db.execute(sql`
      update person set status = 'anonymized', identifier = null, email = null, email_key = null
      where id = ${people[0]?.id ?? 0}`);
    await engine.apply(run);
    expect((await listOutcomes(engine.db, run.id)).map((row) => row.outcome)).toEqual([
      'failed',
      outcome,
      outcome,
    ]);
    expect((await standing()).find(({ id }) => id === people[0]?.id)).toMatchObject({ status: 'anonymized' });
  });
});
