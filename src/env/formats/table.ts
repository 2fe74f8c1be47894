import { CofferError } from "../../errors.js";
import type { Format } from "./format.js";

/** A format as the table has it: loaded when it is needed. */
export interface FormatRow {
  readonly name: string;
  /** Whether import reads it. */
  readonly reads: boolean;
  /** How the files are called, in lower case, where that tells the format. */
  readonly files?: RegExp;
  readonly load: () => Promise<Format>;
}

/** Every format there is, by who reads it. */
export const FORMATS: readonly FormatRow[] = [
  {
    name: "dotenv",
    reads: true,
    files: /(^|[/\\])\.env(\.|$)|\.env$/,
    load: async () => (await import("./dotenv.js")).dotenv,
  },
  { name: "json", reads: true, files: /\.json$/, load: async () => (await import("./json.js")).json },
  { name: "yaml", reads: true, files: /\.ya?ml$/, load: async () => (await import("./yaml.js")).yaml },
  { name: "toml", reads: true, files: /\.toml$/, load: async () => (await import("./toml.js")).toml },
  { name: "csv", reads: true, files: /\.csv$/, load: async () => (await import("./csv.js")).csv },
  { name: "ini", reads: true, files: /\.ini$/, load: async () => (await import("./ini.js")).ini },
  {
    name: "properties",
    reads: true,
    files: /\.properties$/,
    load: async () => (await import("./properties.js")).properties,
  },
  { name: "sh", reads: true, files: /\.sh$/, load: async () => (await import("./sh.js")).sh },
  { name: "bash", reads: true, files: /\.bash$/, load: async () => (await import("./bash.js")).bash },
  { name: "zsh", reads: true, files: /\.zsh$/, load: async () => (await import("./zsh.js")).zsh },
  { name: "fish", reads: false, load: async () => (await import("./fish.js")).fish },
  { name: "powershell", reads: false, load: async () => (await import("./powershell.js")).powershell },
  { name: "cmd", reads: false, load: async () => (await import("./cmd.js")).cmd },
  { name: "node-dotenv", reads: true, load: async () => (await import("./node-dotenv.js")).nodeDotenv },
  { name: "python-dotenv", reads: true, load: async () => (await import("./python-dotenv.js")).pythonDotenv },
  { name: "ruby-dotenv", reads: true, load: async () => (await import("./ruby-dotenv.js")).rubyDotenv },
  { name: "docker", reads: true, load: async () => (await import("./docker.js")).docker },
  { name: "compose", reads: false, load: async () => (await import("./compose.js")).compose },
  { name: "systemd", reads: true, load: async () => (await import("./systemd.js")).systemd },
  { name: "github-actions", reads: false, load: async () => (await import("./github-actions.js")).githubActions },
  { name: "gitlab", reads: false, load: async () => (await import("./gitlab.js")).gitlab },
  { name: "k8s", reads: true, load: async () => (await import("./k8s.js")).k8s },
  { name: "tfvars", reads: true, files: /\.tfvars$/, load: async () => (await import("./tfvars.js")).tfvars },
  { name: "xargs-0", reads: true, load: async () => (await import("./xargs-0.js")).xargs0 },
];

/** The row of a name. Throws `USAGE` where there is none. */
export function requireFormat(name: string): FormatRow {
  const row = FORMATS.find((format) => format.name === name);
  if (row !== undefined) return row;
  throw new CofferError("USAGE", "there is no such format", {
    hint: `there are ${FORMATS.map((format) => format.name).join(" ")}`,
  });
}
