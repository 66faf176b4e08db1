// OneRoster bundles at the engine: users become people, orgs sites and org units, once and again every night.
import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { type Org, planOrgs } from '../../domain/oneroster/orgs.ts';
import {
  bundle,
  DISTRICT,
  ENROLLMENTS,
  ORGS,
  ROLES,
  USERS_1_1,
  USERS_1_2,
  user11,
  user12,
} from '../support/bundles.ts';
import { useEngine } from '../support/engine.ts';
import { makeOrganisation, type TestOrganisation } from '../support/runs.ts';
import { makeZip } from '../support/zips.ts';

const engine = useEngine();
const ONEROSTER = { preset: 'oneroster' };
const LIMITED = { limits: { changed: { percent: 100 } } };

type Placed = { identifier: string; status: string; site: string; unit: string | null; role: string | null };

const people = async ({ rootId }: TestOrganisation): Promise<string[]> =>
  [
    ...(await engine.db.execute<Placed>(sql`
    select p.identifier, p.status, s.name as site, u.name as unit, p.fields ->> 'school_role' as role
    from person p join site s on s.id = p.site_id left join org_unit u on u.id = p.org_unit_id
    where p.root_id = ${rootId} and p.identifier <> 'admin' order by p.identifier`)),
  ].map(({ identifier, status, site, unit, role }) =>
    [identifier, status, /^Site \d+$/.test(site) ? 'own' : site, unit ?? '-', role ?? '-'].join(' · '),
  );

const tree = async ({ siteId }: TestOrganisation): Promise<string[]> =>
  [
    ...(await engine.db.execute<{ line: string }>(sql`
    select coalesce(s.external_id, '-') || ' ' || s.name || coalesce(': ' || string_agg(
      u.external_id || ' ' || u.name || coalesce(' < ' || a.external_id, ''), ', ' order by u.external_id), '') as line
    from site s left join org_unit u on u.site_id = s.id left join org_unit a on a.id = u.parent_id
    where s.path @> array[${siteId}::int] group by s.id order by s.id`)),
  ].map(({ line }) => line.replace(/Site \d+/, 'own'));

const outcomes = async (id: string): Promise<string[]> =>
  [
    ...(await engine.db.execute<{ line: string }>(sql`
    select r.row_number || ' ' || b.outcome || coalesce(' ' || (b.reasons -> 0 ->> 'code'), '') as line
    from bulk_plan b join bulk_row r using (bulk_action_id, row_number)
    where b.bulk_action_id = ${id} order by r.row_number`)),
  ].map(({ line }) => line);

const bundle11 = (users: readonly string[], orgs: readonly string[] = DISTRICT) =>
  bundle({ orgs, users: [USERS_1_1, ...users], enrollments: [ENROLLMENTS] });

test('places users at the sites and org units of their orgs, and makes what is not there once', async () => {
  const organisation = await makeOrganisation(engine.db);
  const users = [
    user11({ id: 'a' }),
    user11({ id: 'b', orgs: 's2', role: 'teacher' }),
    user11({ id: 'c', orgs: 'p2,s1' }),
    user11({ id: 'd', orgs: 'd1', role: 'administrator' }),
    user11({ id: 'e', orgs: 's2, s1' }),
  ];
  const first = await engine.run(organisation, bundle11(users), ONEROSTER);
  expect(first.counts).toMatchObject({ created: 5, total: 5 });
  const expected = [
    'a · active · North School · - · student',
    'b · active · South School · - · teacher',
    'c · active · North School · Physics · student',
    'd · active · own · - · administrator',
    'e · active · South School · - · student',
  ];
  expect(await people(organisation)).toEqual(expected);
  const made = ['d1 own', 's1 North School: p1 Science, p2 Physics < p1', 's2 South School'];
  expect(await tree(organisation)).toEqual(made);
  const again = await engine.run(organisation, bundle11(users), ONEROSTER);
  expect(again.counts).toMatchObject({ unchanged: 5, total: 5 });
  expect([await people(organisation), await tree(organisation)]).toEqual([expected, made]);
});

