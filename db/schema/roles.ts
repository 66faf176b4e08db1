// Roles and who holds them where.
import { bigint, index, integer, pgTable, primaryKey, text, uniqueIndex } from 'drizzle-orm/pg-core';
import type { Permission } from '../../domain/rights.ts';
import { person } from './people.ts';
import { site } from './sites.ts';

export const role = pgTable(
  'role',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    siteId: integer()
      .notNull()
      .references(() => site.id),
    name: text().notNull(),
    permissions: text().array().$type<Permission[]>().notNull(),
  },
  (t) => [uniqueIndex('role_name').on(t.siteId, t.name)],
);

/** A role held on a site: it reaches that site and all below it. */
export const roleAssignment = pgTable(
  'role_assignment',
  {
    personId: bigint({ mode: 'number' })
      .notNull()
      .references(() => person.id, { onDelete: 'cascade' }),
    roleId: bigint({ mode: 'number' })
      .notNull()
      .references(() => role.id),
    siteId: integer()
      .notNull()
      .references(() => site.id),
  },
  (t) => [
    primaryKey({ name: 'role_assignment_key', columns: [t.personId, t.roleId, t.siteId] }),
    index('role_assignment_role').on(t.roleId),
  ],
);
