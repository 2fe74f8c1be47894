import { quote } from "../../core/name.js";
import { Sensitive } from "../../core/sensitive.js";
import { CofferError, isCofferError } from "../../errors.js";
import { readValueArgument } from "../credentials/value-argument.js";
import { readInput } from "../read-input.js";
import { DEFAULT_DIGEST, DIGESTS } from "../sealed-item.js";
import type { ToolWorld } from "../tool-world.js";
import { parsePairs } from "./context.js";
import type { Request } from "./grammar.js";
import type { Run } from "./session.js";
import { DEFAULT_MASTER_KEY } from "./store.js";
import { type NewVersion, type Parts, putNext, putVersion } from "./table.js";
import { padVersion } from "./version.js";

/** `credstash put`: without `-a` one data key and one put, and no look at what is there. */
export async function preparePut(request: Request, world: ToolWorld): Promise<Run> {
  const name = request.positional("credential");
  const given = request.optional("value");
  const asksFor = request.has("prompt");
  // What stands in the place of the value is the first pair of a context, where a person is asked for the value.
  const pairs = asksFor && given?.includes("=") === true ? [given, ...request.context] : request.context;
  const context = parsePairs(pairs);
  const value = asksFor ? await promptFor(name, world) : await readValueArgument(given ?? "", world);
  const comment = request.option("comment") || null;
  const version = request.has("autoversion") ? null : (request.option("version") ?? "1");
  return async (session) => {
    const { table, world: around } = session;
    const parts = { table, keys: session.openKeys() };
    await store(parts, version, { ...sealingOf(request), name, value, comment, context }, around.signal);
    await around.stdout.write(`${name} has been stored\n`);
    return 0;
  };
}

/** How everything that a command line stores is sealed. */
export function sealingOf(request: Request): Pick<NewVersion, "digest" | "masterKey"> {
  return {
    digest: DIGESTS.find((digest) => digest === request.option("digest")) ?? DEFAULT_DIGEST,
    masterKey: request.option("key") ?? DEFAULT_MASTER_KEY,
  };
}

/** Stores a value as this version; null: as the next one. Throws `CONFLICT` where it is there, `INVALID` for a name that DynamoDB does not take. */
export async function store(
  parts: Parts,
  version: string | null,
  value: NewVersion,
  signal: AbortSignal,
): Promise<void> {
  if (value.name === "") throw new CofferError("INVALID", "a credential must have a name");
  if (version === null) {
    await putNext(parts, value, signal);
    return;
  }
  const stored = padVersion(version);
  if ((await putVersion(parts, stored, value, signal)) === "done") return;
  throw new CofferError("CONFLICT", `${quote(value.name)} version ${stored} is already in the credential store`, {
    hint: "say with -v which version it is to be, or -a for the one behind the latest",
  });
}

/** At the terminal, or where there is none the first line of stdin, as Python's getpass does it. */
async function promptFor(name: string, world: ToolWorld): Promise<Sensitive> {
  try {
    return Sensitive.fromText(await world.askHidden(name));
  } catch (error) {
    if (!isCofferError(error, "USAGE") || world.stdin.kind !== "stream") throw error;
  }
  await world.stderr.write("coffer: there is no terminal to ask at: the value is the first line of stdin\n");
  const typed = await readInput(world.stdin.stream, world.signal);
  const end = typed.indexOf(0x0a);
  return Sensitive.from(end < 0 ? typed : typed.subarray(0, end));
}
