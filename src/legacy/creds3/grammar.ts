import type { ToolRequest } from "../credentials/tool-command-line.js";
import type { CommandGrammar, ExplainedOption, ToolGrammar } from "../credentials/tool-grammar.js";

/** What stands before the command; as its README shows it, behind it as well. */
const GLOBALS: readonly ExplainedOption[] = [
  {
    name: "region",
    flags: ["-r", "--region"],
    takes: "value",
    help: "the region (AWS_DEFAULT_REGION, else the profile's, else us-east-1)",
  },
  {
    name: "location",
    flags: ["-l", "--location"],
    takes: "value",
    help: "BUCKET or BUCKET/PREFIX (credential-store-ACCOUNT)",
  },
  { name: "profile", flags: ["-p", "--profile"], takes: "value", help: "the profile of AWS's configuration" },
  { name: "arn", flags: ["-n", "--arn"], takes: "value", help: "the ARN of a role to assume" },
];

const KEY: ExplainedOption = {
  name: "key",
  flags: ["-k", "--key"],
  takes: "value",
  help: "the KMS key that new values are encrypted under (alias/creds3)",
};
const CREDENTIAL = { name: "credential", count: "one", help: "its name" } as const;
const CONTEXT = { name: "context", count: "any", help: "key=value pairs of the encryption context" } as const;
const VERSION: ExplainedOption = {
  name: "version",
  flags: ["-v", "--version"],
  takes: "value",
  help: "the version (the latest: the one stored last)",
};

/** In the order of the help. */
const COMMANDS = {
  delete: { help: "delete all versions of a credential", options: [], positionals: [CREDENTIAL] },
  get: {
    help: "print a credential, or as JSON all whose names match a pattern with *",
    options: [{ name: "noline", flags: ["-n", "--noline"], help: "add no line end" }, VERSION],
    positionals: [CREDENTIAL, CONTEXT],
  },
  getall: {
    help: "print all credentials",
    options: [
      VERSION,
      {
        name: "format",
        flags: ["-f", "--format"],
        takes: "value",
        choices: ["json", "csv", "dotenv", "yaml"],
        help: "how (json)",
      },
    ],
    positionals: [CONTEXT],
  },
  list: { help: "print the names and versions that there are", options: [], positionals: [] },
  put: {
    help: "store a new version of a credential",
    options: [
      KEY,
      { ...VERSION, help: "the version that it is to be (1)" },
      { name: "autoversion", flags: ["-a", "--autoversion"], help: "the number behind the latest version" },
      {
        name: "digest",
        flags: ["-d", "--digest"],
        takes: "value",
        choices: ["SHA", "SHA224", "SHA256", "SHA384", "SHA512", "MD5"],
        help: "the hash of its HMAC (SHA256)",
      },
    ],
    positionals: [CREDENTIAL, { name: "value", count: "one", help: "the value, @FILE, or - for stdin" }, CONTEXT],
  },
  setup: { help: "make the bucket", options: [], positionals: [] },
} as const satisfies Readonly<Record<string, CommandGrammar>>;

export type CommandName = keyof typeof COMMANDS;
export type Request = ToolRequest<CommandName>;

export const GRAMMAR: ToolGrammar<CommandName> = {
  tool: "creds3",
  summary: "A store of credentials on S3, under keys of KMS.",
  globals: GLOBALS,
  commands: COMMANDS,
  widened,
};

/**
 * The same with what the README shows and the original does not take: its general options behind the command, and `get -k`, which changes nothing. `-n` of `get` stays what it is.
 */
function widened(command: CommandName): CommandGrammar {
  const { options, ...rest }: CommandGrammar = COMMANDS[command];
  const globals = command === "get" ? GLOBALS.map(withoutN) : GLOBALS;
  const key = command === "get" || command === "getall" ? [KEY] : [];
  return { ...rest, options: [...options, ...key, ...globals] };
}

function withoutN(option: ExplainedOption): ExplainedOption {
  return { ...option, flags: option.flags.filter((flag) => flag !== "-n") };
}
