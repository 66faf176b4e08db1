// All actions of a file: what each does, alone and beside others for the same person, whatever the order of rows.
import { sql } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import type { Action } from '../../domain/bulk-action.ts';
import { archive } from '../support/people.ts';
import { orders, useSmallFiles } from '../support/small-files.ts';

const site = useSmallFiles();
const HEADER = 'identifier,email,first_name,action';

async function addArchived(identifier: string, email?: string): Promise<number> {
  const { id } = await site.add(identifier, email === undefined ? {} : { email });
  await archive(site.engine.db, id);
  return id;
}

describe('a row’s own action', () => {
  test.each([
    ['CREATE_OR_UPDATE', 'updated'],
    ['createOrUpdate', 'updated'],
    ['Create and Update', 'updated'],
    ['create-or-update', 'updated'],
    ['Update', 'updated'],
    ['ARCHIVE', 'archived'],
    ['Delete', 'deleted'],
    ['create', 'rejected · person-exists identifier'],
    ['Restore', 'unchanged · already-active'],
    ['Anonymize', 'rejected · not-archived'],
    ['', 'updated'],
    ['explode', 'rejected · unknown-action action'],
  ])('“%s” of somebody who is active: %s', async (word, outcome) => {
    await site.add('a');
    const line = `a,,Ada,${word}`;
    expect(await site.run(HEADER, [line])).toEqual({ [line]: outcome });
  });

  test('wins over the run’s, which is that of blank cells', async () => {
    await site.add('a');
    await site.add('b');
    expect(await site.run(HEADER, ['a,,,', 'b,,Bob,update'], { action: 'archive' })).toEqual({
      'a,,,': 'archived',
      'b,,Bob,update': 'updated',
    });
    expect(await site.people()).toMatchObject([
      { identifier: 'a', status: 'archived' },
      { identifier: 'b', status: 'active', first_name: 'Bob' },
    ]);
  });
});

describe('each action as that of the run', () => {
  test.each<[Action, Record<string, string>]>([
    [
      'archive',
      {
        active: 'archived',
        old: 'unchanged · already-archived',
        nobody: 'rejected · nobody-found identifier',
      },
    ],
    [
      'restore',
      {
        active: 'unchanged · already-active',
        old: 'restored',
        nobody: 'rejected · nobody-found identifier',
      },
    ],
    [
      'anonymize',
      { active: 'rejected · not-archived', old: 'anonymized', nobody: 'rejected · nobody-found identifier' },
    ],
    ['delete', { active: 'deleted', old: 'deleted', nobody: 'rejected · nobody-found identifier' }],
    [
      'update',
      {
        active: 'unchanged',
        old: 'rejected · person-archived',
        nobody: 'rejected · nobody-found identifier',
      },
    ],
    [
      'create',
      {
        active: 'rejected · person-exists identifier',
        old: 'rejected · person-archived',
        nobody: 'rejected · required email',
      },
    ],
  ])('%s', async (action, outcomes) => {
    await site.add('active');
    await addArchived('old');
    expect(
      await site.run(
        'identifier,email',
        Object.keys(outcomes).map((key) => `${key},`),
        { action },
      ),
    ).toEqual(Object.fromEntries(Object.entries(outcomes).map(([key, outcome]) => [`${key},`, outcome])));
  });
});

