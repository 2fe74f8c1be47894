import { findNameFault, quote } from "../../core/name.js";
import { parseNamespace } from "../namespace.js";
import { assertNamespaceAt } from "../profiles/parse-configuration.js";
import { isProfileName, PROFILE_NAME_HINT } from "../profiles/profile.js";
import { assertKnownKeys, parseTomlDocument, readText, readTexts } from "../profiles/toml-document.js";

/** What a project says: which profile and which secrets, never where these are. */
export interface Project {
  readonly file: string;
  readonly profile: string | null;
  /** The namespace of bare names. */
  readonly namespace: string | null;
  /** The namespaces of `exec`, where none is named. */
  readonly exec: readonly string[] | null;
  /** The names without which its program cannot start. */
  readonly names: readonly string[];
}

const KEYS = ["profile", "namespace", "exec", "names"];
const NEVER_WHERE = `a project says ${KEYS.join(", ")} alone; where secrets are is for a profile of your own to say`;

/** A `coffer.toml`. Throws `INVALID`, naming line, column and key, for everything else in it: it must not be able to redirect anybody. */
export function parseProject(bytes: Uint8Array, file: string): Project {
  const document = parseTomlDocument(bytes, file);
  const { table } = document;
  assertKnownKeys(document, table, [], KEYS, NEVER_WHERE);
  const profile = readText(document, table, ["profile"]) ?? null;
  if (profile !== null && !isProfileName(profile)) {
    throw document.fault(["profile"], "that is no name of a profile", PROFILE_NAME_HINT);
  }
  const namespace = readText(document, table, ["namespace"]);
  const exec = readTexts(document, table, ["exec"]);
  if (namespace !== undefined) assertNamespaceAt(document, ["namespace"], namespace);
  for (const each of exec ?? []) assertNamespaceAt(document, ["exec"], each);
  const names = readTexts(document, table, ["names"]) ?? [];
  const wrong = names.find((name) => findNameFault(name) !== null);
  if (wrong !== undefined) throw document.fault(["names"], `the name ${quote(wrong)} ${findNameFault(wrong)}`);
  return {
    file,
    profile,
    namespace: namespace === undefined ? null : parseNamespace(namespace),
    exec: exec?.map(parseNamespace) ?? null,
    names,
  };
}
