/** How many are under way at once. */
const AT_ONCE = 16;

/** What becomes of each, in their order; not more than so many are under way. Where one fails no further ones begin. */
export async function* inParallel<Item, Result>(
  items: readonly Item[],
  act: (item: Item) => Promise<Result>,
): AsyncGenerator<Result> {
  for (let start = 0; start < items.length; start += AT_ONCE) {
    yield* await Promise.all(items.slice(start, start + AT_ONCE).map(act));
  }
}
