import { decodeUtf8 } from "../../core/bytes.js";
import { assertName, assertNamespace, joinPath, quote } from "../../core/name.js";
import type { Change } from "../../core/secret-store.js";
import { CofferError } from "../../errors.js";
import { Python2Dict } from "../python2/dict.js";
import { areaOf } from "./namespaces.js";
import type { State } from "./states.js";

/** As a vault has it. In bytes. */
export const MAX_VALUE_BYTES = 16_777_216;

/** A change that a bucket of microsecrets can hold. */
export type PlainChange = Exclude<Change, { op: "promote" }>;

/** Throws for what cannot be, before anything is asked: `USAGE`, `UNSUPPORTED`, `INVALID`. */
export function assertPlain(namespace: string, changes: readonly Change[]): readonly PlainChange[] {
  assertNamespace(namespace);
  const { service, kind } = areaOf(namespace);
  if (service.split("/").includes("environment")) {
    throw new CofferError("USAGE", "no part of a service can be called environment", {
      hint: "microsecrets would take its uploads for those of the service before it",
    });
  }
  if (changes.length === 0) throw new CofferError("USAGE", "there is nothing to change");
  return changes.map((change) => {
    assertName(change.name);
    if (change.op === "promote") throw unsupported("stages");
    if (change.op === "delete" && kind === "files") throw unsupported("a way to delete a file");
    if (change.op === "put") assertPut(namespace, change, kind);
    return change;
  });
}

function assertPut(
  namespace: string,
  { name, value, comment, expires, context, ownKey, stage, version }: Extract<Change, { op: "put" }>,
  kind: "environment" | "files",
): void {
  if (stage !== undefined) throw unsupported("stages");
  if (version !== undefined) throw unsupported("versions that can be chosen");
  if (ownKey === true) throw unsupported("keys for single secrets");
  if (context !== undefined && Object.keys(context).length > 0) throw unsupported("contexts");
  if (comment !== undefined) throw unsupported("comments");
  if (expires !== undefined) throw unsupported("expiry dates");
  const path = quote(joinPath(namespace, name));
  if (value.byteLength > MAX_VALUE_BYTES) {
    throw new CofferError("INVALID", `the value of ${path} is longer than ${MAX_VALUE_BYTES} bytes`);
  }
  if (kind === "environment" && decodeUtf8(value.reveal()) === null) {
    throw new CofferError(
      "INVALID",
      `the value of ${path} is not UTF-8, which no environment of microsecrets can hold`,
      {
        hint: `bytes go up as a file: ${quote(joinPath(namespace, `files/${name}`))}`,
      },
    );
  }
}

/** The environment with the changes made, in order. Throws `CONFLICT` where a version is another than expected, `NOT_FOUND` for a delete of what is not there. */
export function applyChanges(state: State | null, changes: readonly PlainChange[]): Python2Dict<string> {
  const texts = new Map(state?.environment ?? []);
  for (const change of changes) {
    const { name } = change;
    if (change.expect !== undefined) assertExpected(name, change.expect, texts.has(name) ? (state?.id ?? null) : null);
    if (change.op === "put") texts.set(name, Buffer.from(change.value.reveal()).toString("utf8"));
    else if (!texts.delete(name)) throw new CofferError("NOT_FOUND", `there is no ${quote(name)} to delete`);
  }
  return new Python2Dict("str", texts);
}

/** Throws `CONFLICT` unless a secret is at the version, or (null) not there. */
export function assertExpected(name: string, expected: string | null, current: string | null): void {
  if (expected === current) return;
  const what = current === null ? "is not there" : expected === null ? "is there already" : "is at another version";
  throw new CofferError("CONFLICT", `${quote(name)} ${what}`, { hint: "look at what is there, and decide again" });
}

function unsupported(what: string): CofferError {
  return new CofferError("UNSUPPORTED", `a bucket of microsecrets has no ${what}`);
}
