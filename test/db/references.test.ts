// What rows refer to: supervisors, org units, roles and cards, there already or made by another row of the file.
import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, test } from 'vitest';
import { insertOrgUnit } from '../../db/queries/org-units.ts';
import { assignRole, insertRole } from '../../db/queries/roles/roles.ts';
import { addPerson, addSite, archive } from '../support/people.ts';
import { orders, useSmallFiles } from '../support/small-files.ts';

const site = useSmallFiles();

beforeEach(async () => {
  const { rootId, siteId } = site.organisation;
  const unit = (name: string, parentId: number | null, at = siteId) =>
    insertOrgUnit(site.engine.db, { siteId: at, name, parentId });
  const sales = await unit('Sales', null);
  await unit('Team 1', sales.id);
  await unit('Whole firm', null, rootId);
  for (const name of ['Agent', 'Lead']) await insertRole(site.engine.db, { siteId, name, permissions: [] });
});

/** The people of the site, each with the identifier of the supervisor, the org unit and the roles. */
async function places(): Promise<Record<string, string>> {
  const rows = await site.engine.db.execute<{ identifier: string; place: string }>(sql`
    select p.identifier, concat_ws(' · ', s.identifier, u.name, (
        select string_agg(o.name, ' and ' order by o.name) from role_assignment a join role o on o.id = a.role_id
        where a.person_id = p.id)) as place
    from person p left join person s on s.id = p.supervisor_id left join org_unit u on u.id = p.org_unit_id
    where p.site_id = ${site.organisation.siteId} order by 1`);
  return Object.fromEntries([...rows].map(({ identifier, place }) => [identifier, place]));
}