test('adopts sites and units that are there by their names, and no two of one name', async () => {
  const organisation = await makeOrganisation(engine.db);
  const { siteId, rootId } = organisation;
  await engine.db.execute(sql`
    with made as (
      insert into site (id, name, parent_id, root_id, path)
      select ${siteId} + n, name, ${siteId}, ${rootId}, array[${rootId}, ${siteId}, ${siteId} + n]::int[]
      from (values (10, 'North School'), (11, 'South School'), (12, 'South School')) as v (n, name)
      returning id
    ), units as (insert into org_unit (site_id, name) values (${siteId} + 10, 'Science'))
    insert into edit_lock (site_id) select id from made`);
  await engine.run(organisation, bundle11([user11({ id: 'a', orgs: 'p1' })]), ONEROSTER);
  expect(await tree(organisation)).toEqual([
    'd1 own',
    's1 North School: p1 Science, p2 Physics < p1',
    '- South School',
    '- South School',
    's2 South School',
  ]);
});

test('finds an org by its id after it was renamed, and tells two units of one name apart', async () => {
  const organisation = await makeOrganisation(engine.db);
  await engine.run(organisation, bundle11([user11({ id: 'a' })]), ONEROSTER);
  const renamed = [ORGS, 'd1,,,Lake,district,,', 's1,,,Nordschule,school,,d1', 'p7,,,Science,department,,s1'];
  await engine.run(organisation, bundle11([user11({ id: 'a' })], renamed), ONEROSTER);
  expect(await tree(organisation)).toEqual([
    'd1 own',
    's1 North School: p1 Science, p2 Physics < p1, p7 Science (p7)',
    's2 South School',
  ]);
});

test('archives who is marked tobedeleted, refuses who is of an org that is not here, and keeps no password', async () => {
  const organisation = await makeOrganisation(engine.db);
  await engine.run(organisation, bundle11([user11({ id: 'a' }), user11({ id: 'b' })]), ONEROSTER);
  const secret = 'correct-horse-battery';
  const { id } = await engine.run(
    organisation,
    bundle11([
      user11({ id: 'a', status: 'tobedeleted', password: secret }),
      user11({ id: 'x', orgs: 'elsewhere', password: secret }),
      `${user11({ id: 'y', password: secret })},${secret}`,
      user11({ id: 'b', password: secret }),
    ]),
    ONEROSTER,
  );
  expect(await outcomes(id)).toEqual([
    '2 archived',
    '3 rejected unknown-site',
    '4 rejected too-many-cells',
    '5 unchanged',
  ]);
  const [kept] = await engine.db.execute<{ cells: string }>(
    sql`select string_agg(cells::text, '') as cells from bulk_row where bulk_action_id = ${id}`,
  );
  expect(kept?.cells).not.toContain(secret);
  expect(kept?.cells).toContain('elsewhere');
});

test('a sync archives who is gone from the schools in the file, and refuses a bundle of changes', async () => {
  const organisation = await makeOrganisation(engine.db);
  const all = ['a', 'b', 'c'].map((id) => user11({ id }));
  const request = { ...ONEROSTER, ...LIMITED, action: 'sync' } as const;
  await engine.run(organisation, bundle11([...all, user11({ id: 'z', orgs: 's2' })]), request);
  await engine.run(organisation, bundle11(all.slice(0, 2)), request);
  expect((await people(organisation)).map((line) => line.split(' · ').slice(0, 2).join(' '))).toEqual([
    'a active',
    'b active',
    'c archived',
    'z active',
  ]);
  const manifest = ['propertyName,value', 'oneroster.version,1.1', 'file.users,delta', 'file.orgs,bulk'];
  const delta = bundle({ manifest, orgs: DISTRICT, users: [USERS_1_1, all[0] as string] });
  await expect(engine.stage(organisation, delta, request)).rejects.toThrow('holds only what changed');
  await expect(engine.stage(organisation, delta, ONEROSTER)).resolves.toBeDefined();
});

