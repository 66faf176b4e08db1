// A sync at the engine: who is in the file is created or updated, who is not is archived, and who might be in it stays.
import { describe, expect, test } from 'vitest';
import { addPerson, addSite } from '../support/people.ts';
import { orders } from '../support/small-files.ts';
import { useSyncs } from '../support/syncs.ts';

const site = useSyncs({ chunkRows: 3, batchChunks: 2 });
const HEADER = 'identifier,email,first_name';

describe('a sync', () => {
  test('creates, updates and archives, and tells of each', async () => {
    for (const name of ['a', 'b', 'c']) await site.add(name, { firstName: 'Ada' });
    const { told, counts } = await site.sync(HEADER, [
      'a,a@example.org,Ada',
      'b,b@example.org,Bea',
      'n,n@example.org,Nia',
    ]);
    expect(told).toEqual([
      'a,a@example.org,Ada: unchanged',
      'b,b@example.org,Bea: updated',
      'n,n@example.org,Nia: created',
      'c,c@example.org,Ada: archived · absent',
    ]);
    expect(counts).toMatchObject({ unchanged: 1, updated: 1, created: 1, archived: 1, total: 4 });
    expect(await site.active()).toEqual(['a', 'b', 'n']);
  });

  test('changes nothing the second time', async () => {
    for (const name of ['a', 'b', 'c']) await site.add(name);
    const lines = ['a,a@example.org,Ada', 'n,n@example.org,Nia'];
    await site.sync(HEADER, lines);
    expect((await site.sync(HEADER, lines)).told).toEqual(lines.map((line) => `${line}: unchanged`));
  });

  test('archives nobody whose row is refused, whatever is wrong with it', async () => {
    for (const name of ['a', 'b', 'c', 'd']) await site.add(name);
    const { told } = await site.sync('identifier,email,entry_year', [
      'a,nonsense,',
      'b,c@example.org,',
      'c,c@example.org,never',
      'd,d@example.org,1',
      'd,d@example.org,2',
    ]);
    expect(told).toEqual([
      'a,nonsense,: rejected · not-an-email email',
      'b,c@example.org,: rejected · key-taken email',
      'c,c@example.org,never: rejected · not-a-number entry_year',
      'd,d@example.org,1: rejected · person-twice [6]',
      'd,d@example.org,2: rejected · person-twice [5]',
    ]);
    expect(await site.active()).toEqual(['a', 'b', 'c', 'd']);
  });

  test('keeps whoever holds a role, and says so', async () => {
    await site.add('a');
    const person = await site.add('porter');
    await site.giveRole(person.id);
    expect((await site.sync(HEADER, ['n,n@example.org,'])).told).toEqual([
      'n,n@example.org,: created',
      'a,a@example.org,: archived · absent',
      'porter,porter@example.org,: skipped · absent-with-role',
    ]);
    expect(await site.active()).toEqual(['n', 'porter']);
  });

  test('shows absent people under the columns of the file', async () => {
    await site.add('a', { username: 'ua', lastName: 'Ash' });
    const { told } = await site.sync('last_name,note,username,email,identifier', [
      'Neo,x,un,n@example.org,n',
    ]);
    expect(told).toEqual(['Neo,x,un,n@example.org,n: created', 'Ash,,ua,a@example.org,a: archived · absent']);
  });

  test('leaves people alone whom a row takes away by an action of its own', async () => {
    for (const name of ['a', 'b', 'c']) await site.add(name);
    const { told } = await site.sync('identifier,email,action', [
      'a,,archive',
      'b,,delete',
      'n,n@example.org,',
    ]);
    expect(told).toEqual([
      'a,,archive: archived',
      'b,,delete: deleted',
      'n,n@example.org,: created',
      'c,c@example.org,: archived · absent',
    ]);
  });

  test('does to absent people what its admin may do, and no more', async () => {
    await site.add('a');
    const { told } = await site.sync(HEADER, ['n,n@example.org,'], {
      scopes: ['people:create', 'people:update', 'bulk-actions:run'],
    });
    expect(told).toEqual(['n,n@example.org,: created', 'a,a@example.org,: rejected · not-allowed']);
    expect(await site.active()).toEqual(['a', 'n']);
  });

  test('matches by the keys of the run', async () => {
    for (const name of ['a', 'b']) await site.add(name, { username: `u${name}` });
    const { told } = await site.sync('username,first_name', ['ua,Ada', 'ux,Xia'], { matchBy: ['username'] });
    expect(told).toEqual([
      'ua,Ada: updated',
      'ux,Xia: rejected · required identifier · required email',
      'ub,: archived · absent',
    ]);
  });
});

