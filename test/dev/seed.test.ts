// The organisations that a first start makes: all of them is there, once, however often a start is repeated.
import { sql } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { hashOf } from '../../api/secrets.ts';
import { findAdminByKey } from '../../db/queries/api-keys.ts';
import { listFieldDefinitions } from '../../db/queries/field-definitions.ts';
import { listOrgUnits } from '../../db/queries/org-units.ts';
import { DEMO, EMPTY } from '../../dev/demo.ts';
import { seed } from '../../dev/seed.ts';
import { FIELD_TYPES } from '../../domain/field-definition.ts';
import { PERMISSIONS } from '../../domain/rights.ts';
import { useDatabase } from '../support/database.ts';

const secretsOf = (organisation: 'demo' | 'empty') => ({
  apiKey: `mk_${organisation}`,
  adminPassword: 'a long enough password',
  organisation,
});

describe('the demo organisation', () => {
  const database = useDatabase();

  test('has a field of each type, inner and leaf org units, supervisors, roles and mail domains', async () => {
    const { db } = database;
    for (let start = 0; start < 2; start += 1) await seed(db, DEMO, secretsOf('demo'));
    const types = (await listFieldDefinitions(db, 1001)).map((field) => field.type);
    expect(new Set(types)).toEqual(new Set(FIELD_TYPES));
    const units = await listOrgUnits(db, [1000], { limit: 100, isCounted: true });
    expect(units).toHaveLength(DEMO.orgUnits.length);
    expect(new Set(units.map((unit) => unit.isLeaf))).toEqual(new Set([true, false]));
    expect(units.filter((unit) => (unit.people ?? 0) > 0).length).toBeGreaterThan(1);
    const [row] = await db.execute<{
      people: number;
      supervised: number;
      holders: number;
      domains: number;
    }>(sql`
      select (select count(*)::int from person) as people,
        (select count(*)::int from person p join person s on s.id = p.supervisor_id) as supervised,
        (select count(*)::int from role_assignment) as holders,
        (select count(*)::int from site where mail_domains is not null) as domains`);
    expect(row).toEqual({ people: 1 + DEMO.people.length, supervised: 2, holders: 3, domains: 1 });
  });

  test('whose owner role is of an older version learns new permissions at the next start', async () => {
    const { db } = database;
    await db.execute(sql`
      update role set permissions = array_remove(permissions, 'org-units:write') where name in ('owner', 'registrar')`);
    await seed(db, DEMO, secretsOf('demo'));
    const rows = await db.execute<{ name: string; permissions: string[] }>(
      sql`select name, permissions from role where name in ('owner', 'registrar') order by name`,
    );
    expect(new Set(rows[0]?.permissions)).toEqual(new Set(PERMISSIONS));
    expect(rows[1]?.permissions).not.toContain('org-units:write');
  });
});

describe('the empty organisation', () => {
  const database = useDatabase();

  test('is site 1000 and an admin who may do everything', async () => {
    const { db } = database;
    await seed(db, EMPTY, secretsOf('empty'));
    const [admin] = await db.execute<{ sites: number; people: number }>(
      sql`select (select count(*)::int from site) as sites, (select count(*)::int from person) as people`,
    );
    expect(admin).toEqual({ sites: 1, people: 1 });
    const found = await findAdminByKey(db, hashOf('mk_empty'));
    expect(found?.grants.map(({ siteId }) => siteId)).toEqual([1000]);
    expect(new Set(found?.grants[0]?.permissions)).toEqual(new Set(PERMISSIONS));
  });
});