describe('archive and restore', () => {
  test('an archived person keeps all but the email, which somebody else can take and restore must win back', async () => {
    await site.add('a', { username: 'ann', fields: { badge: '7' }, firstName: 'Ann' });
    await site.run(HEADER, ['a,,,archive']);
    expect(await site.people()).toEqual([
      {
        status: 'archived',
        identifier: 'a',
        email: 'a@example.org',
        username: 'ann',
        first_name: 'Ann',
        badge: '7',
      },
    ]);
    const keys = 'identifier,email,username,badge,action';
    expect(
      await site.run(keys, ['n,n@example.org,ann,,', 'm,m@example.org,,7,', 'o,a@example.org,,,']),
    ).toEqual({
      'n,n@example.org,ann,,': 'rejected · key-taken username',
      'm,m@example.org,,7,': 'rejected · key-taken badge',
      'o,a@example.org,,,': 'created',
    });
    expect(await site.run(HEADER, ['a,,,restore'])).toEqual({ 'a,,,restore': 'rejected · key-taken email' });
    for (const lines of orders(['a,,,restore', 'o,,,archive'])) {
      expect(await site.run(HEADER, lines)).toEqual({ 'a,,,restore': 'restored', 'o,,,archive': 'archived' });
      await site.run(HEADER, ['a,,,archive']);
      await site.run(HEADER, ['o,,,restore']);
    }
  });

  test('by email archive means the active one, restore the archived one, and several archived are none', async () => {
    await addArchived('old', 'same@example.org');
    await site.add('new', { email: 'same@example.org' });
    expect(await site.run(HEADER, [',SAME@example.org,,archive'])).toEqual({
      ',SAME@example.org,,archive': 'archived',
    });
    expect(await site.run(HEADER, [',same@example.org,,restore'])).toEqual({
      ',same@example.org,,restore': 'rejected · several-found email',
    });
    await site.run(HEADER, ['new,,,delete']);
    expect(await site.run(HEADER, [',same@example.org,,restore'])).toEqual({
      ',same@example.org,,restore': 'restored',
    });
  });

  test('somebody archived is updated only where a row restores them, and then both happen in either order', async () => {
    await addArchived('a');
    expect(await site.run(HEADER, ['a,,Ada,update'])).toEqual({
      'a,,Ada,update': 'rejected · person-archived',
    });
    for (const [word, lines] of [
      ['update', orders(['a,,Ada,update', 'a,,,restore'])],
      ['', orders(['a,,Ada,', 'a,,,restore'])],
    ] as const)
      for (const order of lines) {
        expect(await site.run(HEADER, order)).toEqual({
          [`a,,Ada,${word}`]: 'updated',
          'a,,,restore': 'restored',
        });
        expect(await site.people()).toMatchObject([{ status: 'active', first_name: 'Ada' }]);
        await site.clear();
        await addArchived('a');
      }
  });

  test('somebody whose email is taken by now comes back with the one that the file gives, or not at all', async () => {
    const lines = ['old,,,restore', 'old,intern@example.org,Back,update'];
    for (const order of orders(lines)) {
      await addArchived('old', 'same@example.org');
      await site.add('new', { email: 'same@example.org' });
      await site.add('other');
      expect(await site.run(HEADER, ['old,,,restore', 'old,other@example.org,,update'])).toEqual({
        'old,,,restore': 'rejected · needs-row email',
        'old,other@example.org,,update': 'rejected · needs-row · key-taken email',
      });
      expect(await site.run(HEADER, order)).toEqual({
        'old,,,restore': 'restored',
        'old,intern@example.org,Back,update': 'updated',
      });
      expect(await site.people()).toMatchObject([
        { identifier: 'new', email: 'same@example.org', status: 'active' },
        { identifier: 'old', email: 'intern@example.org', status: 'active', first_name: 'Back' },
        { identifier: 'other' },
      ]);
      await site.clear();
    }
  });
});

