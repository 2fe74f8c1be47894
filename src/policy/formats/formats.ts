import type { WritePolicy } from "./policy-format.js";

/** Every form in which a policy can be written, by its name. */
export const POLICY_FORMATS = {
  json: async () => (await import("./json.js")).writeJson,
  terraform: async () => (await import("./terraform.js")).writeTerraform,
  cloudformation: async () => (await import("./cloudformation.js")).writeCloudFormation,
  "key-policy": async () => (await import("./key-policy.js")).writeKeyPolicy,
  grant: async () => (await import("./grant.js")).writeGrants,
} as const satisfies Readonly<Record<string, () => Promise<WritePolicy>>>;

export type PolicyFormat = keyof typeof POLICY_FORMATS;

export function isPolicyFormat(text: string): text is PolicyFormat {
  return Object.hasOwn(POLICY_FORMATS, text);
}
