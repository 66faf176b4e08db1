// Deleting: of the person nothing is left but that it happened, and nobody is left who refers to it.
import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, test } from 'vitest';
import { insertApiKey } from '../../db/queries/api-keys.ts';
import { setCredential } from '../../db/queries/credentials.ts';
import { assignRole, insertRole } from '../../db/queries/roles/roles.ts';
import { useEngine } from '../support/engine.ts';
import { addPerson, addSite } from '../support/people.ts';
import { planPeople } from '../support/planned-runs.ts';
import { listOutcomes, makeOrganisation, type TestOrganisation } from '../support/runs.ts';
import { openTransaction, untilBlocked } from '../support/sessions.ts';

const engine = useEngine();
let organisation: TestOrganisation;
let siteId: number;
let rootId: number;

beforeEach(async () => {
  organisation = await makeOrganisation(engine.db);
  ({ siteId, rootId } = organisation);
});

const CHILDREN = [
  'credential',
  'session',
  'api_key',
  'role_assignment',
  'card',
  'person_unique_value',
  'photo',
];

/** How many rows each of the tables that hang on people has for this one. */
async function childrenOf(personId: number): Promise<Record<string, number>> {
  const counts = CHILDREN.map(
    (table) =>
      sql`select ${table} as name, count(*)::int as rows from ${sql.identifier(table)} where person_id = ${personId}`,
  );
  const rows = await engine.db.execute<{ name: string; rows: number }>(sql.join(counts, sql` union all `));
  return Object.fromEntries([...rows].map(({ name, rows: count }) => [name, count]));
}

/** A person with a row in every table that hangs on people. */
async function addFurnished(identifier: string) {
  const person = await addPerson(engine.db, siteId, identifier, { fields: { badge: identifier } });
  const { db } = engine;
  await setCredential(db, { personId: person.id, passwordHash: 'x' });
  await db.execute(sql`
    insert into session (token_hash, person_id, expires_at) values (${`s ${person.id}`}, ${person.id}, now())`);
  await insertApiKey(db, { name: 'key', keyHash: `k ${person.id}`, personId: person.id });
  const role = await insertRole(db, { siteId, name: 'reader', permissions: ['people:read'] });
  await assignRole(db, { personId: person.id, roleId: role.id, siteId });
  await db.execute(sql`
    insert into card (person_id, site_id, root_id, number) values (${person.id}, ${siteId}, ${rootId}, ${person.id})`);
  await db.execute(sql`
    insert into photo (id, person_id, site_id, kind, file_key, media_type, bytes, sha256)
    select kind || ${person.id}::text, ${person.id}, ${siteId}, kind, 'file-' || kind || ${person.id}::text, 'image/png', 3, 'hash of ' || kind
    from unnest('{cardholder,additional}'::text[]) as kind`);
  return person;
}

test('leaves no row of anything that was the person’s, and all that is others’', async () => {
  const [gone, kept] = [await addFurnished('gone'), await addFurnished('kept')];
  const before = await childrenOf(kept.id);
  expect(Object.values(before).every((rows) => rows > 0)).toBe(true);
  await engine.apply(await planPeople(engine.db, organisation, 'delete', [gone]));
  expect(await childrenOf(gone.id)).toEqual(Object.fromEntries(CHILDREN.map((table) => [table, 0])));
  expect(await childrenOf(kept.id)).toEqual(before);
});

test('leaves proof of each photo: its hash and size, when, by whom and by which run', async () => {
  const person = await addFurnished('gone');
  const run = await planPeople(engine.db, organisation, 'delete', [person]);
  await engine.apply(run);
  const proofs = await engine.db.execute(sql`
    select kind, sha256, bytes, site_id, by_person_id, bulk_action_id, file_key, erased_at,
      deleted_at > now() - interval '1 minute' as is_recent
    from photo_deletion where bulk_action_id = ${run.id} order by kind`);
  const common = {
    bytes: 3,
    site_id: siteId,
    by_person_id: organisation.adminId,
    bulk_action_id: run.id,
    erased_at: null,
    is_recent: true,
  };
  expect([...proofs]).toEqual([
    { ...common, kind: 'additional', sha256: 'hash of additional', file_key: `file-additional${person.id}` },
    { ...common, kind: 'cardholder', sha256: 'hash of cardholder', file_key: `file-cardholder${person.id}` },
  ]);
});

