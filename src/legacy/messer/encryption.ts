import { CofferError } from "../../errors.js";
import type { RunCommand } from "./commands.js";
import { bagFolder, isMarker, joinKey, keyNamesOf } from "./layout.js";
import { withSession } from "./session.js";

/** `messer encryption create aws NAME` */
export const createKey: RunCommand = (task) =>
  withSession(task, async ({ keys, print, tell }) => {
    const name = task.words.need("key_name");
    if (await keys.create({ name: nameKey(name), version: 0 }, task.world.signal)) {
      await tell(`Encryption key ${name} version 0 created!`);
      return 0;
    }
    await print("A key with this name already exists. If you need to increment your key, please use 'increment' cmd");
    throw new CofferError("CONFLICT", `the data key ${name} is there already`, {
      hint: `a new version of it: messer encryption increment aws ${name}`,
    });
  });

/** `messer encryption increment aws NAME` */
export const incrementKey: RunCommand = (task) =>
  withSession(task, async ({ keys, tell }) => {
    const name = task.words.need("key_name");
    const version = await keys.increment(nameKey(name), task.world.signal);
    await tell(`Encryption key ${name} version ${version} created!`);
    return 0;
  });

/** `messer encryption list aws [NAME]`: names, or what stands in the place of versions. */
export const listKeys: RunCommand = (task) =>
  withSession(task, async ({ keys, tell }) => {
    const name = task.words.find("key_name");
    const all = await keys.list(name === null ? "" : `${nameKey(name)}/`, task.world.signal);
    const lines =
      name === null ? keyNamesOf(all) : all.filter((key) => !isMarker(key)).map((key) => key.split("/")[1] ?? "");
    for (const line of lines) await tell(line);
    return 0;
  });

/** A data key's name as its key has it. Throws `USAGE` for what can be none. */
export function nameKey(name: string): string {
  const key = joinKey(name);
  if (key !== "") return key;
  throw new CofferError("USAGE", "a data key needs a name");
}

/** A data bag's folder. Throws `USAGE` for what can be none. */
export function nameBag(root: Parameters<typeof bagFolder>[0], bag: string): string {
  if (joinKey(bag) !== "") return bagFolder(root, bag);
  throw new CofferError("USAGE", "a data bag needs a name");
}
