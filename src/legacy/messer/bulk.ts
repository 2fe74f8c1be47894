// What the bulk commands have in common: all data bags with one list, many items at a time, lines in messer's order, and what failed told at the end.
import { openPace } from "../../aws/pace.js";
import { type CofferError, CofferError as Failure, isCofferError } from "../../errors.js";
import type { MesserTask } from "./commands.js";
import { bagFolder, bagsOf, itemsIn, rootPrefix } from "./layout.js";
import type { Session } from "./session.js";

/** A data bag with the names of its items. */
export interface Bag {
  readonly name: string;
  readonly folder: string;
  /** False for what messer lists, and does not find under that name: the lower part of a bag in a bag. */
  readonly exists: boolean;
  readonly items: readonly string[];
}

/** How many items are under way at a time. */
const AT_ONCE = 16;
/** How many names an error has. */
const NAMED = 5;

/** Throws `UNSUPPORTED` for Azure, `INVALID` for a cloud that there is not. */
export function assertAws(clouds: readonly (string | null)[]): void {
  const other = clouds.find((cloud) => cloud !== "aws");
  if (other === undefined) return;
  if (other === "azure") {
    throw new Failure("UNSUPPORTED", "azure: not supported yet", {
      hint: "messer on AWS is; docs/legacy/messer.md says what Azure would take",
    });
  }
  throw new Failure("INVALID", "there is no such cloud", { hint: "it is aws" });
}

/** All data bags of a configuration, as messer lists them, and tells their names. */
export async function listBags({ config, items, tell }: Session, signal: AbortSignal): Promise<Bag[]> {
  const prefix = rootPrefix(config);
  const keys = await items.keys(prefix, signal);
  const bags = bagsOf(keys, prefix).map((name) => {
    const folder = bagFolder(config, name);
    const exists = keys.some((key) => key.startsWith(`${folder}/`));
    return { name, folder, exists, items: itemsIn(keys, folder) };
  });
  for (const { name } of bags) await tell(name);
  return bags;
}

/** What `data bag show` tells of a bag, which the bulk commands are made of. */
export async function tellContents({ tell }: Session, { name, folder, exists, items }: Bag): Promise<void> {
  await tell(exists ? `items in data bag: ${name}` : `No data bag named: ${name} (${folder}/)`);
  for (const item of items) await tell(item);
}

/** What became of an item. */
export type Outcome<T> = { readonly done: T } | { readonly failure: CofferError };

/** Starts to do something with every item of all bags, each once, many at a time; gives what became of the one at a key. Only what is no known failure is thrown. */
export function startAll<T>(
  bags: readonly Bag[],
  signal: AbortSignal,
  act: (key: string) => Promise<T>,
): (key: string) => Promise<Outcome<T>> {
  const pace = openPace(AT_ONCE);
  const keys = bags.flatMap(({ folder, items }) => items.map((item) => `${folder}/${item}`));
  const outcomes = new Map<string, Promise<Outcome<T>>>();
  for (const key of new Set(keys)) {
    const outcome = pace(async (): Promise<Outcome<T>> => {
      try {
        signal.throwIfAborted();
        return { done: await act(key) };
      } catch (error) {
        signal.throwIfAborted();
        if (isCofferError(error)) return { failure: error };
        throw error;
      }
    });
    // It is looked at in its turn; until then nobody listens.
    outcome.catch(() => {});
    outcomes.set(key, outcome);
  }
  return async (key) => {
    const outcome = outcomes.get(key);
    if (outcome === undefined) throw new TypeError("every item of every bag is started");
    return outcome;
  };
}

/** Collects what failed, and says so when all the rest is done. */
export class Failures {
  readonly #failed: { readonly name: string; readonly failure: CofferError }[] = [];
  #done = 0;
  #before = 0;

  add(name: string, failure: CofferError): void {
    this.#failed.push({ name, failure });
  }

  /** `before`: it was done already, by an earlier run. */
  count(before: boolean): void {
    this.#done += 1;
    if (before) this.#before += 1;
  }

  get none(): boolean {
    return this.#failed.length === 0;
  }

  /** Tells on stderr what an earlier run had done. Throws where anything failed: the failure itself where nothing was done, else `PARTIAL`. */
  async report({ world }: MesserTask, what: string): Promise<void> {
    if (this.#before > 0)
      await world.stderr.write(`messer: ${this.#before} of ${this.#done} items were ${what} already\n`);
    const [first] = this.#failed;
    if (first === undefined) return;
    if (this.#done === 0) throw first.failure;
    const names = this.#failed.slice(0, NAMED).map(({ name }) => name);
    const all = this.#done + this.#failed.length;
    throw new Failure(
      "PARTIAL",
      `${this.#failed.length} of ${all} items were not ${what}: ${names.join(", ")}${this.#failed.length > NAMED ? ", …" : ""}`,
      {
        hint: `of the first: ${first.failure.message}; once that is put right, the same command goes on with what is left`,
        cause: first.failure,
      },
    );
  }
}
