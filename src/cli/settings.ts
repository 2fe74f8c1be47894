import { CofferError } from "../errors.js";
import type { Task } from "./command.js";
import { findFolders } from "./folders.js";
import { findOption, type OptionName } from "./options.js";
import { parseNamespace } from "./path.js";

const DEFAULT_TIMEOUT_SECONDS = 30;
// The longest that Node's timers take.
const MAX_TIMEOUT_SECONDS = 2_147_483;

/** Throws `USAGE` for flags and variables that every verb takes and that are not what they should be, or not there yet. */
export function checkGlobalFlags(task: Task): void {
  const { flags, world } = task;
  const later = flags.names().find((name) => findOption(name)?.later === true);
  if (later !== undefined) throw notYet(`--${later}`);
  // To go on without them would mean another store than the one that was asked for.
  for (const name of ["COFFER_PROFILE", "COFFER_CONFIG"]) {
    if (world.env[name]) throw notYet(name);
  }
  const color = flags.text("color");
  if (color !== undefined && !["auto", "always", "never"].includes(color)) {
    throw new CofferError("USAGE", "--color takes auto, always or never");
  }
  findTimeout(task);
  findDefaultNamespace(task);
}

/** The store's URL: flag, variable, or the built-in folder. Throws `USAGE` where there is neither those nor a home. */
export function findStoreUrl(task: Task): string {
  return (
    setting(task, "store", "COFFER_STORE") ?? builtIn("folder", findFolders(task.world).vault, "-s", "COFFER_STORE")
  );
}

/** The master key's URL, likewise. */
export function findKeyUrl(task: Task): string {
  return (
    setting(task, "key", "COFFER_KEY") ?? builtIn("key-file", findFolders(task.world).masterKey, "-k", "COFFER_KEY")
  );
}

/** Null where nobody has named one. */
export function findDefaultNamespace(task: Task): string | null {
  const typed = setting(task, "namespace", "COFFER_NAMESPACE");
  return typed === undefined ? null : parseNamespace(typed);
}

/** How long one call to the store may take, in ms. */
export function findTimeout(task: Task): number {
  const typed = setting(task, "timeout", "COFFER_TIMEOUT") ?? String(DEFAULT_TIMEOUT_SECONDS);
  const seconds = /^\d{1,7}(\.\d{1,3})?$/.test(typed) ? Number(typed) : Number.NaN;
  if (seconds > 0 && seconds <= MAX_TIMEOUT_SECONDS) return Math.ceil(seconds * 1000);
  throw new CofferError("USAGE", "the timeout is no number of seconds above 0");
}

/** The store id that must be found, where one is pinned. */
export function findPinnedStore({ world }: Task): string | undefined {
  const id = world.env.COFFER_STORE_ID;
  if (!id) return undefined;
  if (/^[A-Za-z0-9_-]{22}$/.test(id)) return id;
  throw new CofferError("USAGE", "COFFER_STORE_ID is no store id", {
    hint: "`coffer init --json` prints it, 22 characters",
  });
}

/** The lowest head to accept, where one is pinned. */
export function findMinimumHead({ world }: Task): { sequence: number; commit: string } | undefined {
  const pin = world.env.COFFER_MIN_HEAD;
  if (!pin) return undefined;
  const [, sequence, commit] = /^([1-9]\d{0,14}):(c[0-9a-f]{64})$/.exec(pin) ?? [];
  if (sequence !== undefined && commit !== undefined) return { sequence: Number(sequence), commit };
  throw new CofferError("USAGE", "COFFER_MIN_HEAD is not SEQUENCE:COMMIT", {
    hint: "`coffer log NS/ --json` prints both; the commit's id in full",
  });
}

/** Flag before variable; an empty variable counts as none. */
function setting({ flags, world }: Task, option: OptionName, variable: string): string | undefined {
  return flags.text(option) ?? (world.env[variable] || undefined);
}

function builtIn(scheme: string, file: string | null, flag: string, variable: string): string {
  if (file !== null) return `${scheme}:${file}`;
  throw new CofferError(
    "USAGE",
    `no ${scheme === "folder" ? "store" : "key"} is given, and there is no home to look in`,
    {
      hint: `give ${flag} or ${variable}, or set HOME`,
    },
  );
}

function notYet(what: string): CofferError {
  return new CofferError("UNSUPPORTED", `${what} is not supported yet`);
}
