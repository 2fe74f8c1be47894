// What each command of messer asks of its two buckets and of KMS: the one table that its policies are made from.

/** `create`: only if absent. `replace`: only over the ETag that was read. The tier is everything beside the folder of the store, too. */
export type MesserCall =
  | `${"get" | "create" | "replace" | "delete" | "list"} ${"item" | "key"}`
  | "get item of tier"
  | "list tier"
  | "decrypt"
  | "generate"
  | "generate unseen";

const OPEN: readonly MesserCall[] = ["get item", "get key", "decrypt", "list item", "list key"];
const SEAL: readonly MesserCall[] = [...OPEN, "create item", "replace item"];

const COMMAND_CALLS = {
  show: ["list item"],
  "show --decrypt": OPEN,
  "bag create": ["get item", "create item"],
  "from file": SEAL,
  "item delete": ["list item", "delete item"],
  "bulk re-encrypt": SEAL,
  "bulk copy": SEAL,
  "bulk rotate-keys": [...SEAL, "generate", "create key", "replace key"],
  "encryption list": ["list key"],
  "encryption create": ["generate unseen", "create key", "list key"],
  "encryption increment": ["generate unseen", "create key", "list key"],
  "encryption delete": ["list key", "delete key", "list tier", "get item of tier"],
} as const satisfies Readonly<Record<string, readonly MesserCall[]>>;

export type MesserVerb = keyof typeof COMMAND_CALLS;

/** What a command calls, each once. */
export function callsOf(verb: MesserVerb): ReadonlySet<MesserCall> {
  return new Set(COMMAND_CALLS[verb]);
}
