import type { SecretStore } from "../core/secret-store.js";
import { CofferError } from "../errors.js";
import { isVault } from "../open/open-store.js";
import { type Host, type Session, type Use, useStore } from "../settings/session.js";
import type { Vault } from "../vault/contract.js";
import type { Task } from "./command.js";
import { askMfaCode, askPassphrase } from "./input/passphrase-input.js";
import { explain, say } from "./output/render.js";

export { assertStoreExists, callLimit, type Session } from "../settings/session.js";

/** Opens the store for a verb, lets it be used, and closes it; a person may be asked for a passphrase. As `useStore`. */
export function withStore<T>(task: Task, use: (session: Session) => Promise<T>, options: Use = {}): Promise<T> {
  return useStore(task, hostOf(task), use, options);
}

/** What opening a store takes of whoever runs the command. */
export function hostOf(task: Task): Host {
  return {
    askPassphrase: (wanted: { isNew: boolean }) => askPassphrase(task, wanted),
    askMfaCode: (serial: string) => askMfaCode(task, serial),
    // Not worth an error where stderr is gone.
    onSlow: () => void say(task, "still waiting for AWS to answer").catch(() => {}),
    explain: (text: string) => explain(task, text),
    author: task.world.author,
    now: task.world.now,
  };
}

/** Throws `UNSUPPORTED` for a store that is not of our own format. */
export function asVault(store: SecretStore, verb: string): Vault {
  if (isVault(store)) return store;
  throw new CofferError("UNSUPPORTED", `${verb} needs a store of Coffer's own format`);
}
