import { promises } from "node:fs";
import { join } from "node:path";
import { CofferError } from "../../errors.js";
import { Python2Config } from "../python2/config-parser.js";
import type { ToolWorld } from "../tool-world.js";

/** What a profile of s3keyring says. */
export interface KeyringProfile {
  readonly bucket: string;
  readonly namespace: string;
  readonly kmsKey: string | null;
  readonly awsProfile: string | null;
  readonly region: string | null;
}

const FILE = ".s3keyring.ini";

/** Where the configuration is: here if it is here, else at home. Throws `USAGE` where there is no home either. */
export async function findConfigFile({ env }: Pick<ToolWorld, "env">): Promise<string> {
  const here = join(process.cwd(), FILE);
  if (await isThere(here)) return here;
  const home = env.HOME || env.USERPROFILE;
  if (home) return join(home, FILE);
  throw new CofferError("USAGE", `there is no home to look for ${FILE} in`, { hint: "name the file with --ini FILE" });
}

/** Reads a file as s3keyring does; one that is not there says nothing. Throws `INVALID`. */
export async function readConfigFile(file: string): Promise<Python2Config> {
  try {
    return new Python2Config(await promises.readFile(file, "utf8"), file);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return new Python2Config("", file);
    throw error;
  }
}

/** What a file says, and over it what the one says that `--ini` names. */
export interface Config {
  readonly file: string;
  get(profile: string, name: string): string | null;
}

export async function readConfig(world: ToolWorld, ini: string | undefined): Promise<Config> {
  const file = await findConfigFile(world);
  const below = await readConfigFile(file);
  const above = ini === undefined ? null : await readConfigFile(ini);
  return {
    file: ini ?? file,
    get: (profile, name) => above?.get(`profile:${profile}`, name) || below.get(`profile:${profile}`, name) || null,
  };
}

/** Throws `INVALID` for a profile that names no bucket. */
export function readProfile(config: Config, name: string): KeyringProfile {
  const find = (option: string): string | null => config.get(name, option);
  const bucket = find("bucket");
  if (bucket === null) {
    throw new CofferError("INVALID", `the profile ${name} says no bucket in ${config.file}`, {
      hint: `set it up with: s3keyring --profile ${name} configure`,
    });
  }
  const awsProfile = find("aws_profile");
  return {
    bucket,
    namespace: find("namespace") ?? "default",
    kmsKey: find("kms_key_id"),
    awsProfile: awsProfile === "default" ? null : awsProfile,
    region: find("aws_region"),
  };
}

async function isThere(file: string): Promise<boolean> {
  return promises.stat(file).then(
    () => true,
    () => false,
  );
}
