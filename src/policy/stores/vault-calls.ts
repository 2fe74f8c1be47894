// What each verb asks of the storage and of the master key: the one table that policies are made from.

/** Objects as docs/FORMAT.md section 3 tells them apart. */
export type ObjectKind = "head" | "commit" | "blob" | "submission" | "record" | "probe";

/**
 * `create`: only if absent. `replace`: only over the ETag that was read. `delete` leaves older versions, where the storage keeps them;
 * `destroy` removes those too. `list`: the keys that are there.
 */
export type ObjectVerb = "get" | "list" | "create" | "replace" | "delete" | "destroy";

type ObjectCall = `${ObjectVerb} ${ObjectKind}`;

/** `generate inbox`: a data key for submissions, which vouches for nothing. */
type KeyCall = "unwrap" | "wrap" | "generate" | "generate inbox";

/** What `setup` looks at and puts in order. */
type PlaceCall = `${"describe" | "arrange"} ${"bucket" | "key"}`;

export type VaultCall = ObjectCall | KeyCall | PlaceCall;

// The record is read by whoever found nothing, to tell whether there is a store at all.
const SEE: readonly VaultCall[] = ["get head", "get commit", "get record"];
const READ: readonly VaultCall[] = [...SEE, "get blob", "unwrap"];
// What a lost commit left behind is removed where that is allowed. It is not: who may remove commits may destroy what he did not write.
const CHANGE: readonly VaultCall[] = [...READ, "create commit", "create blob", "create head", "replace head"];
const SEAL: readonly VaultCall[] = [...CHANGE, "generate"];
const INIT: readonly VaultCall[] = [
  "get record",
  "create record",
  "create probe",
  "replace probe",
  "get probe",
  "delete probe",
];

/** Every verb that a role may run. (What is not listed calls no more than `get` does, or than `put`.) */
const VERB_CALLS = {
  get: READ,
  exec: READ,
  export: [...READ, "list head"],
  list: [...SEE, "list head"],
  history: READ,
  log: READ,
  "log --no-key": SEE,
  verify: [...READ, "list head"],
  "verify --no-key": [...SEE, "get blob", "list head"],
  put: SEAL,
  "put --submit": ["create submission", "generate inbox"],
  import: SEAL,
  delete: CHANGE,
  promote: CHANGE,
  inbox: [...SEE, "list submission", "get submission"],
  "inbox --accept": [...SEAL, "list submission", "get submission", "delete submission"],
  "inbox --reject": ["list submission", "get submission", "delete submission"],
  purge: [
    ...CHANGE,
    "replace commit",
    "list commit",
    "list blob",
    "delete commit",
    "delete blob",
    "destroy head",
    "destroy commit",
    "destroy blob",
    "destroy submission",
  ],
  "rotate-key": [...SEAL, "list head", "replace commit", "wrap"],
  init: INIT,
  setup: [...INIT, "describe bucket", "arrange bucket", "describe key", "arrange key"],
} as const satisfies Readonly<Record<string, readonly VaultCall[]>>;

export type VaultVerb = keyof typeof VERB_CALLS;

/** What a verb calls, each once. */
export function callsOf(verb: VaultVerb): ReadonlySet<VaultCall> {
  return new Set(VERB_CALLS[verb]);
}
