// Rows of one file that claim one person or one value: both are refused and name each other, whatever their order.
import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, test } from 'vitest';
import { insertFieldDefinition } from '../../db/queries/field-definitions.ts';
import type { BulkActionOptions } from '../../domain/bulk-action.ts';
import { useEngine } from '../support/engine.ts';
import { addPerson, addSite } from '../support/people.ts';
import { listOutcomes, listPeople, makeOrganisation, type TestOrganisation } from '../support/runs.ts';

const engine = useEngine();
let organisation: TestOrganisation;
let siteId: number;
let rootId: number;

beforeEach(async () => {
  organisation = await makeOrganisation(engine.db);
  ({ siteId, rootId } = organisation);
});

/** A run's outcomes: of each row its outcome, and each reason as code, field and rows. Row 2 is the first. */
async function run(lines: string[], options: Partial<BulkActionOptions> = {}) {
  const { id, counts } = await engine.run(organisation, lines.join('\n'), options);
  expect(counts.total).toBe(lines.length - 1);
  return (await listOutcomes(engine.db, id)).map(({ outcome, reasons }) => [
    outcome,
    ...reasons.map(({ code, field, rows }) => [code, field, rows?.join()].filter(Boolean).join(' ')),
  ]);
}

describe('rows that say the same', () => {
  test('count once, and the others name the one that was used', async () => {
    expect(
      await run([
        'identifier,email,first_name',
        '1,one@example.org,Ada',
        '1, ONE@example.org ,Ada',
        '2,two@example.org,Bob',
        '1,one@example.org,Ada',
      ]),
    ).toEqual([['created'], ['skipped', 'same-as-row 2'], ['created'], ['skipped', 'same-as-row 2']]);
  });

  test('count once where the person is known, by email or identifier', async () => {
    await addPerson(engine.db, siteId, '1');
    expect(await run(['email,first_name', '1@example.org,Ada', '1@EXAMPLE.org,Ada'])).toEqual([
      ['updated'],
      ['skipped', 'same-as-row 2'],
    ]);
    expect(await run(['identifier,first_name', '1,Ada', '1,Ada'])).toEqual([
      ['unchanged'],
      ['skipped', 'same-as-row 2'],
    ]);
  });

  test('but for large and small letters of an email leave the same spelling behind in either order', async () => {
    const rows = ['1,one@example.org', '1,One@example.org', '1,ONE@example.org'];
    for (const [place, order] of [rows, rows.toReversed()].entries()) {
      const lines = order.map((line) => line.replaceAll('1,', `${place},`));
      const outcomes = await run(
        ['identifier,email', ...lines].map((line) => line.replace('@', `@${place}.`)),
      );
      expect(outcomes.map(([outcome]) => outcome).sort()).toEqual(['created', 'skipped', 'skipped']);
    }
    expect((await listPeople(engine.db, siteId)).map(({ email }) => email)).toEqual([
      'one@0.example.org',
      'one@1.example.org',
    ]);
  });

  test('are compared in what is mapped alone', async () => {
    expect(await run(['identifier,email,shoe', '1,one@example.org,42', '1,one@example.org,43'])).toEqual([
      ['created'],
      ['skipped', 'same-as-row 2'],
    ]);
  });

  test('are all refused for the same reason where one is: no row is the copy of a refused one', async () => {
    await addPerson(engine.db, siteId, 'known');
    expect(await run(['identifier,email', '1,known@example.org', '1,known@example.org', '2,', '2,'])).toEqual(
      [
        ['rejected', 'key-taken email'],
        ['rejected', 'key-taken email'],
        ['rejected', 'required email'],
        ['rejected', 'required email'],
      ],
    );
  });

  test('do not fight over the key by which nobody is found', async () => {
    expect(
      await run(['email,first_name', 'new@example.org,A', 'new@example.org,A'], { action: 'update' }),
    ).toEqual([
      ['rejected', 'nobody-found email'],
      ['rejected', 'nobody-found email'],
    ]);
  });

  test('are no copies where one of them has a cell that could not be read, in either order', async () => {
    const header = 'identifier,email,entry_year';
    const [good, bad] = ['1,one@example.org,', '1,one@example.org,x'];
    const outcomes = [
      ['rejected', 'person-twice 3'],
      ['rejected', 'not-a-number entry_year', 'person-twice 2'],
    ];
    expect(await run([header, good, bad])).toEqual(outcomes);
    expect(await run([header, bad, good])).toEqual([
      ['rejected', 'not-a-number entry_year', 'person-twice 3'],
      ['rejected', 'person-twice 2'],
    ]);
  });
});

