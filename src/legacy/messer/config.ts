import { promises } from "node:fs";
import { dirname, join } from "node:path";
import type { KeyContext } from "../../aws/kms/data-keys.js";
import { assertContext } from "../../core/context.js";
import { CofferError } from "../../errors.js";
import { Python2Config } from "../python2/config-parser.js";
import { Python2Dict } from "../python2/dict.js";
import { readPython2Json } from "../python2/read-json.js";
import { TEMPLATE } from "./template.js";

/** What messer.ini says, as far as it is about AWS. */
export interface MesserConfig {
  /** The file's name as it was given, for messages. */
  readonly file: string;
  /** The alias of the master key, without `alias/`. */
  readonly masterKey: string;
  readonly secretsBucket: string;
  readonly keysBucket: string;
  readonly region: string;
  readonly tier: string;
  readonly secretsFolder: string;
  readonly roleArn: string | null;
  readonly roleSessionName: string;
  readonly awsProfile: string | null;
  /** What new data keys are wrapped with, and what it takes to open them again; empty for none. */
  readonly context: KeyContext;
  /** Whether only what was asked for is printed. */
  readonly silent: boolean;
}

/** What there is around a program. */
export interface ConfigPlace {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
}

/** Where messer has its configuration where none is named: https://pypi.org/project/appdirs. Throws `USAGE` without a home. */
export function defaultConfigFile({ env, platform }: ConfigPlace): string {
  if (platform === "win32")
    return join(env.LOCALAPPDATA || required(env.USERPROFILE), "messer", "messer", "messer.ini");
  if (platform === "darwin") return join(required(env.HOME), "Library", "Application Support", "messer", "messer.ini");
  return join(env.XDG_CONFIG_HOME || join(required(env.HOME), ".config"), "messer", "messer.ini");
}

function required(home: string | undefined): string {
  if (home) return home;
  throw new CofferError("USAGE", "there is no home to look for messer.ini in", { hint: "name the file with -c" });
}

/** Makes the file that is used where none is named, unless it is there. Nothing in it is set. */
export async function createDefaultConfig(file: string): Promise<void> {
  await promises.mkdir(dirname(file), { recursive: true });
  await promises.writeFile(file, TEMPLATE, { flag: "wx", mode: 0o600 }).catch((error: unknown) => {
    if (!hasCode(error, "EEXIST")) throw error;
  });
}

/** Reads a configuration as Python 2 does, without asking what it says. Throws `USAGE` for a file that cannot be read, `INVALID` for one that makes no sense. */
export async function readConfigFile(file: string): Promise<Python2Config> {
  let text: string;
  try {
    text = await promises.readFile(file, "utf8");
  } catch (cause) {
    throw new CofferError("USAGE", `the configuration ${file} cannot be read`, {
      hint: "name another with -c, or make it: messer configure aws -c FILE",
      cause,
    });
  }
  return new Python2Config(text, file);
}

/** What it says. Throws `INVALID` for what is missing or cannot be. */
export async function readConfig(file: string): Promise<MesserConfig> {
  const config = await readConfigFile(file);
  const find = (section: string, name: string): string | null => config.get(section, name) || null;
  const need = (section: string, name: string): string => {
    const value = find(section, name);
    if (value !== null) return value;
    throw new CofferError("INVALID", `${name} in [${section}] of ${file} is not set`, {
      hint: `set it there, or with: messer configure aws --${name.replaceAll("_", "-")} …`,
    });
  };
  return {
    file,
    secretsBucket: need("aws", "secrets_bucket"),
    keysBucket: need("aws", "keys_bucket"),
    region: need("aws", "region"),
    masterKey: need("messer", "master_key"),
    tier: find("messer", "tier") ?? "",
    secretsFolder: find("aws", "secrets_folder") ?? "",
    roleArn: find("aws", "role_arn"),
    roleSessionName: find("aws", "role_session_name") ?? "messer",
    awsProfile: find("aws", "aws_profile"),
    context: parseContext(find("aws", "encryption_context")),
    silent: parseBoolean(find("messer", "silent"), file),
  };
}

/**
 * `app=billing,env=prod`, or a JSON object of texts. messer says nothing of a form, and has never used it: any other text is the value of one pair, `context`. Throws `INVALID`.
 */
export function parseContext(text: string | null): KeyContext {
  if (text === null) return {};
  const pairs = text.trimStart().startsWith("{") ? jsonPairs(text) : (textPairs(text) ?? [["context", text] as const]);
  const context = Object.fromEntries(pairs);
  if (Object.keys(context).length !== pairs.length) throw noContext();
  assertContext(context);
  return context;
}

function textPairs(text: string): (readonly [string, string])[] | null {
  const pairs: (readonly [string, string])[] = [];
  for (const part of text.split(",")) {
    const [, name, value] = /^\s*([^=]*[^=\s])\s*=(.*)$/.exec(part) ?? [];
    if (name === undefined || value === undefined) return null;
    pairs.push([name, value.trim()]);
  }
  return pairs;
}

function jsonPairs(text: string): (readonly [string, string])[] {
  const document = readPython2Json(text, "encryption_context");
  if (!(document instanceof Python2Dict)) throw noContext();
  return Array.from(document, ([name, value]) => {
    if (typeof value !== "string") throw noContext();
    return [name, value] as const;
  });
}

function noContext(): CofferError {
  return new CofferError("INVALID", "encryption_context cannot be read", {
    hint: 'write app=billing,env=prod, or {"app": "billing"}',
  });
}

/** As Python's `getboolean`, but that what is empty is false: so it is in the template. */
function parseBoolean(text: string | null, file: string): boolean {
  if (text === null || /^(0|no|false|off)$/i.test(text)) return false;
  if (/^(1|yes|true|on)$/i.test(text)) return true;
  throw new CofferError("INVALID", `silent in [messer] of ${file} is neither true nor false`);
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
