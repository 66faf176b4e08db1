// Keys that rows of one file hand to each other: swaps, rings, chains, and what is freed by those who go.
import { sql } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import type { ChunkRun } from '../../db/queries/apply/chunks.ts';
import { applyCreateChunk } from '../../db/queries/apply/create-chunks.ts';
import { applyHandOverChunk } from '../../db/queries/apply/hand-over-chunks.ts';
import { getRun } from '../../db/queries/runs.ts';
import type { CheckedRun } from '../support/engine.ts';
import { addPerson, addSite, archive } from '../support/people.ts';
import { orders, useSmallFiles } from '../support/small-files.ts';

// A chunk for each row: groups must hold together by themselves.
const site = useSmallFiles({ chunkRows: 1, batchChunks: 2 });
const HEADER = 'identifier,email,username,badge,action';

const keysOf = async () =>
  (await site.people()).map(({ identifier, email, username, badge }) =>
    [identifier, email?.replace('@example.org', ''), username, badge].map((key) => key ?? '').join(),
  );

const three = async () => {
  for (const [place, identifier] of ['a', 'b', 'c'].entries())
    await site.add(identifier, { username: `u${identifier}`, fields: { badge: String(place) } });
};

describe('swaps and rings', () => {
  test('swapped logins go through in both orders, and nobody else is touched', async () => {
    for (const lines of orders(['a,b@example.org,ub,,', 'b,a@example.org,ua,,'])) {
      await three();
      expect(Object.values(await site.run(HEADER, lines))).toEqual(['updated', 'updated']);
      expect(await keysOf()).toEqual(['a,b,ub,0', 'b,a,ua,1', 'c,c,uc,2']);
      await site.clear();
    }
  });

  test('a ring of three, by each key alone and by all of them, in every order', async () => {
    for (const [cells, keys] of [
      [
        ['b@example.org,,', 'c@example.org,,', 'a@example.org,,'],
        ['a,b,ua,0', 'b,c,ub,1', 'c,a,uc,2'],
      ],
      [
        [',ub,', ',uc,', ',ua,'],
        ['a,a,ub,0', 'b,b,uc,1', 'c,c,ua,2'],
      ],
      [
        [',,1', ',,2', ',,0'],
        ['a,a,ua,1', 'b,b,ub,2', 'c,c,uc,0'],
      ],
      [
        ['b@example.org,ub,1', 'c@example.org,uc,2', 'a@example.org,ua,0'],
        ['a,b,ub,1', 'b,c,uc,2', 'c,a,ua,0'],
      ],
    ] as const)
      for (const lines of orders(['a', 'b', 'c'].map((identifier, n) => `${identifier},${cells[n]},`))) {
        await three();
        expect(Object.values(await site.run(HEADER, lines))).toEqual(['updated', 'updated', 'updated']);
        expect(await keysOf()).toEqual(keys);
        await site.clear();
      }
  });

  test('different keys can go in different rings through the same people', async () => {
    await three();
    const lines = ['a,b@example.org,uc,1,', 'b,a@example.org,,2,', 'c,,ua,0,'];
    expect(Object.values(await site.run(HEADER, lines))).toEqual(['updated', 'updated', 'updated']);
    expect(await keysOf()).toEqual(['a,b,uc,1', 'b,a,ub,2', 'c,c,ua,0']);
  });

  test('a ring of two hundred', async () => {
    const count = 200;
    for (let n = 0; n < count; n++) await site.add(`p${n}`);
    const lines = Array.from({ length: count }, (_, n) => `p${n},p${(n + 1) % count}@example.org,,,`);
    expect(new Set(Object.values(await site.run(HEADER, lines)))).toEqual(new Set(['updated']));
    const moved = await site.engine.db.execute(sql`
      select from person where site_id = ${site.organisation.siteId} and status = 'active'
        and email = 'p' || (substring(identifier, 2)::int + 1) % ${count} || '@example.org'`);
    expect(moved).toHaveLength(count);
  });

  test('emails are swapped between two sites of the organisation', async () => {
    const { rootId, siteId } = site.organisation;
    await addSite(site.engine.db, siteId, rootId + 2);
    await addPerson(site.engine.db, siteId, 'a');
    await addPerson(site.engine.db, rootId + 2, 'b');
    const lines = [`a,b@example.org,${siteId}`, `b,a@example.org,${rootId + 2}`];
    expect(Object.values(await site.run('identifier,email,account_id', lines))).toEqual([
      'updated',
      'updated',
    ]);
  });
});

