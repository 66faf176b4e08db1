// Every action of a file, order inside it, and what an admin may do, over the command line as admins do it.
import { describe, expect, test } from 'vitest';
import { type Ended, muster } from '../cli/muster.ts';
import { exportedPeople, importLines, outcomesOf, resultLines, startWith } from '../support/results.ts';
import { fileOf } from '../support/rosters.ts';
import { until, useStack } from '../support/stack.ts';

const stack = useStack();
const HEADER = 'identifier,email,username,first_name,action';

const run = (site: number, header: string, lines: readonly string[], ...args: string[]) =>
  importLines(stack(), site, header, lines, ...args);

/** A new site with a few people: a, b and c, each with an email and a username of the same letter. */
async function siteWithThree(): Promise<number> {
  const site = await stack().newSite();
  const lines = ['a', 'b', 'c'].map((n) => `${n},${n}@${site}.example,login-${n},${n.toUpperCase()},`);
  await startWith(stack(), site, HEADER, lines);
  return site;
}

const COLUMNS = ['identifier', 'email', 'username', 'first_name', 'status'];
const exported = (site: number, status?: string) => exportedPeople(stack(), site, COLUMNS, status);

test('a life from creation to deletion, in files of one action each', async () => {
  const site = await siteWithThree();
  const only = (action: string, ...lines: string[]) => run(site, 'identifier', lines, '--action', action);
  expect((await only('archive', 'a', 'nobody')).outcomes).toEqual(['archived', 'rejected · nobody-found']);
  expect(await exported(site, 'archived')).toEqual([`a,a@${site}.example,login-a,A,archived`]);
  expect((await only('restore', 'a', 'b')).outcomes).toEqual(['restored', 'unchanged · already-active']);
  expect((await only('delete', 'b')).outcomes).toEqual(['deleted']);
  expect((await only('update', 'b', 'c')).outcomes).toEqual(['rejected · nobody-found', 'unchanged']);
  await only('archive', 'a');
  expect((await only('anonymize', 'a', 'c')).outcomes).toEqual(['anonymized', 'rejected · not-archived']);
  expect(await exported(site, 'active')).toEqual([`c,c@${site}.example,login-c,C,active`]);
});

test('swapped logins, in both orders of rows', async () => {
  for (const isReversed of [false, true]) {
    const site = await siteWithThree();
    const lines = [`a,b@${site}.example,login-b,,`, `b,a@${site}.example,login-a,,`];
    const { code, outcomes } = await run(site, HEADER, isReversed ? lines.toReversed() : lines);
    expect([code, outcomes]).toEqual([0, ['updated', 'updated']]);
    expect(await exported(site)).toEqual([
      `a,b@${site}.example,login-b,A,active`,
      `b,a@${site}.example,login-a,B,active`,
      `c,c@${site}.example,login-c,C,active`,
    ]);
  }
});

test('the student who comes back as an intern, and then as a student again', async () => {
  const site = await siteWithThree();
  const mail = `a@${site}.example`;
  const came = await run(site, HEADER, [`intern,${mail},,Ann,`, 'a,,,,archive']);
  expect([came.code, came.outcomes]).toEqual([0, ['created', 'archived']]);
  const early = await run(site, HEADER, ['a,,,,restore']);
  expect([early.code, early.outcomes]).toEqual([2, ['rejected · key-taken']]);
  const [line] = await resultLines(stack(), early.id);
  expect(line?.['muster_reason']).toContain(mail);
  const back = await run(site, HEADER, ['a,,,Anna,update', 'a,,,,restore', 'intern,,,,archive']);
  expect([back.code, back.outcomes]).toEqual([0, ['updated', 'restored', 'archived']]);
  expect(await exported(site)).toContain(`a,${mail},login-a,Anna,active`);
});

test('a file that archives, anonymizes and uses the email again at once, whatever its order', async () => {
  for (const order of [
    [0, 1, 2],
    [2, 1, 0],
    [1, 2, 0],
  ]) {
    const site = await siteWithThree();
    const lines = ['a,,,,archive', 'a,,,,anonymize', `n,a@${site}.example,login-a,New,`];
    const { code, outcomes } = await run(
      site,
      HEADER,
      order.map((n) => lines[n] as string),
    );
    expect([code, outcomes]).toEqual([0, order.map((n) => ['archived', 'anonymized', 'created'][n])]);
    expect(await exported(site, 'active')).toContain(`n,a@${site}.example,login-a,New,active`);
  }
});

test('rows that exclude each other name each other, and a bad giver names what it held up', async () => {
  const site = await siteWithThree();
  const { code, id, outcomes } = await run(site, HEADER, [
    'a,,,Ada,update',
    'a,,,,delete',
    `b,c@${site}.example,,,`,
    'c,nonsense,,,',
    'd,,,,Explode',
  ]);
  expect([code, outcomes]).toEqual([
    2,
    [
      'rejected · actions-conflict',
      'rejected · actions-conflict',
      'rejected · key-taken',
      'rejected · not-an-email',
      'rejected · unknown-action',
    ],
  ]);
  const lines = await resultLines(stack(), id);
  expect(lines[0]?.['muster_reason']).toContain('row 3');
  expect(lines[1]?.['muster_reason']).toContain('row 2');
  const given = await run(site, HEADER, [`b,c@${site}.example,,,`, `c,x@${site}.example,,,Explode`]);
  expect(given.outcomes).toEqual(['rejected · needs-row', 'rejected · unknown-action']);
  expect((await resultLines(stack(), given.id))[0]?.['muster_reason']).toContain('row 3');
});