describe('rows for one person that differ', () => {
  test('are all refused: three of them, two of which are copies', async () => {
    expect(
      await run([
        'identifier,email,first_name',
        '1,one@example.org,Ada',
        '1,one@example.org,Ada',
        '1,one@example.org,Eve',
      ]),
    ).toEqual([
      ['rejected', 'person-twice 3,4'],
      ['rejected', 'person-twice 2,4'],
      ['rejected', 'person-twice 2,3'],
    ]);
    expect(await listPeople(engine.db, siteId)).toEqual([]);
  });

  test('are refused where one finds the person by identifier and one by email', async () => {
    await addPerson(engine.db, siteId, '1', { email: 'one@example.org' });
    expect(await run(['identifier,email,first_name', '1,new@example.org,A', ',one@example.org,A'])).toEqual([
      ['rejected', 'person-twice 3'],
      ['rejected', 'person-twice 2'],
    ]);
  });

  test('are refused where they ask for different actions', async () => {
    expect(
      await run([
        'identifier,email,action',
        '1,one@example.org,create',
        '1,one@example.org,create-or-update',
      ]),
    ).toEqual([
      ['rejected', 'person-twice 3'],
      ['rejected', 'person-twice 2'],
    ]);
  });

  test('are two people where the sites differ', async () => {
    const other = await addSite(engine.db, siteId, rootId + 2);
    expect(
      await run(['account_id,identifier,email', `${siteId},1,a@example.org`, `${other},1,b@example.org`]),
    ).toEqual([['created'], ['created']]);
  });
});

describe('rows that claim one value for different people', () => {
  test('are refused: email in the whole organisation, username in a site, unique fields where they hold', async () => {
    const other = await addSite(engine.db, siteId, rootId + 2);
    const header = 'account_id,identifier,email,username,badge';
    expect(
      await run([
        header,
        `${siteId},1,same@example.org,,`,
        `${other},2,SAME@example.org,,`,
        `${siteId},3,c@example.org,cee,`,
        `${siteId},4,d@example.org,cee,`,
        `${other},5,e@example.org,cee,`,
        `${siteId},6,f@example.org,,77`,
        `${other},7,g@example.org,,77`,
      ]),
    ).toEqual([
      ['rejected', 'key-twice email 3'],
      ['rejected', 'key-twice email 2'],
      ['rejected', 'key-twice username 5'],
      ['rejected', 'key-twice username 4'],
      ['created'],
      ['rejected', 'key-twice badge 8'],
      ['rejected', 'key-twice badge 7'],
    ]);
  });

  test('claim it with what else is wrong with them, so that mending one row changes no other', async () => {
    const rows = ['1,same@example.org,', '2,same@example.org,x'];
    expect(await run(['identifier,email,entry_year', ...rows])).toEqual([
      ['rejected', 'key-twice email 3'],
      ['rejected', 'not-a-number entry_year', 'key-twice email 2'],
    ]);
  });

  test('are refused where both are known already', async () => {
    await addPerson(engine.db, siteId, '1');
    await addPerson(engine.db, siteId, '2');
    expect(await run(['identifier,email', '1,same@example.org', '2,same@example.org'])).toEqual([
      ['rejected', 'key-twice email 3'],
      ['rejected', 'key-twice email 2'],
    ]);
  });

  test('name every one of each other, the copies too', async () => {
    const rows = ['1,x@example.org', '1,x@example.org', '2,x@example.org', '3,x@example.org'];
    const outcomes = await run(['identifier,email', ...rows]);
    expect(outcomes.map(([outcome]) => outcome)).toEqual(Array(4).fill('rejected'));
    expect(outcomes[2]).toEqual(['rejected', 'key-twice email 2,3,5']);
  });

  test('are told of each value that they share', async () => {
    expect(
      await run(['identifier,email,username,badge', '1,x@example.org,u,7', '2,x@example.org,u,7']),
    ).toEqual([
      ['rejected', 'key-twice badge 3', 'key-twice email 3', 'key-twice username 3'],
      ['rejected', 'key-twice badge 2', 'key-twice email 2', 'key-twice username 2'],
    ]);
  });
});

