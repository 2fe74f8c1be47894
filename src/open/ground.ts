import { isAbsolute, join, resolve } from "node:path";
import type { Aws, AwsSettings } from "../aws/aws.js";
import { CofferError } from "../errors.js";
import type { AskPassphrase } from "../keys/passphrase.js";

/** What a URL may refer to besides what it says. */
export interface Surroundings {
  /** What `~` stands for. */
  readonly home?: string;
  readonly askPassphrase?: AskPassphrase;
  readonly aws?: AwsSettings;
}

/** The same with AWS, opened by the first who needs it: store and key share who asks. */
export interface Ground extends Surroundings {
  readonly openAws: () => Promise<Aws>;
}

/** Makes a ground of surroundings; one that is a ground already stays itself. */
export function groundOf(around: Surroundings | Ground): Ground {
  if ("openAws" in around) return around;
  let aws: Promise<Aws> | undefined;
  return {
    ...around,
    openAws: () => {
      aws ??= import("../aws/aws.js").then(({ openAws }) => openAws(around.aws ?? {}));
      return aws;
    },
  };
}

/** The row of a table that a URL's scheme names, and what stands behind the colon. */
export interface Found<T> {
  readonly scheme: string;
  readonly entry: T;
  readonly address: string;
}

/** Throws `USAGE` for a URL of no scheme that the table has. */
export function findByScheme<T>(what: string, table: Readonly<Record<string, T>>, url: string): Found<T> {
  const colon = url.indexOf(":");
  const scheme = url.slice(0, Math.max(colon, 0));
  const entry = Object.hasOwn(table, scheme) ? table[scheme] : undefined;
  if (entry !== undefined) return { scheme, entry, address: url.slice(colon + 1) };
  const known = Object.keys(table).map((name) => `${name}:`);
  throw new CofferError("USAGE", `the ${what} is no URL of a kind that this version knows`, {
    hint: `it begins with ${known.join(" or ")}`,
  });
}

/** The whole path that the address of a `folder:` or `key-file:` means. Throws `USAGE`. */
export function resolveFile(scheme: string, address: string, home: string | undefined): string {
  if (isAbsolute(address)) return resolve(address);
  if (/^\.\.?([/\\]|$)/.test(address)) return resolve(address);
  if (/^~[/\\]./.test(address)) {
    if (home !== undefined) return join(home, address.slice(2));
    throw new CofferError("USAGE", `there is no home for ~ in ${scheme}:~`, {
      hint: "set HOME, or write the path in full",
    });
  }
  throw new CofferError("USAGE", `${scheme}: takes a path that begins with /, ./ or ~/`, {
    hint: `for instance ${scheme}:./here or ${scheme}:/srv/there`,
  });
}
