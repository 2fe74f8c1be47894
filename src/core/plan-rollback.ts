import { compareSecrets, type Difference, hasSameValue } from "./compare-secrets.js";
import { type Context, pickContext } from "./context.js";
import type { Change, Secret, VersionId } from "./secret-store.js";

const DETAILS = ["type", "comment", "expires", "context"] as const;

/** What can differ of a secret beside its value. */
export type Detail = (typeof DETAILS)[number];

/** What differs between now and then, in byte order of the names: values, and what stands beside them. */
export function findRollback(now: readonly Secret[], then: readonly Secret[]): Difference<Secret>[] {
  const isSame = (a: Secret, b: Secret): boolean => hasSameValue(a, b) && differingDetails(a, b).length === 0;
  return compareSecrets(now, then, isSame).filter(({ change }) => change !== "same");
}

/** What of two versions differs beside their values. The values of contexts are known to nobody, so that it is their names which count. */
export function differingDetails(a: Secret, b: Secret): Detail[] {
  return DETAILS.filter((detail) => shownDetail(a, detail) !== shownDetail(b, detail));
}

/**
 * The change that brings a name back to what it was, with the pairs of its context out of `pool`. Only on what was seen: the version that was read
 * must be current still.
 */
export function toRollback(
  { name, from, to }: Difference<Secret>,
  { pool = {}, stage }: { readonly pool?: Context | undefined; readonly stage?: string | undefined } = {},
): Change {
  const expect: VersionId | null = from?.version ?? null;
  if (to === null) return { op: "delete", name, ...(expect === null ? {} : { expect }) };
  const { value, type, comment, expires, context } = to;
  return {
    op: "put",
    name,
    value,
    type,
    expect,
    ...(comment === null ? {} : { comment }),
    ...(expires === null ? {} : { expires }),
    ...(context.length === 0 ? {} : { context: pickContext(pool, context) ?? {} }),
    ...(stage === undefined ? {} : { stage }),
  };
}

function shownDetail(secret: Secret, detail: Detail): string | number | null {
  if (detail === "expires") return secret.expires?.getTime() ?? null;
  return detail === "context" ? secret.context.join("\0") : secret[detail];
}
