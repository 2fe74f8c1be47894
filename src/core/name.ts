import { CofferError } from "../errors.js";
import { utf8Length } from "./bytes.js";

/** The limits of docs/FORMAT.md section 2, in bytes of UTF-8. */
export const MAX_NAME_BYTES = 255;
export const MAX_SEGMENT_BYTES = 80;
export const MAX_NAMESPACE_BYTES = 240;
export const MAX_STAGE_CHARACTERS = 64;

/** A secret's place: its namespace (`""` is the root) and its name there. */
export interface SecretPath {
  readonly namespace: string;
  readonly name: string;
}

// C0, DEL, C1, what has no width, line and paragraph separators, directions that can turn a line round, byte order mark.
const CONTROL =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2064\u2066-\u2069\ufeff]/;
const UNSEEN = /[\u007f-\u009f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2064\u2066-\u2069\ufeff]/g;
const OUTER_BLANK =
  /^[\u0020\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]|[\u0020\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]$/;
const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;
// Most names, and at once seen to break no rule.
const PLAIN = /^[A-Za-z0-9_-]{1,255}$/;
const STAGE = /^[A-Za-z0-9_.-]{1,64}$/;
const ONE_BYTE_ON_EVERY_DISK = /[a-z0-9_./-]/g;

/** What is wrong with a secret's name, or null. */
export function findNameFault(name: string): string | null {
  return PLAIN.test(name) ? null : findPartFault(name, MAX_NAME_BYTES);
}

/** What is wrong with a namespace, or null; the root, `""`, is right. */
export function findNamespaceFault(namespace: string): string | null {
  if (namespace === "") return null;
  if (utf8Length(namespace) > MAX_NAMESPACE_BYTES) return `is longer than ${MAX_NAMESPACE_BYTES} bytes`;
  for (const segment of namespace.split("/")) {
    const fault = findPartFault(segment, MAX_SEGMENT_BYTES);
    if (fault !== null) return segment === "" ? "has an empty part" : `has a part that ${fault}`;
  }
  if (measureNamespace(namespace) > MAX_NAMESPACE_BYTES) {
    return `is too long (capitals and characters other than a-z 0-9 _ . - / count four of ${MAX_NAMESPACE_BYTES})`;
  }
  return null;
}

/** Throws `USAGE` for what no secret can be called. */
export function assertName(name: string): void {
  const fault = findNameFault(name);
  if (fault !== null) throw new CofferError("USAGE", `the name ${quote(name)} ${fault}`);
}

/** Throws `USAGE` for what no namespace can be called. */
export function assertNamespace(namespace: string): void {
  const fault = findNamespaceFault(namespace);
  if (fault !== null) throw new CofferError("USAGE", `the namespace ${quote(namespace)} ${fault}`);
}

/** Throws `USAGE` for what no stage can be called. */
export function assertStage(stage: string): void {
  if (isStage(stage)) return;
  throw new CofferError("USAGE", `the stage ${quote(stage)} is not 1 to ${MAX_STAGE_CHARACTERS} of A-Z a-z 0-9 _ . -`);
}

export function isStage(stage: string): boolean {
  return STAGE.test(stage);
}

/** Splits `prod/billing/DB_URL` at its last slash. Throws `USAGE` where either part breaks a rule. */
export function parsePath(path: string): SecretPath {
  const slash = path.lastIndexOf("/");
  const parts = { namespace: path.slice(0, Math.max(slash, 0)), name: path.slice(slash + 1) };
  if (slash === 0) throw new CofferError("USAGE", `the path ${quote(path)} begins with a slash`);
  assertNamespace(parts.namespace);
  assertName(parts.name);
  return parts;
}

/** The full name of a secret: the opposite of `parsePath`. */
export function joinPath(namespace: string, name: string): string {
  return namespace === "" ? name : `${namespace}/${name}`;
}

/** True for text without half a surrogate pair, which UTF-8 cannot carry. */
export function isWellFormed(text: string): boolean {
  return !LONE_SURROGATE.test(text);
}

/** A text as it may stand in a message: what could act on a terminal is escaped, and it is not endless. */
export function quote(text: string): string {
  const shown = text.length > 80 ? `${text.slice(0, 80)}…` : text;
  // JSON escapes what stands below U+0020 and half a surrogate pair.
  return JSON.stringify(shown).replace(UNSEEN, escapeUnit);
}

function findPartFault(part: string, limit: number): string | null {
  if (part === "") return "is empty";
  if (part === "." || part === "..") return "is . or ..";
  if (!isWellFormed(part)) return "is not well-formed Unicode";
  if (CONTROL.test(part)) return "has a control or invisible character";
  if (/[/\\#?]/.test(part)) return "has one of / \\ # ?";
  if (OUTER_BLANK.test(part)) return "begins or ends with a blank";
  if (part.normalize("NFC") !== part) return "is not in Unicode normal form C";
  if (utf8Length(part) > limit) return `is longer than ${limit} bytes`;
  return null;
}

function measureNamespace(namespace: string): number {
  const narrow = namespace.match(ONE_BYTE_ON_EVERY_DISK)?.length ?? 0;
  return narrow + 4 * (utf8Length(namespace) - narrow);
}

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
