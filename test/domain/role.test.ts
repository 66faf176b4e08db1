// A file of roles: what it adds, what it leaves, what it refuses.
import { expect, test } from 'vitest';
import { type NamedRole, planRoles } from '../../domain/role.ts';

const plan = (rows: [string, string][], there: NamedRole[] = [], mayGive = (_: string) => true) =>
  planRoles(
    rows.map(([name, permissions], at) => ({ row: at + 2, cells: { name, permissions }, fault: null })),
    there,
    mayGive,
  );

test('permissions are separated by blanks, commas or semicolons, in any order', () => {
  expect(
    plan([
      ['Desk', 'people:read;people:create'],
      ['Reader', 'sites:read, people:read'],
    ]).toMake,
  ).toEqual([
    { name: 'Desk', permissions: ['people:create', 'people:read'] },
    { name: 'Reader', permissions: ['people:read', 'sites:read'] },
  ]);
});

test('a role that is there stays: the same is unchanged, others are refused', () => {
  const there: NamedRole[] = [{ name: 'Desk', permissions: ['people:read', 'people:create'] }];
  expect(plan([['Desk', 'people:create people:read']], there)).toEqual({
    toMake: [],
    unchanged: 1,
    refused: [],
  });
  expect(plan([['Desk', 'people:read']], there).refused).toEqual([
    { row: 2, code: 'other-permissions', field: 'permissions', expected: 'people:read people:create' },
  ]);
});

test('nobody gives by a file what they do not hold', () => {
  const refused = plan([['More', 'people:delete people:read']], [], (one) => one === 'people:read').refused;
  expect(refused).toEqual([{ row: 2, code: 'not-allowed', field: 'permissions', expected: 'people:delete' }]);
});

test('words that are no permission are refused, each with the one that was probably meant', () => {
  expect(plan([['Desk', 'people:red people:fly']]).refused).toMatchObject([
    { row: 2, code: 'unknown-permission', value: 'people:red', expected: 'people:read' },
    { row: 2, code: 'unknown-permission', value: 'people:fly' },
  ]);
  expect(plan([['Desk', ' ; ']]).refused).toEqual([{ row: 2, code: 'required', field: 'permissions' }]);
});

test('two rows that say different things of one name are both refused', () => {
  expect(
    plan([
      ['Desk', 'people:read'],
      ['Desk', 'people:create'],
    ]).refused.map(({ row, code, rows }) => ({ row, code, rows })),
  ).toEqual([
    { row: 2, code: 'name-twice', rows: [3] },
    { row: 3, code: 'name-twice', rows: [2] },
  ]);
});
