import type { VaultVerb } from "./stores/vault-calls.js";

/** Who a policy is for, from the least to the most; the auditor stands aside. */
export const ROLES = ["reader", "submitter", "editor", "admin", "auditor"] as const;

export type Role = (typeof ROLES)[number];

const READER: readonly VaultVerb[] = ["get", "exec", "export", "list", "history", "log", "verify"];

const EDITOR: readonly VaultVerb[] = [
  ...READER,
  "put",
  "import",
  "delete",
  "promote",
  "inbox",
  "inbox --accept",
  "inbox --reject",
];

/** The verbs that a role runs. What it may do is what these do, and nothing else. */
export const ROLE_VERBS: Readonly<Record<Role, readonly VaultVerb[]>> = {
  reader: READER,
  submitter: ["put --submit"],
  editor: EDITOR,
  admin: [...EDITOR, "purge", "rotate-key", "init", "setup"],
  auditor: ["list", "log --no-key", "verify --no-key"],
};

export function isRole(text: string): text is Role {
  return ROLES.some((role) => role === text);
}
