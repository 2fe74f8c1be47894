import type { AwsSettings } from "../../aws/aws.js";
import { boto3Settings } from "../../aws/boto3-settings.js";
import { openBucketAnywhere } from "../../aws/s3/bucket-anywhere.js";
import { printable } from "../../core/printable.js";
import { Sensitive } from "../../core/sensitive.js";
import { CofferError } from "../../errors.js";
import { splitCommand } from "../command-line/argparse.js";
import { parseInterspersed } from "../command-line/interspersed.js";
import type { Option } from "../command-line/option.js";
import { reprTexts } from "../python-text/repr.js";
import type { RunTool, ToolWorld } from "../tool-world.js";
import { type Config, type KeyringProfile, readConfig, readProfile } from "./config.js";
import { deleteEntry, findEntry, listEntries, putEntry, type Shelf } from "./entries.js";
import { helpOf } from "./help.js";

const GLOBALS: readonly Option[] = [
  { name: "profile", flags: ["--profile"], takes: "value" },
  { name: "ini", flags: ["--ini"], takes: "value" },
  { name: "help", flags: ["--help"] },
];

const HELP: Option = { name: "help", flags: ["--help"] };

interface Command {
  readonly places: readonly string[];
  readonly options?: readonly Option[];
  readonly run: (keyring: OpenKeyring, words: readonly string[]) => Promise<number>;
}

interface OpenKeyring {
  readonly world: ToolWorld;
  readonly shelf: Shelf;
}

/** The words of its README and of the program itself mean the same. */
const COMMANDS: Readonly<Record<string, Command>> = {
  get: { places: ["GROUP", "KEY"], run: get },
  get_password: { places: ["GROUP", "KEY"], run: get },
  set: { places: ["GROUP", "KEY", "SECRET"], run: set },
  set_password: { places: ["GROUP", "KEY", "SECRET"], run: set },
  delete: { places: ["GROUP", "KEY"], run: remove },
  delete_password: { places: ["GROUP", "KEY"], run: remove },
  "list-keys": { places: ["GROUP"], run: listKeys },
};

const CONFIGURE_OPTIONS: readonly Option[] = [
  { name: "ask", flags: ["--ask"] },
  { name: "no-ask", flags: ["--no-ask"] },
  { name: "local", flags: ["--local"] },
  { name: "no-local", flags: ["--no-local"] },
];

/** `s3keyring [--profile NAME] [--ini FILE] COMMAND …` */
export const runS3Keyring: RunTool = async (args, world) => {
  const { before, command: name, after } = splitCommand(args, GLOBALS);
  const { options: globals } = parseInterspersed(before, GLOBALS, { abbreviations: false });
  if (globals.has("help") || name === undefined) return print(world, helpOf(null));
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command === undefined && name !== "configure") throw unknownCommand();
  const own = command === undefined ? CONFIGURE_OPTIONS : [];
  const { options, rest } = parseInterspersed(after, [HELP, ...own], { abbreviations: false });
  if (options.has("help")) return print(world, helpOf(name));
  const places = command?.places ?? [];
  if (rest.length < places.length) throw new CofferError("USAGE", `${name}: ${places[rest.length]} is missing`);
  if (rest.length > places.length) throw new CofferError("USAGE", `${name}: there are too many arguments`);
  const profile = globals.get("profile")?.at(-1) ?? "default";
  const config = await readConfig(world, globals.get("ini")?.at(-1));
  if (command !== undefined) return withKeyring(world, config, profile, (keyring) => command.run(keyring, rest));
  const { configure } = await import("./configure.js");
  return configure(world, config, { profile, ask: isLast(options, "ask", "no-ask"), local: options.has("local") });
};

/** The last of two options that say the opposite counts; none of them says yes. */
function isLast(options: ReadonlyMap<string, unknown>, yes: string, no: string): boolean {
  return [...options.keys()].findLast((name) => name === yes || name === no) !== no;
}

async function get({ world, shelf }: OpenKeyring, [group = "", key = ""]: readonly string[]): Promise<number> {
  const found = await findEntry(shelf, { group, key }, world.signal);
  if (found !== null) await world.stdout.write(found.value.reveal());
  // What is not there is an empty line, which scripts test for.
  return print(world, "\n");
}

async function set(
  { world, shelf }: OpenKeyring,
  [group = "", key = "", secret = ""]: readonly string[],
): Promise<number> {
  await putEntry(shelf, { group, key }, Sensitive.fromText(secret), { signal: world.signal });
  return print(world, "\n");
}

async function remove({ world, shelf }: OpenKeyring, [group = "", key = ""]: readonly string[]): Promise<number> {
  if (await deleteEntry(shelf, { group, key }, { signal: world.signal })) return print(world, "\n");
  throw new CofferError("NOT_FOUND", `there is no password for ${printable(group)}/${printable(key)}`);
}

async function listKeys({ world, shelf }: OpenKeyring, [group = ""]: readonly string[]): Promise<number> {
  const entries = await listEntries(shelf, { group }, world.signal);
  return print(world, `${reprTexts(entries.map(({ key }) => key))}\n`);
}

async function withKeyring(
  world: ToolWorld,
  config: Config,
  name: string,
  use: (keyring: OpenKeyring) => Promise<number>,
): Promise<number> {
  const profile = readProfile(config, name);
  const { openAws } = await import("../../aws/aws.js");
  const objects = openBucketAnywhere(await openAws(settingsOf(profile, world)), profile.bucket);
  try {
    return await use({ world, shelf: { objects, namespace: profile.namespace, kmsKey: profile.kmsKey } });
  } finally {
    objects.close();
  }
}

/** AWS_REGION counts for s3keyring as it does not for boto3 itself. */
function settingsOf({ region, awsProfile }: KeyringProfile, { env, askMfaCode, onSlow }: ToolWorld): AwsSettings {
  const asked = { region: region ?? env.AWS_REGION, profile: awsProfile ?? undefined };
  return { ...boto3Settings(asked, env), askMfaCode, onSlow };
}

async function print({ stdout }: ToolWorld, text: string): Promise<number> {
  await stdout.write(text);
  return 0;
}

function unknownCommand(): CofferError {
  return new CofferError("USAGE", "there is no such command", {
    hint: `it is one of ${[...Object.keys(COMMANDS), "configure"].join(", ")}`,
  });
}