describe('a row whose person holds the value already', () => {
  test('is no contender: it stands, and the other is told that the value is taken', async () => {
    await addPerson(engine.db, siteId, '1', {
      email: 'x@example.org',
      username: 'u',
      fields: { badge: '7' },
    });
    for (const [field, value] of [
      ['email', 'x@example.org'],
      ['username', 'u'],
      ['badge', '7'],
    ]) {
      const mail = field === 'email' ? '' : 'email,';
      const own = field === 'email' ? '' : 'new@example.org,';
      const rows = [`1,${mail && ','}${value},Ada`, `2,${own}${value},Eve`];
      expect(await run([`identifier,${mail}${field},first_name`, ...rows]), field).toEqual([
        [expect.stringMatching(/updated|unchanged/)],
        ['rejected', `key-taken ${field}`],
      ]);
    }
  });

  test('leaves two others who want it contenders', async () => {
    await addPerson(engine.db, siteId, '1', { email: 'x@example.org' });
    expect(
      await run([
        'identifier,email,first_name',
        '1,x@example.org,A',
        '2,x@example.org,B',
        '3,x@example.org,C',
      ]),
    ).toEqual([['updated'], ['rejected', 'key-twice email 4'], ['rejected', 'key-twice email 3']]);
  });
});

describe('unique fields of the same name in two sites', () => {
  beforeEach(async () => {
    await addSite(engine.db, siteId, rootId + 2);
    await addSite(engine.db, siteId, rootId + 3);
    await addSite(engine.db, siteId, rootId + 4);
    for (const site of [2, 3])
      await insertFieldDefinition(engine.db, {
        siteId: rootId + site,
        name: 'locker',
        type: 'text',
        unique: true,
      });
    await insertFieldDefinition(engine.db, { siteId: rootId + 4, name: 'locker', type: 'text' });
  });

  const valuesOf = async (value: string) => [
    ...(await engine.db.execute(sql`
      select f.site_id as site, p.identifier from person_unique_value v
      join field_definition f on f.id = v.field_id join person p on p.id = v.person_id
      where v.value = ${value} and p.root_id = ${rootId} order by 1, 2`)),
  ];

  test('are two fields: one value may be in both', async () => {
    // The column is mapped by hand: the run's own site has no such field.
    await addPerson(engine.db, rootId + 2, '1', { fields: { locker: '9' } });
    await insertRows(
      ['2', rootId + 2, '9'],
      ['3', rootId + 3, '9'],
      ['4', rootId + 3, '8'],
      ['5', rootId + 2, '8'],
    ).then((rows) => expect(rows).toEqual(['rejected key-taken', 'created', 'created', 'created']));
    expect(await valuesOf('9')).toEqual([
      { site: rootId + 2, identifier: '1' },
      { site: rootId + 3, identifier: '3' },
    ]);
    expect(await valuesOf('8')).toEqual([
      { site: rootId + 2, identifier: '5' },
      { site: rootId + 3, identifier: '4' },
    ]);
  });

  test('bind nobody where the name is that of a field which is not unique', async () => {
    expect(await insertRows(['1', rootId + 4, '9'], ['2', rootId + 4, '9'], ['3', rootId + 2, '9'])).toEqual([
      'created',
      'created',
      'created',
    ]);
    expect(await valuesOf('9')).toEqual([{ site: rootId + 2, identifier: '3' }]);
  });

  /** A run whose rows are of several sites and carry a locker. */
  async function insertRows(
    ...rows: [identifier: string, site: number, locker: string][]
  ): Promise<string[]> {
    const lines = rows.map(([identifier, site]) => `${identifier},${identifier}@example.com,${site}`);
    const id = await engine.stage(organisation, ['identifier,email,account_id', ...lines].join('\n'));
    for (const [place, [, , locker]] of rows.entries())
      await engine.db.execute(sql`
        update bulk_row set fields = jsonb_build_object('locker', ${locker}::text)
        where bulk_action_id = ${id} and row_number = ${place + 2}`);
    await engine.apply(await engine.check(id, await engine.lock(id)));
    await engine.end(id);
    const outcomes = await listOutcomes(engine.db, id);
    return outcomes.map(({ outcome, reasons }) => [outcome, ...reasons.map(({ code }) => code)].join(' '));
  }
});

test('a unique field may be named like one of the engine’s own words', async () => {
  for (const name of ['person', 'row'])
    await insertFieldDefinition(engine.db, { siteId, name, type: 'text', unique: true });
  expect(await run(['identifier,email,person', '1,a@example.org,x', '2,b@example.org,x'])).toEqual([
    ['rejected', 'key-twice person 3'],
    ['rejected', 'key-twice person 2'],
  ]);
});