describe('agents', () => {
  const AGENTS = { preset: 'agents' };
  const HEADER =
    'LAN id,First name,Last name,Agent id,PBX id,Profile,Supervisor,Org unit,Role,Access role,CRM name,Text chat greeting template name';
  let pbx = 100;
  /** A row of user details, right in all that is not said. */
  const row = (lan: string, given: Partial<Record<'profile' | 'boss' | 'unit' | 'role' | 'pbx', string>>) => {
    const profile = given.profile ?? 'agent';
    const unit = given.unit ?? (profile === 'agent' ? 'Team 1' : 'Sales');
    pbx += 1;
    return `${lan},F,L,${lan},${given.pbx ?? pbx},${profile},${given.boss ?? ''},${unit},${given.role ?? 'Agent'},,,`;
  };
  const boss = (lan: string, given: Parameters<typeof row>[1] = {}) =>
    row(lan, { profile: 'supervisor', role: 'Lead', ...given });

  test('come with their supervisor in one file, in any order; the one at the top has none', async () => {
    for (const lines of orders([boss('top'), boss('boss', { boss: 'top' }), row('ann', { boss: 'boss' })])) {
      expect(Object.values(await site.run(HEADER, lines, AGENTS))).toEqual(['created', 'created', 'created']);
      expect(await places()).toEqual({
        top: 'Sales · Lead',
        boss: 'top · Sales · Lead',
        ann: 'boss · Team 1 · Agent',
      });
      await site.clear();
    }
  });

  test('are refused with a supervisor whose row is refused, along the chain, and say which row', async () => {
    const lines = [
      boss('top', { unit: 'Nowhere' }),
      boss('boss', { boss: 'top' }),
      row('ann', { boss: 'boss' }),
      boss('other'),
      row('bob', { boss: 'other' }),
    ];
    for (const order of orders(lines)) {
      const { id } = await site.engine.run(site.organisation, [HEADER, ...order].join('\n'), AGENTS);
      expect(await site.outcomesOf(id, order)).toEqual({
        [lines[0] as string]: 'rejected · unknown-org-unit org_unit',
        [lines[1] as string]: 'rejected · needs-row supervisor',
        [lines[2] as string]: 'rejected · needs-row supervisor',
        [lines[3] as string]: 'created',
        [lines[4] as string]: 'created',
      });
      const [needed] = await site.engine.db.execute<{ rows: number[] }>(sql`
        select reasons -> 0 -> 'rows' as rows from bulk_plan
        where bulk_action_id = ${id} and row_number = ${order.indexOf(lines[2] as string) + 2}`);
      expect(needed?.rows).toEqual([order.indexOf(lines[1] as string) + 2]);
      await site.clear();
    }
  });

  test('two who supervise each other are both made', async () => {
    const lines = [boss('one', { boss: 'other' }), boss('other', { boss: 'one' })];
    expect(Object.values(await site.run(HEADER, lines, AGENTS))).toEqual(['created', 'created']);
    expect(await places()).toEqual({ one: 'other · Sales · Lead', other: 'one · Sales · Lead' });
  });

  test('who exist are duplicates, and stay as they are; so are those of a file that is uploaded again', async () => {
    await site.add('boss');
    const lines = [boss('boss'), row('ann', { boss: 'boss' })];
    expect(Object.values(await site.run(HEADER, lines, AGENTS))).toEqual([
      'skipped · person-exists identifier',
      'created',
    ]);
    expect(await places()).toEqual({ boss: '', ann: 'boss · Team 1 · Agent' });
    expect(Object.values(await site.run(HEADER, lines, AGENTS))).toEqual([
      'skipped · person-exists identifier',
      'skipped · person-exists identifier',
    ]);
  });

  test('are invalid one by one: each rule is told by its own code', async () => {
    const old = await site.add('old');
    await archive(site.engine.db, old.id);
    await site.add('here', { fields: { pbx_id: '7', agent_id: 'here' } });
    const cases = {
      [row('a b', { boss: 'here' })]:
        'rejected · special-characters identifier · special-characters agent_id',
      [row('a1', { boss: 'here', pbx: 'x7' })]: 'rejected · pattern-mismatch pbx_id',
      [row('a2', { boss: 'here', profile: 'boss' })]: 'rejected · not-a-choice profile',
      [row('a3', { boss: 'nobody' })]: 'rejected · unknown-supervisor supervisor',
      [row('a4', { boss: 'old' })]: 'rejected · unknown-supervisor supervisor',
      [row('a5', { boss: '' })]: 'rejected · required supervisor',
      [row('a6', { boss: 'a6' })]: 'rejected · own-supervisor supervisor',
      [row('a7', { boss: 'here', unit: 'Sales' })]: 'rejected · not-a-leaf org_unit',
      [row('a8', { boss: 'here', unit: 'team 1' })]: 'rejected · unknown-org-unit org_unit',
      [row('a9', { boss: 'here', role: 'Nobody' })]: 'rejected · unknown-role role',
      [row('a10', { boss: 'here', unit: 'Whole firm' })]: 'created',
      [boss('a11', { unit: 'Team 1' })]: 'created',
    };
    expect(await site.run(HEADER, Object.keys(cases), AGENTS)).toEqual(cases);
  });

  test('a PBX id that somebody has, or that two rows want, is taken', async () => {
    const first = boss('boss', { pbx: '7' });
    await site.run(HEADER, [first], AGENTS);
    const lines = [
      row('a', { boss: 'boss', pbx: '7' }),
      row('b', { boss: 'boss', pbx: '8' }),
      row('c', { boss: 'boss', pbx: '8' }),
    ];
    expect(Object.values(await site.run(HEADER, lines, AGENTS))).toEqual([
      'rejected · key-taken pbx_id',
      'rejected · key-twice pbx_id',
      'rejected · key-twice pbx_id',
    ]);
  });

  test('three files in any order are one import', async () => {
    const details = [HEADER, boss('boss'), row('ann', { boss: 'boss' })].join('\n');
    const channels = 'LAN id,Voice channels,Chat channels\nann,2,3\n';
    const features = 'LAN id,Call recording\nboss,yes\n';
    for (const files of orders([details, channels, features])) {
      const { counts } = await site.engine.run(site.organisation, files, AGENTS);
      expect(counts).toMatchObject({ created: 2, total: 2 });
      const rows = await site.engine.db.execute(sql`
        select identifier, fields -> 'chat_channels' as chat, fields -> 'feature_call_recording' as recording
        from person where site_id = ${site.organisation.siteId} order by 1`);
      expect([...rows]).toEqual([
        { identifier: 'ann', chat: 3, recording: null },
        { identifier: 'boss', chat: null, recording: true },
      ]);
      await site.clear();
    }
  });

  test('a supervisor whom the database refuses after all is taken off the others, and they say so', async () => {
    const lines = [boss('boss', { pbx: '55' }), row('ann', { boss: 'boss' })];
    const planned = await site.engine.plan(site.organisation, [HEADER, ...lines].join('\n'), AGENTS);
    // Somebody takes the number between the check and the change, past the lock.
    await site.engine.db.execute(sql`
      insert into person_unique_value (field_id, value, person_id)
      select id, '55', ${site.organisation.adminId} from field_definition
      where name = 'pbx_id' and site_id = any (${sql.param([site.organisation.rootId, site.organisation.siteId])}::int[])`);
    await site.engine.apply(planned);
    await site.engine.end(planned.id);
    expect(await site.outcomesOf(planned.id, lines)).toEqual({
      [lines[0] as string]: 'failed · key-taken pbx_id',
      [lines[1] as string]: 'created · supervisor-failed',
    });
    expect(await places()).toEqual({ ann: 'Team 1 · Agent' });
  });
});

