// What the admin of a run may do, site by site, as it stands when the rows are checked under the lock.
import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, test } from 'vitest';
import { assignRole, insertRole } from '../../db/queries/roles/roles.ts';
import { PERMISSIONS, type Permission } from '../../domain/rights.ts';
import { addPerson, addSite, archive } from '../support/people.ts';
import type { TestOrganisation } from '../support/runs.ts';
import { useSmallFiles } from '../support/small-files.ts';

const site = useSmallFiles();
const HEADER = 'identifier,email,first_name,action';

let below: number;
let beside: number;
beforeEach(async () => {
  const { rootId, siteId } = site.organisation;
  below = await addSite(site.engine.db, siteId, rootId + 2);
  beside = await addSite(site.engine.db, rootId, rootId + 3);
});

/** Another admin of the organisation, who may do this on that site. */
async function adminOf(siteId: number, permissions: readonly Permission[]): Promise<TestOrganisation> {
  const { rootId } = site.organisation;
  const admin = await addPerson(site.engine.db, rootId, `admin of ${siteId} ${permissions.length}`);
  const role = await insertRole(site.engine.db, { siteId: rootId, name: permissions.join(), permissions });
  await assignRole(site.engine.db, { personId: admin.id, roleId: role.id, siteId });
  return { ...site.organisation, adminId: admin.id };
}

async function runAs(admin: TestOrganisation, lines: string[], request = {}, header = HEADER) {
  const { id } = await site.engine.run(admin, [header, ...lines].join('\n'), request);
  return site.outcomesOf(id, lines);
}

const loseRights = ({ adminId }: TestOrganisation) =>
  site.engine.db.execute(sql`delete from role_assignment where person_id = ${adminId}`);

/** A row for each phase, and two for hand-over. */
async function everyPhase(): Promise<string[]> {
  for (const identifier of ['archive', 'delete', 'update', 'one', 'other']) await site.add(identifier);
  for (const identifier of ['restore', 'anonymize'])
    await archive(site.engine.db, (await site.add(identifier)).id);
  return [
    'archive,,,archive',
    'anonymize,,,anonymize',
    'delete,,,delete',
    'restore,,,restore',
    'update,,New,update',
    'create,create@example.org,New,create',
    'one,other@example.org,,',
    'other,one@example.org,,',
  ];
}

describe('each phase needs its own right', () => {
  test.each([
    ['people:archive', 'archived', ['archive,,,archive']],
    ['people:anonymize', 'anonymized', ['anonymize,,,anonymize']],
    ['people:delete', 'deleted', ['delete,,,delete']],
    ['people:restore', 'restored', ['restore,,,restore']],
    ['people:create', 'created', ['create,create@example.org,New,create']],
    [
      'people:update',
      'updated',
      ['update,,New,update', 'one,other@example.org,,', 'other,one@example.org,,'],
    ],
  ] as const)('%s', async (permission, outcome, allowed) => {
    const admin = await adminOf(site.organisation.siteId, ['bulk-actions:run', permission]);
    const lines = await everyPhase();
    expect(await runAs(admin, lines)).toEqual(
      Object.fromEntries(
        lines.map((line) => [
          line,
          (allowed as readonly string[]).includes(line) ? outcome : 'rejected · not-allowed',
        ]),
      ),
    );
  });
});

test('a right on a site holds below it and nowhere else', async () => {
  const { siteId, rootId } = site.organisation;
  const admin = await adminOf(siteId, PERMISSIONS);
  await addPerson(site.engine.db, below, 'b');
  await addPerson(site.engine.db, beside, 'c');
  await addPerson(site.engine.db, rootId, 'd');
  await site.add('a');
  const lines = [`a,${siteId}`, `b,${below}`, `c,${beside}`, `d,${rootId}`];
  const header = 'identifier,account_id';
  // Somebody began the run at the top, where this admin may do nothing.
  expect(await runAs({ ...admin, siteId: rootId }, lines, { action: 'archive' }, header)).toEqual({
    [`a,${siteId}`]: 'archived',
    [`b,${below}`]: 'archived',
    [`c,${beside}`]: 'rejected · not-allowed',
    [`d,${rootId}`]: 'rejected · not-allowed',
  });
  // Begun at the own site, a row for another one is not even looked at.
  expect(await runAs(admin, lines.slice(1), { action: 'restore' }, header)).toEqual({
    [`b,${below}`]: 'restored',
    [`c,${beside}`]: 'rejected · unknown-site account_id',
    [`d,${rootId}`]: 'rejected · unknown-site account_id',
  });
});

