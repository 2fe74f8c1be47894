import { quote } from "../core/name.js";
import { Sensitive } from "../core/sensitive.js";
import { CofferError } from "../errors.js";
import type { EnvEntry } from "./entry.js";

/** A variable whose value is to be handed over as a file: at `path`, or as an open descriptor where that is null. */
export interface FileRequest {
  readonly name: string;
  readonly path: string | null;
}

/** What the file at `path`, or the next free descriptor where that is null, is to hold. */
export interface HandedFile {
  readonly path: string | null;
  readonly value: Sensitive;
}

/** `NAME=PATH` or `NAME=fd`; a file of that name is `./fd`. Throws `USAGE`. */
export function parseFileRequest(text: string): FileRequest {
  const equals = text.indexOf("=");
  const [name, path] = [text.slice(0, equals), text.slice(equals + 1)];
  if (equals > 0 && path !== "") return { name, path: path === "fd" ? null : path };
  throw new CofferError("USAGE", "--as-file takes NAME=PATH or NAME=fd");
}

/**
 * Takes the values that are asked for out of the entries. The variable then holds the path as it was typed, or
 * `/dev/fd/N`: descriptors are numbered in the order of the requests, from `firstDescriptor` on.
 *
 * Throws `NOT_FOUND` naming every request that no entry answers to, `USAGE` for a name that is asked for twice.
 */
export function handOver(
  entries: readonly EnvEntry[],
  requests: readonly FileRequest[],
  firstDescriptor: number,
): { entries: EnvEntry[]; files: HandedFile[] } {
  assertAnswered(entries, requests);
  const places = new Map<string, string>();
  const files: HandedFile[] = [];
  let descriptor = firstDescriptor;
  for (const { name, path } of requests) {
    if (places.has(name)) throw new CofferError("USAGE", `--as-file names ${quote(name)} twice`);
    places.set(name, path ?? `/dev/fd/${descriptor++}`);
    for (const entry of entries) if (entry.name === name) files.push({ path, value: entry.value });
  }
  const handed = entries.map((entry) => {
    const place = places.get(entry.name);
    return place === undefined ? entry : { name: entry.name, value: Sensitive.fromText(place) };
  });
  return { entries: handed, files };
}

function assertAnswered(entries: readonly EnvEntry[], requests: readonly FileRequest[]): void {
  const there = new Set(entries.map(({ name }) => name));
  const missing = requests.filter(({ name }) => !there.has(name)).map(({ name }) => quote(name));
  if (missing.length === 0) return;
  throw new CofferError("NOT_FOUND", `--as-file: no secret goes by the name ${missing.join(", ")}`, {
    hint: "it is the variable's name, as `--map`, `--prefix` or `--upper` make it; with `--only`, name the secret there too",
  });
}