describe('people', () => {
  const HEADER =
    'identifier,email,managerIdentifier,managerEmail,managerCardholderGroupName,cardholderGroupName,role,action';
  const line = (identifier: string, cells: string) => `${identifier},${identifier}@example.org,${cells}`;

  test('name a supervisor by identifier or email, of a unit where that is to be made sure', async () => {
    const team = await site.engine.db.execute<{ id: number }>(
      sql`select id from org_unit where name = 'Team 1' and site_id = ${site.organisation.siteId}`,
    );
    await site.add('boss', { orgUnitId: team[0]?.id as number });
    const cases = {
      [line('a', 'boss,,Team 1,Sales,,')]: 'created',
      [line('b', ',BOSS@example.org,,,Agent;Lead,')]: 'created',
      [line('c', 'boss,,Sales,,,')]: 'rejected · supervisor-elsewhere supervisor',
      [line('d', ',nobody@example.org,,,,')]: 'rejected · unknown-supervisor supervisor',
    };
    expect(await site.run(HEADER, Object.keys(cases))).toEqual(cases);
    expect(await places()).toEqual({ a: 'boss · Sales', b: 'boss · Agent and Lead', boss: 'Team 1' });
    expect(Object.values(await site.run(HEADER, Object.keys(cases).slice(0, 2)))).toEqual([
      'unchanged',
      'unchanged',
    ]);
  });

  test('whose supervisor leaves by the same file are refused; a change of the supervisor alone is an update', async () => {
    await site.add('one');
    await site.add('other');
    await site.add('a');
    expect(Object.values(await site.run(HEADER, [line('a', 'one,,,,,'), 'one,,,,,,,archive']))).toEqual([
      'rejected · unknown-supervisor supervisor',
      'archived',
    ]);
    expect(Object.values(await site.run(HEADER, [line('a', 'other,,,,,')]))).toEqual(['updated']);
    expect(await places()).toEqual({ a: 'other', one: '', other: '' });
  });

  test('who change nothing else need their supervisor’s row too', async () => {
    await site.add('a');
    expect(Object.values(await site.run(HEADER, [line('a', 'new,,,,,'), 'new,nonsense,,,,,,']))).toEqual([
      'rejected · needs-row supervisor',
      'rejected · not-an-email email',
    ]);
    for (const lines of orders([line('a', 'new,,,,,'), line('new', ',,,,,')])) {
      expect(Object.values(await site.run(HEADER, lines)).sort()).toEqual(['created', 'updated']);
      expect(await places()).toEqual({ a: 'new', new: '' });
      await site.clear();
      await site.add('a');
    }
  });

  test('of another site do not count as supervisors, though their identifier is the same', async () => {
    const { siteId, rootId } = site.organisation;
    const [one, other] = [
      await addSite(site.engine.db, siteId, rootId + 2),
      await addSite(site.engine.db, siteId, rootId + 3),
    ];
    await addPerson(site.engine.db, other, 'known');
    const header = `account_id,${HEADER}`;
    const lines = [
      `${one},${line('a', 'boss,,,,,')}`,
      `${other},${line('boss', ',,,,,')}`,
      `${one},${line('b', 'known,,,,,')}`,
      `${one},${line('c', 'above,,,,,')}`,
      `${siteId},${line('above', ',,,,,')}`,
    ];
    expect(Object.values(await site.run(header, lines))).toEqual([
      'rejected · unknown-supervisor supervisor',
      'created',
      'rejected · unknown-supervisor supervisor',
      'created',
      'created',
    ]);
  });

  test('hold the roles that a row names and no others, as far as the admin may grant them', async () => {
    const { siteId, rootId } = site.organisation;
    const admin = await site.add('limited');
    const granting = await insertRole(site.engine.db, {
      siteId,
      name: 'Granting',
      permissions: ['people:create', 'people:update'],
    });
    await assignRole(site.engine.db, { personId: admin.id, roleId: granting.id, siteId });
    const [owner] = await site.engine.db.execute<{ id: number }>(
      sql`select id from role where site_id = ${rootId} and name = 'Owner'`,
    );
    const powerful = await site.add('p');
    await assignRole(site.engine.db, { personId: powerful.id, roleId: owner?.id as number, siteId });
    const as = { ...site.organisation, adminId: admin.id };
    const lines = [line('a', ',,,,Agent,'), line('b', ',,,,Owner,'), line('p', ',,,,Lead,')];
    const { id } = await site.engine.run(as, [HEADER, ...lines].join('\n'));
    expect(Object.values(await site.outcomesOf(id, lines))).toEqual([
      'created',
      'rejected · role-not-yours role',
      'updated',
    ]);
    expect(await places()).toMatchObject({ a: 'Agent', p: 'Lead and Owner' });
    expect(Object.values(await site.run(HEADER, [line('a', ',,,,Lead,'), line('p', ',,,,Lead,')]))).toEqual([
      'updated',
      'updated',
    ]);
    expect(await places()).toMatchObject({ a: 'Lead', p: 'Lead' });
  });

  test('hold the nearest role of a name, and are unchanged by the same file', async () => {
    const { siteId, rootId } = site.organisation;
    const above = await insertRole(site.engine.db, {
      siteId: rootId,
      name: 'Agent',
      permissions: ['people:read'],
    });
    const a = await site.add('a');
    await assignRole(site.engine.db, { personId: a.id, roleId: above.id, siteId });
    expect(Object.values(await site.run(HEADER, [line('a', ',,,,Agent,')]))).toEqual(['updated']);
    expect(await places()).toEqual({ a: 'Agent' });
    expect(Object.values(await site.run(HEADER, [line('a', ',,,,Agent,')]))).toEqual(['unchanged']);
  });
});