describe('chains', () => {
  test('to somebody new, by email, username and unique field', async () => {
    await three();
    const lines = ['n,a@example.org,ua,0,', 'a,b@example.org,ub,1,', 'b,x@example.org,ux,9,'];
    for (const order of orders(lines)) {
      expect(await site.run(HEADER, order)).toEqual({
        [lines[0] as string]: 'created',
        [lines[1] as string]: 'updated',
        [lines[2] as string]: 'updated',
      });
      expect(await keysOf()).toEqual(['a,b,ub,1', 'b,x,ux,9', 'c,c,uc,2', 'n,a,ua,0']);
      await site.clear();
      await three();
    }
  });

  test('a key is freed where its field is cleared', async () => {
    await three();
    const lines = ['a,,,,', 'n,n@example.org,ua,0,'];
    expect(Object.values(await site.run(HEADER, lines, { clearBlank: ['username', 'badge'] }))).toEqual([
      'updated',
      'created',
    ]);
    expect(await keysOf()).toEqual(['a,a,,', 'b,b,ub,1', 'c,c,uc,2', 'n,n,ua,0']);
  });

  test('an identifier moves on where people are found by email or username', async () => {
    for (const [matchBy, header, lines] of [
      [
        'email',
        'email,identifier',
        ['a@example.org,b', 'b@example.org,c', 'c@example.org,x', 'n@example.org,a'],
      ],
      ['username', 'username,identifier,email', ['ua,b,', 'ub,c,', 'uc,x,', 'un,a,n@example.org']],
    ] as const)
      for (const order of orders(lines)) {
        await three();
        expect(await site.run(header, order, { matchBy: [matchBy] })).toEqual(
          Object.fromEntries(lines.map((line, n) => [line, n === 3 ? 'created' : 'updated'])),
        );
        expect((await site.people()).map(({ identifier, email }) => [identifier, email?.[0]])).toEqual([
          ['a', 'n'],
          ['b', 'a'],
          ['c', 'b'],
          ['x', 'c'],
        ]);
        await site.clear();
      }
  });

  test('one identifier that two people are to have is given to neither', async () => {
    await three();
    const lines = ['a@example.org,x', 'b@example.org,x'];
    expect(await site.run('email,identifier', lines, { matchBy: ['email'] })).toEqual({
      'a@example.org,x': 'rejected · key-twice identifier',
      'b@example.org,x': 'rejected · key-twice identifier',
    });
  });

  test('a bad giver takes its takers with it, each told which row it needed', async () => {
    await three();
    const lines = ['a,b@example.org,,,', 'b,c@example.org,,,', 'c,nonsense,,,', 'n,a@example.org,,,'];
    for (const order of orders(lines)) {
      expect(await site.run(HEADER, order)).toEqual({
        'a,b@example.org,,,': 'rejected · needs-row email',
        'b,c@example.org,,,': 'rejected · key-taken email',
        'c,nonsense,,,': 'rejected · not-an-email email',
        'n,a@example.org,,,': 'rejected · needs-row email',
      });
    }
    const before = await keysOf();
    // The giver gives, but its row is refused for something else.
    expect(await site.run(HEADER, ['a,,ub,,', 'b,,ux,,explode'])).toEqual({
      'a,,ub,,': 'rejected · needs-row username',
      'b,,ux,,explode': 'rejected · unknown-action action',
    });
    expect(await keysOf()).toEqual(before);
  });

  test('a bad row in one ring fails no other ring', async () => {
    await three();
    await site.add('d');
    await site.add('e');
    const lines = [
      'a,b@example.org,,,',
      'd,e@example.org,,,',
      'b,c@example.org,,,',
      'e,d@example.org,,,',
      'c,a@example.org,,,explode',
    ];
    expect(Object.values(await site.run(HEADER, lines))).toEqual([
      'rejected · needs-row email',
      'updated',
      'rejected · needs-row email',
      'updated',
      'rejected · unknown-action action',
    ]);
  });

  test('where people are only filled up or kept, nobody hands anything over', async () => {
    await three();
    const lines = ['a,b@example.org,,,', 'b,x@example.org,,,', 'n,a@example.org,,,'];
    expect(Object.values(await site.run(HEADER, lines, { existing: 'fill-missing' }))).toEqual([
      'unchanged',
      'unchanged',
      'rejected · key-taken email',
    ]);
    expect(Object.values(await site.run(HEADER, lines, { existing: 'keep' }))).toEqual([
      'skipped · kept-existing',
      'skipped · kept-existing',
      'rejected · key-taken email',
    ]);
  });
});

