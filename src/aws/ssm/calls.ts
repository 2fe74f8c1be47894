import type { Sensitive } from "../../core/sensitive.js";

/** A parameter with its value, as it was asked for. */
export interface Parameter {
  readonly name: string;
  /** `:3` or `:label` where that was asked for, else empty. */
  readonly selector: string;
  readonly version: number;
  readonly modified: Date | null;
  /** Null where it was not asked for. */
  readonly value: Sensitive | null;
}

/** What is known of a parameter, or of one of its versions, without its value. */
export interface ParameterInfo {
  readonly name: string;
  readonly version: number;
  readonly modified: Date | null;
  /** The ARN of who wrote it. */
  readonly author: string | null;
  readonly description: string | null;
  readonly key: string | null;
  /** `SecureString`, `String` or `StringList`. */
  readonly type: string;
  readonly labels: readonly string[];
}

export type Tier = "Standard" | "Advanced" | "Intelligent-Tiering";

/** A value to write, as a SecureString. */
export interface ParameterInput {
  readonly name: string;
  readonly value: Sensitive;
  /** Only where there is none of that name. */
  readonly isNew?: boolean;
  readonly description?: string;
  /** A key of KMS; else the account's own for Parameter Store, `alias/aws/ssm`. */
  readonly key?: string;
  readonly tier?: Tier;
}

/** Which parameters to look for: all directly below a path (`/a`), or all below it; by key; by name (50 at most). */
export type Filter =
  | { readonly path: string; readonly recursive: boolean }
  | { readonly key: string }
  | { readonly names: readonly string[] }
  | { readonly type: string };

/**
 * The few calls of Parameter Store that we make. What may be repeated is, with growing waits, until the time is over; fewer are made at once when AWS throttles them.
 * All throw `ACCESS_DENIED` naming action, resource and principal, `UNREACHABLE`, `USAGE` for a region or endpoint that is none, and `FAILED` in AWS's own words.
 */
export interface Ssm {
  /**
   * GetParameters: those of the names that are there, by tens at the same time, each name once. `a:3` and `a:label` ask for a version. What is not there is left out.
   */
  get(names: readonly string[], options: Decrypt, signal?: AbortSignal): Promise<Parameter[]>;
  /** GetParametersByPath: all pages. `path` is `/`, or begins with a slash and does not end in one. */
  getByPath(path: string, options: Decrypt & { recursive: boolean }, signal?: AbortSignal): Promise<Parameter[]>;
  /** DescribeParameters: all pages, what fits all filters. */
  describe(filters: readonly Filter[], signal?: AbortSignal): Promise<ParameterInfo[]>;
  /** GetParameterHistory: all pages, oldest first; empty where there is no such parameter. */
  history(name: string, signal?: AbortSignal): Promise<ParameterInfo[]>;
  /**
   * PutParameter: the version that was made, or null where it should be new and is not. `isRepeated`: an attempt before may have been made too, without a word of it
   * reaching us; so there may be a version more of the same value, or the one that should be new is ours. Throws `OUTCOME_UNKNOWN` where no answer came at all.
   */
  put(input: ParameterInput, signal?: AbortSignal): Promise<{ version: number | null; isRepeated: boolean }>;
  /** DeleteParameter: false where there is none. Throws as `put`. */
  delete(name: string, signal?: AbortSignal): Promise<boolean>;
  /** Throws `USAGE` where no region is given. Nothing is asked. */
  assertRegion(): Promise<void>;
  close(): void;
}

interface Decrypt {
  /** Without it no value is given, and no right on any key is needed. */
  readonly decrypt: boolean;
}
