import type { Sensitive } from "../../core/sensitive.js";
import { encodeDotenv } from "../../env/encode-dotenv.js";
import type { EnvEntry } from "../../env/entry.js";
import { encodeJsonEnv, parseJsonEnv } from "../../env/json-env.js";
import { parseDotenv } from "../../env/parse-dotenv.js";
import { CofferError } from "../../errors.js";

/** What variables can be read from and written as. */
interface Format {
  readonly parse: (bytes: Uint8Array, file: string) => EnvEntry[];
  readonly encode: (entries: readonly EnvEntry[]) => Sensitive;
}

export const FORMATS: Readonly<Record<"dotenv" | "json", Format>> = {
  dotenv: { parse: parseDotenv, encode: (entries) => encodeDotenv(entries) },
  json: { parse: parseJsonEnv, encode: encodeJsonEnv },
};

const LATER =
  "yaml toml csv ini properties sh bash zsh fish powershell cmd node-dotenv python-dotenv ruby-dotenv docker compose systemd github-actions gitlab k8s tfvars xargs-0".split(
    " ",
  );

/** Throws `UNSUPPORTED` for formats that are yet to come, `USAGE` for all others that are unknown. */
export function findFormat(name: string): Format {
  if (name === "dotenv" || name === "json") return FORMATS[name];
  const hint = `this version knows ${Object.keys(FORMATS).join(" and ")}`;
  if (LATER.includes(name)) throw new CofferError("UNSUPPORTED", `the format ${name} is not supported yet`, { hint });
  throw new CofferError("USAGE", "there is no such format", { hint });
}
