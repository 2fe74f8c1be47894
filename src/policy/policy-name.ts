import { namespaceSegment } from "../core/layout.js";
import type { Role } from "./role.js";
import type { Scope } from "./scope.js";

/** The longest that is left of a name of 128 characters, with some room for who adds to it: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const MAX_CHARACTERS = 100;

/** A name for the policy of a role, of `A–Z a–z 0–9 _ . -`: `coffer-reader-prod-billing`. Different scopes may come to the same name. */
export function policyName(role: Role, { namespaces, recursive }: Scope): string {
  const words = namespaces.map((namespace) => (namespace === "" ? "root" : namespaceSegment(namespace)));
  const name = ["coffer", role, ...words, ...(recursive ? ["all"] : [])].join("-");
  return name.replace(/[^A-Za-z0-9_.-]+/g, "-").slice(0, MAX_CHARACTERS);
}

/** The same as one word of letters and digits: `CofferReaderProdBilling`. */
export function policyWord(name: string): string {
  return name
    .split(/[^A-Za-z0-9]+/)
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join("");
}

/** What a policy is for, in a line. */
export function describePolicy(role: Role, store: string, { namespaces, recursive }: Scope): string {
  const names = namespaces.map((namespace) => `${namespace}/`).join(" ");
  const where = namespaces.length === 0 ? "all namespaces" : recursive ? `${names} and all below` : names;
  return `Coffer ${role} of ${where} in ${store}`;
}
