// Users of many accounts updated by one file, and the two files that it needs: the accounts and the template.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { beforeAll, describe, expect, test } from 'vitest';
import { muster, newFolder } from '../cli/muster.ts';
import { csvLines, outcomesOf, resultLines } from '../support/results.ts';
import { fileOf } from '../support/rosters.ts';
import { until, useStack } from '../support/stack.ts';

const SITES = 12;
const stack = useStack();

/** A parent account with accounts below it, each with the users ann and bob. */
async function accounts(count = SITES): Promise<{ parent: number; sites: number[] }> {
  const parent = await stack().newSite();
  const sites: number[] = [];
  for (let n = 0; n < count; n++) sites.push(await stack().newSite(parent));
  const lines = sites.flatMap((site) =>
    ['ann', 'bob'].map((name) => `${site},${name},${name},${name}@${site}.example,Old Name`),
  );
  const csv = ['account_id,identifier,username,email,name', ...lines].join('\n');
  const run = await stack().reaches(await stack().startRun(csv, parent), 'completed');
  expect(run.counts.created).toBe(2 * count);
  return { parent, sites };
}

let template: string;
beforeAll(async () => {
  const path = join(newFolder(), 'users.csv');
  const { stderr } = await stack().muster('template', 'user-update', '-o', path);
  expect(stderr).toBe('');
  template = readFileSync(path, 'utf8');
});

const update = async (parent: number, lines: readonly string[], ...args: string[]) => {
  const file = fileOf('users.csv', `${template}${lines.map((line) => `${line}\r\n`).join('')}`);
  return stack().import(file, parent, '--preset', 'user-update', ...args);
};

const namesOf = async (site: number) =>
  Object.fromEntries(
    (await stack().people(site)).map((person) => [
      person.identifier,
      (person as unknown as { displayName: string }).displayName,
    ]),
  );

test('the exported accounts and the template make a file that updates users of all of them', async () => {
  const { parent, sites } = await accounts();
  const { stdout } = await stack().muster('export', 'sites', '--site', String(parent));
  const listed = csvLines(stdout).map((line) => Number(line['Account ID']));
  expect(listed.sort()).toEqual([parent, ...sites].sort());
  expect(template.replace('\ufeff', '').split(/[\r\n]/)[0]).toBe(
    'Account ID,Username,Name,Email,Password,Role',
  );
  const lines = sites.map((site) => `${site},ann,Ann of ${site},,,`);
  const run = await update(parent, lines, '--expect', String(SITES));
  expect([run.code, run.counts]).toMatchObject([0, { updated: SITES, total: SITES }]);
  for (const site of sites.slice(0, 2))
    expect(await namesOf(site)).toEqual({ ann: `Ann of ${site}`, bob: 'Old Name' });
});

test('an account that is not below the admin’s is not processed and says so; the others are', async () => {
  const { parent, sites } = await accounts(2);
  const elsewhere = await accounts(1);
  const [one, two] = sites as [number, number];
  const run = await update(parent, [
    `${one},ann,New Name,,,`,
    `${elsewhere.sites[0]},ann,New Name,,,`,
    '99999999,ann,New Name,,,',
    `${two},nobody,New Name,,,`,
    `${two},bob,,new-bob@${two}.example,,`,
  ]);
  expect(run.code).toBe(2);
  expect(await outcomesOf(stack(), run.id ?? '')).toEqual([
    'updated',
    'rejected · unknown-site',
    'rejected · unknown-site',
    'rejected · nobody-found',
    'updated',
  ]);
  expect(await namesOf(elsewhere.sites[0] as number)).toEqual({ ann: 'Old Name', bob: 'Old Name' });
  expect(await namesOf(two)).toEqual({ ann: 'Old Name', bob: 'Old Name' });
  const wrong = await update(parent, [`${one},ann,Newer Name,,,`], '--expect', '2');
  expect(wrong).toMatchObject({ code: 1, state: 'rejected', error: { code: 'wrong-count' } });
  expect((await namesOf(one))['ann']).toBe('New Name');
});

