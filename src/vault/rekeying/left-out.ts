import { joinPath, quote } from "../../core/name.js";
import { CofferError, isCofferError } from "../../errors.js";
import type { Owner } from "../key-ring.js";
import type { LeftVersion } from "./contract.js";

/** What may stay under the keys that it has. */
export interface Leniency {
  /** What the given context does not open. */
  readonly context: boolean;
  /** What is not wrapped for who recovers. */
  readonly closed: boolean;
}

/** True for the failure to open a key that may be passed over, by naming what it seals. */
export function isLeft(error: unknown, { closed }: Leniency): boolean {
  return isCofferError(error, "CONTEXT") || (closed && isCofferError(error, "ACCESS_DENIED"));
}

/** Throws `CONTEXT` where something does not open that has to: it is named, all of it. */
export function assertNothingLeft({ namespace }: Owner, left: readonly LeftVersion[], { context }: Leniency): void {
  const lacking = left.filter((version) => version.context.length > 0);
  if (context || lacking.length === 0) return;
  const named = lacking.map(
    ({ name, version, context: names }) =>
      `${quote(joinPath(namespace, name))} version ${version} (${names.join(", ")})`,
  );
  throw new CofferError("CONTEXT", `the context of ${[...new Set(named)].join(", ")} is not given, or is another`, {
    hint: "nothing was changed; give the pairs with -c NAME=VALUE or --contexts FILE, or leave these as they are with --skip-context",
  });
}

/** Each once, in the order of names and versions as they were found. */
export function withoutRepeats(left: readonly LeftVersion[]): LeftVersion[] {
  return [...new Map(left.map((version) => [`${version.version} ${version.name}`, version])).values()];
}
