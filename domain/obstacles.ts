// What stands in the way of planned rows, and which of it other rows of the same file remove.
//
// A row may want an email that somebody else has, be for a person who is not archived yet, or name a supervisor who
// does not exist: an obstacle. A row that goes ahead may remove it: it gives the email away, archives the person,
// creates the supervisor. So rows depend on rows, in chains and in rings, and the order in the file says nothing.

/** An obstacle of a row, and the row that would remove it: null where there is none. Rows are numbers from 1. */
export type Obstacle = {
  row: number;
  /** Its place among the obstacles of the row, from 0. */
  place: number;
  remover: number | null;
  /** True where the remover is refused already, whatever becomes of the others. */
  isRemoverRefused: boolean;
  /** True where the remover must hand a key over: it takes part in the phase hand-over if the row goes ahead. */
  isHandOver: boolean;
};

export type Settled = {
  /** The obstacles that nothing removes. A row with one of them is refused. */
  standing: Obstacle[];
  /** The rows that hand keys over, and the number of the group in which they must be applied together. */
  handOvers: { row: number; group: number }[];
};

/**
 * Settles all obstacles of a file: a row is refused where an obstacle has no remover, or one that is refused itself.
 * What is left goes ahead, rings included. Takes time and memory in proportion to the obstacles.
 */
export function settleObstacles(obstacles: readonly Obstacle[]): Settled {
  const refused = refusedRows(obstacles);
  const isStanding = ({ remover, isRemoverRefused }: Obstacle) =>
    remover === null || isRemoverRefused || refused.has(remover);
  return {
    standing: obstacles.filter(isStanding),
    handOvers: groupHandOvers(obstacles.filter(({ row }) => !refused.has(row))),
  };
}

function refusedRows(obstacles: readonly Obstacle[]): ReadonlySet<number> {
  const waiting = new Map<number, number[]>();
  const refused = new Set<number>();
  for (const { row, remover, isRemoverRefused } of obstacles) {
    if (remover === null || isRemoverRefused) refused.add(row);
    else waiting.set(remover, [...(waiting.get(remover) ?? []), row]);
  }
  // A set is walked in the order in which it grows: rows added on the way are met later.
  for (const row of refused) for (const next of waiting.get(row) ?? []) refused.add(next);
  return refused;
}

/** Rows that hand over, each with the smallest row number of those that it shares a chain or ring with. */
function groupHandOvers(obstacles: readonly Obstacle[]): Settled['handOvers'] {
  const parents = new Map<number, number>();
  const links = obstacles.filter(({ isHandOver, remover }) => isHandOver && remover !== null);
  for (const { remover } of links) parents.set(remover as number, remover as number);
  for (const { row, remover } of links) if (parents.has(row)) join(parents, row, remover as number);
  return [...parents.keys()].sort((a, b) => a - b).map((row) => ({ row, group: rootOf(parents, row) }));
}

function rootOf(parents: Map<number, number>, row: number): number {
  let root = row;
  for (let next = parents.get(root); next !== undefined && next !== root; next = parents.get(root))
    root = next;
  // Paths are made short on the way, so that a long chain is walked once.
  for (let at = row; at !== root; ) {
    const next = parents.get(at) as number;
    parents.set(at, root);
    at = next;
  }
  return root;
}

function join(parents: Map<number, number>, one: number, other: number): void {
  const [low, high] = [rootOf(parents, one), rootOf(parents, other)].sort((a, b) => a - b) as [
    number,
    number,
  ];
  parents.set(high, low);
}
