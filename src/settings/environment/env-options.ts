import type { Context } from "../../core/context.js";

/**
 * What `env` is to read, and from where. What is not said here is taken from where `coffer exec` takes it: a `COFFER_*` variable, the
 * trusted `coffer.toml`, the profile, what is built in. The names are those of the command's flags, of which hints speak.
 */
export interface EnvOptions {
  /** The store's URL: `folder:/srv/secrets`. Else `COFFER_STORE`. */
  readonly store?: string | undefined;
  /** The master key's URL: `key-file:/etc/coffer.key`. Else `COFFER_KEY`. */
  readonly key?: string | undefined;
  /** The name of the profile that counts. Else `COFFER_PROFILE`. */
  readonly profile?: string | undefined;
  /** The region of stores and keys that have one. Else `COFFER_REGION`. */
  readonly region?: string | undefined;
  /** The path of a project file, which then counts without being trusted. Else the nearest `coffer.toml`, from the working folder upwards. */
  readonly project?: string | undefined;
  /** `prod/billing`, at least one; of two secrets of one name the later namespace wins. Else those of the project, `COFFER_NAMESPACE`, or the root. */
  readonly namespaces?: readonly string[] | undefined;
  /** These secrets and no others; one that is not there is an error. */
  readonly only?: readonly string[] | undefined;
  /** New names: `{ DATABASE: "DB_URL" }` gives the secret `DB_URL` as `DATABASE`, and no longer by its own name. */
  readonly map?: Readonly<Record<string, string>> | undefined;
  /** Stands before every name that `map` did not give. */
  readonly prefix?: string | undefined;
  /** Makes identifiers, in capitals, of the names that `map` did not give. */
  readonly upper?: boolean | undefined;
  /** A secret there that neither `only` nor `map` names is an error. */
  readonly strict?: boolean | undefined;
  /** Names that are let through although they can run code in a program, such as `NODE_OPTIONS`. */
  readonly allow?: readonly string[] | undefined;
  /** The state at a commit's id, an RFC 3339 time or a date. */
  readonly at?: string | undefined;
  /** What is staged under this word stands before what is current. */
  readonly stage?: string | undefined;
  /** Context pairs; each secret takes those it was sealed with. */
  readonly context?: Context | undefined;
  /** How long one call to the store may take, in ms. Else `COFFER_TIMEOUT` (in seconds), or 30,000. */
  readonly timeout?: number | undefined;
  /** Ends it; `env` then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Hears what a command would say on stderr: that there is a `coffer.toml` that is not trusted, and is left alone. */
  readonly tell?: ((text: string) => void) | undefined;
}

/** The variables that `only`, `map` and `prefix` give. */
export type EnvName<Only extends string, Mapping extends Readonly<Record<string, string>>, Prefix extends string> =
  | `${Prefix}${Exclude<Only, Mapping[keyof Mapping]>}`
  | Extract<keyof Mapping, string>;

const NAMES: Readonly<Record<keyof EnvOptions, true>> = {
  store: true,
  key: true,
  profile: true,
  region: true,
  project: true,
  namespaces: true,
  only: true,
  map: true,
  prefix: true,
  upper: true,
  strict: true,
  allow: true,
  at: true,
  stage: true,
  context: true,
  timeout: true,
  signal: true,
  tell: true,
};

/** Throws `TypeError`: an option that is passed over, or a text where a list is meant, would mean other secrets. */
export function assertEnvOptions(options: EnvOptions): void {
  const unknown = Object.keys(options).find((name) => !Object.hasOwn(NAMES, name));
  if (unknown !== undefined) throw new TypeError(`env takes no option ${JSON.stringify(unknown)}`);
  for (const name of ["namespaces", "only", "allow"] as const) {
    if (options[name] !== undefined && !Array.isArray(options[name])) throw new TypeError(`env: ${name} is a list`);
  }
  if (options.namespaces?.length === 0) throw new TypeError("env: namespaces has none in it");
}
