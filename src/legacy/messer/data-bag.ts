import { decodeUtf8 } from "../../core/bytes.js";
import { quote } from "../../core/name.js";
import { CofferError } from "../../errors.js";
import { readInput, readInputFile } from "../read-input.js";
import type { ToolWorld } from "../tool-world.js";
import type { RunCommand } from "./commands.js";
import { nameBag, nameKey } from "./encryption.js";
import { type KeyVersion, openItem, parseKeyVersion, sealItem } from "./format.js";
import { type NewItem, readNewItem, showOpened, showSealed } from "./item-documents.js";
import type { MesserItems } from "./items.js";
import { bagsOf, itemsIn, joinKey, markersOf, rootPrefix } from "./layout.js";
import { type Session, withSession } from "./session.js";

/** `messer data bag create aws BAG` */
export const createBag: RunCommand = (task) =>
  withSession(task, async ({ config, items, tell }) => {
    const bag = task.words.need("name");
    const folder = nameBag(config, bag);
    await tell(`Creating new data bag: ${bag} (${folder}) in ${config.secretsBucket}`);
    await items.createFolders(markersOf(folder), task.world.signal);
    return 0;
  });

/** `messer data bag from file aws BAG FILE --secret-file KEY` */
export const fromFile: RunCommand = async (task) => {
  const { world, words } = task;
  const bytes = await readItemFile(words.need("item"), world);
  return withSession(task, async (session) => {
    const { config, items, tell } = session;
    const bag = words.need("name");
    const keyName = nameKey(words.need("secret_file"));
    const item = readNewItem(decodeUtf8(bytes) ?? "");
    const folder = nameBag(config, bag);
    if (!(await items.hasFolder(folder, world.signal))) throw noBag(bag, folder);
    const chosen = words.find("key_version") ?? "latest";
    const key = await findKey(session, keyName, chosen, world.signal);
    const dataKey = await session.keys.open(key, world.signal);
    // A version that a person chose is written as text, and as it was chosen: so does messer.
    const keyVersion = chosen === "latest" ? key.version : chosen;
    const sealed = sealItem({ id: item.id, plaintext: item.plaintext, keyName, keyVersion, dataKey });
    const write = words.has("force") ? replace : create;
    if (!(await write(items, `${folder}/${item.name}`, sealed, world.signal))) throw isThere(bag, item);
    await tell(
      `Created new data bag item ${bag}/${item.name} with key ${words.need("secret_file")} in ${config.secretsBucket}`,
    );
    return 0;
  });
};

function create(items: MesserItems, key: string, sealed: Uint8Array, signal: AbortSignal): Promise<boolean> {
  return items.put(key, sealed, "nothing", signal);
}

/** Whatever is there makes room, and what comes in between does: every write has a condition, so that a policy can ask for one. */
async function replace(items: MesserItems, key: string, sealed: Uint8Array, signal: AbortSignal): Promise<boolean> {
  while (!(await items.put(key, sealed, (await items.findObject(key, signal)) ?? "nothing", signal)))
    signal.throwIfAborted();
  return true;
}

/** `messer data bag show aws [BAG [ITEM]]` */
export const showBags: RunCommand = (task) =>
  withSession(task, async (session) => {
    const { words, world } = task;
    const bag = words.find("name") || null;
    const item = words.find("item") || null;
    if (bag === null) await showAllBags(session, world.signal);
    else if (item === null) await showBag(session, bag, world.signal);
    else await showItem(session, bag, item, words.has("decrypt"), world);
    return 0;
  });

async function showAllBags({ config, items, print }: Session, signal: AbortSignal): Promise<void> {
  const prefix = rootPrefix(config);
  for (const bag of bagsOf(await items.keys(prefix, signal), prefix)) await print(bag);
}

async function showBag({ config, items, print, tell }: Session, bag: string, signal: AbortSignal): Promise<void> {
  const folder = nameBag(config, bag);
  const keys = await items.keys(`${folder}/`, signal);
  await tell(keys.length === 0 ? `No data bag named: ${bag} (${folder}/)` : `items in data bag: ${bag}`);
  for (const name of itemsIn(keys, folder)) await print(name);
}

async function showItem(
  session: Session,
  bag: string,
  name: string,
  opened: boolean,
  { signal, stdout }: ToolWorld,
): Promise<void> {
  const item = await session.items.find(joinKey(nameBag(session.config, bag), name), signal);
  if (item === null)
    throw new CofferError("NOT_FOUND", `there is no item ${quote(name)} in the data bag ${quote(bag)}`, {
      hint: `see which there are: messer data bag show aws ${bag}`,
    });
  if (!opened) return session.print(showSealed(item));
  if (item.key === null)
    throw new CofferError("INTEGRITY", `${item.place} does not say which data key opens it`, {
      hint: "look at who put it there",
    });
  const shown = showOpened(item, openItem(item, await session.keys.open(item.key, signal)));
  await stdout.write(Buffer.concat([shown.reveal(), Buffer.from("\n")]));
}

/** `messer data bag delete aws BAG [ITEM]`: a bag only where it is empty. */
export const deleteFromBag: RunCommand = (task) =>
  withSession(task, async ({ config, items, tell }) => {
    const { words, world } = task;
    const bag = words.need("name");
    const folder = nameBag(config, bag);
    const item = words.find("item");
    if (item) {
      await items.delete(joinKey(folder, item), world.signal);
      return 0;
    }
    if (item === "")
      throw new CofferError("USAGE", "the item is empty", { hint: "leave it out to delete the data bag" });
    const left = itemsIn(await items.keys(`${folder}/`, world.signal), folder);
    if (left.length === 0) {
      await items.delete(`${folder}/`, world.signal);
      return 0;
    }
    await tell("The data bag is not empty! Please delete the following items and try again:");
    for (const name of left) await tell(name.replaceAll("/", ""));
    throw new CofferError("CONFLICT", `the data bag ${quote(bag)} is not empty`, {
      hint: `delete its ${left.length} item(s) first: messer data bag delete aws ${bag} ITEM`,
    });
  });

async function findKey({ keys }: Session, name: string, version: string, signal: AbortSignal): Promise<KeyVersion> {
  if (version === "latest") return keys.newest(name, signal);
  const number = parseKeyVersion(version);
  if (number !== null) return { name, version: number };
  throw new CofferError("INVALID", "the version of a data key is a whole number, or latest");
}

async function readItemFile(file: string, world: ToolWorld): Promise<Uint8Array> {
  if (file === "-") return world.stdin.kind === "none" ? new Uint8Array() : readInput(world.stdin.stream, world.signal);
  try {
    return await readInputFile(file, world.signal);
  } catch (cause) {
    world.signal.throwIfAborted();
    throw new CofferError("USAGE", `the item ${quote(file)} cannot be read`, {
      hint: "name a JSON file, or - for stdin",
      cause,
    });
  }
}

function noBag(bag: string, folder: string): CofferError {
  return new CofferError("NOT_FOUND", `there is no data bag ${quote(bag)} (${folder}/)`, {
    hint: `make it first: messer data bag create aws ${bag}`,
  });
}

function isThere(bag: string, { name }: NewItem): CofferError {
  return new CofferError("CONFLICT", `the item ${name} is in the data bag ${quote(bag)} already`, {
    hint: "--force puts it in its place",
  });
}
