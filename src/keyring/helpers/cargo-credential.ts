import { createInterface } from "node:readline";
import { CofferError, isCofferError } from "../../errors.js";
import { type HelperDesk, type RunHelper, useKeyring } from "./helper-desk.js";
import { parseObject } from "./read-input.js";

/** A registry has one token, and no user. */
const USERNAME = "token";

type Answer = { readonly Ok: object } | { readonly Err: object };

/**
 * `cargo-credential-coffer`: cargo's credential provider (1.74 and later), a line of JSON each way until cargo has done.
 * https://doc.rust-lang.org/cargo/reference/credential-provider-protocol.html
 */
export const cargoCredential: RunHelper = async (_args, desk) => {
  const { stdin, stdout } = desk.world;
  await stdout.write('{"v":[1]}\n');
  if (stdin.kind === "none") return 0;
  for await (const line of createInterface({ input: stdin.stream })) {
    await stdout.write(`${JSON.stringify(await answer(line, desk))}\n`);
  }
  return 0;
};

async function answer(line: string, desk: HelperDesk): Promise<Answer> {
  try {
    const { v, kind, registry, token } = parseObject(line);
    if (v !== 1) throw new CofferError("UNSUPPORTED", "cargo speaks another version of the protocol");
    const service = serviceOf(registry);
    if (service === null) return { Err: { kind: "url-not-supported" } };
    switch (kind) {
      case "get":
        return await get(service, desk);
      case "login":
        return await login(service, token, desk);
      case "logout":
        await useKeyring(desk, (keyring, call) => keyring.deletePassword(service, USERNAME, call()), { writes: true });
        return { Ok: { kind: "logout" } };
      default:
        return { Err: { kind: "operation-not-supported" } };
    }
  } catch (error) {
    if (isCofferError(error, "NOT_FOUND")) return { Err: { kind: "not-found" } };
    if (!isCofferError(error)) throw error;
    const causes = error.hint === undefined ? [] : [error.hint];
    return { Err: { kind: "other", message: error.message, "caused-by": causes } };
  }
}

async function get(service: string, desk: HelperDesk): Promise<Answer> {
  const token = await useKeyring(desk, (keyring, call) => keyring.getPassword(service, USERNAME, call()));
  if (token === null) return { Err: { kind: "not-found" } };
  return { Ok: { kind: "get", token, cache: "session", operation_independent: true } };
}

async function login(service: string, given: unknown, desk: HelperDesk): Promise<Answer> {
  const token = typeof given === "string" ? given : await desk.askHidden("token of the registry");
  await useKeyring(desk, (keyring, call) => keyring.setPassword(service, USERNAME, token, call()), { writes: true });
  return { Ok: { kind: "login" } };
}

function serviceOf(registry: unknown): string | null {
  const url =
    typeof registry === "object" && registry !== null && "index-url" in registry ? registry["index-url"] : null;
  return typeof url === "string" && url !== "" ? `cargo:${url}` : null;
}
