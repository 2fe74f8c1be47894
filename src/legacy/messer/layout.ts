// Where things lie in messer's two buckets. The library that messer used made one slash of several, so that is what every key has.

import { compareText } from "../../core/bytes.js";

/** The place of a tier: all data bags are below it. */
export interface Root {
  readonly tier: string;
  readonly secretsFolder: string;
}

/** Parts of a key with one slash between them, and none at the ends. */
export function joinKey(...parts: readonly string[]): string {
  return parts
    .join("/")
    .replace(/\/+/g, "/")
    .replace(/^\/|\/$/g, "");
}

/** The folder of a data bag, without a slash at its end. */
export function bagFolder({ tier, secretsFolder }: Root, bag: string): string {
  return joinKey(tier, secretsFolder, bag);
}

/** What keys of everything below a root begin with; empty where there is no root. */
export function rootPrefix(root: Root): string {
  const folder = bagFolder(root, "");
  return folder === "" ? "" : `${folder}/`;
}

/** The empty objects that stand for a folder and those above it, from the top. */
export function markersOf(folder: string): string[] {
  const parts = folder.split("/");
  return parts.map((_, index) => `${parts.slice(0, index + 1).join("/")}/`);
}

/** The object that a version of a data key is. */
export function dataKeyAt(name: string, version: number | string): string {
  return joinKey(name, String(version));
}

/** True for an empty object that stands for a folder. */
export function isMarker(key: string): boolean {
  return key.endsWith("/");
}

/**
 * The data bags below a root as messer names them: by the last part of their folders, in the order of the keys. A bag that another tool made without an object of its own counts, too.
 */
export function bagsOf(keys: readonly string[], prefix: string): string[] {
  const markers = new Set(keys.filter(isMarker));
  const bags = new Set<string>();
  for (const key of keys) {
    const parts = key.slice(prefix.length).split("/");
    const top = `${prefix}${parts[0] ?? ""}/`;
    if (isMarker(key) && key !== prefix) bags.add(key);
    // Where a folder on the way has an object, what lies below belongs to it.
    else if (parts.length > 1 && !markers.has(top)) bags.add(top);
  }
  return [...bags].map((folder) => folder.slice(0, -1).split("/").at(-1) ?? "");
}

/** What lies in a folder, by what stands behind it in their keys. */
export function itemsIn(keys: readonly string[], folder: string): string[] {
  const prefix = `${folder}/`;
  return keys.filter((key) => key.startsWith(prefix) && !isMarker(key)).map((key) => key.slice(prefix.length));
}

/** The names of data keys: folders that have an object of their own, and those in which versions lie without one. In the order of their keys. */
export function keyNamesOf(keys: readonly string[]): string[] {
  const versioned = keys.flatMap((key) => /^(.+)\/\d+$/.exec(key)?.[1] ?? []);
  const marked = keys.filter(isMarker).map((key) => key.slice(0, -1));
  return [...new Set([...marked, ...versioned])].sort((a, b) => compareText(`${a}/`, `${b}/`));
}
