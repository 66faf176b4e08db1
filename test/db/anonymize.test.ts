// Anonymizing: what identifies a person goes, wherever it stands, and what does not stays as it was.
import { type SQL, sql } from 'drizzle-orm';
import { beforeEach, describe, expect, test } from 'vitest';
import { insertApiKey } from '../../db/queries/api-keys.ts';
import { setCredential } from '../../db/queries/credentials.ts';
import { addEarlierRun, listLeft } from '../support/earlier-runs.ts';
import { useEngine } from '../support/engine.ts';
import { addPerson, archive } from '../support/people.ts';
import { planPeople } from '../support/planned-runs.ts';
import { listOutcomes, makeOrganisation, type TestOrganisation } from '../support/runs.ts';

const engine = useEngine();
let organisation: TestOrganisation;

beforeEach(async () => {
  organisation = await makeOrganisation(engine.db);
});

const CONTENT = {
  username: 'zoe.login',
  firstName: 'Zoë',
  lastName: 'Ünal',
  displayName: 'Zoë Ü.',
  fields: { badge: 'BADGE-7', programme: 'Physics', entry_year: 2021 },
};

/** An archived person as a run finds it. */
async function addArchived(identifier = 'zoe-4711', content: object = CONTENT) {
  const person = await addPerson(engine.db, organisation.siteId, identifier, content);
  await archive(engine.db, person.id);
  return { ...person, version: person.version + 1 };
}

async function anonymize(...people: { id: number; version: number }[]): Promise<string> {
  const run = await planPeople(engine.db, organisation, 'anonymize', people);
  await engine.apply(run);
  await engine.end(run.id);
  return run.id;
}

const rowsOf = async <Row = unknown>(query: SQL): Promise<Row[]> =>
  [...(await engine.db.execute(query))] as Row[];

describe('the person', () => {
  test('has no keys, names, fields, unit or supervisor any more', async () => {
    const boss = await addPerson(engine.db, organisation.siteId, 'boss');
    const person = await addArchived();
    await engine.db.execute(sql`
      with unit as (insert into org_unit (site_id, name) values (${organisation.siteId}, 'Team') returning id)
      update person set supervisor_id = ${boss.id}, org_unit_id = unit.id from unit where person.id = ${person.id}`);
    await anonymize(person);
    const [left] = await rowsOf(sql`select * from person where id = ${person.id}`);
    expect(left).toEqual({
      id: person.id,
      site_id: organisation.siteId,
      root_id: organisation.rootId,
      status: 'anonymized',
      identifier: null,
      email: null,
      email_key: null,
      username: null,
      first_name: null,
      last_name: null,
      display_name: null,
      supervisor_id: null,
      org_unit_id: null,
      fields: {},
      hand_edited: null,
      version: person.version + 1,
      created_at: expect.anything(),
      updated_at: expect.anything(),
    });
  });

  test('can’t sign in, holds no role and carries no card', async () => {
    const { db } = engine;
    const person = await addArchived();
    const { siteId, rootId } = organisation;
    await setCredential(db, { personId: person.id, passwordHash: 'x' });
    await db.execute(
      sql`insert into session (token_hash, person_id, expires_at) values (${`s ${person.id}`}, ${person.id}, now())`,
    );
    await db.execute(
      sql`insert into oidc_identity (issuer, subject, person_id) values ('https://a.example', 'Zoë', ${person.id})`,
    );
    await db.execute(sql`insert into admin_profile (person_id, language) values (${person.id}, 'de')`);
    await insertApiKey(db, { name: 'Zoë’s', keyHash: `k ${person.id}`, personId: person.id });
    await db.execute(sql`
      with r as (insert into role (site_id, name, permissions) values (${siteId}, 'reader', '{people:read}') returning id)
      insert into role_assignment (person_id, role_id, site_id) select ${person.id}, id, ${siteId} from r`);
    await db.execute(
      sql`insert into card (person_id, site_id, root_id, number) values (${person.id}, ${siteId}, ${rootId}, 815)`,
    );
    await anonymize(person);
    for (const table of [
      'credential',
      'session',
      'oidc_identity',
      'admin_profile',
      'api_key',
      'role_assignment',
      'card',
      'person_unique_value',
    ])
      expect([
        table,
        await rowsOf(sql`select 1 from ${sql.identifier(table)} where person_id = ${person.id}`),
      ]).toEqual([table, []]);
  });

  test('keeps of its history one entry, which says that it happened, when, by whom and by which run', async () => {
    const person = await addArchived();
    await engine.db.execute(sql`
      insert into person_history (person_id, version, what, before, after)
      values (${person.id}, 2, 'archived', '{"status": "active"}', '{"status": "archived"}')`);
    const run = await anonymize(person);
    expect(await rowsOf(sql`select * from person_history where person_id = ${person.id}`)).toEqual([
      {
        person_id: person.id,
        version: 3,
        at: expect.anything(),
        by_person_id: organisation.adminId,
        bulk_action_id: run,
        row_number: 2,
        what: 'anonymized',
        before: null,
        after: null,
        hand_edited: null,
      },
    ]);
  });

  test('keeps the cardholder photo, which is nobody’s then, and proof of the others', async () => {
    const person = await addArchived();
    await engine.db.execute(sql`
      insert into photo (id, person_id, site_id, kind, file_key, media_type, bytes, sha256)
      select kind || ${person.id}::text, ${person.id}, ${organisation.siteId}, kind, 'file of ' || kind, 'image/png', 3, 'hash of ' || kind
      from unnest('{cardholder,additional}'::text[]) as kind`);
    const run = await anonymize(person);
    expect(
      await rowsOf(sql`select kind, person_id, sha256 from photo where id like ${`%${person.id}`}`),
    ).toEqual([{ kind: 'cardholder', person_id: null, sha256: 'hash of cardholder' }]);
    expect(
      await rowsOf(
        sql`select kind, sha256, bytes, file_key, by_person_id from photo_deletion where bulk_action_id = ${run}`,
      ),
    ).toEqual([
      {
        kind: 'additional',
        sha256: 'hash of additional',
        bytes: 3,
        file_key: 'file of additional',
        by_person_id: organisation.adminId,
      },
    ]);
  });

  test('stays as it was where it is not archived, or has changed since the check', async () => {
    const active = await addPerson(engine.db, organisation.siteId, 'active-1');
    const changed = await addArchived('changed-1', {});
    const run = await anonymize(active, { ...changed, version: changed.version - 1 });
    expect(await listOutcomes(engine.db, run)).toEqual([
      { row: 2, outcome: 'failed', reasons: [{ code: 'changed-meanwhile' }] },
      { row: 3, outcome: 'failed', reasons: [{ code: 'changed-meanwhile' }] },
    ]);
    const left = await rowsOf(
      sql`select identifier from person where id in (${active.id}, ${changed.id}) order by id`,
    );
    expect(left).toEqual([{ identifier: 'active-1' }, { identifier: 'changed-1' }]);
    expect((await listLeft(engine.db, run)).map(({ cells }) => cells)).toEqual([['row 2'], ['row 3']]);
  });
});

