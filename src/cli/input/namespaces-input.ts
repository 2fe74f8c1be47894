import { CofferError } from "../../errors.js";
import { findDefaultNamespace } from "../../settings/settings.js";
import type { Vault } from "../../vault/contract.js";
import { resolveNamespace } from "../arguments/path.js";
import type { Task } from "../command.js";
import { assertStoreExists, type Session } from "../session.js";

/** The namespaces that are named, each once; else the default one. Null means all there are (`--all`). Throws `USAGE` where nothing says which. */
export function readNamespaces(task: Task): readonly string[] | null {
  const typed = [...new Set(task.arguments.map(resolveNamespace))];
  if (task.flags.has("all")) {
    if (typed.length > 0) throw new CofferError("USAGE", "--all and namespaces exclude each other");
    return null;
  }
  const defaultNamespace = findDefaultNamespace(task);
  if (typed.length > 0) return typed;
  if (defaultNamespace !== null) return [defaultNamespace];
  throw new CofferError("USAGE", "no namespace is named", { hint: "name some, such as prod/, or all of them: --all" });
}

/** Those that were read, or all there are. */
export async function findNamespacesOf(
  task: Task,
  vault: Vault,
  { call }: Session,
  chosen: readonly string[] | null,
): Promise<readonly string[]> {
  const found = chosen ?? (await vault.namespaces(call()));
  if (found.length === 0) await assertStoreExists(task, vault, call());
  return found;
}
