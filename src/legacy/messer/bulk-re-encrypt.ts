import { CofferError } from "../../errors.js";
import { assertAws, Failures, listBags, startAll, tellContents } from "./bulk.js";
import type { MesserTask, RunCommand } from "./commands.js";
import type { OpenDataKey } from "./data-keys.js";
import { documentOf, type KeyVersion, openItem } from "./format.js";
import { plaintextAnew } from "./item-documents.js";
import { rootPrefix } from "./layout.js";
import { type Session, withSession } from "./session.js";

/** The key that items are to be under. A rotation made it, maybe one that was interrupted. */
interface Target extends OpenDataKey {
  readonly rotation: "begun" | "resumed" | null;
}

/** An item that is under the key it should be under. */
interface Resealed {
  /** The key that it was under. */
  readonly from: KeyVersion;
  readonly target: Target;
  /** True where it was there already. */
  readonly before: boolean;
}

/** How often an item is tried that others are changing. */
const MAX_TRIES = 10;

/** `messer bulk re-encrypt aws CONFIG`: every item under the newest version of its key. */
export const bulkReEncrypt: RunCommand = (task) =>
  resealAll(task, ({ keys }) => async (name) => {
    const newest = await keys.newest(name, task.world.signal);
    return { ...newest, dataKey: await keys.open(newest, task.world.signal), rotation: null };
  });

/** `messer bulk rotate-keys aws CONFIG`: a new version of each key that is met, and every item under it. */
export const bulkRotateKeys: RunCommand = (task) =>
  resealAll(task, ({ config, keys }) => async (name) => {
    // Two tiers may share a key, and rotate at the same time.
    const mark = encodeURIComponent(`${config.secretsBucket}/${rootPrefix(config)}`);
    const { resumed, ...key } = await keys.beginRotation(name, mark, task.world.signal);
    return { ...key, rotation: resumed ? "resumed" : "begun" };
  });

type FindTarget = (name: string) => Promise<Target>;

function resealAll(task: MesserTask, open: (session: Session) => FindTarget): Promise<number> {
  assertAws([task.words.find("cloud")]);
  return withSession(task, async (session) => {
    const find = open(session);
    const targets = new Map<string, Promise<Target>>();
    const targetOf: FindTarget = (name) => {
      const target = targets.get(name) ?? find(name);
      targets.set(name, target);
      return target;
    };
    const bags = await listBags(session, task.world.signal);
    const outcomeOf = startAll(bags, task.world.signal, (key) => reseal(session, key, targetOf, task.world.signal));
    const failures = new Failures();
    const told = new Set<string>();
    for (const bag of bags) {
      await tellContents(session, bag);
      for (const name of bag.items) {
        const outcome = await outcomeOf(`${bag.folder}/${name}`);
        if ("failure" in outcome) failures.add(`${bag.name}/${name}`, outcome.failure);
        else if (outcome.done !== null)
          await tellResealed(task, session, `${bag.name}/${name}`, outcome.done, told, failures);
      }
    }
    if (failures.none) await endRotations(session, targets, task.world.signal);
    await failures.report(task, "sealed under the newest key");
    return 0;
  });
}

/** Null where the item is gone by now. */
async function reseal(
  session: Session,
  key: string,
  targetOf: FindTarget,
  signal: AbortSignal,
): Promise<Resealed | null> {
  const { items, keys } = session;
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const item = await items.find(key, signal);
    if (item === null) return null;
    if (item.key === null) throw keyless(key);
    const target = await targetOf(item.key.name);
    const document = documentOf(item);
    const isUnder = item.key.version === target.version && typeof document.get("key_version") === "bigint";
    if (isUnder) return { from: item.key, target, before: true };
    const plaintext = plaintextAnew(item, openItem(item, await keys.open(item.key, signal)));
    const { name: keyName, version: keyVersion, dataKey } = target;
    const sealed = { id: document.get("id") ?? null, plaintext, keyName, keyVersion, dataKey };
    if (await items.write(key, sealed, item.object, signal)) return { from: item.key, target, before: false };
  }
  throw new CofferError("CONFLICT", `others keep changing ${key}`, { hint: "try again when they are done" });
}

async function tellResealed(
  task: MesserTask,
  session: Session,
  place: string,
  { from, target, before }: Resealed,
  told: Set<string>,
  failures: Failures,
): Promise<void> {
  const { name, version, rotation } = target;
  if (rotation !== null && !told.has(name)) {
    told.add(name);
    if (rotation === "resumed") {
      await task.world.stderr.write(
        `messer: ${name}: goes on with version ${version}, which an interrupted rotation made\n`,
      );
    } else await tellRotation(session, from, version);
  }
  failures.count(before && rotation === "resumed");
  await session.tell(`Created new data bag item ${place} with key ${name} in ${session.config.secretsBucket}`);
  await session.print(`Re-encrypted ${place} with latest key.`);
}

async function tellRotation({ print, tell }: Session, from: KeyVersion, version: number): Promise<void> {
  await print(`Rotating ${from.name}`);
  await tell(`Encryption key ${from.name} version ${version} created!`);
  await print(`Rotated ${from.name}.\nPrevious Version:${from.version}\nNew Version:${version}`);
}

async function endRotations(
  { keys }: Session,
  targets: ReadonlyMap<string, Promise<Target>>,
  signal: AbortSignal,
): Promise<void> {
  for (const target of targets.values()) {
    const { rotation, ...key } = await target;
    if (rotation !== null) await keys.endRotation(key, signal);
  }
}

function keyless(key: string): CofferError {
  return new CofferError("INTEGRITY", `${key} does not say which data key opens it`, {
    hint: "look at who put it there",
  });
}
