/** Does something, and tells somebody when it takes long. */
export type Watch = <T>(act: () => Promise<T>) => Promise<T>;

/** How long nobody minds, in ms. */
const UNNOTICED = 2_000;

/** Calls `tell` once, however many calls are slow. */
export function watchSlowness(tell: (() => void) | undefined, after: number = UNNOTICED): Watch {
  if (tell === undefined) return (act) => act();
  let told = false;
  return async (act) => {
    const timer = setTimeout(() => {
      if (!told) tell();
      told = true;
    }, after);
    try {
      return await act();
    } finally {
      clearTimeout(timer);
    }
  };
}
