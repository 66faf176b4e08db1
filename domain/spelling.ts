// Mistyped words: which known one was probably meant.

/** The known word that takes the fewest changed letters to reach; the first of several. */
export function closestTo(word: string, known: readonly [string, ...string[]]): string {
  return known.reduce((best, next) => (distance(word, next) < distance(word, best) ? next : best));
}

/** How many characters must be added, dropped or changed to make one word the other. */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (const [at, letter] of [...one].entries()) {
    const next = [at + 1];
    for (let to = 1; to <= other.length; to++) {
      const change = (row[to - 1] ?? 0) + (letter === other[to - 1] ? 0 : 1);
      next.push(Math.min(change, (row[to] ?? 0) + 1, (next[to - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[other.length] ?? 0;
}
