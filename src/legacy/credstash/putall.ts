import { decodeUtf8 } from "../../core/bytes.js";
import { isWellFormed, quote } from "../../core/name.js";
import { Sensitive } from "../../core/sensitive.js";
import { CofferError, isCofferError } from "../../errors.js";
import { readValueArgument } from "../credentials/value-argument.js";
import type { ToolWorld } from "../tool-world.js";
import { parsePairs } from "./context.js";
import type { Request } from "./grammar.js";
import { sealingOf, store } from "./put.js";
import { readMembers } from "./read-members.js";
import type { Run } from "./session.js";
import type { NewVersion } from "./table.js";

/**
 * `credstash putall`: one after the other. What is stored already and what is no text gets a line on stderr and changes nothing of the exit code, so that the same object can be put
 * again; anything else that fails does.
 */
export async function preparePutall(request: Request, world: ToolWorld): Promise<Run> {
  const context = parsePairs(request.context);
  const text = decodeUtf8((await readValueArgument(request.positional("credentials"), world)).reveal());
  const version = request.has("autoversion") ? null : (request.option("version") ?? "");
  const how = { ...sealingOf(request), comment: request.option("comment") || null, context };
  return async ({ table, openKeys, world: { stdout, stderr, signal } }) => {
    const members = text === null ? null : readMembers(text);
    if (members === null) throw noObject();
    const parts = { table, keys: openKeys() };
    let code = 0;
    for (const [name, value] of members) {
      try {
        const whole: NewVersion = { ...how, name, value: asValue(value) };
        await store(parts, version, whole, signal);
        await stdout.write(`${name} has been stored\n`);
      } catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof CofferError)) throw error;
        if (!isCofferError(error, "CONFLICT") && !isCofferError(error, "INVALID")) code = 1;
        await stderr.write(`coffer: error: ${quote(name)} is not stored: ${error.message}\n`);
      }
    }
    return code;
  };
}

function asValue(value: unknown): Sensitive {
  if (typeof value === "string" && isWellFormed(value)) return Sensitive.fromText(value);
  throw new CofferError("INVALID", "its value is no text");
}

function noObject(): CofferError {
  return new CofferError("INVALID", "what is to be stored is no JSON object", {
    hint: 'for instance {"name": "value"}, or the name of its file behind @',
  });
}
