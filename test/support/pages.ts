// Pages of the documentation that are made from the code.
import { MOVES, type State } from '../../domain/bulk-action.ts';
import { hintOf, PROBLEMS, type ProblemCode, type Reason } from '../../domain/problems.ts';

/** How the diagram marks an end. */
export const FINAL_MARK = '--> [*]';

/** The state diagram in Mermaid's words: every move in the order of the code, a mark behind each final state. */
export function statesDiagram(): string {
  const word = (state: string) => state.replaceAll('-', '_');
  const states = Object.keys(MOVES) as State[];
  const names = states
    .filter((state) => state.includes('-'))
    .map((state) => `    state "${state}" as ${word(state)}`);
  const moves = states.flatMap((state) => {
    const next: readonly State[] = MOVES[state];
    return next.length === 0
      ? [`    ${word(state)} ${FINAL_MARK}`]
      : next.map((to) => `    ${word(state)} --> ${word(to)}`);
  });
  return ['stateDiagram-v2', ...names, `    [*] --> ${word(states[0] ?? '')}`, ...moves, ''].join('\n');
}

const EXAMPLES: Partial<Record<ProblemCode, Partial<Reason>>> = {
  'not-an-email': { field: 'email', value: 'ada(at)example.org' },
  'not-a-number': { field: 'entry_year', value: 'MMXXVI' },
  'not-a-date': { field: 'birth_date', value: '2001-02-29' },
  'ambiguous-date': { field: 'birth_date', value: '03/04/2001' },
  'not-a-boolean': { field: 'resident', value: 'perhaps' },
  'not-a-choice': { field: 'programme', value: 'Astrology', expected: 'Biology, Law' },
  'pattern-mismatch': { field: 'student_card', value: '12', expected: '[A-Z]{2}-[0-9]{6}' },
  'unknown-action': { field: 'action', value: 'replace' },
  'unsupported-action': { field: 'action', value: 'archive' },
  'unknown-site': { field: 'account_id', value: '2001' },
  'too-long': { field: 'first_name', expected: '200' },
  'nobody-found': { field: 'identifier', value: 'N100999' },
  'person-exists': { field: 'identifier', value: 'N100006' },
  'same-as-row': { rows: [4] },
  'person-twice': { rows: [4] },
  'key-twice': { field: 'email', value: 'ada@example.org', rows: [4, 9] },
  'key-taken': { field: 'email', value: 'ada@example.org' },
};

/** docs/problems.md: every code that a row can carry, what is so, and what the admin reads. */
export function problemsPage(): string {
  const rows = (Object.keys(PROBLEMS) as ProblemCode[]).map((code) => {
    const hint = hintOf({ code, field: 'email', ...EXAMPLES[code] });
    return `| \`${code}\` | ${PROBLEMS[code].means} | ${hint.replaceAll('|', '\\|')} |`;
  });
  return `# Problems of rows

Every reason that a row can carry, with a stable code. In results the code stands in \`muster_code\` and the words in
\`muster_reason\`; over the API a reason is \`{code, field?, value?, rows?, expected?, hint}\`. The words on the right are
examples: they name the row's own field and value.

| code | what is so | what the admin reads |
|---|---|---|
${rows.join('\n')}
`;
}
