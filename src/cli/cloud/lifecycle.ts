import type { LifecycleRule } from "../../aws/s3/bucket-client.js";
import { placeTag } from "../../policy/bucket-policy.js";

/**
 * What keeps a bucket with versions from growing with every commit: old heads go after 30 days, what a probe left after one. Commits and blobs are
 * never replaced but by `purge` and `rotate-key`.
 */
export function wantedRules(prefix: string): LifecycleRule[] {
  const rule = (what: string, days: number): LifecycleRule => ({
    ID: `coffer-${what}${prefix === "" ? "" : `-${placeTag(prefix)}`}`,
    Status: "Enabled",
    Filter: { Prefix: `${prefix}${what}/` },
    NoncurrentVersionExpiration: { NoncurrentDays: days },
  });
  return [rule("heads", 30), rule("probe", 1)];
}

/** True where old heads go: by our rule, or by somebody's that does so for them. */
export function hasRules(rules: readonly LifecycleRule[], prefix: string): boolean {
  return wantedRules(prefix).every((wanted) => rules.some((rule) => covers(rule, wanted)));
}

/** The rules with ours among them, each in the place of the one of its name; all others as they are. */
export function mergeRules(rules: readonly LifecycleRule[], prefix: string): LifecycleRule[] {
  const missing = wantedRules(prefix).filter((wanted) => !rules.some((rule) => covers(rule, wanted)));
  const kept = rules.filter(({ ID }) => !missing.some((rule) => rule.ID === ID));
  return [...kept, ...missing];
}

function covers(
  { Status, Filter, Prefix, NoncurrentVersionExpiration: old }: LifecycleRule,
  wanted: LifecycleRule,
): boolean {
  if (Status !== "Enabled" || old?.NoncurrentDays === undefined || old.NewerNoncurrentVersions !== undefined)
    return false;
  const restricts = Filter !== undefined && Object.keys(Filter).some((name) => name !== "Prefix");
  return !restricts && (wanted.Filter?.Prefix ?? "").startsWith(Filter?.Prefix ?? Prefix ?? "");
}