describe('a row that can’t be read', () => {
  test('holds back everybody absent, until it says whom it means', async () => {
    for (const name of ['a', 'b', 'c']) await site.add(name);
    const lines = ['a,a@example.org,', ',,Bea'];
    expect((await site.sync(HEADER, lines)).told).toEqual([
      'a,a@example.org,: unchanged',
      ',,Bea: rejected · no-key',
      'b,b@example.org,: rejected · absent-unclear [3]',
      'c,c@example.org,: rejected · absent-unclear [3]',
    ]);
    expect(await site.active()).toEqual(['a', 'b', 'c']);
    expect((await site.sync(HEADER, ['a,a@example.org,', 'b,,Bea'])).told).toEqual([
      'a,a@example.org,: unchanged',
      'b,,Bea: updated',
      'c,c@example.org,: archived · absent',
    ]);
  });

  test('does so where its cells may have moved, where its key is broken, and where a quote swallowed the rest', async () => {
    await site.add('a');
    await site.add('b');
    for (const line of ['Ash, B.,b,b@example.org', `${'x'.repeat(300)},,`, '"b,b@example.org,Bea']) {
      const { told } = await site.sync(HEADER, ['a,a@example.org,', line]);
      expect([line, told.at(-1)]).toEqual([line, 'b,b@example.org,: rejected · absent-unclear [3]']);
    }
    expect(await site.active()).toEqual(['a', 'b']);
  });

  test('holds back nobody where another key says whom it means', async () => {
    for (const name of ['a', 'b']) await site.add(name);
    const { told } = await site.sync(HEADER, [`${'x'.repeat(300)},a@example.org,`]);
    expect(told.slice(1)).toEqual(['b,b@example.org,: archived · absent']);
    expect(await site.active()).toEqual(['a']);
  });

  test('holds back its own site alone', async () => {
    const { siteId, rootId } = site.organisation;
    await addSite(site.engine.db, siteId, rootId + 2);
    await site.add('a');
    await addPerson(site.engine.db, rootId + 2, 'b');
    const header = 'account_id,identifier,email';
    const lines = [`${siteId},,`, `${rootId + 2},n,n@example.org`];
    expect((await site.sync(header, lines)).told).toEqual([
      `${siteId},,: rejected · no-key`,
      `${rootId + 2},n,n@example.org: created`,
      `${siteId},a,a@example.org: rejected · absent-unclear [2]`,
      `${rootId + 2},b,b@example.org: archived · absent`,
    ]);
    const { told } = await site.sync(header, [
      ',,',
      `nowhere,,x`,
      `${siteId},m,m@example.org`,
      `${rootId + 2},k,k@example.org`,
    ]);
    expect(told.filter((line) => /: archived/.test(line))).toEqual([]);
  });
});

