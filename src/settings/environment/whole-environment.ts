import { printable } from "../../core/printable.js";
import { buildEnvironment } from "../../env/merge.js";
import { isReference } from "../../env/references.js";
import { CofferError } from "../../errors.js";
import { renderFailure } from "../../failures.js";
import type { Lookup } from "../lookup.js";
import { openLookup, readEntries } from "./read-entries.js";

const NAMING_VARIABLES = ["COFFER_NAMESPACE", "COFFER_PROFILE", "COFFER_STORE"] as const;

/** What a program finds: null where it must not start. And what stderr says. */
export interface Answer {
  readonly environment: Readonly<Record<string, string>> | null;
  readonly said: string;
}

/** The environment that a program would be started with by `coffer exec`, from this one. Never throws. */
export async function readWholeEnvironment(): Promise<Answer> {
  const notes: string[] = [];
  try {
    const environment = await read(notes);
    return { environment, said: notes.map((text) => `coffer: ${printable(text)}\n`).join("") };
  } catch (error) {
    return { environment: null, said: renderFailure(error) };
  }
}

async function read(notes: string[]): Promise<Record<string, string>> {
  const { env: base, platform } = process;
  const options = { tell: (text: string) => void notes.push(text) };
  const lookup = await openLookup(options, { env: base, platform });
  assertNamed(lookup, notes);
  const { entries, referring } = await readEntries(lookup, options);
  return buildEnvironment({ base, pristine: false, entries, allow: referring, platform });
}

/** To go on with what is built in would give a program started in the wrong folder other secrets than it needs, or none. */
function assertNamed({ world, sources }: Lookup, notes: readonly string[]): void {
  if (sources.project !== null || NAMING_VARIABLES.some((name) => world.env[name])) return;
  if (Object.entries(world.env).some(([name, value]) => !/^COFFER_/i.test(name) && isReference(value ?? ""))) return;
  const why = notes[0] ?? "there is no coffer.toml here or above";
  throw new CofferError("NOT_FOUND", `nothing says which secrets the program gets: ${why}`, {
    hint: "write a coffer.toml and trust it, or set COFFER_NAMESPACE, COFFER_PROFILE or COFFER_STORE",
  });
}
