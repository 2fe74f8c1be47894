import { isCofferError } from "../../errors.js";
import { parseNamespace } from "../namespace.js";
import {
  type Configuration,
  HELPER_NAMES,
  type HelperSettings,
  isProfileName,
  PROFILE_NAME_HINT,
  PROFILE_TEXTS,
  type Profile,
} from "./profile.js";
import {
  assertKnownKeys,
  parseTomlDocument,
  readTable,
  readText,
  readTexts,
  type Table,
  type TomlDocument,
} from "./toml-document.js";

const RELATIVE_URL = /^[a-z0-9-]+:\.{1,2}([/\\]|$)/;

/** The user's configuration file. Throws `INVALID`, naming line, column and key, for everything that is not known or not what it should be. */
export function parseConfiguration(bytes: Uint8Array, file: string): Configuration {
  const document = parseTomlDocument(bytes, file);
  assertKnownKeys(document, document.table, [], ["profile", "profiles", "helper"]);
  const profile = readText(document, document.table, ["profile"]) ?? null;
  const tables = readTable(document, document.table, ["profiles"]) ?? {};
  const profiles = new Map(Object.keys(tables).map((name) => [name, readProfile(document, tables, name)]));
  const sections = readTable(document, document.table, ["helper"]) ?? {};
  assertKnownKeys(document, sections, ["helper"], HELPER_NAMES);
  const helpers = new Map(Object.keys(sections).map((name) => [name, readHelper(document, sections, name)]));
  return { profile, profiles, helpers };
}

function readHelper(document: TomlDocument, sections: Table, name: string): HelperSettings {
  const path = ["helper", name];
  const table = readTable(document, sections, path) ?? {};
  assertKnownKeys(document, table, path, ["profile", "namespace"]);
  const profile = readText(document, table, [...path, "profile"]);
  const namespace = readText(document, table, [...path, "namespace"]);
  if (namespace !== undefined) assertNamespaceAt(document, [...path, "namespace"], namespace);
  const place = namespace === undefined ? {} : { namespace: parseNamespace(namespace) };
  return { ...(profile === undefined ? {} : { profile }), ...place };
}

function readProfile(document: TomlDocument, tables: Table, name: string): Profile {
  const path = ["profiles", name];
  if (!isProfileName(name)) throw document.fault(path, "that is no name of a profile", PROFILE_NAME_HINT);
  const table = readTable(document, tables, path) ?? {};
  assertKnownKeys(document, table, path, [...PROFILE_TEXTS, "also_wrap"]);
  const texts = PROFILE_TEXTS.flatMap((key) => {
    const text = readText(document, table, [...path, key]);
    return text === undefined ? [] : [[key, text] as const];
  });
  const alsoWrap = readTexts(document, table, [...path, "also_wrap"]);
  const profile: Profile = { ...Object.fromEntries(texts), ...(alsoWrap === undefined ? {} : { also_wrap: alsoWrap }) };
  assertSound(document, path, profile);
  return profile;
}

function assertSound(document: TomlDocument, path: readonly string[], profile: Profile): void {
  const { store, key, store_id: storeId, namespace, also_wrap: alsoWrap = [] } = profile;
  for (const [name, urls] of Object.entries({ store: [store], key: [key], also_wrap: alsoWrap })) {
    if (!urls.some((url) => url !== undefined && RELATIVE_URL.test(url))) continue;
    // Else the folder one happens to stand in, somebody else's clone perhaps, would say where secrets are.
    throw document.fault(
      [...path, name],
      `${name} depends on the working folder`,
      "write its path in full, or with ~/",
    );
  }
  if (storeId !== undefined && !/^[A-Za-z0-9_-]{22}$/.test(storeId)) {
    throw document.fault([...path, "store_id"], "that is no store id", "`coffer init --json` prints it, 22 characters");
  }
  if (namespace !== undefined) assertNamespaceAt(document, [...path, "namespace"], namespace);
}

/** Throws `INVALID` for what no namespace can be called. */
export function assertNamespaceAt(document: TomlDocument, path: readonly string[], typed: string): void {
  try {
    parseNamespace(typed);
  } catch (error) {
    throw isCofferError(error, "USAGE") ? document.fault(path, error.message) : error;
  }
}
