import { openRecoveryRecipient, RECOVERY_SCHEME } from "../keys/recovery-recipient.js";
import { FOREIGN_STORES } from "./foreign-stores.js";
import { findByScheme, resolveFile } from "./ground.js";
import { KEY_PROVIDERS, nameAccount } from "./key-providers.js";
import { OBJECT_STORES } from "./object-stores.js";

/** Whose addresses are paths. */
const FILE_SCHEMES: readonly string[] = ["folder", "key-file"];

/** The URL with its file or account written in full: two that mean the same are the same, in every folder. Throws `USAGE`. */
export function resolveUrl(what: "store" | "key", url: string, home?: string): string {
  if (what === "key" && url.startsWith(RECOVERY_SCHEME)) {
    return openRecoveryRecipient(url.slice(RECOVERY_SCHEME.length)).id;
  }
  const table: Readonly<Record<string, unknown>> =
    what === "store" ? { ...OBJECT_STORES, ...FOREIGN_STORES } : KEY_PROVIDERS;
  const { scheme, address } = findByScheme(what, table, url);
  if (scheme === "keychain") return `${scheme}:${nameAccount(address)}`;
  if (scheme === "s3") return url.replace(/\/+$/, "");
  return FILE_SCHEMES.includes(scheme) ? `${scheme}:${resolveFile(scheme, address, home)}` : url;
}
