import { promises } from "node:fs";
import { dirname } from "node:path";
import { CofferError } from "../../errors.js";
import { Python2Config } from "../python2/config-parser.js";
import type { MesserTask, RunCommand } from "./commands.js";
import { findConfigFile } from "./session.js";

/** What is set in which section, in the order in which a new file gets it. */
const SETTINGS = [
  ["aws", "secrets_bucket"],
  ["aws", "secrets_folder"],
  ["aws", "keys_bucket"],
  ["aws", "role_arn"],
  ["aws", "role_session_name"],
  ["aws", "encryption_context"],
  ["aws", "aws_profile"],
  ["aws", "region"],
  ["messer", "master_key"],
  ["messer", "tier"],
] as const;

/** `messer configure aws …`: what is not said stays as it is, comments and other sections too. */
export const configureAws: RunCommand = async (task) => {
  const { words, world } = task;
  const file = await findConfigFile(world, words.find("config"));
  const config = new Python2Config(await readOrEmpty(file), file);
  for (const section of ["aws", "messer"]) config.addSection(section);
  for (const [section, name] of SETTINGS) {
    // An empty value changes nothing, as with messer.
    const value = words.find(name) || null;
    if (value !== null) config.set(section, name, name === "tier" ? value.toLowerCase() : value);
  }
  if (words.has("silent")) config.set("messer", "silent", "True");
  await writeWhole(file, config.text);
  await world.stdout.write(`Saved configuration to ${file}\n`);
  if (words.has("print_config")) await print(task, file, config);
  return 0;
};

async function print({ world }: MesserTask, file: string, config: Python2Config): Promise<void> {
  await world.stdout.write(`Config File: ${file}\n`);
  for (const section of config.sections.filter((each) => each === "aws" || each === "messer")) {
    const lines = config.items(section).map(([name, value]) => `\t${name}=${value}\n`);
    await world.stdout.write([`[${section}]\n`, ...lines].join(""));
  }
}

async function readOrEmpty(file: string): Promise<string> {
  try {
    return await promises.readFile(file, "utf8");
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") return "";
    throw new CofferError("USAGE", `the configuration ${file} cannot be read`, { hint: "name another with -c", cause });
  }
}

/** Half a configuration would be another one. */
async function writeWhole(file: string, text: string): Promise<void> {
  const draft = `${file}.${process.pid}.tmp`;
  try {
    // A link stays one: what it leads to is written.
    const target = await promises.realpath(file).catch(() => file);
    const mode = (await promises.stat(target).catch(() => null))?.mode ?? 0o600;
    await promises.writeFile(draft, text, { flag: "wx", mode: mode & 0o777 });
    await promises.rename(draft, target);
  } catch (cause) {
    await promises.rm(draft, { force: true });
    throw new CofferError("USAGE", `the configuration ${file} cannot be written`, {
      hint: `look at who may write in ${dirname(file)}`,
      cause,
    });
  }
}