test('a right that is lost between start and apply is missing; what is wrong besides is told too', async () => {
  const admin = await adminOf(site.organisation.siteId, PERMISSIONS);
  await site.add('a');
  const lines = ['a,,Ada,', 'n,n@example.org,,', 'b,nonsense,,', 'a,,Ada,'];
  const id = await site.engine.stage(admin, [HEADER, ...lines].join('\n'));
  await loseRights(admin);
  await site.engine.apply(await site.engine.check(id, await site.engine.lock(id)));
  const { counts } = await site.engine.end(id);
  expect(counts).toMatchObject({ rejected: 4, total: 4 });
  expect(await site.outcomesOf(id, lines)).toEqual({
    'a,,Ada,': 'rejected · not-allowed',
    'n,n@example.org,,': 'rejected · not-allowed',
    'b,nonsense,,': 'rejected · not-an-email email',
  });
  expect(await site.people()).toMatchObject([{ identifier: 'a', first_name: null }]);
});

test('who needs a row that is not allowed is refused with it', async () => {
  const admin = await adminOf(site.organisation.siteId, ['people:create', 'people:update']);
  await site.add('a');
  await site.add('b');
  expect(
    await runAs(admin, ['a,,,archive', 'n,a@example.org,,', 'b,x@example.org,,', 'm,b@example.org,,']),
  ).toEqual({
    'a,,,archive': 'rejected · not-allowed',
    'n,a@example.org,,': 'rejected · needs-row email',
    'b,x@example.org,,': 'updated',
    'm,b@example.org,,': 'created',
  });
});

test('an API key limits what its admin may do', async () => {
  await site.add('a');
  await site.add('b');
  expect(
    await runAs(site.organisation, ['a,,Ada,', 'b,,,archive'], {
      scopes: ['bulk-actions:run', 'people:update'],
    }),
  ).toEqual({ 'a,,Ada,': 'updated', 'b,,,archive': 'rejected · not-allowed' });
});

describe('an admin who has gone by the time of the check', () => {
  const goes = {
    deleted: (id: number) => sql`delete from person where id = ${id}`,
    anonymized: (id: number) => sql`
      update person set status = 'anonymized', identifier = null, email = null, email_key = null, first_name = null,
        last_name = null, version = version + 1 where id = ${id}`,
    archived: (id: number) =>
      sql`update person set status = 'archived', version = version + 1 where id = ${id}`,
  };

  test.each(['deleted', 'anonymized', 'archived'] as const)('%s: the run goes on', async (how) => {
    const { siteId } = site.organisation;
    const admin = await adminOf(siteId, PERMISSIONS);
    await site.add('a');
    await site.add('b');
    const grants = [{ siteId, permissions: ['people:update' as const] }];
    const lines = ['a,,Ada,', 'b,,,archive'];
    const id = await site.engine.stage(admin, [HEADER, ...lines].join('\n'), { grants });
    await site.engine.db.execute(goes[how](admin.adminId));
    await site.engine.apply(await site.engine.check(id, await site.engine.lock(id)));
    const { mailId } = await site.engine.end(id);
    // Who is gone is asked no more: what was held when the run began counts. Who is archived still holds roles.
    expect(await site.outcomesOf(id, lines)).toEqual({
      'a,,Ada,': 'updated',
      'b,,,archive': how === 'archived' ? 'archived' : 'rejected · not-allowed',
    });
    const mails = await site.engine.db.execute(
      sql`select id, to_address from outgoing_mail where bulk_action_id = ${id}`,
    );
    expect([...mails]).toEqual([{ id: mailId, to_address: `admin@${site.organisation.rootId}.example` }]);
  });

  test('deleted by the very run: its other rows are done, and history names who began it', async () => {
    const { rootId, adminId } = site.organisation;
    const above = { ...site.organisation, siteId: rootId };
    await addPerson(site.engine.db, rootId, 'z');
    const next = await addPerson(site.engine.db, rootId, 'next');
    const keeper = await insertRole(site.engine.db, {
      siteId: rootId,
      name: 'Keeper',
      permissions: ['roles:write'],
    });
    await assignRole(site.engine.db, { personId: next.id, roleId: keeper.id, siteId: rootId });
    const grants = [{ siteId: rootId, permissions: PERMISSIONS }];
    const lines = ['admin,,,delete', 'z,,Zoe,update', 'n,n@example.org,,create'];
    expect(await runAs(above, lines, { grants })).toEqual({
      'admin,,,delete': 'deleted',
      'z,,Zoe,update': 'updated',
      'n,n@example.org,,create': 'created',
    });
    const history = await site.engine.db.execute(sql`
      select distinct by_person_id as by from person_history where what in ('updated', 'created')
        and bulk_action_id = (select id from bulk_action where root_id = ${rootId})`);
    expect([...history]).toEqual([{ by: adminId }]);
  });
});
