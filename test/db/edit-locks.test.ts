// Edit locks in the database: granted whole or not at all, proven by tokens that grow, waited for by nobody in vain.
import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, test } from 'vitest';
import { grantLocks, holdsLocks, listLockHolders, releaseLocks } from '../../db/queries/edit-locks.ts';
import { findHolder, insertPerson } from '../../db/queries/people.ts';
import { useEngine } from '../support/engine.ts';
import { addPerson, addSite } from '../support/people.ts';
import { makeOrganisation, type TestOrganisation } from '../support/runs.ts';
import { openTransaction, untilBlocked } from '../support/sessions.ts';

const engine = useEngine();
let organisation: TestOrganisation;
let sites: [number, number, number];

beforeEach(async () => {
  organisation = await makeOrganisation(engine.db);
  const { rootId, siteId } = organisation;
  sites = [
    siteId,
    await addSite(engine.db, rootId, rootId + 2),
    await addSite(engine.db, rootId, rootId + 3),
  ];
});

const grant = (run: string, ...siteIds: number[]) => grantLocks(engine.db, run, siteIds);
const holderOf = async (siteId: number) => (await findHolder(engine.db, siteId))?.bulkActionId;

async function tokenOf(run: string, ...siteIds: number[]): Promise<number> {
  const granted = await grant(run, ...siteIds);
  if (granted.kind !== 'granted') throw new Error('held');
  return granted.token;
}

describe('a grant', () => {
  test('is for all sites or for none, and names who is in the way', async () => {
    const [a, b, c] = sites;
    const [x, y, z] = [randomUUID(), randomUUID(), randomUUID()];
    await tokenOf(x, a);
    await tokenOf(y, b);
    const refused = await grant(z, a, b, c);
    expect(refused).toMatchObject({ kind: 'held', holders: expect.arrayContaining([x, y]) });
    expect(await holderOf(c)).toBeUndefined();
    await releaseLocks(engine.db, x);
    expect(await grant(z, a, c)).toMatchObject({ kind: 'granted' });
    expect(await grant(z, a, b, c)).toEqual({ kind: 'held', holders: [y] });
  });

  test('that is repeated keeps its token; the next one has a higher one', async () => {
    const [a, b] = sites;
    const [x, y] = [randomUUID(), randomUUID()];
    const first = await tokenOf(x, a, b);
    expect(await tokenOf(x, a, b)).toBe(first);
    await releaseLocks(engine.db, x);
    const second = await tokenOf(y, b);
    expect(second).toBeGreaterThan(first);
    await releaseLocks(engine.db, y);
    expect(await tokenOf(x, a, b)).toBeGreaterThan(second);
  });

  test('that has lost one of its sites is made anew, under a higher token', async () => {
    const [a, b] = sites;
    const [x, y] = [randomUUID(), randomUUID()];
    const first = await tokenOf(x, a, b);
    await engine.db.execute(sql`update edit_lock set holder = null, granted_at = null where site_id = ${b}`);
    expect(await tokenOf(x, a, b)).toBeGreaterThan(first);
    expect(await holderOf(b)).toBe(x);
    await engine.db.execute(sql`update edit_lock set holder = ${y} where site_id = ${b}`);
    expect(await grant(x, a, b)).toEqual({ kind: 'held', holders: [y] });
  });

  test('is refused where a site is no more', async () => {
    const [a] = sites;
    await expect(grant(randomUUID(), a, 999_999)).rejects.toMatchObject({ code: 'missing' });
    expect(await holderOf(a)).toBeUndefined();
  });

  test('waits for an edit in flight, and the edit is there when it is granted', async () => {
    const [a] = sites;
    const edit = await openTransaction(engine.url);
    await edit.run(`select from edit_lock where site_id = ${a} for share`);
    await edit.run(`insert into person (site_id, root_id, identifier, email, email_key)
      values (${a}, ${organisation.rootId}, 'late', 'late@example.org', 'late@example.org')`);
    const granted = grant(randomUUID(), a);
    await untilBlocked(engine.db, 1);
    await edit.commit();
    expect(await granted).toMatchObject({ kind: 'granted' });
    const found = await engine.db.execute(
      sql`select from person where site_id = ${a} and identifier = 'late'`,
    );
    expect(found).toHaveLength(1);
  });

  test('goes to one of two that ask for the same site at once', async () => {
    const [a, b, c] = sites;
    for (let round = 0; round < 20; round++) {
      const [x, y] = [randomUUID(), randomUUID()];
      const grants = await Promise.all([grant(x, a, b), grant(y, b, c)]);
      expect(grants.map(({ kind }) => kind).sort()).toEqual(['granted', 'held']);
      await Promise.all([x, y].map((run) => releaseLocks(engine.db, run)));
    }
  });

  test('keeps edits out until it is given back, and says who holds the site', async () => {
    const [a, b] = sites;
    const run = randomUUID();
    await tokenOf(run, a);
    const wanted = {
      identifier: '1',
      email: '1@example.org',
      username: null,
      firstName: null,
      lastName: null,
    };
    const person = { ...wanted, displayName: null, fields: {}, siteId: a };
    expect(await insertPerson(engine.db, person, null)).toMatchObject({
      kind: 'locked',
      holder: { bulkActionId: run },
    });
    await addPerson(engine.db, b, 'elsewhere');
    await releaseLocks(engine.db, run);
    expect(await insertPerson(engine.db, person, null)).toMatchObject({ kind: 'written' });
  });

  test('moves the run from queued to checking, once', async () => {
    const id = await engine.stage(organisation, 'identifier,email\n1,a@b.org\n');
    await engine.lock(id);
    const stateOf = async () =>
      (await engine.db.execute<{ state: string }>(sql`select state from bulk_action where id = ${id}`))[0]
        ?.state;
    expect(await stateOf()).toBe('checking');
    await engine.db.execute(sql`update bulk_action set state = 'applying' where id = ${id}`);
    await engine.lock(id);
    expect(await stateOf()).toBe('applying');
  });
});

describe('a release', () => {
  test('gives back all sites of a run and nobody else’s', async () => {
    const [a, b, c] = sites;
    const [x, y] = [randomUUID(), randomUUID()];
    await tokenOf(x, a, b);
    const token = await tokenOf(y, c);
    await releaseLocks(engine.db, x);
    await releaseLocks(engine.db, x);
    expect(await listLockHolders(engine.db, organisation.rootId)).toEqual([
      { bulkActionId: y, siteIds: [c], token },
    ]);
  });

  test('takes the proof with it: who held knows that nothing is held any more', async () => {
    const id = await engine.stage(organisation, 'identifier,email\n1,a@b.org\n');
    const token = await engine.lock(id);
    expect(await holdsLocks(engine.db, id, token)).toBe(true);
    expect(await holdsLocks(engine.db, id, token - 1)).toBe(false);
    await releaseLocks(engine.db, id);
    expect(await holdsLocks(engine.db, id, token)).toBe(false);
  });

  test('of one site of several is noticed', async () => {
    const [a, b] = sites;
    const id = await engine.stage(organisation, 'identifier,email\n1,a@b.org\n');
    await engine.db.execute(
      sql`update bulk_action set lock_site_ids = array[${a}, ${b}]::int[] where id = ${id}`,
    );
    const token = await engine.lock(id);
    expect(await holdsLocks(engine.db, id, token)).toBe(true);
    await engine.db.execute(sql`update edit_lock set holder = null, granted_at = null where site_id = ${b}`);
    expect(await holdsLocks(engine.db, id, token)).toBe(false);
  });
});