describe('somebody whom a row names by another key', () => {
  test('goes where that row goes ahead, and stays where it is refused', async () => {
    for (const [line, outcome, fate] of [
      ['n,a@example.org,', 'created', 'archived · absent [2]'],
      ['b,a@example.org,', 'updated', 'archived · absent [2]'],
      ['n,a@example.org,never', 'rejected · not-a-number entry_year', 'rejected · absent-unclear [2]'],
    ] as const) {
      await site.add('a');
      await site.add('b');
      const others = line.startsWith('b') ? [] : ['b,,'];
      const { told } = await site.sync('identifier,email,entry_year', [line, ...others]);
      expect([told[0], told.at(-1)]).toEqual([`${line}: ${outcome}`, `a,a@example.org,: ${fate}`]);
      await site.clear();
    }
  });

  test('stays where what is named can’t be handed over: a username, a unique field', async () => {
    for (const line of ['n,n@example.org,ua,', 'n,n@example.org,,7']) {
      await site.add('a', { username: 'ua', fields: { badge: '7' } });
      const { told } = await site.sync('identifier,email,username,badge', [line]);
      expect(told.map((one) => one.replace(/.*: /, ''))).toEqual([
        expect.stringMatching(/^rejected · key-taken (username|badge)$/),
        'rejected · absent-unclear [2]',
      ]);
      await site.clear();
    }
  });

  test('stays with a role, and then the row that wants the email is refused', async () => {
    const person = await site.add('a');
    await site.giveRole(person.id);
    expect((await site.sync(HEADER, ['n,a@example.org,'])).told).toEqual([
      'n,a@example.org,: rejected · key-taken email',
      'a,a@example.org,: skipped · absent-with-role',
    ]);
  });

  test('hands the email on along a chain, whatever the order of the rows', async () => {
    const lines = ['b,c@example.org,', 'n,b@example.org,', 'm,a@example.org,'];
    for (const order of orders(lines)) {
      for (const name of ['a', 'b', 'c']) await site.add(name);
      const { told } = await site.sync(HEADER, order);
      expect([...told].sort()).toEqual([
        expect.stringMatching(/^a,a@example.org,: archived · absent \[\d\]$/),
        'b,c@example.org,: updated',
        expect.stringMatching(/^c,c@example.org,: archived · absent \[\d\]$/),
        'm,a@example.org,: created',
        'n,b@example.org,: created',
      ]);
      await site.clear();
    }
  });

  test('is named by a copy of a row as by the row itself', async () => {
    await site.add('a');
    expect((await site.sync(HEADER, ['n,a@example.org,', 'n,a@example.org,'])).told).toEqual([
      'n,a@example.org,: created',
      'n,a@example.org,: skipped · same-as-row [2]',
      'a,a@example.org,: archived · absent [2]',
    ]);
  });

  test('stays where several claim the key', async () => {
    await site.add('a');
    const { told } = await site.sync(HEADER, ['n,a@example.org,', 'm,a@example.org,']);
    expect(told.at(-1)).toBe('a,a@example.org,: rejected · absent-unclear [2] · absent-unclear [3]');
  });

  test('stays where the run does not take what the row says', async () => {
    await site.add('a');
    await site.add('b');
    for (const existing of ['keep', 'fill-missing'] as const) {
      const { told } = await site.sync(HEADER, ['b,a@example.org,Bea'], { existing });
      expect(told.at(-1)).toBe('a,a@example.org,: rejected · absent-unclear [2]');
    }
  });
});

describe('the sites of a sync', () => {
  test('are those that its rows name: others, below or beside, are left alone', async () => {
    const { siteId, rootId } = site.organisation;
    const [below, beside] = [rootId + 2, rootId + 3];
    await addSite(site.engine.db, siteId, below);
    await addSite(site.engine.db, siteId, beside);
    await site.add('a');
    await addPerson(site.engine.db, below, 'b');
    await addPerson(site.engine.db, beside, 'c');
    const { told } = await site.sync('account_id,identifier,email', [
      `${siteId},n,n@example.org`,
      `${beside},m,m@example.org`,
      `nowhere,b,x@example.org`,
    ]);
    expect(told.slice(3)).toEqual([
      `${siteId},a,a@example.org: archived · absent`,
      `${beside},c,c@example.org: archived · absent`,
    ]);
  });

  test('are none where no account can be read', async () => {
    await site.add('a');
    const { told } = await site.sync('account_id,identifier,email', ['nowhere,n,n@example.org']);
    expect(told).toHaveLength(1);
    expect(await site.active()).toEqual(['a']);
  });
});