test('reads 1.2: the primary org, else the primary role, else an enrollment', async () => {
  const organisation = await makeOrganisation(engine.db);
  const file = bundle({
    orgs: DISTRICT,
    users: [USERS_1_2, ...['a', 'b', 'c', 'd'].map((id) => user12({ id, orgs: id === 'a' ? 's2' : '' }))],
    roles: [
      ROLES,
      '1,,,a,primary,student,,,s1,',
      '2,,,b,secondary,aide,,,s1,',
      '3,,,b,primary,teacher,,,p1,',
      '5,,,b,primary,coach,,,s2,',
      '4,tobedeleted,,c,primary,teacher,,,s1,',
    ],
    enrollments: [ENROLLMENTS, '1,,,k1,s2,c,student,,,', '2,,,k2,s1,c,student,,,', '3,,,k1,s2,b,student,,,'],
  });
  await engine.run(organisation, file, ONEROSTER);
  expect(await people(organisation)).toEqual([
    'a · active · South School · - · student',
    'b · active · North School · Science · teacher',
    'c · active · South School · - · student',
    'd · active · own · - · -',
  ]);
});

test('makes sites for nobody who may not, and takes a table alone or a part of the tree', async () => {
  const organisation = await makeOrganisation(engine.db);
  const grants = [{ siteId: organisation.siteId, permissions: ['people:create', 'people:update'] as const }];
  const scopes = ['people:create', 'people:update'] as const;
  await expect(
    engine.stage(organisation, bundle11([user11({ id: 'a' })]), {
      ...ONEROSTER,
      grants: grants.map((grant) => ({ ...grant, permissions: [...grant.permissions] })),
      scopes: [...scopes],
    }),
  ).rejects.toThrow('sites:write');
  // An id that nobody may note leads no people of another school here.
  expect(await tree(organisation)).toEqual(['- own']);
  const table = 'sourcedId,givenName,familyName,userIdentifier,account_id\na,Given a,Family a,,\n';
  expect((await engine.run(organisation, table, ONEROSTER)).counts).toMatchObject({ created: 1 });
  await engine.db.execute(sql`update site set external_id = 's1' where id = ${organisation.siteId}`);
  await engine.run(organisation, bundle11([user11({ id: 'b' }), user11({ id: 'c', orgs: 's2' })]), ONEROSTER);
  expect(await people(organisation)).toContain('b · active · own · - · student');
  expect(await tree(organisation)).toEqual(['s1 own: p1 Science, p2 Physics < p1']);
});

test('takes changes alone, users without orgs and a lone users.csv to where their orgs were put before', async () => {
  const organisation = await makeOrganisation(engine.db);
  const loop = DISTRICT.map((line) => line.replace('Lake District,district,,', 'Lake District,district,,d1'));
  await engine.run(organisation, bundle11([user11({ id: 'a', orgs: 'p1' })], loop), ONEROSTER);
  const changes = [
    ORGS,
    's3,,,East School,school,,d1',
    'p3,,,Chess,department,,p2',
    's2,,,South,school,,gone',
  ];
  const users = [
    user11({ id: 'b', orgs: 's3' }),
    user11({ id: 'c', orgs: 'p3' }),
    user11({ id: 'd', orgs: 's2' }),
  ];
  await engine.run(organisation, bundle11(users, changes), ONEROSTER);
  await engine.run(organisation, bundle({ users: [USERS_1_1, user11({ id: 'e', orgs: 'd1' })] }), ONEROSTER);
  const secret = 'correct-horse-battery';
  const lone = `${USERS_1_1}\n${user11({ id: 'f', orgs: 'p2', number: '77', password: secret })}\n`;
  const { id } = await engine.run(organisation, lone, ONEROSTER);
  expect(await people(organisation)).toEqual([
    'a · active · North School · Science · student',
    'b · active · East School · - · student',
    'c · active · North School · Chess · student',
    'd · active · South School · - · student',
    'e · active · own · - · student',
    'f · active · North School · Physics · student',
  ]);
  expect(await tree(organisation)).toEqual([
    'd1 own',
    's1 North School: p1 Science, p2 Physics < p1, p3 Chess < p2',
    's2 South School',
    's3 East School',
  ]);
  const [kept] = await engine.db.execute<{ cells: string }>(
    sql`select string_agg(cells::text, '') as cells from bulk_row where bulk_action_id = ${id}`,
  );
  expect(kept?.cells).toContain('77');
  expect(kept?.cells).not.toContain(secret);
});

