// A file of org units: what it adds, what it leaves, what it refuses, whatever the order of its rows.
import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import type { ListRow } from '../../domain/named-list.ts';
import { type NamedOrgUnit, type OrgUnitColumn, planOrgUnits } from '../../domain/org-unit.ts';

const rowsOf = (...rows: [string, string?][]): ListRow<OrgUnitColumn>[] =>
  rows.map(([name, parent = ''], at) => ({ row: at + 2, cells: { name, parent }, fault: null }));

const plan = (rows: [string, string?][], there: NamedOrgUnit[] = []) => planOrgUnits(rowsOf(...rows), there);

describe('a file of org units', () => {
  test('may name parents before or after their rows, and those that are there', () => {
    const there = [{ name: 'University', parent: null }];
    expect(plan([['Team', 'Office'], [' Office ', 'University'], ['Archive']], there)).toEqual({
      toMake: [
        { name: 'Team', parent: 'Office' },
        { name: 'Office', parent: 'University' },
        { name: 'Archive', parent: null },
      ],
      unchanged: 0,
      refused: [],
    });
  });

  test('counts what is so already, and rows that say the same twice', () => {
    const there = [{ name: 'Office', parent: null }];
    expect(plan([['Office'], ['Team', 'Office'], ['Team', 'Office ']], there)).toMatchObject({
      toMake: [{ name: 'Team', parent: 'Office' }],
      unchanged: 2,
      refused: [],
    });
  });

  test('moves nothing: another parent than the one that is there is refused', () => {
    const there = [
      { name: 'Office', parent: null },
      { name: 'Team', parent: 'Office' },
    ];
    expect(plan([['Team'], ['Office', 'Team']], there).refused).toEqual([
      { row: 2, code: 'other-parent', field: 'parent', value: '', expected: 'Office' },
      { row: 3, code: 'other-parent', field: 'parent', value: 'Team', expected: '' },
    ]);
  });

  test('is refused where a parent is neither there nor in the file, with all that would stand below', () => {
    expect(plan([['C', 'B'], ['B', 'A'], ['A', 'Nowhere'], ['D']])).toEqual({
      toMake: [{ name: 'D', parent: null }],
      unchanged: 0,
      refused: [
        { row: 2, code: 'needs-row', rows: [3] },
        { row: 3, code: 'needs-row', rows: [4] },
        { row: 4, code: 'unknown-org-unit', field: 'parent', value: 'Nowhere' },
      ],
    });
  });

  test('is refused where it goes in a circle, each row naming the others', () => {
    expect(
      plan([
        ['Below', 'A'],
        ['A', 'B'],
        ['B', 'A'],
        ['Own', 'Own'],
      ]).refused,
    ).toEqual([
      { row: 2, code: 'needs-row', rows: [3] },
      { row: 3, code: 'org-unit-circle', field: 'parent', value: 'B', rows: [4] },
      { row: 4, code: 'org-unit-circle', field: 'parent', value: 'A', rows: [3] },
      { row: 5, code: 'org-unit-circle', field: 'parent', value: 'Own' },
    ]);
  });

  test('is refused where two rows say different things of one name, and so is what needs them', () => {
    expect(plan([['A'], ['B', 'A'], ['B'], ['C', 'B']]).refused).toEqual([
      { row: 3, code: 'name-twice', field: 'name', value: 'B', rows: [4] },
      { row: 4, code: 'name-twice', field: 'name', value: 'B', rows: [3] },
      { row: 5, code: 'needs-row', rows: [3, 4] },
    ]);
  });

  test('is refused where a name is missing, too long or no text, or the line can’t be read', () => {
    const rows: ListRow<OrgUnitColumn>[] = [
      ...rowsOf(['', 'A'], ['x'.repeat(201)], ['a\ufffdb']),
      { row: 9, cells: { name: '"A', parent: '' }, fault: { code: 'unclosed-quote' } },
    ];
    expect(planOrgUnits(rows, []).refused.map(({ row, code }) => [row, code])).toEqual([
      [2, 'required'],
      [3, 'too-long'],
      [4, 'unreadable-character'],
      [9, 'unclosed-quote'],
    ]);
  });

  test('may be a chain of many thousands', () => {
    const rows: [string, string?][] = Array.from({ length: 20_000 }, (_, n) => [
      `u${n}`,
      n === 19_999 ? '' : `u${n + 1}`,
    ]);
    expect(plan(rows).toMake).toHaveLength(20_000);
  });
});

const name = fc.constantFrom('A', 'B', 'C', 'D', 'E', 'F');
const row = fc.record({ name, parent: fc.oneof(name, fc.constant('')) });

property.prop([fc.array(row, { maxLength: 12 }), fc.array(name, { maxLength: 3 })])(
  'every row has one end; what is made is a tree; the order of rows changes nothing',
  (rows, there) => {
    const numbered = rows.map((cells, at) => ({ row: at + 2, cells, fault: null }));
    const known = [...new Set(there)].map((one) => ({ name: one, parent: null }));
    const planned = planOrgUnits(numbered, known);
    expect(planned.toMake.length + planned.unchanged + planned.refused.length).toBe(rows.length);

    const parentOf = new Map([...known, ...planned.toMake].map((unit) => [unit.name, unit.parent]));
    for (const start of parentOf.keys()) {
      let at: string | null = start;
      for (let steps = 0; at !== null; steps += 1) {
        expect(steps).toBeLessThan(7);
        at = parentOf.get(at) ?? null;
      }
    }

    const turned = planOrgUnits([...numbered].reverse(), known);
    const byName = (units: NamedOrgUnit[]) => [...units].sort((a, b) => a.name.localeCompare(b.name));
    expect({ ...turned, toMake: byName(turned.toMake) }).toEqual({
      ...planned,
      toMake: byName(planned.toMake),
    });
  },
);
