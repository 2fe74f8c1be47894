import type { ToolRequest } from "../credentials/tool-command-line.js";
import type { CommandGrammar, ExplainedOption, ToolGrammar } from "../credentials/tool-grammar.js";

const GLOBALS: readonly ExplainedOption[] = [
  {
    name: "region",
    flags: ["-r", "--region"],
    takes: "value",
    help: "the region of the table (AWS_DEFAULT_REGION, else the profile's, else us-east-1)",
  },
  {
    name: "kms-region",
    flags: ["--kms-region"],
    takes: "value",
    help: "the region of the master key (what `setup --save-kms-region` saved, else the table's)",
  },
  {
    name: "table",
    flags: ["-t", "--table"],
    takes: "value",
    help: "the table (CREDSTASH_DEFAULT_TABLE, else credential-store)",
  },
  { name: "log-level", flags: ["--log-level"], takes: "value", help: "what goes into the log file (WARNING)" },
  { name: "log-file", flags: ["--log-file"], takes: "value", help: "where failures are logged; without it nowhere" },
  { name: "profile", flags: ["-p", "--profile"], takes: "value", help: "the profile of AWS's configuration" },
  { name: "arn", flags: ["-n", "--arn"], takes: "value", help: "the ARN of a role to assume" },
];

const CREDENTIAL = { name: "credential", count: "one", help: "its name" } as const;
const CONTEXT = { name: "context", count: "any", help: "key=value pairs of the encryption context" } as const;
const KEY: ExplainedOption = {
  name: "key",
  flags: ["-k", "--key"],
  takes: "value",
  help: "the KMS key that new values are encrypted under (alias/credstash)",
};
const COMMENT: ExplainedOption = {
  name: "comment",
  flags: ["-c", "--comment"],
  takes: "value",
  help: "a comment, which everybody can read",
};
const VERSION: ExplainedOption = {
  name: "version",
  flags: ["-v", "--version"],
  takes: "value",
  help: "the version (the latest: the one that sorts highest)",
};
const AUTOVERSION: ExplainedOption = {
  name: "autoversion",
  flags: ["-a", "--autoversion"],
  help: "the number behind the latest version",
};
const DIGEST: ExplainedOption = {
  name: "digest",
  flags: ["-d", "--digest"],
  takes: "value",
  choices: ["SHA", "SHA224", "SHA256", "SHA384", "SHA512", "MD5"],
  help: "the hash of its HMAC (SHA256)",
};
const FORMAT: ExplainedOption = {
  name: "format",
  flags: ["-f", "--format"],
  takes: "value",
  choices: ["json", "csv", "dotenv", "yaml"],
  help: "how several are printed (json)",
};

const COMMANDS = {
  delete: { help: "delete all versions of a credential", options: [], positionals: [CREDENTIAL] },
  get: {
    help: "print a credential, or all whose names match a pattern with *",
    options: [{ name: "noline", flags: ["-n", "--noline"], help: "add no line end" }, VERSION, FORMAT],
    positionals: [CREDENTIAL, CONTEXT],
  },
  getall: { help: "print all credentials", options: [VERSION, FORMAT], positionals: [CONTEXT] },
  keys: { help: "print the names that there are", options: [], positionals: [] },
  list: { help: "print names, versions and comments", options: [], positionals: [] },
  put: {
    help: "store a new version of a credential",
    options: [
      KEY,
      COMMENT,
      { ...VERSION, help: "the version that it is to be (1)" },
      AUTOVERSION,
      DIGEST,
      { name: "prompt", flags: ["-P", "--prompt"], help: "ask for the value at the terminal" },
    ],
    positionals: [
      CREDENTIAL,
      { name: "value", count: "optional", help: "the value, @FILE, or - for stdin; none is an empty value" },
      CONTEXT,
    ],
  },
  putall: {
    help: "store new versions of all that a JSON object has",
    options: [KEY, { ...VERSION, help: "the version that each is to be (0)" }, COMMENT, AUTOVERSION, DIGEST],
    positionals: [{ name: "credentials", count: "one", help: "the object, @FILE, or - for stdin" }, CONTEXT],
  },
  setup: {
    help: "make the table",
    options: [
      { name: "save-kms-region", flags: ["--save-kms-region"], takes: "value", help: "keep it in ~/.credstash" },
      { name: "tags", flags: ["--tags"], takes: "values", help: "Key=Value pairs for the table" },
    ],
    positionals: [],
  },
} as const satisfies Readonly<Record<string, CommandGrammar>>;

export type CommandName = keyof typeof COMMANDS;
export type Request = ToolRequest<CommandName>;

export const GRAMMAR: ToolGrammar<CommandName> = {
  tool: "credstash",
  summary: "A store of credentials in DynamoDB, under keys of KMS.",
  globals: GLOBALS,
  commands: COMMANDS,
  widened,
};

/** The same with what its README shows: general options behind the command, and `get -k`, which changes nothing. `-n` of `get` stays what it is. */
function widened(command: CommandName): CommandGrammar {
  const { options, ...rest }: CommandGrammar = COMMANDS[command];
  const globals = command === "get" ? GLOBALS.map(withoutN) : GLOBALS;
  const key = command === "get" || command === "getall" ? [KEY] : [];
  return { ...rest, options: [...options, ...key, ...globals] };
}

function withoutN(option: ExplainedOption): ExplainedOption {
  return { ...option, flags: option.flags.filter((flag) => flag !== "-n") };
}
