// Org units: the tree of departments and teams inside a site, and what a file of them adds to it.
import {
  eachName,
  inOrder,
  type ListPlan,
  type ListRow,
  listPlan,
  type Named,
  type RefusedRow,
  readNamedRows,
  readText,
  refuse,
} from './named-list.ts';
import type { Reason } from './problems.ts';

/** Longest name, in characters. */
export const ORG_UNIT_NAME_MAX = 200;

/** The columns of a file of org units. */
export type OrgUnitColumn = 'name' | 'parent';

/** An org unit by its name, which is unique in its site, and the name of the one above it. */
export type NamedOrgUnit = { name: string; parent: string | null };

/** A unit that is not there yet. */
type NewUnit = Named<{ parent: string | null }>;

/** Why a unit can't be made, with the rows that are involved. */
type Verdict = { reason: Reason; involved: readonly number[] } | null;

/**
 * What a file adds to the org units of a site. Parents may stand in the same file, in any order. Nothing is moved: a
 * row that says another parent than the one that is there is refused.
 */
export function planOrgUnits(
  rows: readonly ListRow<OrgUnitColumn>[],
  there: readonly NamedOrgUnit[],
): ListPlan<NamedOrgUnit> {
  const read = readNamedRows<OrgUnitColumn, { parent: string | null }>(rows, ORG_UNIT_NAME_MAX, parentOf);
  const single = eachName(read.named, (one, other) => one.parent === other.parent);
  const refused = [...read.refused, ...single.refused];
  const known = new Map(there.map((unit) => [unit.name, unit]));
  const fresh = new Map<string, NewUnit>();
  for (const unit of single.named) {
    const found = known.get(unit.name);
    if (!found) fresh.set(unit.name, unit);
    else if (found.parent !== unit.said.parent) refused.push(...refuse(unit.rows, otherParent(unit, found)));
  }
  const toMake: NamedOrgUnit[] = [];
  const verdicts = judged(fresh, known, rowsByName(single.refused));
  for (const { rows: numbers, name, said } of fresh.values()) {
    const verdict = verdicts.get(name);
    if (verdict) refused.push(...refuse(numbers, verdict.reason, verdict.involved));
    else toMake.push({ name, parent: said.parent });
  }
  return listPlan(rows, toMake, refused);
}

function parentOf(row: ListRow<OrgUnitColumn>): { parent: string | null } | RefusedRow[] {
  if (row.cells.parent.trim() === '') return { parent: null };
  const parent = readText(row, 'parent', ORG_UNIT_NAME_MAX);
  return typeof parent === 'string' ? { parent } : [parent];
}

const otherParent = ({ said }: NewUnit, { parent }: NamedOrgUnit): Reason => ({
  code: 'other-parent',
  field: 'parent',
  value: said.parent ?? '',
  expected: parent ?? '',
});

function rowsByName(refused: readonly RefusedRow[]): Map<string, number[]> {
  const rows = new Map<string, number[]>();
  for (const { row, value = '' } of inOrder(refused)) rows.set(value, [...(rows.get(value) ?? []), row]);
  return rows;
}

/** Why units can't be made, by name: what is above them is not there, is refused itself, or is below them. */
function judged(
  fresh: ReadonlyMap<string, NewUnit>,
  known: ReadonlyMap<string, unknown>,
  refusedRows: ReadonlyMap<string, number[]>,
): Map<string, Verdict> {
  const verdicts = new Map<string, Verdict>();
  for (const name of fresh.keys()) {
    const chain = chainFrom(name, fresh, verdicts);
    const top = chain.at(-1);
    if (!top) continue;
    const start = chain.findIndex((unit) => unit.name === top.said.parent);
    const circle = start < 0 ? [] : chain.splice(start);
    const involved = circle.flatMap(({ rows }) => rows).sort((a, b) => a - b);
    for (const unit of circle) verdicts.set(unit.name, { reason: inCircle(unit), involved });
    for (const unit of chain.reverse()) verdicts.set(unit.name, byParent(unit));
  }
  return verdicts;

  function byParent({ said: { parent } }: NewUnit): Verdict {
    if (parent === null || known.has(parent)) return null;
    const above = fresh.get(parent);
    if (above && !verdicts.get(parent)) return null;
    const involved = above?.rows ?? refusedRows.get(parent);
    if (involved) return { reason: { code: 'needs-row' }, involved };
    return { reason: { code: 'unknown-org-unit', field: 'parent', value: parent }, involved: [] };
  }
}

const inCircle = ({ said }: NewUnit): Reason => ({
  code: 'org-unit-circle',
  field: 'parent',
  value: said.parent ?? '',
});

/** A new unit and the new ones above it that are not judged yet, upwards, each once. */
function chainFrom(
  name: string,
  fresh: ReadonlyMap<string, NewUnit>,
  verdicts: ReadonlyMap<string, Verdict>,
): NewUnit[] {
  const chain = new Set<NewUnit>();
  for (let unit = fresh.get(name); unit && !verdicts.has(unit.name) && !chain.has(unit); ) {
    chain.add(unit);
    unit = unit.said.parent === null ? undefined : fresh.get(unit.said.parent);
  }
  return [...chain];
}
