/** Numbers as pairs of the first and the last, ascending, with a gap between one pair and the next. */
export type Ranges = readonly (readonly [number, number])[];

export function isInRanges(ranges: Ranges, number: number): boolean {
  return ranges.some(([from, to]) => number >= from && number <= to);
}

/** The numbers of either. */
export function joinRanges(a: Ranges, b: Ranges): Ranges {
  const joined: [number, number][] = [];
  for (const [from, to] of [...a, ...b].sort(([x], [y]) => x - y)) {
    const last = joined.at(-1);
    if (last !== undefined && from <= last[1] + 1) last[1] = Math.max(last[1], to);
    else joined.push([from, to]);
  }
  return joined;
}