describe('cards', () => {
  const CARDS = { preset: 'access-cards' };
  const HEADER = 'User ID,Email,Card ID,Expiry date';
  const line = (identifier: string, cells: string) => `${identifier},${identifier}@example.org,${cells}`;
  const cards = async () => [
    ...(await site.engine.db.execute(sql`
      select p.identifier, k.number, k.valid_from::text as from, k.valid_until::text as until, k.status
      from card k join person p on p.id = k.person_id where k.root_id = ${site.organisation.rootId} order by 1, 2`)),
  ];

  test('the same number in decimal and hexadecimal is the same card, and the row’s day wins over the run’s', async () => {
    const days = { cardValidFrom: '2096-01-01', cardValidUntil: '2096-12-31' };
    const decimal = [line('a', '0031,'), line('b', '18446744073709551615,2097-06-30')];
    expect(Object.values(await site.run(HEADER, decimal, { ...CARDS, ...days }))).toEqual([
      'created',
      'created',
    ]);
    const expected = [
      { identifier: 'a', number: '31', from: '2096-01-01', until: '2096-12-31', status: 'pending' },
      {
        identifier: 'b',
        number: '18446744073709551615',
        from: '2096-01-01',
        until: '2097-06-30',
        status: 'pending',
      },
    ];
    expect(await cards()).toEqual(expected);
    const hex = [line('a', '1f,'), line('b', 'FFFFFFFFFFFFFFFF,30.06.2097')];
    expect(Object.values(await site.run(HEADER, hex, { ...CARDS, ...days, cardIdType: 'hex' }))).toEqual([
      'unchanged',
      'unchanged',
    ]);
    expect(await cards()).toEqual(expected);
    expect(
      Object.values(await site.run(HEADER, [line('a', '31,')], { ...CARDS, cardValidUntil: '2098-01-01' })),
    ).toEqual(['updated']);
    expect((await cards())[0]).toMatchObject({ from: null, until: '2098-01-01' });
  });

  test('a wrong digit, one bit too many, and an end before the beginning are problems of their rows', async () => {
    const lines = [
      line('a', '12x,'),
      line('b', '18446744073709551616,'),
      line('c', '-1,'),
      line('d', '5,2095-01-01'),
      line('e', '6,'),
    ];
    expect(Object.values(await site.run(HEADER, lines, { ...CARDS, cardValidFrom: '2096-01-01' }))).toEqual([
      'rejected · not-a-card-id card_id',
      'rejected · card-id-too-large card_id',
      'rejected · not-a-card-id card_id',
      'rejected · card-days card_valid_until',
      'created',
    ]);
  });

  test('a card is one person’s: who has it keeps it, and two who want it get it neither', async () => {
    await site.run(HEADER, [line('a', '7,'), line('b', ',')], CARDS);
    expect(
      await site.run(
        HEADER,
        [line('b', '7,'), line('c', '007,'), line('d', '8,'), line('e', '008,'), line('a', '9,')],
        CARDS,
      ),
    ).toEqual({
      [line('b', '7,')]: 'rejected · key-twice card_id',
      [line('c', '007,')]: 'rejected · key-twice card_id',
      [line('d', '8,')]: 'rejected · key-twice card_id',
      [line('e', '008,')]: 'rejected · key-twice card_id',
      [line('a', '9,')]: 'updated',
    });
    // A row that changes nothing else is refused too.
    expect(await site.run(HEADER, [line('b', '7,'), line('f', '9,')], CARDS)).toEqual({
      [line('b', '7,')]: 'rejected · key-taken card_id',
      [line('f', '9,')]: 'rejected · key-taken card_id',
    });
    expect((await cards()).map((card) => [card['identifier'], card['number']])).toEqual([
      ['a', '7'],
      ['a', '9'],
    ]);
  });
});
