// Values that were edited by hand: noted, kept from files where the site protects them, and let go where a run writes.
import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, test } from 'vitest';
import { listBulkRows } from '../../db/queries/bulk-row-list.ts';
import { recordConsent } from '../../db/queries/consents.ts';
import { deleteFieldDefinition } from '../../db/queries/field-definitions.ts';
import { findPerson } from '../../db/queries/people.ts';
import type { PersonRow } from '../../db/queries/person-row.ts';
import { useEngine } from '../support/engine.ts';
import { editByHand, protect } from '../support/hand-edits.ts';
import { addPerson, addSite, archive } from '../support/people.ts';
import { makeOrganisation, type RunRequest, type TestOrganisation } from '../support/runs.ts';

const engine = useEngine();
let organisation: TestOrganisation;
let ann: PersonRow;

beforeEach(async () => {
  organisation = await makeOrganisation(engine.db);
  ann = await addPerson(engine.db, organisation.siteId, 'ann', {
    firstName: 'Ann',
    lastName: 'Lee',
    username: 'alee',
    fields: { programme: 'Art', badge: 'A1' },
  });
});

const now = async (person: PersonRow): Promise<PersonRow> => {
  const found = await findPerson(engine.db, person.id);
  if (!found) throw new Error('gone');
  return found;
};

/** Each row's outcome with its reasons, `outcome · code field`, as results show it. */
async function shown(id: string): Promise<string[]> {
  const rows = await listBulkRows(engine.db, id, { after: 0, limit: 100 });
  return rows.map(({ outcome, phase, reasons }) =>
    [outcome ?? phase, ...reasons.map(({ code, field }) => [code, field].filter(Boolean).join(' '))].join(
      ' · ',
    ),
  );
}

async function run(lines: string[], options: RunRequest = {}): Promise<string[]> {
  const { id } = await engine.run(organisation, lines.join('\n'), options);
  return shown(id);
}

const KEPT = 'kept-edited-by-hand';

/** Plans a dry run, does something, then confirms and applies it: outcomes and reasons at both times. */
async function dryRun(lines: string[], meanwhile: () => Promise<unknown>, options: RunRequest = {}) {
  const id = await engine.stage(organisation, lines.join('\n'), { ...options, isDryRun: true });
  const { waiting } = await engine.check(id, null);
  const planned = await shown(id);
  await meanwhile();
  const answer = { what: 'confirmed', round: waiting?.round ?? 0, byPersonId: organisation.adminId } as const;
  await recordConsent(engine.db, id, answer, 60);
  const checked = await engine.check(id, await engine.lock(id));
  await engine.apply(checked);
  if (!checked.waiting) await engine.end(id);
  return { planned, applied: await shown(id), isAsked: checked.waiting !== null };
}

