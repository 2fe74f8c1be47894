import { isEqualBytes } from "../../core/bytes.js";
import { CofferError } from "../../errors.js";
import { assertAws, type Bag, Failures, listBags, startAll, tellContents } from "./bulk.js";
import type { MesserTask, RunCommand } from "./commands.js";
import { documentOf, openItem } from "./format.js";
import { plaintextAnew } from "./item-documents.js";
import type { FoundItem } from "./items.js";
import { bagFolder, markersOf } from "./layout.js";
import { openSession, type Session } from "./session.js";

/** `messer bulk copy aws aws FROM TO…`: what is there already and the same is left, what is there and another is a failure. */
export const bulkCopy: RunCommand = async (task) => {
  const { words, world } = task;
  assertAws([words.find("src_cloud"), words.find("dest_cloud")]);
  const sessions: Session[] = [];
  try {
    // All of them are looked at before anything is copied to the first.
    for (const file of [words.need("src_config"), ...words.all("dest_config")])
      sessions.push(await openSession(file, world));
    const [from, ...destinations] = sessions;
    const failures = new Failures();
    for (const to of destinations) if (from !== undefined) await copyAll(task, from, to, failures);
    await failures.report(task, "copied");
    return 0;
  } finally {
    for (const session of sessions) session.close();
  }
};

async function copyAll(
  { world: { signal } }: MesserTask,
  from: Session,
  to: Session,
  failures: Failures,
): Promise<void> {
  const bags = await listBags(from, signal);
  // An item whose data bag is not there is none to messer.
  for (const bag of bags) await createBag(to, bag, signal);
  const prefix = bagFolder(from.config, "");
  const outcomeOf = startAll(bags, signal, (key) =>
    copy(from, key, to, bagFolder(to.config, key.slice(prefix.length)), signal),
  );
  for (const bag of bags) {
    await to.tell(
      `Creating new data bag: ${bag.name} (${bagFolder(to.config, bag.name)}) in ${to.config.secretsBucket}`,
    );
    await tellContents(from, bag);
    for (const name of bag.items) {
      const place = `${bag.name}/${name}`;
      const outcome = await outcomeOf(`${bag.folder}/${name}`);
      if ("failure" in outcome) failures.add(`${place} (${to.config.file})`, outcome.failure);
      else if (outcome.done !== null) {
        failures.count(outcome.done.before);
        await to.tell(
          `Created new data bag item ${place} with key ${outcome.done.keyName} in ${to.config.secretsBucket}`,
        );
        await to.print(`Copied ${place} from ${from.config.file} -> ${to.config.file} .`);
      }
    }
  }
}

async function createBag({ config, items }: Session, { name, exists }: Bag, signal: AbortSignal): Promise<void> {
  if (exists) await items.createFolders(markersOf(bagFolder(config, name)), signal);
}

/** Null where the item is gone by now. */
async function copy(
  from: Session,
  key: string,
  to: Session,
  place: string,
  signal: AbortSignal,
): Promise<{ readonly keyName: string; readonly before: boolean } | null> {
  const item = await from.items.find(key, signal);
  if (item === null) return null;
  const plaintext = plaintextAnew(item, await open(from, item, signal));
  // The data key of the same name, in its newest version, as `from file` takes it.
  const newest = await to.keys.newest(item.key?.name ?? "", signal);
  const dataKey = await to.keys.open(newest, signal);
  const sealed = {
    id: documentOf(item).get("id") ?? null,
    plaintext,
    keyName: newest.name,
    keyVersion: newest.version,
    dataKey,
  };
  if (await to.items.write(place, sealed, "nothing", signal)) return { keyName: newest.name, before: false };
  const there = await to.items.find(place, signal);
  const same =
    there !== null && isEqualBytes(plaintextAnew(there, await open(to, there, signal)).reveal(), plaintext.reveal());
  if (same) return { keyName: newest.name, before: true };
  throw new CofferError("CONFLICT", `${place} is in ${to.config.secretsBucket} already, and is another`, {
    hint: "delete one of the two",
  });
}

async function open({ keys }: Session, item: FoundItem, signal: AbortSignal): ReturnType<Session["keys"]["open"]> {
  if (item.key !== null) return openItem(item, await keys.open(item.key, signal));
  throw new CofferError("INTEGRITY", `${item.place} does not say which data key opens it`, {
    hint: "look at who put it there",
  });
}
