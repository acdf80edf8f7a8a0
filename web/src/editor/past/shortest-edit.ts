/**
 * What turns one list into another: the shortest way, after Myers, “An O(ND) Difference Algorithm” (1986).
 *
 * What both begin and end with is set aside first, so that a small change in a long text costs little. Lists that have too
 * little in common for that to end soon count as wholly different.
 */

/** A stretch of the two lists: alike, or `before` makes way for `after`. Ends are exclusive. */
export interface Stretch {
  readonly alike: boolean;
  readonly before: readonly [number, number];
  readonly after: readonly [number, number];
}

/** How many entries may differ before two lists count as wholly different: bounds time and memory by its square. */
const DIFFERENT_MAX = 1_500;

/** The stretches from the beginning to the end, in order; none is empty. */
export function shortestEdit(before: readonly string[], after: readonly string[]): readonly Stretch[] {
  let start = 0;
  const shorter = Math.min(before.length, after.length);
  while (start < shorter && before[start] === after[start]) {
    start++;
  }
  let end = 0;
  while (end < shorter - start && before.at(-1 - end) === after.at(-1 - end)) {
    end++;
  }
  const pairs = pairsOf(before.slice(start, before.length - end), after.slice(start, after.length - end));
  const alike: (readonly [number, number])[] = [
    ...Array.from({ length: start }, (_, at) => [at, at] as const),
    ...pairs.map(([b, a]) => [b + start, a + start] as const),
    ...Array.from({ length: end }, (_, at) => [before.length - end + at, after.length - end + at] as const),
  ];
  return stretchesOf(alike, before.length, after.length);
}

/** The places of entries that both have, in order. */
function pairsOf(before: readonly string[], after: readonly string[]): readonly (readonly [number, number])[] {
  const [n, m] = [before.length, after.length];
  if (n === 0 || m === 0) {
    return [];
  }
  const most = Math.min(n + m, DIFFERENT_MAX);
  const middle = most + 1;
  const reach = new Int32Array(2 * most + 3);
  const trace: Int32Array[] = [];
  for (let d = 0; d <= most; d++) {
    // Only the diagonals that were reached: the trace grows with the square of the differences, not of the lists.
    trace.push(reach.slice(middle - d - 1, middle + d + 2));
    for (let k = -d; k <= d; k += 2) {
      const down = k === -d || (k !== d && at(reach, middle + k - 1) < at(reach, middle + k + 1));
      let x = down ? at(reach, middle + k + 1) : at(reach, middle + k - 1) + 1;
      while (x < n && x - k < m && before[x] === after[x - k]) {
        x++;
      }
      reach[middle + k] = x;
      if (x >= n && x - k >= m) {
        return walkBack(trace, n, m);
      }
    }
  }
  return [];
}

function walkBack(trace: readonly Int32Array[], n: number, m: number): readonly (readonly [number, number])[] {
  const pairs: (readonly [number, number])[] = [];
  let [x, y] = [n, m];
  for (let d = trace.length - 1; d >= 0; d--) {
    const reach = trace[d] ?? new Int32Array(0);
    const reached = (k: number): number => at(reach, k + d + 1);
    const k = x - y;
    const from = k === -d || (k !== d && reached(k - 1) < reached(k + 1)) ? k + 1 : k - 1;
    const fromX = d === 0 ? 0 : reached(from);
    const fromY = d === 0 ? 0 : fromX - from;
    while (x > fromX && y > fromY) {
      x--;
      y--;
      pairs.push([x, y]);
    }
    [x, y] = [fromX, fromY];
  }
  return pairs.reverse();
}

function stretchesOf(
  alike: readonly (readonly [number, number])[],
  beforeLength: number,
  afterLength: number,
): readonly Stretch[] {
  const stretches: Stretch[] = [];
  let [b, a] = [0, 0];
  const differ = (toB: number, toA: number): void => {
    if (toB > b || toA > a) {
      stretches.push({ alike: false, before: [b, toB], after: [a, toA] });
    }
  };
  for (const [nextB, nextA] of alike) {
    differ(nextB, nextA);
    const last = stretches.at(-1);
    if (last?.alike === true && last.before[1] === nextB && last.after[1] === nextA) {
      stretches.pop();
      stretches.push({ alike: true, before: [last.before[0], nextB + 1], after: [last.after[0], nextA + 1] });
    } else {
      stretches.push({ alike: true, before: [nextB, nextB + 1], after: [nextA, nextA + 1] });
    }
    [b, a] = [nextB + 1, nextA + 1];
  }
  differ(beforeLength, afterLength);
  return stretches;
}

function at(list: Int32Array, index: number): number {
  return list[index] ?? 0;
}
