import { CofferError } from "../../errors.js";
import { type Grammar, parseArgparse } from "../command-line/argparse.js";
import type { Option } from "../command-line/option.js";

/** A command of psc's, and what follows it on the command line. */
export interface Usage extends Grammar {
  readonly summary: string;
  readonly text: string;
}

const COMMON: readonly Option[] = [
  { name: "help", flags: ["-h", "--help"] },
  { name: "region", flags: ["-r", "--region"], takes: "value" },
  { name: "profile", flags: ["-p", "--aws-profile", "--profile"], takes: "value" },
  { name: "arn", flags: ["--arn", "--role"], takes: "value" },
  { name: "debug", flags: ["-d", "--debug"] },
];
const KEY: Option = { name: "key", flags: ["-k", "--key-id"], takes: "value" };
const WRITE: readonly Option[] = [...COMMON, { name: "description", flags: ["--description"], takes: "value" }, KEY];
const NAME = { name: "secret_name", count: "one" } as const;
const VALUE = { name: "secret_value", count: "one" } as const;

/** Every command there is, in the order of help. */
export const COMMANDS: Readonly<Record<string, Usage>> = {
  "decrypt-env": {
    summary: "prints `export` lines for the variables whose value is SECRET NAME",
    text: "[--pattern PATTERN]",
    options: [...COMMON, { name: "pattern", flags: ["--pattern"], takes: "value" }],
    positionals: [],
  },
  ls: {
    summary: "lists the secrets",
    text: "[-l] [-k KEY_ID]",
    options: [...COMMON, { name: "long", flags: ["-l", "--long"] }, KEY],
    positionals: [],
  },
  ll: {
    summary: "lists them with description, key and last change",
    text: "[-k KEY_ID]",
    options: [...COMMON, KEY],
    positionals: [],
  },
  get: { summary: "prints a secret", text: "secret_name", options: COMMON, positionals: [NAME] },
  set: {
    summary: "stores a value; an empty one is asked for",
    text: "[--description DESCRIPTION] [-k KEY_ID] secret_name secret_value",
    options: WRITE,
    positionals: [NAME, VALUE],
  },
  "set-file": {
    summary: "stores the content of a file, or of stdin (-)",
    text: "[--description DESCRIPTION] [-k KEY_ID] secret_name FILE",
    options: WRITE,
    positionals: [NAME, VALUE],
  },
  delete: { summary: "deletes a secret", text: "secret_name", options: COMMON, positionals: [NAME] },
};

/** What a command line asks for. */
export interface Order {
  readonly command: string;
  /** The value of an option, the last that was given. */
  readonly option: (name: string) => string | undefined;
  readonly has: (name: string) => boolean;
  readonly positional: (name: string) => string;
}

/** Reads what follows a command; null where help is asked for. Throws `USAGE`. */
export function parseOrder(command: string, args: readonly string[]): Order | null {
  const usage = Object.hasOwn(COMMANDS, command) ? COMMANDS[command] : undefined;
  if (usage === undefined) {
    throw new CofferError("USAGE", "psc has no such command", {
      hint: `it is one of ${Object.keys(COMMANDS).join(", ")}`,
    });
  }
  if (asksForHelp(args, usage)) return null;
  const { options, positionals } = parseArgparse(args, usage);
  if (options.has("profile") && options.has("arn"))
    throw new CofferError("USAGE", "--arn and --profile exclude each other");
  return {
    command,
    option: (name) => options.get(name)?.at(-1),
    has: (name) => options.has(name),
    positional: (name) => positionals.get(name)?.[0] ?? "",
  };
}

/** As argparse has it, `-h` ends everything where it stands, whatever is missing. */
function asksForHelp(args: readonly string[], { options, positionals }: Grammar): boolean {
  if (!args.some((argument) => /^-h|^--h/.test(argument))) return false;
  const lenient = positionals.map((each) => ({ ...each, count: "any" as const }));
  return parseArgparse(args, { options, positionals: lenient }).options.has("help");
}

/** Help in words of our own. */
export function renderHelp(command?: string): string {
  const usage = command === undefined ? undefined : COMMANDS[command];
  if (command !== undefined && usage !== undefined) {
    return `usage: psc ${command} [-h] [-r REGION] [-p AWS_PROFILE | --arn ARN] [-d] ${usage.text}\n\n${usage.summary}\n${OPTIONS_HELP}`;
  }
  const width = Math.max(...Object.keys(COMMANDS).map((name) => name.length));
  const lines = Object.entries(COMMANDS).map(([name, { summary }]) => `  ${name.padEnd(width)}  ${summary}`);
  return `usage: psc [-h] {${Object.keys(COMMANDS).join(",")}} ...\n\nSecrets in AWS Systems Manager's Parameter Store, for psc's users.\n\ncommands:\n${lines.join("\n")}\n\nEach tells more with -h: psc get -h\n`;
}

const OPTIONS_HELP = `
options:
  -h, --help               shows this
  -r, --region REGION      the AWS region; else AWS_REGION, AWS_DEFAULT_REGION, or the profile's
  -p, --profile, --aws-profile NAME
                           a profile of AWS's configuration
  --arn, --role ARN        a role to assume
  -d, --debug              says on stderr what is done, never a value
  --description TEXT       set, set-file: is kept beside the value
  -k, --key-id KEY         set, set-file: the KMS key, in place of alias/aws/ssm; ls, ll: only what has this key
  -l, --long               ls: as ll
  --pattern PATTERN        decrypt-env: in place of SECRET (.+), in Python's syntax; the first group is the secret's name
`;