test('holds the sites that its rows touch, and no other', async () => {
  const { parent, sites } = await accounts(4);
  const [one, two, three] = sites as [number, number, number];
  const held = await stack().hold(one, 'ann');
  const file = await stack().api<{ id: string }>(
    'POST',
    '/files?name=users.csv',
    `${template}${one},ann,Held,,,\r\n${two},ann,Held,,,\r\n`,
  );
  const begun = await stack().api<{ id: string }>('POST', '/bulk-actions', {
    site: parent,
    files: [file.body.id],
    preset: 'user-update',
  });
  await stack().reaches(begun.body.id, 'applying');
  const add = (site: number) =>
    stack().api('POST', '/people', { siteId: site, identifier: 'new', email: `new@${site}.example` });
  expect([(await add(one)).status, (await add(two)).status]).toEqual([423, 423]);
  expect([(await add(three)).status, (await add(parent)).status]).toEqual([201, 201]);
  const holders = await stack().db.execute<{ site: number }>(
    sql`select site_id as site from edit_lock where holder = ${begun.body.id} order by 1`,
  );
  expect([...holders].map(({ site }) => site)).toEqual([one, two]);
  await held.letGo();
  await stack().reaches(begun.body.id, 'completed');
  expect((await add(one)).status).toBe(201);
});

describe('passwords and roles', () => {
  const STRONG = 'quokka-Lattice-97-harbour';

  test('a password lets its user sign in and stands nowhere; a weak one is refused without being shown', async () => {
    const { parent, sites } = await accounts(1);
    const site = sites[0] as number;
    const run = await update(parent, [`${site},ann,,,${STRONG},`, `${site},bob,,,password1,`]);
    expect(await outcomesOf(stack(), run.id ?? '')).toEqual(['updated', 'rejected · weak-password']);
    const text = JSON.stringify(await resultLines(stack(), run.id ?? ''));
    for (const secret of [STRONG, 'password1', '$argon2']) expect(text).not.toContain(secret);
    const left = await stack().db.execute(sql`
      select from bulk_row where bulk_action_id = ${run.id} and (extras ? 'passwordHash' or cells::text like ${`%${STRONG}%`})`);
    expect(left).toHaveLength(0);
    const hashes = await stack().db.execute<{ hash: string }>(sql`
      select c.password_hash as hash from credential c join person p on p.id = c.person_id where p.site_id = ${site}`);
    expect([...hashes]).toEqual([{ hash: expect.stringContaining('$argon2id$') }]);
    const session = await stack().api('POST', '/session', { email: `ann@${site}.example`, password: STRONG });
    expect(session.status).toBeLessThan(300);
  });

  test('a role that does not exist, or that the admin may not grant, is a problem of its row', async () => {
    const { parent, sites } = await accounts(1);
    const site = sites[0] as number;
    const role = (name: string, permissions: string[]) =>
      stack().api('POST', '/roles', { siteId: parent, name, permissions });
    await role('Reader', ['people:read']);
    await role('Chief', ['people:read', 'people:delete']);
    await role('Updater', [
      'people:read',
      'people:update',
      'bulk-actions:run',
      'bulk-actions:read',
      'sites:read',
    ]);
    const { key } = await stack().json<{ key: string }>(
      'key',
      'add',
      '--email',
      `updater@${parent}.example`,
      '--site',
      String(parent),
      '--role',
      'Updater',
    );
    const file = fileOf(
      'users.csv',
      `${template}${site},ann,,,,Reader\r\n${site},bob,,,,Chief\r\n${site},ann,,,,Nobody\r\n`,
    );
    const { stdout } = await muster(
      ['import', file, '--site', String(parent), '--preset', 'user-update', '--json'],
      { env: { MUSTER_URL: stack().url, MUSTER_API_KEY: key } },
    );
    const { id } = JSON.parse(stdout);
    await until('the results are there', async () => (await stack().run(id)).finishedAt ?? undefined);
    expect((await resultLines(stack(), id)).map((line) => line['muster_code']?.split(/[,; ]/)[0])).toEqual([
      'person-twice',
      'role-not-yours',
      'unknown-role',
    ]);
  });
});
