// The rules of a preset that tie a row's fields together.
import { PERSON_KEYS, type PersonField } from '../person.ts';
import type { Preset, PresetRule } from '../preset.ts';
import { addProblem } from './problems.ts';
import type { StagedRow } from './staged-row.ts';

/** Applies the preset's rules to a row that has been read; null where there are none. */
export const ruleReader = ({ rules }: Preset): ((row: StagedRow) => void) | null =>
  rules.length === 0
    ? null
    : (row) => {
        for (const rule of rules) if (isMet(rule, row)) applyRule(rule, row);
      };

const isMet = ({ field, value }: PresetRule, row: StagedRow): boolean => {
  const found = row.fields?.[field];
  return typeof found === 'string' && found.toLowerCase() === value;
};

function applyRule(rule: PresetRule, row: StagedRow): void {
  for (const field of rule.required) if (isMissing(field, row)) addProblem(row, { code: 'required', field });
  if (rule.isLeafNeeded && row.extras?.orgUnit !== undefined) row.extras.isLeafNeeded = true;
}

/** True where the row has neither a value for the field nor a problem with it. */
const isMissing = (field: string, row: StagedRow): boolean =>
  !row.problems?.some((problem) => problem.field === field) && !hasValue(field, row);

function hasValue(field: string, row: StagedRow): boolean {
  if (field === 'supervisor') return row.extras?.supervisor !== undefined;
  if (field === 'org_unit') return row.extras?.orgUnit !== undefined;
  const key = PERSON_KEYS[field as PersonField];
  return key === undefined ? row.fields?.[field] != null : Boolean(row[key]);
}
