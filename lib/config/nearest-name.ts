/**
 * The optimal string alignment distance: the number of insertions, deletions, changes and swaps of neighbours
 * that turn one text into the other. Source: Damerau 1964, "A technique for computer detection and correction
 * of spelling errors".
 */
export function editDistance(from: string, to: string): number {
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const change = from[row - 1] === to[column - 1] ? 0 : 1;
      let best = Math.min(previous[column]! + 1, current[column - 1]! + 1, previous[column - 1]! + change);
      if (row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1]) {
        best = Math.min(best, beforePrevious[column - 2]! + 1);
      }
      current.push(best);
    }
    beforePrevious = previous;
    previous = current;
  }
  return previous[to.length]!;
}

/** The text without variations in spelling: capitals, `-`, `_`, blanks. */
function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[-_\s]/g, '');
}

/** The candidate that a mistyped name probably means, or undefined when none is close. */
export function nearestName(name: string, candidates: readonly string[]): string | undefined {
  const wanted = plain(name).slice(0, 100);
  let best: { candidate: string; distance: number } | undefined;
  for (const candidate of candidates) {
    const known = plain(candidate);
    const distance = editDistance(wanted, known);
    const isPart = wanted.length >= 4 && (known.startsWith(wanted) || wanted.startsWith(known));
    const limit = isPart
      ? Number.POSITIVE_INFINITY
      : Math.max(1, Math.floor(Math.max(wanted.length, known.length) / 3));
    if (distance <= limit && (best === undefined || distance < best.distance)) best = { candidate, distance };
  }
  return best?.candidate;
}