describe('what is freed by those who go', () => {
  test('the student who comes back as an intern: archived in the file that makes the new record', async () => {
    const lines = ['student,,,,archive', 'intern,student@example.org,,,'];
    for (const order of orders(lines)) {
      await site.add('student', { username: 'stud', fields: { badge: '7' } });
      expect(await site.run(HEADER, order)).toEqual({
        'student,,,,archive': 'archived',
        'intern,student@example.org,,,': 'created',
      });
      expect(await site.people()).toMatchObject([
        { identifier: 'intern', status: 'active', email: 'student@example.org' },
        {
          identifier: 'student',
          status: 'archived',
          email: 'student@example.org',
          username: 'stud',
          badge: '7',
        },
      ]);
      await site.clear();
    }
  });

  test('the same, found by the email that both have', async () => {
    const lines = [',student@example.org,,,archive', 'intern,student@example.org,,,create'];
    for (const order of orders(lines)) {
      await site.add('student');
      expect(Object.values(await site.run(HEADER, order)).sort()).toEqual(['archived', 'created']);
      await site.clear();
    }
  });

  test('who was archived earlier is restored and updated, and the interim record archived, in one file', async () => {
    const lines = ['student,,,,restore', 'student,,grad,8,update', 'intern,,,,archive', 'other,,old,,update'];
    for (const order of orders(lines)) {
      const { id } = await site.add('student', { email: 's@example.org', username: 'stud' });
      await archive(site.engine.db, id);
      await site.add('intern', { email: 's@example.org' });
      await site.add('other', { username: 'grad' });
      expect(await site.run(HEADER, order)).toEqual({
        'student,,,,restore': 'restored',
        'student,,grad,8,update': 'updated',
        'intern,,,,archive': 'archived',
        'other,,old,,update': 'updated',
      });
      expect(await site.people()).toMatchObject([
        { identifier: 'intern', status: 'archived' },
        { identifier: 'other', username: 'old' },
        { identifier: 'student', status: 'active', email: 's@example.org', username: 'grad', badge: '8' },
      ]);
      await site.clear();
    }
  });

  test('somebody archived gives keys away by a row that changes them once they are restored', async () => {
    const lines = ['a,,,,restore', 'a,,ux,9,update', 'n,n@example.org,ua,0,'];
    for (const order of orders(lines)) {
      await three();
      await site.run(HEADER, ['a,,,,archive']);
      expect(await site.run(HEADER, order)).toEqual({
        'a,,,,restore': 'restored',
        'a,,ux,9,update': 'updated',
        'n,n@example.org,ua,0,': 'created',
      });
      await site.clear();
    }
  });

  test('archived, anonymized, and the email, username and badge used again at once, in every order', async () => {
    const lines = [
      'a,,,,archive',
      'a,,,,anonymize',
      'n,a@example.org,ua,0,create',
      'b,,,,delete',
      'c,b@example.org,ub,1,',
    ];
    for (const order of orders(lines)) {
      await three();
      expect(await site.run(HEADER, order)).toEqual({
        'a,,,,archive': 'archived',
        'a,,,,anonymize': 'anonymized',
        'n,a@example.org,ua,0,create': 'created',
        'b,,,,delete': 'deleted',
        'c,b@example.org,ub,1,': 'updated',
      });
      expect(await keysOf()).toEqual([',,,', 'c,b,ub,1', 'n,a,ua,0']);
      await site.clear();
    }
  });

  test('a key of somebody who is archived only stays taken', async () => {
    await three();
    expect(await site.run(HEADER, ['a,,,,archive', 'n,n@example.org,ua,,'])).toEqual({
      'a,,,,archive': 'archived',
      'n,n@example.org,ua,,': 'rejected · key-taken username',
    });
  });
});

