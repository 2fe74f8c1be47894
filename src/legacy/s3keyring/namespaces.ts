import { keyringName, keyringNamespace, readKeyringName } from "../../core/keyring-name.js";
import { findNamespaceFault } from "../../core/name.js";

/** The group that a namespace is. A slash between two parts is one of the group, as is one that is written `%2f`. Null where it is none. */
export function groupOf(namespace: string): string | null {
  if (namespace === "") return "";
  const parts = namespace.split("/").map(readKeyringName);
  return parts.includes(null) ? null : parts.join("/");
}

/** The namespace that a group is shown as: with its own slashes, where that can be one. */
export function namespaceOf(group: string): string {
  if (group === "") return "";
  const parts = group.split("/");
  const plain = parts.map(keyringName).join("/");
  return parts.includes("") || findNamespaceFault(plain) !== null ? keyringNamespace("", group) : plain;
}
