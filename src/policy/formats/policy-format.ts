import type { Permissions, PolicyRequest } from "../policy-request.js";

/** What a policy is written from. */
export interface PolicyText extends PolicyRequest {
  readonly permissions: Permissions;
  /** ARNs of who is to have it, for what names them; empty: nobody in particular. */
  readonly principals: readonly string[];
}

/** Writes a policy in some form, ended by a line end. Throws `USAGE` for what the form cannot say. */
export type WritePolicy = (policy: PolicyText) => string;
