const STEP = 64;

/**
 * The numbers below `n` that are remembered at `n`, descending: the newest 64, then 64 multiples of 64, then 64 multiples of
 * 64², … (docs/FORMAT.md section 7). Whoever knows a thing for `n` and for all of `ladder(n)` knows it for `ladder(n + 1)`.
 */
export function ladder(n: number): number[] {
  const rungs: number[] = [];
  let lowest = n;
  for (let stride = 1; lowest > 1; stride *= STEP) {
    const first = Math.floor((lowest - 1) / stride) * stride;
    for (let rung = first; rung >= 1 && rung > first - STEP * stride; rung -= stride) {
      rungs.push(rung);
      lowest = rung;
    }
    if (first < 1) break;
  }
  return rungs;
}

/** Given what stands at `n` and at `ladder(n)`: what stands at `ladder(n + 1)`, as far back as `known` goes. */
export function climb<T>(n: number, known: readonly T[]): T[] {
  const byNumber = new Map(
    [n, ...ladder(n)].slice(0, known.length).map((number, index) => [number, known[index] as T]),
  );
  const climbed: T[] = [];
  for (const rung of ladder(n + 1)) {
    // Every rung is known but for those before the beginning.
    if (byNumber.has(rung)) climbed.push(byNumber.get(rung) as T);
  }
  return climbed;
}

/** The smallest number among `n` and `ladder(n)` that is not below `target` (which is at least 1 and at most `n`). */
export function nearestRung(n: number, target: number): number {
  return [n, ...ladder(n)].findLast((rung) => rung >= target) ?? n;
}
