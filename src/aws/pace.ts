/** Lets a number of calls run at a time, and fewer where it is told to slow down. */
export interface Pace {
  /** Does something as soon as it is its turn. */
  <T>(act: () => Promise<T>): Promise<T>;
  /** To be called when AWS says that it is asked too much: half as many at a time from then on, and at least one. */
  slowDown(): void;
}

/** How many answers without a complaint it takes until one more is let through. */
const PATIENCE = 20;

/**
 * Adaptive in the one way that helps whoever shares an account with others: who is throttled asks less at a time, and more again when it goes well. `most` at the
 * beginning, and never more than that.
 */
export function openPace(most: number): Pace {
  let limit = most;
  let running = 0;
  let good = 0;
  const waiting: (() => void)[] = [];
  const admit = (): void => {
    while (running < limit) {
      const next = waiting.shift();
      if (next === undefined) return;
      running += 1;
      next();
    }
  };
  const run = async <T>(act: () => Promise<T>): Promise<T> => {
    await new Promise<void>((resolve) => {
      waiting.push(resolve);
      admit();
    });
    try {
      return await act();
    } finally {
      running -= 1;
      good += 1;
      if (good >= PATIENCE && limit < most) [limit, good] = [limit + 1, 0];
      admit();
    }
  };
  return Object.assign(run, {
    slowDown(): void {
      limit = Math.max(1, Math.floor(limit / 2));
      good = 0;
    },
  });
}
