// Selections become rows, once and for all people alike, and nothing of what they say stays.
import { sql } from 'drizzle-orm';
import { beforeAll, describe, expect, test } from 'vitest';
import { noteTracesOfPerson } from '../../db/queries/forget-traces.ts';
import { insertRole } from '../../db/queries/roles/roles.ts';
import { findSelection } from '../../db/queries/selection.ts';
import type { Selection } from '../../domain/selection.ts';
import { useEngine } from '../support/engine.ts';
import { addPerson, addSite, archive } from '../support/people.ts';
import { makeOrganisation, type TestOrganisation } from '../support/runs.ts';
import { insertSelectionRun } from '../support/selections.ts';

const engine = useEngine();
let organisation: TestOrganisation;
let roleId = 0;
let elsewhere = 0;

beforeAll(async () => {
  organisation = await makeOrganisation(engine.db);
  const { rootId, siteId } = organisation;
  roleId = (await insertRole(engine.db, { siteId: rootId, name: 'Reader', permissions: ['people:read'] })).id;
  elsewhere = await addSite(engine.db, rootId, rootId + 2);
  const { db } = engine;
  await addPerson(db, siteId, 'b-2', { firstName: 'Bea', lastName: 'Berg', fields: { programme: 'Art' } });
  await addPerson(db, siteId, 'a-1', { firstName: 'Ann', lastName: 'Abel', fields: { programme: 'Art' } });
  await addPerson(db, elsewhere, 'a-0', { lastName: 'Abel', fields: { programme: 'Law' } });
  await archive(db, (await addPerson(db, siteId, 'c-3', { fields: { programme: 'Art' } })).id);
  const gone = await addPerson(db, siteId, 'd-4');
  await db.execute(sql`
    update person set status = 'anonymized', identifier = null, email = null, email_key = null where id = ${gone.id}`);
});

async function begin(selection: Selection, at = organisation.rootId): Promise<string> {
  return insertSelectionRun(engine.db, organisation, selection, { at, roles: { add: [roleId], remove: [] } });
}

async function rowsOf(selection: Selection, at?: number): Promise<string[]> {
  const id = await begin(selection, at);
  await engine.stageRun(id);
  const rows = await engine.db.execute<{ line: string }>(sql`
    select row_number || ' ' || (cells ->> 1) as line from bulk_row where bulk_action_id = ${id} order by row_number`);
  return [...rows].map(({ line }) => line);
}

