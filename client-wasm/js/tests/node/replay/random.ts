/** Random numbers that are the same in every run with the same seed. */

/** Answers with a whole number from `from` to below `below`. */
export type Random = (from: number, below: number) => number;

/** Mulberry32: small, even enough for choosing moments and positions. */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  return (from, below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return from + Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * (below - from));
  };
}
