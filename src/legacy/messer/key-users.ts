import { openPace } from "../../aws/pace.js";
import { isCofferError } from "../../errors.js";
import type { ToolWorld } from "../tool-world.js";
import { isMarker, rootPrefix } from "./layout.js";
import type { Session } from "./session.js";

/** How many items are read at a time. */
const AT_ONCE = 16;

/**
 * The keys of all items in the bucket that name a data key, of any version where none is given. Who may list no more than his tier is told, on stderr, that nothing else was
 * looked at. Objects that are none of messer's need no data key. Throws `ACCESS_DENIED` where an item cannot be read.
 */
export async function findUsers(
  session: Session,
  name: string,
  version: number | null,
  world: ToolWorld,
): Promise<readonly string[]> {
  const pace = openPace(AT_ONCE);
  const keys = await listAll(session, world);
  const found = keys.map((key) =>
    pace(async () => {
      const item = await session.items.find(key, world.signal).catch((error: unknown) => {
        if (isCofferError(error, "INTEGRITY")) return null;
        throw error;
      });
      return item?.key?.name === name && (version === null || item.key.version === version) ? [key] : [];
    }),
  );
  return (await Promise.all(found)).flat();
}

async function listAll({ config, items }: Session, world: ToolWorld): Promise<string[]> {
  const isItem = (key: string): boolean => !isMarker(key);
  try {
    return (await items.keys("", world.signal)).filter(isItem);
  } catch (error) {
    const own = rootPrefix({ tier: config.tier, secretsFolder: "" });
    if (!isCofferError(error, "ACCESS_DENIED") || own === "") throw error;
    const keys = await items.keys(own, world.signal);
    await world.stderr.write(
      `messer: looked for items below ${own} alone: more of ${items.bucket} may not be listed\n`,
    );
    return keys.filter(isItem);
  }
}
