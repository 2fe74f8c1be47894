import { isCofferError } from "../../errors.js";
import type { Aws } from "../aws.js";
import { describeFailure } from "../failure.js";
import { type BucketObjects, openBucketObjects } from "./bucket-objects.js";

/**
 * A bucket, whichever region it is in: older tools asked one address for all of them. Requests go to the region of `aws` until AWS answers that the bucket is elsewhere, and then
 * there.
 */
export function openBucketAnywhere(aws: Aws, bucket: string): BucketObjects {
  let region = aws.region;
  let here = openBucketObjects(aws, bucket);
  const left: BucketObjects[] = [];

  function move(error: unknown): boolean {
    const elsewhere = findRegion(error);
    // Another call may have moved meanwhile: then it is asked again where the bucket is now.
    if (elsewhere === null || elsewhere === aws.region) return false;
    if (elsewhere === region) return true;
    left.push(here);
    region = elsewhere;
    here = openBucketObjects({ ...aws, region }, bucket);
    return true;
  }

  async function ask<T>(send: (objects: BucketObjects) => Promise<T>): Promise<T> {
    const asked = here;
    try {
      return await send(asked);
    } catch (error) {
      if (!move(error) || here === asked) throw error;
      return send(here);
    }
  }

  async function* list(...[prefix, options]: Parameters<BucketObjects["list"]>): AsyncGenerator<unknown> {
    const open = (objects: BucketObjects): AsyncIterator<unknown> =>
      objects.list(prefix, options)[Symbol.asyncIterator]();
    const first = await ask(async (objects) => {
      const items = open(objects);
      return { items, next: await items.next() };
    });
    for (let { next } = first; next.done !== true; next = await first.items.next()) yield next.value;
  }

  return {
    bucket,
    // What it gives is what the bucket's own list gives.
    list: list as unknown as BucketObjects["list"],
    get: (key, signal) => ask((objects) => objects.get(key, signal)),
    put: (key, body, options, signal) => ask((objects) => objects.put(key, body, options, signal)),
    delete: (key, signal) => ask((objects) => objects.delete(key, signal)),
    close() {
      for (const objects of [...left, here]) objects.close();
    },
  };
}

/** The region that AWS names instead of an answer; null where it is no question of that. */
function findRegion(error: unknown): string | null {
  if (!isCofferError(error, "USAGE")) return null;
  const { region, message } = describeFailure(error.cause);
  return region ?? /expecting '([a-z0-9-]+)'/.exec(message)?.[1] ?? null;
}
