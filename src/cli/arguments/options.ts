/** One flag. With `value` (its placeholder in help) it takes a value, else it is a switch. */
export interface Option {
  readonly short?: string;
  readonly value?: string;
  readonly repeats?: true;
  /** Part of the contract, but not there yet: known, refused, and not shown in help. */
  readonly later?: true;
  readonly help: string;
}

/**
 * Every flag there is. A flag means the same and takes a value or not at every verb, so that it may stand before the verb as
 * well as behind it, and a guess at what was meant can say where it belongs.
 */
export const OPTIONS = {
  store: { short: "s", value: "URL", help: "the store, such as folder:/srv/secrets or s3://bucket/prefix" },
  key: {
    short: "k",
    value: "URL",
    help: "the master key, key-file:/etc/coffer.key, keychain:, passphrase: or aws-kms:alias/NAME",
  },
  profile: { short: "p", value: "NAME", help: "the profile whose settings count" },
  namespace: { short: "N", value: "NS", help: "the namespace of bare names" },
  region: { value: "REGION", help: "the AWS region" },
  timeout: { value: "SECONDS", help: "how long to wait for the store (30)" },
  project: { value: "FILE", help: "the project file, instead of a trusted coffer.toml" },
  json: { help: "one JSON document on stdout; errors as JSON on stderr" },
  quiet: { short: "q", help: "say nothing but errors" },
  verbose: { short: "v", help: "say more about what is done" },
  yes: { short: "y", help: "do not ask" },
  "no-input": { help: "never prompt" },
  color: { value: "WHEN", help: "auto, always or never" },
  help: { short: "h", help: "this help" },

  version: { value: "N", help: "this version" },
  at: { value: "REV", help: "the state at a commit id, time or date" },
  stage: { value: "STAGE", help: "as staged under this name" },
  context: { short: "c", value: "K=V", repeats: true, help: "a context pair the secret is sealed with" },
  contexts: { value: "FILE", help: "context pairs from a file: K=V lines or a JSON object" },

  message: { short: "m", value: "TEXT", help: "why, for the log" },
  "if-version": { value: "N", help: "only if this is the current version (0: only if there is none)" },
  "if-commit": { value: "ID", help: "only if this is the namespace's head" },
  "dry-run": { help: "show what would be done, and do nothing" },

  comment: { value: "TEXT", help: "a note beside the value; it is not encrypted" },
  expires: { value: "WHEN", help: "a duration from now (90d, 12h, 30m) or a time" },
  binary: { help: "the value is bytes, whatever it looks like" },
  "own-key": { help: "seal it under a data key of its own" },
  submit: { help: "hand it in for somebody else to accept; reads nothing" },
  accept: { help: "make a commit of these, oldest first" },
  reject: { help: "remove these, unopened" },
  chomp: { help: "drop one line end from the end of the value" },
  "allow-empty": { help: "accept an empty value from stdin" },

  "no-newline": { short: "n", help: "never add a line end" },
  output: { short: "o", value: "FILE", help: "write to this file (mode 0600), whole or not at all" },
  field: { value: "NAME", help: "one field of a value that is a JSON object" },
  force: { help: "print bytes to a terminal" },

  long: { short: "l", help: "with more about each" },
  deleted: { help: "deleted secrets as well" },
  limit: { value: "N", help: "at most this many" },
  "missing-ok": { help: "a missing name is no error" },
  head: { value: "ID", help: "the commit id to trust from now on" },
  rotation: { value: "DURATION", help: "how old data keys may be (90d)" },
  recovery: { help: "make a recovery key as well, and show it once" },
  all: { help: "all namespaces; in an inbox, all that waits" },
  "older-than": { value: "DURATION", help: "only what is older (90d, 12h)" },
  "new-key": { value: "URL", help: "another master key, for which everything is wrapped as well" },
  "drop-key": { value: "URL|ID", help: "a master key that is to open nothing any more" },
  "skip-context": { help: "leave secrets as they are whose context is not given" },
  identity: { value: "FILE", help: "the recovery key: an age identity file, - for stdin" },
  to: { value: "REV|URL", help: "the revision to go to; for recover, the master key from now on" },
  versions: { value: "1,3-5", help: "these versions" },
  orphans: { help: "what interrupted writers left in the storage" },
  "accept-unproven": { help: "take it for granted that this is what was written" },
  "no-key": { help: "use no key: the chain of hashes alone is checked" },

  "store-from": { value: "URL|PROFILE", help: "the store to copy from; without it that of the settings" },
  "store-to": { value: "URL|PROFILE", help: "the store to copy to; without it that of the settings" },
  history: { help: "all versions, oldest first, and deletions" },
  verify: { help: "read both sides afterwards, and compare the values" },

  from: { value: "FORMAT", help: "how it is written, such as dotenv, json, yaml or k8s; else told from the file" },
  prune: { help: "delete what the file does not have" },
  for: { value: "FORMAT", help: "who reads it: dotenv (default), json, yaml, sh, docker, k8s, github-actions, …" },
  format: { value: "KIND", help: "how it is written: json (default), terraform, cloudformation, key-policy or grant" },
  principal: { value: "ARN", repeats: true, help: "who is to have it, in a key's policy or a grant" },
  reveal: { help: "show the values" },
  "exit-code": { help: "exit code 1 where there is a difference" },
  length: { value: "N", help: "so many characters (32)" },
  alphabet: { value: "CHARACTERS", help: "made of these; else of A-Z a-z 0-9" },
  words: { value: "N", help: "so many made-up words that can be spoken, 16 bits each" },
  uuid: { help: "a random UUID, 122 bits" },
  hex: { value: "N", help: "so many random bytes, in hexadecimal digits" },
  base64: { value: "N", help: "so many random bytes, in Base64" },
  rsa: { value: "BITS", help: "an RSA key (2048 to 8192 bits), PKCS#8 in PEM" },
  ed25519: { help: "an Ed25519 key, PKCS#8 in PEM" },
  print: { help: "print it as well" },
  recursive: { short: "R", help: "namespaces below as well" },

  only: { value: "A,B", repeats: true, help: "these names only; a missing one is an error" },
  map: { value: "VAR=NAME", repeats: true, help: "call it VAR" },
  prefix: { value: "P_", help: "put this before every name" },
  upper: { help: "make identifiers of the names, in capitals" },
  strict: { help: "any other name there is an error" },

  pristine: { help: "start with an empty environment" },
  allow: { value: "NAME,…", repeats: true, help: "let this name through although it can run code" },
  expect: { value: "COMMIT", help: "only if this is the namespace's head" },
  origin: { help: "where each setting comes from, too" },
  remove: { help: "trust it no longer" },
  dir: { value: "DIR", help: "the folder for it" },
  "aws-profile": { value: "NAME", help: "the AWS profile" },
  "role-arn": { value: "ARN", help: "the AWS role to assume" },
  "role-session-name": { value: "NAME", help: "what the session of that role is called" },
  "also-wrap": { value: "URL", repeats: true, help: "another key that new data keys are wrapped for" },

  psc: { help: "resolve psc's references in the environment too: SECRET NAME" },
  mask: { help: "hide what it is given in what the program prints" },
  "mask-short": { help: "the same, and values of less than 8 bytes as well" },
  watch: { help: "start the program anew, or signal it, when its secrets change" },
  interval: { value: "DURATION", help: "how often to look, with --watch (60s)" },
  signal: { value: "SIGNAL", help: "what to send it then, such as HUP, with --watch" },
  restart: { help: "start it anew, with --watch; this is what is done without --signal" },
  "as-file": { value: "NAME=PATH|fd", repeats: true, help: "hand a value over as a file, and NAME says where it is" },
  replace: { help: "let the program take the place of coffer, which then waits for nothing" },
} as const satisfies Readonly<Record<string, Option>>;

export type OptionName = keyof typeof OPTIONS;

/** Accepted at every verb. */
export const GLOBAL_OPTIONS = [
  "store",
  "key",
  "profile",
  "namespace",
  "region",
  "timeout",
  "project",
  "json",
  "quiet",
  "verbose",
  "yes",
  "no-input",
  "color",
  "help",
] as const satisfies readonly OptionName[];

export const READ_OPTIONS = ["version", "at", "stage", "context", "contexts"] as const satisfies readonly OptionName[];

export const WRITE_OPTIONS = [
  "message",
  "if-version",
  "if-commit",
  "stage",
  "context",
  "contexts",
  "dry-run",
] as const satisfies readonly OptionName[];

export const SELECT_OPTIONS = ["only", "map", "prefix", "upper", "strict"] as const satisfies readonly OptionName[];

export function findOption(name: string): Option | undefined {
  return Object.hasOwn(OPTIONS, name) ? OPTIONS[name as OptionName] : undefined; // hasOwn has just shown that it is one.
}
