// Rights over people who leave for good: a file removes nobody who may do more than the admin of its run.
import { sql } from 'drizzle-orm';
import { beforeEach, expect, test } from 'vitest';
import { assignRole, insertRole } from '../../db/queries/roles/roles.ts';
import type { Permission } from '../../domain/rights.ts';
import { useEngine } from '../support/engine.ts';
import { addPerson, addSite, archive } from '../support/people.ts';
import { listOutcomes, makeOrganisation, type TestOrganisation } from '../support/runs.ts';

const engine = useEngine();
let organisation: TestOrganisation;

const OWN: Permission[] = ['people:read', 'people:archive', 'people:anonymize', 'people:delete'];

/** An organisation whose runs are those of an admin of its site alone, who may remove people. */
beforeEach(async () => {
  const whole = await makeOrganisation(engine.db);
  const admin = await addHolder('office', whole.siteId, OWN, whole);
  organisation = { ...whole, adminId: admin.id };
});

async function addHolder(
  identifier: string,
  onSite: number,
  permissions: Permission[],
  { siteId }: TestOrganisation = organisation,
) {
  const person = await addPerson(engine.db, siteId, identifier);
  const role = await insertRole(engine.db, { siteId: onSite, name: `role of ${identifier}`, permissions });
  await assignRole(engine.db, { personId: person.id, roleId: role.id, siteId: onSite });
  return person;
}

test('refuses to delete or anonymize who holds more, and takes who holds as much', async () => {
  const { siteId, rootId } = organisation;
  const other = await addSite(engine.db, rootId, rootId + 2);
  const people = [
    await addHolder('same', siteId, ['people:read', 'people:delete']),
    await addHolder('more', siteId, ['people:read', 'people:update']),
    await addHolder('elsewhere', other, ['people:read']),
    await addPerson(engine.db, siteId, 'none'),
  ];
  const file = ['identifier', ...people.map(({ identifier }) => identifier)].join('\n');
  for (const person of people) await archive(engine.db, person.id);
  for (const action of ['anonymize', 'delete'] as const) {
    const refused = { outcome: 'rejected', reasons: [{ code: 'role-not-yours' }] };
    const gone = action === 'anonymize' ? { outcome: 'anonymized' } : { outcome: 'rejected' };
    const { id } = await engine.run(organisation, file, { action });
    expect(await listOutcomes(engine.db, id)).toMatchObject([
      { row: 2, ...gone },
      { row: 3, ...refused },
      { row: 4, ...refused },
      { row: 5, ...gone },
    ]);
  }
});

test('gives no other email to who holds more, not even the first one, and to others what the file says', async () => {
  const { siteId } = organisation;
  const admin = await addHolder('writer', siteId, ['people:update', 'people:create']);
  const more = await addHolder('more', siteId, ['people:archive']);
  await addHolder('same', siteId, ['people:update']);
  const bare = await addHolder('bare', siteId, ['people:archive']);
  await engine.db.execute(sql`update person set email = null, email_key = null where id = ${bare.id}`);
  const file = (emails: string[]) =>
    [
      'identifier,email,first_name',
      ...['more', 'same', 'bare'].map((one, i) => `${one},${emails[i]},A`),
    ].join('\n');
  const run = async (emails: string[], options = {}) => {
    const { id } = await engine.run({ ...organisation, adminId: admin.id }, file(emails), options);
    return (await listOutcomes(engine.db, id)).map(({ outcome, reasons }) => [
      outcome,
      ...reasons.map(({ code, field }) => `${code} ${field}`),
    ]);
  };
  const refused = ['rejected', 'role-not-yours email'];
  const mine = ['a1@example.org', 'a2@example.org', 'a3@example.org'];
  expect(await run(mine, { existing: 'fill-missing' })).toEqual([['updated'], ['updated'], refused]);
  expect(await run(mine)).toEqual([refused, ['updated'], refused]);
  // The email that they have is no other one.
  expect(await run([more.email ?? '', 'a4@example.org', ''])).toEqual([
    ['unchanged'],
    ['updated'],
    ['updated'],
  ]);
});

test('lets whoever may archive do so, whatever the person may do', async () => {
  const boss = await addHolder('boss', organisation.rootId, ['people:update']);
  const { counts } = await engine.run(organisation, `identifier\n${boss.identifier}`, { action: 'archive' });
  expect(counts).toMatchObject({ archived: 1 });
});