describe('a worker that dies', () => {
  const chunkRun = async ({ id, token }: CheckedRun): Promise<ChunkRun> => {
    const { rootId, byPersonId, uniqueFields, lockSiteIds } = await getRun(site.engine.db, id);
    const [lockSiteId] = lockSiteIds as [number];
    return {
      bulkActionId: id,
      rootId,
      byPersonId,
      uniqueFields,
      lockSiteId,
      token,
      existing: 'overwrite',
      hasExtras: false,
    };
  };
  const tally = async (id: string) => [
    ...(await site.engine.db.execute(
      sql`select outcome, sum(rows)::int as rows from bulk_tally where bulk_action_id = ${id} group by 1 order by 1`,
    )),
  ];

  test('and comes again applies each group once', async () => {
    await three();
    const lines = ['a,b@example.org,,,', 'b,a@example.org,,,', 'n,c@example.org,,,', 'c,x@example.org,,,'];
    const planned = await site.engine.plan(site.organisation, [HEADER, ...lines].join('\n'));
    const run = await chunkRun(planned);
    const all = { firstRow: 1, lastRow: 10 };
    expect(await applyHandOverChunk(site.engine.db, run, all)).toEqual({ updated: 3 });
    expect(await applyHandOverChunk(site.engine.db, run, all)).toEqual({});
    expect(await applyCreateChunk(site.engine.db, run, all)).toEqual({ created: 1 });
    expect(await applyCreateChunk(site.engine.db, run, all)).toEqual({});
    expect(await tally(planned.id)).toEqual([
      { outcome: 'created', rows: 1 },
      { outcome: 'updated', rows: 3 },
    ]);
    const history = await site.engine.db.execute(sql`
      select person_id from person_history where bulk_action_id = ${planned.id}`);
    expect(history).toHaveLength(4);
    await site.engine.end(planned.id);
  });

  test('or whose lock has passed on writes nothing', async () => {
    await three();
    const lines = ['a,b@example.org,,,', 'b,a@example.org,,,'];
    const planned = await site.engine.plan(site.organisation, [HEADER, ...lines].join('\n'));
    const run = await chunkRun(planned);
    const before = await keysOf();
    expect(
      await applyHandOverChunk(site.engine.db, { ...run, token: run.token + 1 }, { firstRow: 1, lastRow: 9 }),
    ).toEqual({});
    expect(await keysOf()).toEqual(before);
    await site.engine.apply(planned);
    await site.engine.end(planned.id);
  });

  test('a cancel between two groups leaves whole groups behind', async () => {
    await three();
    await site.add('d');
    // Their rows lie between each other.
    const lines = ['a,b@example.org,,,', 'c,d@example.org,,,', 'b,a@example.org,,,', 'd,c@example.org,,,'];
    const planned = await site.engine.plan(site.organisation, [HEADER, ...lines].join('\n'));
    expect(planned.batches).toMatchObject([{ phase: 'hand-over', firstRow: 2, lastRow: 3, chunkWidth: 1 }]);
    const run = await chunkRun(planned);
    expect(await applyHandOverChunk(site.engine.db, run, { firstRow: 2, lastRow: 2 })).toEqual({
      updated: 2,
    });
    await site.engine.db.execute(
      sql`update bulk_action set cancel_requested_at = now() where id = ${planned.id}`,
    );
    expect(await site.engine.apply(planned)).toBe(0);
    const { counts } = await site.engine.end(planned.id, { state: 'cancelled' });
    expect(counts).toMatchObject({ updated: 2, 'not-processed': 2, total: 4 });
    expect((await keysOf()).map((keys) => keys.slice(0, 3))).toEqual(['a,b', 'b,a', 'c,c', 'd,d']);
  });

  test('somebody who was changed meanwhile fails with all of the ring, and no other group does', async () => {
    await three();
    await site.add('d');
    const lines = ['a,b@example.org,,,', 'c,d@example.org,,,', 'b,a@example.org,,,', 'd,c@example.org,,,'];
    const planned = await site.engine.plan(site.organisation, [HEADER, ...lines].join('\n'));
    await site.engine.db.execute(
      sql`update person set version = version + 1 where site_id = ${site.organisation.siteId} and identifier = 'b'`,
    );
    await site.engine.apply(planned);
    await site.engine.end(planned.id);
    expect(await site.outcomesOf(planned.id, lines)).toEqual({
      'a,b@example.org,,,': 'failed · key-taken email',
      'c,d@example.org,,,': 'updated',
      'b,a@example.org,,,': 'failed · changed-meanwhile',
      'd,c@example.org,,,': 'updated',
    });
    expect((await keysOf()).map((keys) => keys.slice(0, 3))).toEqual(['a,a', 'b,b', 'c,d', 'd,c']);
  });
});