describe('a field that the site protects', () => {
  beforeEach(() =>
    protect(engine.db, organisation.rootId, ['first_name', 'email', 'username', 'programme', 'badge']),
  );

  test('keeps what was entered by hand; the rest of the row is written', async () => {
    await editByHand(engine.db, ann.id, { firstName: 'Anna', fields: { programme: 'Law', badge: 'A1' } });
    const rows = await run(['identifier,first_name,last_name,programme,badge', 'ann,Ann,Li,Art,A2']);
    expect(rows).toEqual([`updated · ${KEPT} first_name · ${KEPT} programme`]);
    expect(await now(ann)).toMatchObject({
      firstName: 'Anna',
      lastName: 'Li',
      fields: { programme: 'Law', badge: 'A2' },
      handEdited: ['first_name', 'programme'],
    });
  });

  test('leaves a row unchanged that would change nothing else', async () => {
    await editByHand(engine.db, ann.id, { firstName: 'Anna' });
    expect(await run(['identifier,first_name', 'ann,Ann'])).toEqual([`unchanged · ${KEPT} first_name`]);
    expect(await now(ann)).toMatchObject({ firstName: 'Anna', version: 2 });
  });

  test('says nothing where the file agrees with what was entered', async () => {
    await editByHand(engine.db, ann.id, { firstName: 'Anna', fields: { programme: 'Law', badge: 'A1' } });
    expect(await run(['identifier,first_name,programme', 'ann,Anna,Law'])).toEqual(['unchanged']);
    expect((await now(ann)).handEdited).toEqual(['first_name', 'programme']);
  });

  test('stays empty where a hand has emptied it, even if gaps are filled', async () => {
    await editByHand(engine.db, ann.id, { firstName: null, fields: { badge: 'A1' } });
    const lines = ['identifier,first_name,programme', 'ann,Ann,Art'];
    for (const existing of ['fill-missing', 'overwrite'] as const)
      expect(await run(lines, { existing })).toEqual([`unchanged · ${KEPT} first_name · ${KEPT} programme`]);
  });

  test('is not cleared by a blank cell either', async () => {
    await editByHand(engine.db, ann.id, { username: 'anna', fields: { programme: 'Law', badge: 'A1' } });
    const lines = ['identifier,username,programme,badge', 'ann,,,'];
    expect(await run(lines)).toEqual(['unchanged']);
    const clearBlank = ['username', 'programme', 'badge'];
    expect(await run(lines, { clearBlank })).toEqual([`updated · ${KEPT} programme · ${KEPT} username`]);
    expect(await now(ann)).toMatchObject({ username: 'anna', fields: { programme: 'Law' } });
  });

  test('keeps an email, which nobody else can have then', async () => {
    await editByHand(engine.db, ann.id, { email: 'anna@example.org' });
    const rows = await run([
      'identifier,email',
      'ann,ann@elsewhere.example',
      'bob,Anna@example.org',
      'cem,ann@elsewhere.example',
    ]);
    expect(rows).toEqual([`unchanged · ${KEPT} email`, 'rejected · key-taken email', 'created']);
    expect(await now(ann)).toMatchObject({ email: 'anna@example.org', version: 2 });
  });

  test('is no obstacle to finding the person by it', async () => {
    await editByHand(engine.db, ann.id, { email: 'anna@example.org', username: 'anna', firstName: 'Anna' });
    const matchBy = (key: 'email' | 'username') => ({ matchBy: [key] });
    expect(await run(['email,last_name', 'ANNA@example.org,Lo'], matchBy('email'))).toEqual(['updated']);
    expect(await run(['username,first_name,email', 'anna,Ann,x@example.org'], matchBy('username'))).toEqual([
      `unchanged · ${KEPT} email · ${KEPT} first_name`,
    ]);
    expect(await now(ann)).toMatchObject({ email: 'anna@example.org', lastName: 'Lo' });
  });

  test('means the person whom the row is for, not one who has another of its keys', async () => {
    await editByHand(engine.db, ann.id, { firstName: 'Anna', email: 'anna@example.org' });
    const bob = await addPerson(engine.db, organisation.siteId, 'bob', { firstName: 'Bob' });
    const rows = await run(['identifier,email,first_name', 'bob,anna@example.org,Rob']);
    expect(rows).toEqual(['rejected · key-taken email']);
    expect(await run(['identifier,first_name', 'bob,Rob'])).toEqual(['updated']);
    expect((await now(bob)).firstName).toBe('Rob');
  });

  test('is kept from every row for the person, which then may say the same', async () => {
    await editByHand(engine.db, ann.id, { firstName: 'Anna' });
    const rows = await run(['identifier,first_name,last_name', 'ann,Ann,Li', 'ann,Annie,Li']);
    expect(rows).toEqual([`updated · ${KEPT} first_name`, `skipped · same-as-row · ${KEPT} first_name`]);
    expect(await now(ann)).toMatchObject({ firstName: 'Anna', lastName: 'Li' });
  });

  test('is kept of an archived person whom a row of the same file restores', async () => {
    await editByHand(engine.db, ann.id, { firstName: 'Anna' });
    await archive(engine.db, ann.id);
    const lines = ['action,identifier,first_name,last_name', 'restore,ann,,', ',ann,Ann,Li'];
    expect(await run(lines)).toEqual(['restored', `updated · ${KEPT} first_name`]);
    expect(await now(ann)).toMatchObject({ status: 'active', firstName: 'Anna', lastName: 'Li' });
  });

  test('is kept in a sync as well, also of somebody who comes back by it', async () => {
    const bob = await addPerson(engine.db, organisation.siteId, 'bob', { firstName: 'Bob' });
    for (const person of [ann, bob]) await editByHand(engine.db, person.id, { firstName: 'Mended' });
    await archive(engine.db, bob.id);
    const lines = ['identifier,first_name,last_name', 'ann,Ann,Li', 'bob,Bob,Old'];
    expect(await run(lines, { action: 'sync' })).toEqual([
      `updated · ${KEPT} first_name`,
      `restored · ${KEPT} first_name`,
    ]);
    expect([await now(ann), await now(bob)]).toMatchObject([
      { firstName: 'Mended', lastName: 'Li', handEdited: ['first_name'] },
      { firstName: 'Mended', lastName: 'Old', status: 'active', handEdited: ['first_name'] },
    ]);
  });

  test('is no business of rows that archive, nor of those that are rejected', async () => {
    await editByHand(engine.db, ann.id, { firstName: 'Anna', fields: { programme: 'Law', badge: 'A1' } });
    expect(await run(['identifier,first_name,entry_year', 'ann,Ann,soon'])).toEqual([
      'rejected · not-a-number entry_year',
    ]);
    expect(await run(['action,identifier,first_name', 'archive,ann,Ann'])).toEqual(['archived']);
  });

  test('stays as it is in a swap that it takes part in', async () => {
    const bob = await addPerson(engine.db, organisation.siteId, 'bob');
    await editByHand(engine.db, ann.id, { email: 'anna@example.org' });
    const rows = await run(['identifier,email', 'ann,bob@example.org', 'bob,anna@example.org']);
    expect(rows).toEqual([`unchanged · ${KEPT} email`, 'rejected · key-taken email']);
    expect([(await now(ann)).email, (await now(bob)).email]).toEqual(['anna@example.org', 'bob@example.org']);
  });
});