describe('rows for one person', () => {
  test.each([
    ['archive', 'anonymize'],
    ['archive', 'delete'],
  ])('%s and %s both happen, in that order, whatever the order of rows', async (first, second) => {
    for (const lines of orders([`a,,,${first}`, `a,,,${second}`])) {
      await site.add('a');
      expect(await site.run(HEADER, lines)).toEqual({
        [`a,,,${first}`]: 'archived',
        [`a,,,${second}`]: second === 'anonymize' ? 'anonymized' : 'deleted',
      });
      expect(await site.people()).toEqual(
        second === 'delete'
          ? []
          : [
              {
                status: 'anonymized',
                identifier: null,
                email: null,
                username: null,
                first_name: null,
                badge: null,
              },
            ],
      );
      await site.clear();
    }
  });

  test.each([
    ['update', 'delete'],
    ['update', 'archive'],
    ['', 'anonymize'],
    ['archive', 'restore'],
    ['anonymize', 'delete'],
    ['restore', 'delete'],
    ['create', 'archive'],
  ])('“%s” and “%s” exclude each other: both are refused and name each other', async (one, other) => {
    await site.add('a');
    for (const lines of orders([`a,,Ada,${one}`, `a,,,${other}`])) {
      const { id } = await site.engine.run(site.organisation, [HEADER, ...lines].join('\n'));
      const rows = await site.engine.db.execute(sql`
        select row_number as row, outcome, (select r -> 'rows' from jsonb_array_elements(reasons) as r
          where r ->> 'code' = 'actions-conflict') as rows
        from bulk_plan where bulk_action_id = ${id} order by 1`);
      expect([...rows]).toEqual([
        { row: 2, outcome: 'rejected', rows: [3] },
        { row: 3, outcome: 'rejected', rows: [2] },
      ]);
    }
    expect(await site.people()).toMatchObject([{ status: 'active', first_name: null }]);
  });

  test('created twice are refused, and name each other', async () => {
    expect(await site.run(HEADER, ['n,n@example.org,,create', 'n,m@example.org,,create'])).toEqual({
      'n,n@example.org,,create': 'rejected · person-twice',
      'n,m@example.org,,create': 'rejected · person-twice',
    });
  });

  test('that ask for the same count once, also where their cells differ in what it does not need', async () => {
    await site.add('a');
    const outcomes = await site.run(HEADER, ['a,,,archive', 'a,,Ada,ARCHIVE', ',a@example.org,,archive']);
    expect(Object.values(outcomes).sort()).toEqual([
      'archived',
      'skipped · same-as-row',
      'skipped · same-as-row',
    ]);
  });

  test('one of which is bad: the good one happens', async () => {
    for (const lines of orders(['a,nonsense,,archive', 'a,,,archive'])) {
      await site.add('a');
      expect(await site.run(HEADER, lines)).toEqual({
        'a,nonsense,,archive': 'rejected · not-an-email email',
        'a,,,archive': 'archived',
      });
      await site.clear();
    }
  });
});

describe('somebody new in the place of somebody who goes', () => {
  test.each(['delete', 'anonymize'])(
    'after %s, by an explicit create of the same identifier',
    async (goes) => {
      const lines = [
        'a,a@example.org,Again,create',
        `a,,,${goes}`,
        ...(goes === 'anonymize' ? ['a,,,archive'] : []),
      ];
      for (const order of orders(lines)) {
        const old = await site.add('a', { firstName: 'Once', username: 'ann', fields: { badge: '7' } });
        const outcomes = await site.run(HEADER, order);
        expect([outcomes[lines[0] as string], outcomes[lines[1] as string]]).toEqual([
          'created',
          goes === 'delete' ? 'deleted' : 'anonymized',
        ]);
        const people = await site.people();
        expect(people.at(-1)).toEqual({
          status: 'active',
          identifier: 'a',
          email: 'a@example.org',
          username: null,
          first_name: 'Again',
          badge: null,
        });
        const [born] = await site.engine.db.execute<{ id: number; version: number }>(
          sql`select id, version from person where site_id = ${site.organisation.siteId} and identifier = 'a'`,
        );
        expect(born).toEqual({ id: expect.any(Number), version: 1 });
        expect(born?.id).not.toBe(old.id);
        await site.clear();
      }
    },
  );

  // Found at random: the new one has nothing of the old one, not even what looks the same.
  test('wants all keys of its own, also those that the old one has in its archive', async () => {
    await addArchived('a', 'same@example.org');
    await site.add('b', { email: 'same@example.org' });
    expect(await site.run(HEADER, ['a,same@example.org,,create', 'a,,,delete'])).toEqual({
      'a,same@example.org,,create': 'rejected · key-taken email',
      'a,,,delete': 'deleted',
    });
  });

  test('wants all unique values of its own, also where a run only fills what is empty', async () => {
    await site.add('a', { username: 'ann', fields: { badge: '1' } });
    await site.add('b', { username: 'bob', fields: { badge: '2' } });
    const header = 'identifier,email,username,badge,action';
    expect(
      await site.run(header, ['a,x@example.org,bob,,create', 'a,,,,delete'], { existing: 'fill-missing' }),
    ).toEqual({
      'a,x@example.org,bob,,create': 'rejected · key-taken username',
      'a,,,,delete': 'deleted',
    });
    await site.add('a', { fields: { badge: '1' } });
    expect(
      await site.run(header, ['a,x@example.org,,2,create', 'a,,,,delete'], { existing: 'fill-missing' }),
    ).toEqual({
      'a,x@example.org,,2,create': 'rejected · key-taken badge',
      'a,,,,delete': 'deleted',
    });
  });
});