test('leaves of the history one entry, which says that it happened and nothing else', async () => {
  const person = await addPerson(engine.db, siteId, 'gone', { firstName: 'Zoë', fields: { badge: '7' } });
  await engine.db.execute(sql`
    insert into person_history (person_id, version, what, before, after)
    values (${person.id}, 2, 'updated', '{"first_name": "Zoë"}', '{"first_name": "Zoe"}')`);
  await engine.db.execute(sql`update person set version = 2 where id = ${person.id}`);
  const run = await planPeople(engine.db, organisation, 'delete', [{ ...person, version: 2 }]);
  await engine.apply(run);
  const entries = await engine.db.execute(sql`
    select version, what, before, after, by_person_id, bulk_action_id, row_number
    from person_history where person_id = ${person.id}`);
  expect([...entries]).toEqual([
    {
      version: 3,
      what: 'deleted',
      before: null,
      after: null,
      by_person_id: organisation.adminId,
      bulk_action_id: run.id,
      row_number: 2,
    },
  ]);
});

test('frees identifier, username, email and unique values for the next person', async () => {
  const content = { username: 'ann', fields: { badge: 'B-1' } };
  const gone = await addPerson(engine.db, siteId, 'ann', content);
  const run = await planPeople(engine.db, organisation, 'delete', [gone]);
  await engine.apply(run);
  await engine.end(run.id);
  expect((await addPerson(engine.db, siteId, 'ann', content)).id).not.toBe(gone.id);
});

describe('those whose supervisor is deleted', () => {
  const addReport = (identifier: string, supervisorId: number, site = siteId) =>
    addPerson(engine.db, site, identifier, { supervisorId });
  const standingOf = async (id: number) => {
    const [row] = await engine.db.execute(sql`select supervisor_id, version from person where id = ${id}`);
    return row;
  };

  test('have none then, at their own site and at others, and are otherwise unchanged', async () => {
    const boss = await addPerson(engine.db, siteId, 'boss');
    const other = await addPerson(engine.db, siteId, 'other');
    const near = await addReport('near', boss.id);
    const far = await addReport('far', boss.id, await addSite(engine.db, rootId, rootId + 2));
    const unmoved = await addReport('unmoved', other.id);
    await engine.apply(await planPeople(engine.db, organisation, 'delete', [boss]));
    expect(await standingOf(near.id)).toEqual({ supervisor_id: null, version: 1 });
    expect(await standingOf(far.id)).toEqual({ supervisor_id: null, version: 1 });
    expect(await standingOf(unmoved.id)).toEqual({ supervisor_id: other.id, version: 1 });
  });

  test('are deleted with them where the run says so, whatever the order', async () => {
    const boss = await addPerson(engine.db, siteId, 'boss');
    const deputy = await addReport('deputy', boss.id);
    const last = await addReport('last', deputy.id);
    const run = await planPeople(engine.db, organisation, 'delete', [deputy, last, boss], 1);
    expect(await engine.apply(run)).toBe(3);
    expect((await listOutcomes(engine.db, run.id)).map(({ outcome }) => outcome)).toEqual([
      'deleted',
      'deleted',
      'deleted',
    ]);
  });

  test('have none where the run that was to delete them too was stopped in between', async () => {
    const boss = await addPerson(engine.db, siteId, 'boss');
    const report = await addReport('report', boss.id);
    const run = await planPeople(engine.db, organisation, 'delete', [boss, report]);
    const [batch] = run.batches;
    if (!batch) throw new Error('a run has a batch');
    await engine.apply({ ...run, batches: [{ ...batch, lastRow: 2 }] });
    await engine.db.execute(sql`update bulk_action set cancel_requested_at = now() where id = ${run.id}`);
    await engine.apply(run);
    expect(await standingOf(report.id)).toEqual({ supervisor_id: null, version: 1 });
  });

  test('hold up no chunk that meets them in the hands of another one', async () => {
    // Two chunks, each with the supervisor of somebody in the other.
    const [a, b] = [await addPerson(engine.db, siteId, 'a'), await addPerson(engine.db, siteId, 'b')];
    await engine.db.execute(sql`
      update person set supervisor_id = case id when ${a.id} then ${b.id}::bigint else ${a.id}::bigint end
      where id in (${a.id}, ${b.id})`);
    const run = await planPeople(engine.db, organisation, 'delete', [a, b], 1);
    const [batch] = run.batches;
    if (!batch) throw new Error('a run has a batch');
    // Another chunk of the run has B in its hands for as long as this test likes.
    const other = await openTransaction(engine.url);
    await other.run(`select from person where id = ${b.id} for update`);
    expect(await engine.apply({ ...run, batches: [{ ...batch, lastRow: 2 }] })).toBe(1);
    const second = engine.apply({ ...run, batches: [{ ...batch, firstRow: 3 }] });
    await untilBlocked(engine.db, 1);
    await other.run('rollback');
    expect(await second).toBe(1);
  });
});
