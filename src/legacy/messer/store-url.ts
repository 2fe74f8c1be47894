import { join } from "node:path";
import type { Aws, AwsSettings } from "../../aws/aws.js";
import { CofferError } from "../../errors.js";
import { parseStoreAddress } from "../../stores/store-address.js";
import { parseContext, readConfig } from "./config.js";
import { rootPrefix } from "./layout.js";
import type { MesserPlace } from "./open-messer.js";

/** What stands around a store. */
export interface StoreGround {
  readonly home?: string;
  readonly aws?: AwsSettings;
  readonly openAws: () => Promise<Aws>;
}

/** What the URL of a store says. */
export interface StorePlace extends MesserPlace {
  /** What the keys of all items begin with; empty, or with a slash at its end. */
  readonly prefix: string;
  /** The data key of items that are new; null where it is not said. */
  readonly keyName: string | null;
  readonly openAws: () => Promise<Aws>;
}

/**
 * Reads `messer:?config=FILE`, which takes everything from there, or `messer://BUCKET/TIER/FOLDER?keys=BUCKET&master-key=ALIAS`; both with `&key=NAME` for the data key of new
 * items. Throws `USAGE`, and what the configuration is wrong in.
 */
export async function readStoreUrl(url: string, ground: StoreGround): Promise<StorePlace> {
  const { authority, path, parameters } = parseStoreAddress(url, PARAMETERS);
  const keyName = parameters.get("key") ?? null;
  const file = parameters.get("config");
  if (file !== undefined) {
    if (authority !== "" || path !== "" || [...parameters.keys()].some((name) => name !== "config" && name !== "key")) {
      throw new CofferError("USAGE", "a messer: URL with a configuration takes everything else from there", {
        hint: "messer:?config=FILE, and &key=NAME for the data key of new items",
      });
    }
    return { ...(await placeByConfig(file, ground)), keyName };
  }
  const keysBucket = parameters.get("keys");
  if (authority === "" || keysBucket === undefined) {
    throw new CofferError("USAGE", "the messer: URL names no buckets", {
      hint: "messer:?config=FILE, or messer://SECRETS/tier/folder?keys=BUCKET&master-key=ALIAS",
    });
  }
  return {
    secretsBucket: authority,
    keysBucket,
    masterKey: parameters.get("master-key") ?? "",
    context: parseContext(parameters.get("encryption-context") ?? null),
    prefix: path === "" ? "" : `${path}/`,
    keyName,
    openAws: ground.openAws,
  };
}

const PARAMETERS = ["config", "key", "keys", "master-key", "encryption-context"];

async function placeByConfig(file: string, { home, aws = {} }: StoreGround): Promise<Omit<StorePlace, "keyName">> {
  const config = await readConfig(home !== undefined && /^~[/\\]/.test(file) ? join(home, file.slice(2)) : file);
  const { region, roleArn, roleSessionName, awsProfile } = config;
  const { env = process.env } = aws;
  const hasKey = Boolean(env.AWS_ACCESS_KEY_ID && env.AWS_SECRET_ACCESS_KEY);
  const settings: AwsSettings = {
    region,
    ...(awsProfile === null || hasKey ? {} : { profile: awsProfile }),
    ...(roleArn === null ? {} : { roleArn, roleSessionName }),
    // What our own settings say comes before it.
    ...aws,
  };
  return {
    ...config,
    prefix: rootPrefix(config),
    openAws: async () => (await import("../../aws/aws.js")).openAws(settings),
  };
}

/** The URL with what its configuration says written out, for who has nothing but the URL. Throws as `readStoreUrl`. */
export async function resolveStoreUrl(url: string, ground: Pick<StoreGround, "home">): Promise<string> {
  const unasked = {
    ...ground,
    openAws: (): Promise<Aws> => Promise.reject(new TypeError("nothing is asked of AWS here")),
  };
  const { secretsBucket, prefix, keysBucket } = await readStoreUrl(url, unasked);
  return `messer://${secretsBucket}/${prefix}?keys=${encodeURIComponent(keysBucket)}`;
}