test('a file with another number of rows than expected runs nothing', async () => {
  const site = await siteWithThree();
  const file = fileOf('people.csv', 'identifier\na\nb\n');
  const run = await stack().import(file, site, '--action', 'archive', '--expect', '3');
  expect(run).toMatchObject({ code: 1, state: 'rejected', error: { code: 'wrong-count' } });
  expect(await exported(site, 'archived')).toEqual([]);
  const fits = await stack().import(file, site, '--action', 'archive', '--expect', '2');
  expect(fits).toMatchObject({ code: 0, counts: { archived: 2 } });
});

describe('an admin', () => {
  let admins = 0;
  /** Another admin with a role of these permissions on a site, and what that admin types. */
  async function adminOf(site: number, ...permissions: string[]) {
    admins += 1;
    const role = `role ${admins}`;
    const email = `admin${admins}@office.example`;
    const added = await stack().muster('role', 'add', role, '--site', '1000', '--permission', ...permissions);
    expect(added.stderr).toBe('');
    const { key } = await stack().json<{ key: string }>(
      'key',
      'add',
      '--email',
      email,
      '--site',
      String(site),
      '--role',
      role,
    );
    const types = (...args: string[]): Promise<Ended> =>
      muster(args, { env: { MUSTER_URL: stack().url, MUSTER_API_KEY: key } });
    const found = await stack().api<{ items: { id: number }[] }>('GET', `/people?site=1000&email=${email}`);
    return { email, role, types, person: found.body.items[0]?.id };
  }
  const ALL = [
    'people:read',
    'people:create',
    'people:update',
    'people:archive',
    'people:export',
    'bulk-actions:run',
    'bulk-actions:read',
    'sites:read',
  ];

  test('of one site can’t touch another’s: no run, no row, no reading', async () => {
    const [own, other] = [await siteWithThree(), await siteWithThree()];
    const { types } = await adminOf(own, ...ALL);
    const before = await exported(other);
    const file = fileOf('people.csv', 'identifier,first_name\na,Eve\n');
    const refused = await types('import', file, '--site', String(other), '--json');
    expect(refused.code).toBe(1);
    expect(JSON.parse(refused.stdout)).toMatchObject({
      error: { code: expect.stringMatching(/forbidden|missing/) },
    });
    const rows = fileOf('people.csv', `account_id,identifier,first_name\n${other},a,Eve\n${own},a,Eve\n`);
    const mixed = JSON.parse((await types('import', rows, '--site', String(own), '--json')).stdout);
    expect(mixed.counts).toMatchObject({ rejected: 1, updated: 1 });
    expect(await outcomesOf(stack(), mixed.id)).toEqual(['rejected · unknown-site', 'updated']);
    expect((await types('export', 'people', '--site', String(other))).code).toBe(1);
    expect(await exported(other)).toEqual(before);
  });

  test('who may not do an action of the file gets those rows refused, and the others done', async () => {
    const site = await siteWithThree();
    const { types } = await adminOf(site, ...ALL.filter((permission) => permission !== 'people:archive'));
    const file = fileOf('people.csv', `${HEADER}\na,,,,archive\nb,,,Bea,\nn,a@${site}.example,,,\n`);
    const { code, stdout } = await types('import', file, '--site', String(site), '--json');
    expect(code).toBe(2);
    expect(await outcomesOf(stack(), JSON.parse(stdout).id)).toEqual([
      'rejected · not-allowed',
      'updated',
      'rejected · needs-row',
    ]);
  });

  test('who loses a right while the run waits gets those rows refused', async () => {
    const site = await siteWithThree();
    const { types, person, role } = await adminOf(1000, ...ALL);
    const held = await stack().hold(site, 'a');
    const first = await stack().startRun('identifier,first_name\na,Held\n', site);
    await stack().reaches(first, 'applying');
    const file = fileOf('people.csv', 'identifier,first_name\nb,Bea\n');
    const started = JSON.parse(
      (await types('import', file, '--site', String(site), '--no-wait', '--json')).stdout,
    );
    await stack().reaches(started.id, 'queued');
    const taken = await stack().muster('role', 'unassign', role, String(person), '--site', '1000');
    expect(taken.stderr).toBe('');
    await held.letGo();
    await stack().reaches(started.id, 'completed');
    expect(await outcomesOf(stack(), started.id)).toEqual(['rejected · not-allowed']);
    await stack().reaches(first, 'completed');
  });

  test('who is deleted while the run is on: it goes on, and the mail goes to the address of then', async () => {
    const site = await siteWithThree();
    const { types, email, person } = await adminOf(1000, ...ALL);
    const held = await stack().hold(site, 'a');
    const file = fileOf('people.csv', 'identifier,first_name\na,Held\nb,Bea\nd,\n');
    const started = JSON.parse(
      (await types('import', file, '--site', String(site), '--no-wait', '--json')).stdout,
    );
    await stack().reaches(started.id, 'applying');
    const gone = await stack().muster('person', 'delete', String(person));
    expect(gone.stderr).toBe('');
    expect((await types('runs', '--json')).code).toBe(1);
    await held.letGo();
    await stack().reaches(started.id, 'completed');
    expect(await outcomesOf(stack(), started.id)).toEqual(['updated', 'updated', 'rejected · required']);
    const mail = await until('the mail comes', async () => (await stack().mails(started.id))[0]);
    expect(mail.to).toEqual([email]);
  });
});
