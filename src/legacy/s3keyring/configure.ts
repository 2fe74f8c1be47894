import { promises } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { CofferError } from "../../errors.js";
import type { ToolWorld } from "../tool-world.js";
import { type Config, readConfigFile } from "./config.js";

interface Option {
  readonly name: string;
  readonly prompt: string;
  /** The variables that may say it: of s3keyring 0.3.0, of the one before, of its README. */
  readonly variables: readonly string[];
  readonly fallback?: string;
  readonly required?: true;
  /** Not asked for. */
  readonly silent?: true;
}

const OPTIONS: readonly Option[] = [
  {
    name: "aws_profile",
    prompt: "Aws Profile",
    variables: ["S3KEYRING_AWS_PROFILE", "KEYRING_AWS_PROFILE"],
    fallback: "default",
  },
  { name: "bucket", prompt: "Bucket", variables: ["S3KEYRING_BUCKET", "KEYRING_BUCKET"], required: true },
  {
    name: "kms_key_id",
    prompt: "Kms Key Id",
    variables: ["S3KEYRING_KMS_KEY_ID", "KEYRING_KMS_KEY_ID", "KMS_KEY_ID"],
    required: true,
  },
  {
    name: "namespace",
    prompt: "Namespace",
    variables: ["S3KEYRING_NAMESPACE", "KEYRING_NAMESPACE"],
    fallback: "default",
  },
  {
    name: "use_local_keyring",
    prompt: "Use Local Keyring",
    variables: ["S3KEYRING_USE_LOCAL_KEYRING"],
    fallback: "yes",
  },
  { name: "aws_region", prompt: "", variables: ["AWS_REGION"], silent: true },
];

/** How `configure` is asked. */
export interface ConfigureWishes {
  readonly profile: string;
  readonly ask: boolean;
  /** In a file here, whether there is one or not. */
  readonly local: boolean;
}

/**
 * `s3keyring configure`: what the file says counts, then a variable, then what is usual; a person may say otherwise. What was found is saved even where something is missing, as
 * s3keyring does. Throws `INVALID` then.
 */
export async function configure(world: ToolWorld, config: Config, wishes: ConfigureWishes): Promise<number> {
  const { profile, ask, local } = wishes;
  const values = new Map<string, string>();
  const lines = ask ? createInterface({ input: world.stdin.stream, terminal: false }) : null;
  const answers = lines?.[Symbol.asyncIterator]() ?? null;
  // Closing ends whoever waits for a line.
  const stop = (): void => lines?.close();
  world.signal.addEventListener("abort", stop, { once: true });
  try {
    for (const option of OPTIONS) {
      const known = config.get(profile, option.name) ?? fromVariables(option, world) ?? option.fallback ?? null;
      const value = answers === null || option.silent === true ? known : await askFor(world, answers, option, known);
      if (value !== null) values.set(option.name, value);
    }
  } finally {
    world.signal.removeEventListener("abort", stop);
    lines?.close();
  }
  await save(local ? join(process.cwd(), ".s3keyring.ini") : config.file, profile, values);
  const missing = OPTIONS.filter(({ name, required }) => required === true && !values.has(name));
  if (missing.length === 0) return 0;
  const [first, ...others] = missing.flatMap(({ variables }) => variables.slice(0, 1));
  throw new CofferError("INVALID", `${missing.map(({ name }) => name).join(" and ")} are not set`, {
    hint: `what was said is saved; say the rest with ${[first, ...others].join(" and ")}, or without --no-ask`,
  });
}

function fromVariables({ variables }: Option, { env }: ToolWorld): string | null {
  return variables.map((name) => env[name]).find((value) => value !== undefined && value !== "") ?? null;
}

/** As click asks: the prompt on stdout, an empty line for what stands in brackets. */
async function askFor(
  world: ToolWorld,
  answers: AsyncIterator<string>,
  { prompt }: Option,
  known: string | null,
): Promise<string | null> {
  await world.stdout.write(`${prompt} [${known ?? "None"}]: `);
  const { done, value } = await answers.next();
  world.signal.throwIfAborted();
  if (done === true) throw new CofferError("INVALID", "the questions were not answered", { hint: "nothing was saved" });
  return value === "" ? known : value;
}

async function save(file: string, profile: string, values: ReadonlyMap<string, string>): Promise<void> {
  const config = await readConfigFile(file);
  for (const [name, value] of values) config.set(`profile:${profile}`, name, value);
  await promises.writeFile(file, config.text, { mode: 0o600 });
}
