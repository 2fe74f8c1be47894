import type { BucketObjects } from "../../aws/s3/bucket-objects.js";
import { compareText, encodeHex, encodeParts, encodeUtf8 } from "../../core/bytes.js";
import { sha256 } from "../../core/ciphers.js";
import type { ChangedName, SecretInfo } from "../../core/secret-store.js";
import { CofferError } from "../../errors.js";
import type { Python2Dict } from "../python2/dict.js";
import { parseEnvironment, readNote } from "./format.js";
import { timeOfUpload } from "./layout.js";
import { type ReadUpload, readUpload, showKey } from "./uploads.js";

/** How many uploads are read at once. */
const AT_ONCE = 16;

/** What an environment held with one upload. */
export interface State {
  readonly id: string;
  readonly environment: Python2Dict<string>;
  readonly time: Date;
  readonly author: string | null;
}

/** The state that an upload holds. Throws `INTEGRITY`, also where its bytes have another digest than its name says. */
export function parseState(objects: BucketObjects, { id, key, body }: ReadUpload): State {
  const digest = digestIn(id);
  if (digest !== null && digest !== encodeHex(sha256(body))) {
    throw new CofferError("INTEGRITY", `${showKey(objects, key)} has another checksum than its name says`, {
      hint: "somebody has written over it: look at who",
    });
  }
  const stored = parseEnvironment(body, showKey(objects, key));
  const { time, user } = readNote(stored);
  return { id, environment: stored.environment, time: time ?? timeOfUpload(id) ?? new Date(0), author: user };
}

/** The states of a service with these uploads, newest first. One that was withdrawn meanwhile is left out. */
export async function* readStates(
  objects: BucketObjects,
  service: string,
  ids: readonly string[],
  signal: AbortSignal | undefined,
): AsyncGenerator<State> {
  const waiting = [...ids].reverse();
  while (waiting.length > 0) {
    const some = waiting.splice(0, AT_ONCE);
    const read = some.map((id) => readUpload(objects, { service, label: null }, id, signal));
    for (const upload of await Promise.all(read)) if (upload !== null) yield parseState(objects, upload);
  }
}

/** What became of names between two states, in byte order. */
export function changesBetween(before: Python2Dict<string> | null, after: State): ChangedName[] {
  const changes: ChangedName[] = [];
  const version = after.id;
  for (const [name, value] of after.environment) {
    if (before?.has(name) !== true) changes.push({ name, version, change: "added" });
    else if (before.get(name) !== value) changes.push({ name, version, change: "changed" });
  }
  for (const [name] of before ?? []) {
    if (!after.environment.has(name)) changes.push({ name, version, change: "deleted" });
  }
  return changes.sort((a, b) => compareText(a.name, b.name));
}

/** What is known of a variable as it stands in a state; or, deleted, stands there no more. */
export function describeVariable(
  namespace: string,
  name: string,
  { id, time, author }: State,
  options: { readonly deleted?: boolean } = {},
): SecretInfo {
  return { ...describe(namespace, name, id), time, author, deleted: options.deleted === true };
}

/** What is known of an uploaded file: its name says when. */
export function describeFile(namespace: string, name: string, id: string): SecretInfo {
  return { ...describe(namespace, name, id), commit: commitOfFile(name, id), time: timeOfUpload(id), type: "binary" };
}

/** The id of the commit that an upload of an environment is: its SHA-256, as its name says it; empty before it has one. */
export function commitOfUpload(id: string): string {
  if (id === "") return "";
  return `c${digestIn(id) ?? encodeHex(sha256(encodeUtf8(id)))}`;
}

/** The id of the commit that an upload of a file is. Files that are alike are uploaded under one digest, so that time and name belong to it. */
export function commitOfFile(name: string, id: string): string {
  return id === "" ? "" : `c${encodeHex(sha256(encodeParts(id, name)))}`;
}

function digestIn(id: string): string | null {
  return /\.([0-9a-f]{64})$/.exec(id)?.[1] ?? null;
}

function describe(namespace: string, name: string, id: string): SecretInfo {
  return {
    namespace,
    name,
    version: id,
    time: null,
    author: null,
    message: null,
    commit: commitOfUpload(id),
    stage: null,
    deleted: false,
    purged: false,
    type: "text",
    comment: null,
    expires: null,
    context: [],
  };
}
