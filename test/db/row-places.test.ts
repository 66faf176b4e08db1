// What holds where rows can be: fields and mail domains of many sites, and the fields that presets bring along.
import { sql } from 'drizzle-orm';
import { beforeAll, describe, expect, test } from 'vitest';
import { insertFieldDefinition } from '../../db/queries/field-definitions.ts';
import { ensureProvidedFields } from '../../db/queries/provided-fields.ts';
import { getRowPlaces } from '../../db/queries/row-places.ts';
import { insertRootSite, insertSite } from '../../db/queries/sites.ts';
import type { ProvidedField } from '../../domain/preset.ts';
import { useDatabase } from '../support/database.ts';

const database = useDatabase();

beforeAll(async () => {
  const { db } = database;
  await insertRootSite(db, { id: 1000, name: 'Root' });
  await insertSite(db, { id: 1100, name: 'North', parentId: 1000 });
  await insertSite(db, { id: 1110, name: 'North 1', parentId: 1100 });
  await insertSite(db, { id: 1200, name: 'South', parentId: 1000 });
  await insertRootSite(db, { id: 2000, name: 'Elsewhere' });
  await db.execute(sql`update site set mail_domains = '{root.example}' where id = 1000`);
  await db.execute(sql`update site set mail_domains = '{north.example}' where id = 1100`);
});

const field = (given: Partial<ProvidedField> = {}): ProvidedField => ({
  label: 'Field',
  type: 'text',
  unique: false,
  pattern: null,
  choices: null,
  ...given,
});

describe('the places of rows', () => {
  test('are the run’s site and those below it, with the fields of each and the domains of the nearest site', async () => {
    const { db } = database;
    await insertFieldDefinition(db, { siteId: 1000, name: 'everywhere', type: 'text' });
    await insertFieldDefinition(db, { siteId: 1100, name: 'level', type: 'number', required: true });
    await insertFieldDefinition(db, { siteId: 1200, name: 'level', type: 'choice', choices: ['a'] });
    await insertFieldDefinition(db, { siteId: 2000, name: 'foreign', type: 'text' });
    const places = await getRowPlaces(db, 1000);
    expect(places.siteIds).toEqual(new Set([1000, 1100, 1110, 1200]));
    expect(places.definitions).toMatchObject([
      { name: 'everywhere', siteId: 1000, siteIds: null },
      { name: 'level', siteId: 1100, siteIds: [1100, 1110], type: 'number', required: true },
      { name: 'level', siteId: 1200, siteIds: [1200], type: 'choice', choices: ['a'] },
    ]);
    expect(places.mailDomains).toEqual(
      new Map([
        [1000, ['root.example']],
        [1100, ['north.example']],
        [1110, ['north.example']],
        [1200, ['root.example']],
      ]),
    );
  });

  test('hold the fields of the sites above', async () => {
    const { definitions } = await getRowPlaces(database.db, 1110);
    expect(definitions.map(({ name, siteIds }) => [name, siteIds])).toEqual([
      ['everywhere', null],
      ['level', null],
    ]);
  });
});

describe('a field that a preset brings along', () => {
  const ensure = (siteId: number, name: string, given: Partial<ProvidedField> = {}) =>
    ensureProvidedFields(database.db, { rootId: 1000, siteId }, [{ name, field: field(given) }]);
  const listed = async (name: string) => [
    ...(await database.db.execute<Record<string, unknown>>(
      sql`select site_id, label, type, is_unique, pattern, choices from field_definition where name = ${name}`,
    )),
  ];

  test('is made for the whole organisation, once, however often and at once it is asked for', async () => {
    const choices = ['agent', 'supervisor'];
    await Promise.all([1110, 1200, 1110].map((site) => ensure(site, 'profile', { type: 'choice', choices })));
    await ensure(1000, 'profile');
    expect(await listed('profile')).toEqual([
      { site_id: 1000, label: 'Field', type: 'choice', is_unique: false, pattern: null, choices },
    ]);
  });

  test('is used as it is where one of its name holds', async () => {
    await insertFieldDefinition(database.db, { siteId: 1100, name: 'phone', type: 'number' });
    await ensure(1110, 'phone');
    expect(await listed('phone')).toMatchObject([{ site_id: 1100, type: 'number' }]);
  });

  test('is made for the run’s site where sites beside it have one of its name', async () => {
    await ensure(1200, 'phone', { unique: true, pattern: '[0-9]+' });
    expect(await listed('phone')).toMatchObject([
      { site_id: 1100, type: 'number' },
      { site_id: 1200, type: 'text', is_unique: true, pattern: '[0-9]+' },
    ]);
  });

  test('is refused where only sites below have one of its name', async () => {
    await expect(ensure(1000, 'level')).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('level'),
    });
    expect(await listed('level')).toHaveLength(2);
  });
});
