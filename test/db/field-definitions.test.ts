// Fields are changed and removed: what the database makes sure of, also while people are edited and runs are on.
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { beforeAll, describe, expect, test } from 'vitest';
import { grantLocks, releaseLocks } from '../../db/queries/edit-locks.ts';
import {
  changeFieldDefinition,
  countWithoutValue,
  deleteFieldDefinition,
  findFieldDefinition,
  insertFieldDefinition,
  streamValues,
} from '../../db/queries/field-definitions.ts';
import { findPerson, updatePerson } from '../../db/queries/people.ts';
import { contentOf } from '../../db/queries/person-content.ts';
import type { PersonRow } from '../../db/queries/person-row.ts';
import { insertRootSite, insertSite } from '../../db/queries/sites.ts';
import type { FieldDefinition } from '../../domain/field-definition.ts';
import { useDatabase } from '../support/database.ts';
import { addPerson, archive } from '../support/people.ts';
import { openTransaction, untilBlocked } from '../support/sessions.ts';

const database = useDatabase({ poolMax: 20 });
const SITE = 1001;

let serial = 0;
/** A text field of the root with these values, each on a person of the site. */
async function fieldWith(
  values: (string | null)[],
): Promise<{ field: FieldDefinition; people: PersonRow[] }> {
  serial += 1;
  const name = `field_${serial}`;
  const field = await insertFieldDefinition(database.db, { siteId: 1000, name, type: 'text' });
  const people: PersonRow[] = [];
  for (const [at, value] of values.entries())
    people.push(
      await addPerson(database.db, SITE, `${name}-${at}`, {
        fields: value === null ? {} : { [name]: value },
      }),
    );
  return { field, people };
}
const idOf = (field: FieldDefinition) => Number(field.id);
const change = (field: FieldDefinition, given: Parameters<typeof changeFieldDefinition>[2]) =>
  changeFieldDefinition(database.db, idOf(field), given);
const uniqueValues = async (field: FieldDefinition) => {
  const rows = await database.db.execute<{ value: string; person_id: number }>(
    sql`select value, person_id from person_unique_value where field_id = ${idOf(field)} order by value`,
  );
  return rows.map((row) => row.value);
};

beforeAll(async () => {
  await insertRootSite(database.db, { id: 1000, name: 'Root' });
  await insertSite(database.db, { id: SITE, name: 'Site', parentId: 1000 });
  await insertSite(database.db, { id: 1002, name: 'Other site', parentId: 1000 });
});

describe('a field that becomes unique', () => {
  test('takes up the values that people have, archived ones too, and is enforced from then on', async () => {
    const { db } = database;
    const { field, people } = await fieldWith(['A', 'B', null]);
    await archive(db, people[1]?.id ?? 0);
    expect(await change(field, { unique: true })).toBeUndefined();
    expect(await uniqueValues(field)).toEqual(['A', 'B']);
    for (const value of ['A', 'B'])
      await expect(
        addPerson(db, 1002, `${field.name}-${value}`, { fields: { [field.name]: value } }),
      ).rejects.toMatchObject({ code: 'conflict', details: { field: field.name } });
  });

  test('is refused where people have the same value, with how many, and nothing is taken up', async () => {
    const { field } = await fieldWith(['A', 'A', 'B', 'B', 'B', 'C']);
    await expect(change(field, { unique: true })).rejects.toMatchObject({
      code: 'conflict',
      details: { values: 2, people: 5 },
      message: expect.stringContaining('2 values'),
    });
    expect(await uniqueValues(field)).toEqual([]);
    expect((await findFieldDefinition(database.db, idOf(field)))?.unique).toBe(false);
  });

  test('is refused where a value is longer than an index takes', async () => {
    const { field } = await fieldWith(['x'.repeat(501)]);
    await expect(change(field, { unique: true })).rejects.toMatchObject({ details: { people: 1 } });
  });

  test('and no longer is, frees the values', async () => {
    const { field } = await fieldWith(['A']);
    await change(field, { unique: true });
    await change(field, { unique: false });
    expect(await uniqueValues(field)).toEqual([]);
    await addPerson(database.db, SITE, `${field.name}-again`, { fields: { [field.name]: 'A' } });
  });

  test('waits for an edit under way and sees what it wrote', async () => {
    const { field, people } = await fieldWith(['A', 'B']);
    const edit = await openTransaction(database.url);
    await edit.run(`select from field_definition where id = ${field.id} for share`);
    await edit.run(`update person set fields = '{"${field.name}": "A"}' where id = ${people[1]?.id}`);
    const changed = change(field, { unique: true }).catch((error: unknown) => error);
    await untilBlocked(database.db, 1);
    await edit.commit();
    expect(await changed).toMatchObject({ code: 'conflict', details: { values: 1 } });
  });

  test('is waited for by edits, which then keep its values unique', async () => {
    const { db } = database;
    const { field, people } = await fieldWith(['A', 'B', 'C']);
    const [first, second] = people as [PersonRow, PersonRow];
    const becoming = await openTransaction(database.url);
    await becoming.run(`select change_field(${field.id}, '{"is_unique": true}', 500)`);
    const set = (read: PersonRow, value: string) =>
      updatePerson(db, read, { ...contentOf(read), fields: { [field.name]: value } }, null);
    const other = await findPerson(db, people[2]?.id ?? 0);
    const edits = Promise.allSettled([
      set(first, 'X'),
      set(second, 'C'),
      updatePerson(db, other as PersonRow, { ...contentOf(other as PersonRow), firstName: 'Same' }, null),
      addPerson(db, SITE, `${field.name}-new`, { fields: { [field.name]: 'N' } }),
    ]);
    await untilBlocked(db, 4);
    await becoming.commit();
    const ends = (await edits).map((end) => (end.status === 'rejected' ? end.reason : end.value));
    // Who had read a person before reads again; a new person is simply made.
    expect(ends).toMatchObject([{ kind: 'stale' }, { kind: 'stale' }, { kind: 'stale' }, { version: 1 }]);
    expect(await set(first, 'X')).toMatchObject({ kind: 'written' });
    await expect(set(second, 'C')).rejects.toMatchObject({ code: 'conflict' });
    expect(await uniqueValues(field)).toEqual(['B', 'C', 'N', 'X']);
  });

  test('while people are edited without a pause has every value taken up, and no other', async () => {
    const { db } = database;
    const { field, people } = await fieldWith(['v0', 'v1', 'v2', 'v3', 'v4', 'v5']);
    let isOver = false;
    const edit = async (start: PersonRow, at: number) => {
      for (let person = start, n = 0; !isOver; n += 1) {
        const fields = { [field.name]: `v${at}-${n}` };
        const edited = await updatePerson(db, person, { ...contentOf(person), fields }, null);
        if (edited.kind === 'written') person = edited.person;
      }
    };
    const edits = people.map(edit);
    for (let round = 0; round < 15; round += 1) {
      expect(await change(field, { unique: true })).toBeUndefined();
      await sleep(5);
      if (round < 14) await change(field, { unique: false });
    }
    isOver = true;
    await Promise.all(edits);
    const now = await Promise.all(people.map(({ id }) => findPerson(db, id)));
    expect(await uniqueValues(field)).toEqual(now.map((person) => person?.fields[field.name]).sort());
  });
});