describe('rows of runs', () => {
  const COLUMNS = ['identifier', 'email', 'first_name', null];
  const zoe = ['zoe-4711', 'zoe-4711@example.org', 'Zoë', 'born in Ulm'];

  test('that are the person’s are emptied, this run’s too; row, outcome and codes stay', async () => {
    const person = await addArchived();
    const earlier = await addEarlierRun(engine.db, organisation, COLUMNS, [
      { cells: zoe, personId: person.id, outcome: 'created' },
      {
        cells: zoe,
        personId: person.id,
        outcome: 'rejected',
        reasons: [{ code: 'not-a-date', field: 'born', value: 'Ulm', rows: [3] }],
      },
      { cells: ['ann-1', 'ann@example.org', 'Ann', ''], personId: organisation.adminId, outcome: 'updated' },
    ]);
    const run = await anonymize(person);
    expect(await listLeft(engine.db, earlier)).toEqual([
      { cells: null, reasons: null, outcome: 'created', rest: '' },
      {
        cells: null,
        reasons: [{ code: 'not-a-date', field: 'born', rows: [3] }],
        outcome: 'rejected',
        rest: '',
      },
      {
        cells: ['ann-1', 'ann@example.org', 'Ann', ''],
        reasons: null,
        outcome: 'updated',
        rest: expect.stringContaining('Ann'),
      },
    ]);
    expect(await listLeft(engine.db, run)).toEqual([
      { cells: null, reasons: null, outcome: 'anonymized', rest: '' },
    ]);
  });

  test('that are nobody’s are emptied where any cell is a key, however it is written', async () => {
    const person = await addArchived();
    const rows = [
      ['typo-1', ' ZOE-4711@example.org\u00a0', 'Zoë', ''],
      ["'zoe-4711", 'other@example.org', 'Zoë', ''],
      ['x', 'y@example.org', 'Zoë', 'Zoe.Login'],
      ['x', 'y@example.org', 'Zoë', 'badge-7'],
    ];
    const outcomes = ['rejected', 'failed', 'skipped', 'not-processed'] as const;
    const earlier = await addEarlierRun(
      engine.db,
      organisation,
      COLUMNS,
      rows.map((cells, i) => ({
        cells,
        outcome: outcomes[i] ?? null,
        reasons: [{ code: 'key-taken', field: 'email', value: cells[1] ?? '' }],
      })),
    );
    await anonymize(person);
    expect(await listLeft(engine.db, earlier)).toEqual(
      outcomes.map((outcome) => ({
        cells: null,
        reasons: [{ code: 'key-taken', field: 'email' }],
        outcome,
        rest: '',
      })),
    );
  });

  test('that are nobody’s and say nothing of the person stay whole', async () => {
    const person = await addArchived('2001', { username: 'zoe' });
    const rows = [
      ['bob-1', 'bob@example.org', 'Bob', '2001'],
      ['bob-2', 'bob2@example.org', 'zoe', ''],
    ];
    const earlier = await addEarlierRun(
      engine.db,
      organisation,
      COLUMNS,
      rows.map((cells) => ({ cells, outcome: 'rejected', reasons: [{ code: 'required' }] })),
    );
    await anonymize(person);
    expect((await listLeft(engine.db, earlier)).map(({ cells }) => cells)).toEqual(rows);
  });

  test('with a short key count in a column of keys at the person’s site only', async () => {
    const person = await addArchived('4711', {});
    const rejected = { outcome: 'rejected', reasons: [{ code: 'required' }] } as const;
    const earlier = await addEarlierRun(
      engine.db,
      organisation,
      ['identifier', null],
      [
        { ...rejected, cells: ['4711', 'Zoë'] },
        { ...rejected, cells: ['4711', 'Bob'], siteId: organisation.rootId },
      ],
    );
    await anonymize(person);
    expect((await listLeft(engine.db, earlier)).map(({ cells }) => cells)).toEqual([null, ['4711', 'Bob']]);
  });

  test('of another organisation stay whole', async () => {
    const other = await makeOrganisation(engine.db);
    const earlier = await addEarlierRun(engine.db, other, COLUMNS, [{ cells: zoe, outcome: 'rejected' }]);
    await anonymize(await addArchived());
    expect((await listLeft(engine.db, earlier)).map(({ cells }) => cells)).toEqual([zoe]);
  });

  test('that carry a key which the person no longer has are found by its history', async () => {
    const person = await addPerson(engine.db, organisation.siteId, 'zoe-4711', CONTENT);
    await engine.db.execute(sql`
      update person set status = 'archived', version = 2, email = 'new@example.org', email_key = 'new@example.org' where id = ${person.id}`);
    await engine.db.execute(sql`
      insert into person_history (person_id, version, what, before, after)
      values (${person.id}, 2, 'updated', '{"email": "Zoe.Old@example.org", "fields": {"badge": "OLD-BADGE"}}', '{"email": "new@example.org"}')`);
    const earlier = await addEarlierRun(engine.db, organisation, COLUMNS, [
      { cells: ['x1', 'zoe.old@example.org', 'Zoë', ''], outcome: 'rejected' },
      { cells: ['x2', 'x@example.org', 'Zoë', 'old-badge'], outcome: 'rejected' },
    ]);
    await anonymize({ ...person, version: 2 });
    expect((await listLeft(engine.db, earlier)).map(({ cells }) => cells)).toEqual([null, null]);
  });

  test('of others lose the equal cells and what reasons quote, and nothing else', async () => {
    const person = await addArchived();
    const other = await addPerson(engine.db, organisation.siteId, 'ann-1');
    const earlier = await addEarlierRun(engine.db, organisation, COLUMNS, [
      {
        cells: ['ann-1', 'Zoe-4711@example.org', 'Ann', 'zoe-4711'],
        personId: other.id,
        outcome: 'rejected',
        reasons: [{ code: 'key-taken', field: 'email', value: 'Zoe-4711@example.org' }],
      },
    ]);
    await anonymize(person);
    expect(await listLeft(engine.db, earlier)).toEqual([
      {
        cells: ['ann-1', '', 'Ann', ''],
        reasons: [{ code: 'key-taken', field: 'email' }],
        outcome: 'rejected',
        rest: 'ann-1 Ann',
      },
    ]);
  });

  test('of others that name the person as supervisor lose the name of it', async () => {
    const person = await addArchived();
    const [ann, bob] = [
      await addPerson(engine.db, organisation.siteId, 'ann-1'),
      await addPerson(engine.db, organisation.siteId, 'bob-1'),
    ];
    const named = (value: string) => ({
      read: {
        identifier: 'x',
        fields: null,
        extras: { supervisor: { by: 'identifier', value }, sendInvitation: true },
      },
    });
    const columns = ['identifier', 'manager_identifier', 'manager_email'];
    const earlier = await addEarlierRun(engine.db, organisation, columns, [
      {
        cells: ['ann-1', 'zoe-4711', 'Zoe-4711@example.org'],
        personId: ann.id,
        outcome: 'created',
        supervisorId: person.id,
        ...named('zoe-4711'),
      },
      {
        cells: ['bob-1', 'zoe-4711', ''],
        personId: bob.id,
        outcome: 'updated',
        supervisorId: ann.id,
        ...named('zoe-4711'),
      },
    ]);
    await anonymize(person);
    expect(await listLeft(engine.db, earlier)).toEqual([
      {
        cells: ['ann-1', '', ''],
        reasons: null,
        outcome: 'created',
        rest: 'x {"supervisor": {"by": "identifier", "value": ""}, "sendInvitation": true}',
      },
      {
        cells: ['bob-1', 'zoe-4711', ''],
        reasons: null,
        outcome: 'updated',
        rest: expect.stringContaining('zoe-4711'),
      },
    ]);
  });

  test('of others that claim the person’s card lose its number', async () => {
    const person = await addArchived();
    const other = await addPerson(engine.db, organisation.siteId, 'ann-1');
    const { siteId, rootId } = organisation;
    await engine.db.execute(
      sql`insert into card (person_id, site_id, root_id, number) values (${person.id}, ${siteId}, ${rootId}, 48151623421087)`,
    );
    const earlier = await addEarlierRun(
      engine.db,
      organisation,
      ['identifier', 'card_id'],
      [
        {
          cells: ['ann-1', '2BCB5E5B5E5F'],
          personId: other.id,
          outcome: 'rejected',
          reasons: [{ code: 'key-taken', field: 'card_id', value: '48151623421087' }],
          read: {
            fields: null,
            extras: { card: { number: '48151623421087', validFrom: null, validUntil: null } },
          },
        },
      ],
    );
    await anonymize(person);
    expect(await listLeft(engine.db, earlier)).toEqual([
      {
        cells: ['ann-1', ''],
        reasons: [{ code: 'key-taken', field: 'card_id' }],
        outcome: 'rejected',
        rest: 'ann-1 {}',
      },
    ]);
  });

  test('of somebody who has taken over the email since keep it: it is theirs', async () => {
    const person = await addArchived();
    const heir = await addPerson(engine.db, organisation.siteId, 'heir-1', { email: 'zoe-4711@example.org' });
    const cells = ['heir-1', 'zoe-4711@example.org', 'Ann', ''];
    const reasons = [{ code: 'supervisor-failed', value: 'somebody' }] as const;
    const earlier = await addEarlierRun(engine.db, organisation, COLUMNS, [
      { cells, personId: heir.id, outcome: 'created', reasons },
    ]);
    await anonymize(person);
    expect(await listLeft(engine.db, earlier)).toEqual([
      {
        cells,
        reasons,
        outcome: 'created',
        rest: expect.stringContaining('zoe-4711@example.org'),
      },
    ]);
  });
});

test('a run cut off between chunks has forgotten those who are anonymized, and nobody else', async () => {
  const people = [];
  for (let n = 1; n <= 4; n++) people.push(await addArchived(`person-${n}`, {}));
  const earlier = await addEarlierRun(
    engine.db,
    organisation,
    ['identifier'],
    people.map((_, i) => ({ cells: [`person-${i + 1}`], outcome: 'rejected' })),
  );
  const run = await planPeople(engine.db, organisation, 'anonymize', people, 2);
  await engine.apply({ ...run, batches: run.batches.map((batch) => ({ ...batch, lastRow: 3 })) });
  expect((await listLeft(engine.db, earlier)).map(({ cells }) => cells)).toEqual([
    null,
    null,
    ['person-3'],
    ['person-4'],
  ]);
  await engine.apply(run);
  await engine.apply(run);
  expect((await listLeft(engine.db, earlier)).map(({ cells }) => cells)).toEqual([null, null, null, null]);
  expect(await rowsOf(sql`select 1 from bulk_trace`)).toEqual([]);
});
