import { Readable } from "node:stream";
import { findNameFault, findNamespaceFault } from "../../core/name.js";
import { CofferError } from "../../errors.js";
import { findDefaultNamespace } from "../../settings/settings.js";
import { readSources } from "../../settings/sources.js";
import type { World } from "../../world.js";
import type { Task } from "../command.js";
import { withStore } from "../session.js";
import type { StoreNames } from "./paths.js";

/** Nobody waits longer for a proposal. */
const PATIENCE_MS = 1000;

/** The names that a path which begins like this may need, read without any key. Throws where they cannot be had, or not within a second. */
export async function findStoreNames(task: Task, typed: string): Promise<StoreNames> {
  const late = new AbortController();
  const quiet = { ...task, world: silence(task.world, late.signal) };
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const error = new CofferError("UNREACHABLE", "the store did not answer in time for a completion");
      late.abort(error);
      reject(error);
    }, PATIENCE_MS);
  });
  try {
    return await Promise.race([readNames(quiet, typed), deadline]);
  } finally {
    clearTimeout(timer);
  }
}

async function readNames(bare: Task, typed: string): Promise<StoreNames> {
  const task = { ...bare, sources: await readSources(bare, { tell: () => {} }) };
  const defaultNamespace = findDefaultNamespace(task) ?? "";
  const slash = typed.lastIndexOf("/");
  // Without a slash it is a name in the default namespace, or the beginning of any other.
  const namespace = slash === -1 ? "" : typed.slice(0, slash).replace(/^\//, "");
  const secrets = await withStore(
    task,
    async ({ store, call }) => {
      const found: { namespace: string; name: string }[] = [];
      for await (const info of store.list({ namespace, recursive: true }, call())) {
        // Nothing vouches for what a store says without its key: what breaks the rules of names could act on a shell.
        if (findNameFault(info.name) === null && findNamespaceFault(info.namespace) === null) found.push(info);
      }
      return found;
    },
    { key: "unused" },
  );
  return { secrets, defaultNamespace };
}

/** Somebody is typing: nothing may be asked, nor said. */
function silence(world: World, late: AbortSignal): World {
  return {
    ...world,
    stdin: { kind: "none", stream: Readable.from([]) },
    stdout: { isTerminal: false, write: async () => {} },
    stderr: { isTerminal: false, write: async () => {} },
    signal: AbortSignal.any([world.signal, late]),
  };
}
