// Pages of the documentation that are made from the code.
import { MOVES, type State } from '../../domain/bulk-action.ts';

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