describe('a selection', () => {
  test('becomes a row for each active person of the site and of all below it, by site and identifier', async () => {
    expect(await rowsOf({})).toEqual(['1 admin', '2 a-1', '3 b-2', '4 a-0']);
    expect(await rowsOf({}, organisation.siteId)).toEqual(['1 a-1', '2 b-2']);
  });

  test('is narrowed by filters, text, status and ids, all of them at once', async () => {
    expect(await rowsOf({ filters: ['programme=Art'] })).toEqual(['1 a-1', '2 b-2']);
    expect(await rowsOf({ filters: ['programme=Art', 'last_name~ber'] })).toEqual(['1 b-2']);
    expect(await rowsOf({ text: 'abel' })).toEqual(['1 a-1', '2 a-0']);
    expect(await rowsOf({ text: 'abel', filters: ['programme=Law'] })).toEqual(['1 a-0']);
    expect(await rowsOf({ status: 'archived' })).toEqual(['1 c-3']);
    expect(await rowsOf({ filters: ['status=archived'] })).toEqual(['1 c-3']);
    expect(await rowsOf({ status: 'all', filters: ['programme=Art'] })).toEqual(['1 a-1', '2 b-2', '3 c-3']);
  });

  test('finds accents as some systems take them apart', async () => {
    const person = await addPerson(engine.db, elsewhere, 'e-5', { lastName: 'Agn\u00e8s' });
    for (const sign of ['=', '~'])
      expect(await rowsOf({ filters: [`last_name${sign}Agne\u0300s`] })).toEqual(['1 e-5']);
    await engine.db.execute(sql`delete from person where id = ${person.id}`);
  });

  test('has whoever is named by id, archived or not, and nobody who is anonymized', async () => {
    const rows = await engine.db.execute<{ id: number }>(
      sql`select id from person where site_id in (${organisation.siteId}, ${elsewhere})`,
    );
    const personIds = [...rows].map(({ id }) => id);
    expect(await rowsOf({ personIds })).toEqual(['1 a-1', '2 b-2', '3 c-3', '4 a-0']);
    expect(await rowsOf({ personIds, filters: ['last_name=Abel'] }, organisation.siteId)).toEqual(['1 a-1']);
  });

  test('shows in its rows who they are about', async () => {
    const id = await begin({ filters: ['identifier=a-1'] });
    await engine.stageRun(id);
    const [row] = await engine.db.execute(sql`
      select r.cells, a.columns, a.rows_total, a.lock_site_ids
      from bulk_row r join bulk_action a on a.id = r.bulk_action_id where a.id = ${id}`);
    expect(row).toEqual({
      cells: [String(organisation.siteId), 'a-1', 'a-1@example.org', '', 'Ann', 'Abel'],
      columns: ['account_id', 'identifier', 'email', 'username', 'first_name', 'last_name'].map((header) => ({
        header,
        field: null,
      })),
      rows_total: 1,
      lock_site_ids: [organisation.siteId],
    });
  });

  test('of nobody is refused in words, and so is a field that has gone', async () => {
    await expect(rowsOf({ filters: ['identifier=nobody'] })).rejects.toThrow(/Nobody is selected/);
    await expect(rowsOf({ filters: ['colour=red'] })).rejects.toThrow(
      /a field that the selection filters by/i,
    );
  });

  test('is gone once its rows are staged', async () => {
    const id = await begin({ filters: ['identifier=a-1'] });
    expect(await findSelection(engine.db, id)).toEqual({ filters: ['identifier=a-1'] });
    await engine.stageRun(id);
    expect(await findSelection(engine.db, id)).toBeUndefined();
  });

  test('is gone with a run that is cancelled or rejected before it is staged', async () => {
    const cancelled = await begin({ filters: ['identifier=a-1'] });
    await engine.end(cancelled, { state: 'cancelled' });
    const rejected = await begin({ filters: ['identifier=a-1'] });
    await engine.end(rejected, { state: 'rejected', code: 'missing', message: 'Nobody.', details: {} });
    expect(await findSelection(engine.db, cancelled)).toBeUndefined();
    expect(await findSelection(engine.db, rejected)).toBeUndefined();
  });

  test.each([
    [{ filters: ['email=Zoe@example.org'] }, true],
    [{ filters: ['last_name~zander'] }, true],
    [{ text: 'Zoe Zander' }, true],
    [{ filters: ['badge=B-77'] }, true],
    [{ filters: ['supervisor=z-31'] }, true],
    [{ text: 'b-77' }, true],
    [{ filters: ['programme=Art'], personIds: [1] }, false],
  ])(
    'that names somebody who is forgotten before it is staged goes with them: %j',
    async (selection, isGone) => {
      const person = await addPerson(
        engine.db,
        organisation.siteId,
        `z-${JSON.stringify(selection).length}`,
        {
          email: 'zoe@example.org',
          firstName: 'Zoe',
          lastName: 'Zander',
          fields: { badge: 'B-77' },
        },
      );
      const id = await begin(selection);
      await noteTracesOfPerson(engine.db, organisation.rootId, person.id);
      expect((await findSelection(engine.db, id)) === undefined).toBe(isGone);
      if (isGone) await expect(engine.stageRun(id)).rejects.toThrow(/Select people anew/);
      await engine.db.execute(sql`delete from person where id = ${person.id}`);
    },
  );
});