describe('a field', () => {
  test('keeps its type while somebody has a value, or a run that has not ended may bring one', async () => {
    const { db } = database;
    const { field, people } = await fieldWith(['A', 'B']);
    await archive(db, people[0]?.id ?? 0);
    await expect(change(field, { type: 'number' })).rejects.toMatchObject({
      code: 'conflict',
      details: { people: 2 },
    });
    const { field: empty } = await fieldWith([]);
    await db.execute(sql`
      insert into bulk_action (id, site_id, root_id, kind, preset, options, upload_ids)
      values ('open', ${SITE}, 1000, 'people', 'people', '{}', '{}')`);
    await expect(change(empty, { type: 'number' })).rejects.toMatchObject({ code: 'conflict' });
    await db.execute(sql`update bulk_action set state = 'completed', finished_at = now()`);
    await change(empty, { type: 'choice', choices: ['A', 'B'] });
    expect(await findFieldDefinition(db, idOf(empty))).toMatchObject({ type: 'choice', choices: ['A', 'B'] });
  });

  test('is tightened without a change of what people have, and tells what they have', async () => {
    const { db } = database;
    const { field, people } = await fieldWith(['A', 'A', 'B', null]);
    await change(field, { required: true, pattern: '[B-Z]' });
    expect((await findPerson(db, people[0]?.id ?? 0))?.fields).toEqual({ [field.name]: 'A' });
    const values: { value: string; people: number }[] = [];
    for await (const batch of streamValues(db, field)) values.push(...batch);
    expect(values.sort((a, b) => a.people - b.people)).toEqual([
      { value: 'B', people: 1 },
      { value: 'A', people: 2 },
    ]);
    for (const [at, fields] of [{}, {}, { [field.name]: 'C' }].entries())
      await addPerson(db, 1002, `${field.name}-south-${at}`, { fields });
    expect(await countWithoutValue(db, { siteId: 1002, name: field.name })).toBe(2);
  });

  test('is removed where nobody has a value, else it is refused with how many have', async () => {
    const { db } = database;
    const { field } = await fieldWith(['A', 'B', null]);
    await expect(deleteFieldDefinition(db, idOf(field))).rejects.toMatchObject({
      code: 'conflict',
      details: { people: 2 },
    });
    const { field: empty } = await fieldWith([null]);
    await deleteFieldDefinition(db, idOf(empty));
    expect(await findFieldDefinition(db, idOf(empty))).toBeUndefined();
    await expect(deleteFieldDefinition(db, idOf(empty))).rejects.toMatchObject({ code: 'missing' });
    await expect(change(empty, { required: true })).rejects.toMatchObject({ code: 'missing' });
  });

  test('stays as it is while a run holds a site where it holds; only its label changes', async () => {
    const { db } = database;
    const { field } = await fieldWith([]);
    await grantLocks(db, 'run-1', [SITE]);
    const held = { bulkActionId: 'run-1', since: expect.any(Date) };
    expect(await change(field, { required: true })).toEqual(held);
    expect(await change(field, { unique: true })).toEqual(held);
    expect(await deleteFieldDefinition(db, idOf(field))).toEqual(held);
    expect(await change(field, { label: 'New' })).toBeUndefined();
    await releaseLocks(db, 'run-1');
    expect(await findFieldDefinition(db, idOf(field))).toEqual({ ...field, label: 'New' });
  });
});
