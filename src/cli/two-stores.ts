import type { Side } from "../copying/contract.js";
import { findStoreNamed } from "../settings/other-store.js";
import { useStore } from "../settings/session.js";
import type { Task } from "./command.js";
import { hostOf } from "./session.js";

/**
 * Opens the stores that `--store-from` and `--store-to` name, else that of the settings, lets both be used, and closes them. Where both are that one it is opened once.
 * Throws what opening a store throws.
 */
export async function withTwoStores<T>(
  task: Task,
  { dryRun }: { readonly dryRun: boolean },
  use: (from: Side, to: Side) => Promise<T>,
): Promise<T> {
  const { flags } = task;
  const [from, to] = [flags.text("store-from"), flags.text("store-to")];
  const { lookup, ...there } = await findStoreNamed(task, to, "--store-to");
  const manner = { ...there, writes: !dryRun };
  if (from === to) return useStore(lookup, hostOf(task), (session) => use(session, session), manner);
  const here = await findStoreNamed(task, from, "--store-from");
  const { lookup: source, ...reads } = here;
  return useStore(
    source,
    hostOf(task),
    (first) => useStore(lookup, hostOf(task), (second) => use(first, second), manner),
    reads,
  );
}
