import { encodeBase64url } from "../core/bytes.js";
import { sha256 } from "../core/ciphers.js";
import { type Context, contextParts } from "../core/context.js";
import type { VersionInfo } from "../core/secret-store.js";
import type { Sensitive } from "../core/sensitive.js";
import type { Target } from "./find-targets.js";

/** A secret to copy: where, and which of its versions, in the order in which they are to be made. */
export interface Wanted extends Target {
  readonly versions: readonly VersionInfo[];
}

/** What is remembered of a value that was opened once: enough to know it again. */
export interface Known {
  /** Never leaves the process: who has it can try values. */
  readonly digest: string;
  readonly context: Context;
  /** Of the value. */
  readonly bytes: number;
}

export function digestOf(value: Sensitive): string {
  return encodeBase64url(sha256(value.reveal()));
}

export function isSameContext(a: Context, b: Context): boolean {
  return JSON.stringify(contextParts(a)) === JSON.stringify(contextParts(b));
}