describe('what is protected', () => {
  const lines = ['identifier,first_name,last_name', 'ann,Ann,Lee'];
  beforeEach(() => editByHand(engine.db, ann.id, { firstName: 'Anna', lastName: 'Li' }));

  test('is nothing unless a site says so: the file wins, and its values are nobody’s edits', async () => {
    expect(await run(lines)).toEqual(['updated']);
    expect(await now(ann)).toMatchObject({ firstName: 'Ann', lastName: 'Lee', handEdited: null });
    await protect(engine.db, organisation.siteId, ['first_name', 'last_name']);
    expect(await run(['identifier,first_name', 'ann,Annie'])).toEqual(['updated']);
  });

  test('is said by the nearest site that says anything', async () => {
    const { rootId, siteId } = organisation;
    await protect(engine.db, rootId, ['first_name']);
    await protect(engine.db, siteId, ['last_name']);
    expect(await run(lines)).toEqual([`updated · ${KEPT} last_name`]);
    await protect(engine.db, siteId, []);
    expect(await run(lines)).toEqual(['updated']);
  });

  test('is said by the site of the row, in a run over several', async () => {
    const { rootId, siteId } = organisation;
    const other = await addSite(engine.db, rootId, rootId + 2);
    const bob = await addPerson(engine.db, other, 'bob');
    await editByHand(engine.db, bob.id, { firstName: 'Bobby' });
    await protect(engine.db, other, ['first_name']);
    const { id } = await engine.run(
      { ...organisation, siteId: rootId },
      ['account_id,identifier,first_name', `${siteId},ann,Ann`, `${other},bob,Bob`].join('\n'),
    );
    expect(await shown(id)).toEqual(['updated', `unchanged · ${KEPT} first_name`]);
  });

  test('gives way where the run is told so, and is let go with what is written', async () => {
    await protect(engine.db, organisation.siteId, ['first_name', 'last_name']);
    await editByHand(engine.db, ann.id, { fields: { programme: 'Law', badge: 'A1' } });
    expect(await run(lines, { overwriteEdited: true })).toEqual(['updated']);
    expect(await now(ann)).toMatchObject({ firstName: 'Ann', lastName: 'Lee', handEdited: ['programme'] });
    expect(await run(['identifier,first_name', 'ann,Annie'])).toEqual(['updated']);
  });

  test('is let go where keys change hands as well', async () => {
    const bob = await addPerson(engine.db, organisation.siteId, 'bob');
    await editByHand(engine.db, ann.id, { email: 'anna@example.org' });
    await editByHand(engine.db, bob.id, { firstName: 'Bob' });
    const swap = ['identifier,email,last_name', 'ann,bob@example.org,Li', 'bob,anna@example.org,'];
    expect(await run(swap, { overwriteEdited: true })).toEqual(['updated', 'updated']);
    expect([(await now(ann)).handEdited, (await now(bob)).handEdited]).toEqual([
      ['first_name', 'last_name'],
      ['first_name'],
    ]);
  });

  test('is emptied with the person, and with the field', async () => {
    await editByHand(engine.db, ann.id, { fields: { badge: 'A1' } });
    expect((await now(ann)).handEdited).toEqual(['first_name', 'last_name', 'programme']);
    const [field] = await engine.db.execute<{ id: number }>(sql`
      select id from field_definition where name = 'programme' and site_id = ${organisation.rootId}`);
    await deleteFieldDefinition(engine.db, field?.id ?? 0);
    expect(await now(ann)).toMatchObject({ handEdited: ['first_name', 'last_name'], version: 3 });
    await run(['action,identifier', 'archive,ann', 'anonymize,ann']);
    expect(await now(ann)).toMatchObject({ status: 'anonymized', handEdited: null });
  });
});

describe('a run that waits', () => {
  const lines = ['identifier,first_name,last_name', 'ann,Ann-Kathrin,Lee-Li'];
  beforeEach(() => protect(engine.db, organisation.siteId, ['first_name', 'last_name']));

  test('keeps what was edited while it waited, and goes on with the rest', async () => {
    const edit = () => editByHand(engine.db, ann.id, { firstName: 'Anna' });
    expect(await dryRun(lines, edit)).toEqual({
      planned: ['update'],
      applied: [`updated · changed-since-plan · ${KEPT} first_name`],
      isAsked: false,
    });
    expect(await now(ann)).toMatchObject({ firstName: 'Anna', lastName: 'Lee-Li' });
  });

  test('asks anew where it would write more than it had shown, since protection was lifted', async () => {
    await editByHand(engine.db, ann.id, { firstName: 'Anna' });
    const lift = () => protect(engine.db, organisation.siteId, ['last_name']);
    expect(await dryRun(lines, lift)).toEqual({
      planned: [`update · ${KEPT} first_name`],
      applied: ['update'],
      isAsked: true,
    });
    expect((await now(ann)).firstName).toBe('Anna');
  });
});
