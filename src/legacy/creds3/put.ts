import { quote } from "../../core/name.js";
import { CofferError } from "../../errors.js";
import { parseContextPairs } from "../credentials/context-pairs.js";
import { readValueArgument } from "../credentials/value-argument.js";
import { DEFAULT_DIGEST, DIGESTS } from "../sealed-item.js";
import type { ToolWorld } from "../tool-world.js";
import type { Request } from "./grammar.js";
import type { Run } from "./session.js";
import { type NewValue, putNext, putVersion } from "./shelf.js";
import { DEFAULT_MASTER_KEY } from "./store.js";

/** `creds3 put`: without `-a` one data key and one put, and no look at what is there. */
export async function preparePut(request: Request, world: ToolWorld): Promise<Run> {
  const name = request.positional("credential");
  const value: NewValue = {
    name,
    context: parseContextPairs(request.context),
    value: await readValueArgument(request.positional("value"), world),
    digest: DIGESTS.find((digest) => digest === request.option("digest")) ?? DEFAULT_DIGEST,
    masterKey: request.option("key") ?? DEFAULT_MASTER_KEY,
  };
  const version = request.has("autoversion") ? null : (request.option("version") ?? "1");
  return async ({ shelf, world: { signal, stdout } }) => {
    if (version === null) await putNext(shelf, value, signal);
    else if ((await putVersion(shelf, version, value, signal)) === "lost") throw taken(name, version);
    await stdout.write(`${name} has been stored\n`);
    return 0;
  };
}

function taken(name: string, version: string): CofferError {
  return new CofferError("CONFLICT", `${quote(name)} version ${version} is already in the credential store`, {
    hint: "say with -v which version it is to be, or -a for the one behind the latest",
  });
}
