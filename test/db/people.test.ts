// One person at a time: edits against locks, against each other, and what they leave behind.
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Database } from '../../db/client.ts';
import { grantLocks, releaseLocks } from '../../db/queries/edit-locks.ts';
import {
  type Edit,
  ensurePerson,
  findHolder,
  findPerson,
  findPersonByEmail,
  insertPerson,
  updatePerson,
} from '../../db/queries/people.ts';
import { contentOf, isSameContent, type PersonContent } from '../../db/queries/person-content.ts';
import type { PersonRow } from '../../db/queries/person-row.ts';
import { insertRootSite, insertSite } from '../../db/queries/sites.ts';
import { useDatabase } from '../support/database.ts';

const database = useDatabase({ poolMax: 20 });

let serial = 0;
const content = (more: Partial<PersonContent> = {}): PersonContent & { email: string } => {
  serial += 1;
  return {
    identifier: `p${serial}`,
    username: null,
    firstName: null,
    lastName: null,
    displayName: null,
    fields: {},
    ...more,
    email: more.email ?? `P${serial}@Example.org`,
  };
};

const written = (edit: Edit): PersonRow => {
  if (edit.kind !== 'written') throw new Error(`the edit was ${edit.kind}`);
  return edit.person;
};
const make = async (db: Database, more: Partial<PersonContent> = {}) =>
  written(await insertPerson(db, { ...content(more), siteId: 1001 }, null));

beforeAll(async () => {
  await insertRootSite(database.db, { id: 1000, name: 'Root' });
  await insertSite(database.db, { id: 1001, name: 'Site', parentId: 1000 });
});

describe('an edit', () => {
  test('sees only what differs, whatever the order of keys', () => {
    const one = content({ fields: { a: 1, b: 'x' } });
    expect(isSameContent(one, { ...one, fields: { b: 'x', a: 1 } })).toBe(true);
    expect(isSameContent(one, { ...one, fields: { a: 1 } })).toBe(false);
    expect(isSameContent(one, { ...one, firstName: 'Ann' })).toBe(false);
  });

  test('of a version that has moved on writes nothing', async () => {
    const { db } = database;
    const read = await make(db);
    const first = written(await updatePerson(db, read, { ...contentOf(read), firstName: 'A' }, null));
    expect(await updatePerson(db, read, { ...contentOf(read), firstName: 'B' }, null)).toEqual({
      kind: 'stale',
    });
    expect(await findPerson(db, read.id)).toEqual(first);
    expect(first.version).toBe(2);
  });

  test('of an archived person writes nothing', async () => {
    const { db } = database;
    const read = await make(db);
    await db.execute(sql`update person set status = 'archived' where id = ${read.id}`);
    expect((await updatePerson(db, read, { ...contentOf(read), firstName: 'A' }, null)).kind).toBe('stale');
    expect(await findPersonByEmail(db, 1000, read.email ?? '')).toBeUndefined();
  });

  test('that clashes leaves nothing behind', async () => {
    const { db } = database;
    const one = await make(db);
    const wanted = { ...content(), email: one.email?.toUpperCase() ?? '', siteId: 1001 };
    await expect(insertPerson(db, wanted, null)).rejects.toMatchObject({
      code: 'conflict',
      details: { reason: 'key-taken', field: 'email' },
    });
    const [count] = await db.execute(
      sql`select count(*)::int as n from person where identifier = ${wanted.identifier}`,
    );
    expect(count).toEqual({ n: 0 });
  });

  test('is refused while a run holds the site, and the holder is named', async () => {
    const { db } = database;
    const read = await make(db);
    await grantLocks(db, 'run-1', [1001]);
    const refused = await updatePerson(db, read, { ...contentOf(read), firstName: 'A' }, null);
    expect(refused).toMatchObject({
      kind: 'locked',
      holder: { bulkActionId: 'run-1', since: expect.any(Date) },
    });
    expect(await findHolder(db, 1001)).toMatchObject({ bulkActionId: 'run-1' });
    expect(await findHolder(db, 1000)).toBeUndefined();
    await releaseLocks(db, 'run-1');
    expect((await findPerson(db, read.id))?.version).toBe(1);
  });

  test('under way is waited for by a grant; one that comes while a grant waits is not lost to it', async () => {
    const { db } = database;
    const people = await Promise.all(Array.from({ length: 8 }, () => make(db)));
    let isOver = false;
    let slipped = 0;
    const edit = async (start: PersonRow) => {
      let person = start;
      for (let n = 0; !isOver; n += 1) {
        const edited = await updatePerson(db, person, { ...contentOf(person), firstName: `n${n}` }, null);
        if (edited.kind === 'written') person = edited.person;
      }
    };
    const editors = people.map(edit);
    const ids = sql.join(
      people.map((person) => sql`${person.id}`),
      sql`, `,
    );
    const versions = async () => {
      const [row] = await db.execute<{ sum: number }>(
        sql`select sum(version)::int as sum from person where id in (${ids})`,
      );
      return row?.sum ?? 0;
    };
    for (let round = 0; round < 10; round += 1) {
      expect((await grantLocks(db, `run-${round}`, [1001])).kind).toBe('granted');
      const before = await versions();
      await sleep(20);
      slipped += (await versions()) - before;
      await releaseLocks(db, `run-${round}`);
      await sleep(10);
    }
    isOver = true;
    await Promise.all(editors);
    expect(slipped).toBe(0);
    expect(await versions()).toBeGreaterThan(8);
  });
});

describe('an admin of a first start', () => {
  test('is made once, and found again by the email, whatever its case', async () => {
    const { db } = database;
    const wanted = { ...content(), siteId: 1001, rootId: 1000 };
    const made = await ensurePerson(db, wanted);
    expect(await ensurePerson(db, { ...wanted, email: wanted.email.toUpperCase() })).toEqual(made);
  });
});