test('an org whose parent is missing makes no second top, and one alone is the site', () => {
  const org = (sourcedId: string, parentId: string) => ({
    sourcedId,
    name: sourcedId,
    type: 'school',
    parentId,
  });
  const ownOf = (...orgs: Org[]) => planOrgs(orgs, null, new Map()).own;
  expect(ownOf(org('d1', ''), org('s1', 'd1'), org('s2', 'gone'))).toBe('d1');
  expect(ownOf(org('s1', 'd1'))).toBe('s1');
  expect(ownOf(org('s1', 'd1'), org('s2', 'd1'))).toBeNull();
  expect(ownOf(org('c1', 'c2'), org('c2', 'c1'))).toBeNull();
});

test('several orgs at the top stay below the site, when only one of them comes too', async () => {
  const organisation = await makeOrganisation(engine.db);
  const [two, one] = [
    [ORGS, 'd1,,,Lake,district,,', 'd2,,,Hill,district,,'],
    [ORGS, 'd1,,,Lake,district,,'],
  ];
  const users = [user11({ id: 'a', orgs: 'd1' })];
  for (const orgs of [two, one]) await engine.run(organisation, bundle11(users, orgs), ONEROSTER);
  expect(await tree(organisation)).toEqual(['- own', 'd1 Lake', 'd2 Hill']);
  expect(await people(organisation)).toEqual(['a · active · Lake · - · student']);
});

test('whoever is at one of several schools stays there, in whatever order they come', async () => {
  const organisation = await makeOrganisation(engine.db);
  const request = { ...ONEROSTER, ...LIMITED, action: 'sync' } as const;
  const users = (orgs: string) => [
    user11({ id: 'a' }),
    user11({ id: 'b', orgs: 's2' }),
    user11({ id: 'c', orgs }),
  ];
  for (const orgs of ['s1,s2', 's2,s1', 's2,p1'])
    await engine.run(organisation, bundle11(users(orgs)), request);
  const placed = ['a · active · North School · -', 'b · active · South School · -'];
  expect(await people(organisation)).toEqual(
    [...placed, 'c · active · North School · Science'].map((line) => `${line} · student`),
  );
});

test('a sync archives nobody of a department whose line is missing', async () => {
  const organisation = await makeOrganisation(engine.db);
  const request = { ...ONEROSTER, ...LIMITED, action: 'sync' } as const;
  const users = [user11({ id: 'a', orgs: 'p1' }), user11({ id: 'b', orgs: 's1' })];
  await engine.run(organisation, bundle11(users), request);
  const without = DISTRICT.filter((line) => !line.startsWith('p'));
  await engine.run(organisation, bundle11(users, without), request);
  expect(await people(organisation)).toEqual([
    'a · active · North School · Science · student',
    'b · active · North School · - · student',
  ]);
});

test('refuses a zip that is no bundle, in words', async () => {
  const organisation = await makeOrganisation(engine.db);
  const stage = (content: Buffer) => engine.stage(organisation, content, ONEROSTER);
  await expect(stage(makeZip([{ name: 'a.txt', content: 'a' }]))).rejects.toThrow('no users.csv');
  await expect(stage(bundle11([user11({ id: 'a' })]).subarray(0, 300))).rejects.toThrow('cut off');
  await expect(
    stage(
      makeZip([
        { name: 'users.csv', content: USERS_1_1 },
        { name: 'more/users.csv', content: USERS_1_1 },
      ]),
    ),
  ).rejects.toThrow('twice');
  const users = { name: 'users.csv', content: USERS_1_1 };
  for (const fault of [{ method: 99 }, { stated: { packed: 1e9 } }, { stated: { unpacked: 1 } }])
    await expect(stage(makeZip([{ ...users, ...fault }])), JSON.stringify(fault)).rejects.toThrow('damaged');
});
