import { readFileSync, realpathSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { CofferError } from "../../errors.js";
import { dumpJson } from "../python-text/json.js";

type Environment = Readonly<Record<string, string | undefined>>;

/** The region of KMS that `setup --save-kms-region` has kept; undefined where there is none. Throws `INVALID` where the file is not what credstash writes. */
export function readKmsRegion(env: Environment): string | undefined {
  const region = readConfig(fileOf(env))["kms-region"];
  if (region === undefined || region === null || region === "") return undefined;
  if (typeof region === "string") return region;
  throw broken();
}

/** Keeps a region in `~/.credstash`, and what else stands there. Throws `INVALID`, and the system's errors. */
export function saveKmsRegion(env: Environment, region: string): void {
  const file = fileOf(env);
  const { "kms-region": _, ...others } = readConfig(file);
  if (Object.values(others).some((value) => typeof value !== "string")) throw broken();
  // All were looked at.
  const kept = Object.entries(others as Record<string, string>);
  writeWhole(file, dumpJson([...kept, ["kms-region", region]]));
}

function fileOf({ HOME }: Environment): string {
  return join(HOME || homedir(), ".credstash");
}

function readConfig(file: string): Readonly<Record<string, unknown>> {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    return {}; // None, or none that we may read: as if there were none, as in the original.
  }
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === "object" && parsed !== null && !Array.isArray(parsed)) return { ...parsed };
  } catch {
    // Said below.
  }
  throw broken();
}

/** Beside its place and then into it, through a link where it is one: no other command reads half of it. */
function writeWhole(file: string, text: string): void {
  let place = file;
  try {
    place = realpathSync(file);
  } catch {
    // There is none yet.
  }
  const draft = `${place}.${process.pid}`;
  try {
    writeFileSync(draft, text, { flag: "wx" });
    renameSync(draft, place);
  } finally {
    rmSync(draft, { force: true });
  }
}

function broken(): CofferError {
  return new CofferError("INVALID", "~/.credstash is not what credstash writes: a JSON object with kms-region", {
    hint: "repair or remove it; --kms-region is looked at first",
  });
}
