import { isCofferError } from "../../errors.js";
import type { World } from "../../world.js";
import { type HelperDesk, type RunHelper, useKeyring } from "./helper-desk.js";
import { parseObject, readInput } from "./read-input.js";

/** All registries are one service, so that `list` is one read; the "user name" is the registry. */
const SERVICE = "docker-credential";

/** What docker looks for in our output, word for word. https://github.com/docker/docker-credential-helpers */
const NOT_FOUND = "credentials not found in native keychain";
const NO_SERVER = "no credentials server URL";
const NO_USERNAME = "no credentials username";

interface Login {
  readonly Username: string;
  readonly Secret: string;
}

/** What docker is to be told, on stdout, with exit code 1. */
class Refusal extends Error {}

/** `docker-credential-coffer store|get|erase|list|version`: docker's credential helper, as podman, skopeo and helm call it too. */
export function dockerCredential(version: string): RunHelper {
  return async ([action], desk) => {
    try {
      await desk.world.stdout.write(await answer(action, desk, version));
      return 0;
    } catch (error) {
      if (error instanceof Refusal) return refuse(desk.world, error.message);
      if (isCofferError(error, "NOT_FOUND")) return refuse(desk.world, NOT_FOUND);
      throw error;
    }
  };
}

async function refuse({ stdout }: World, message: string): Promise<number> {
  await stdout.write(`${message}\n`);
  return 1;
}

async function answer(action: string | undefined, desk: HelperDesk, version: string): Promise<string> {
  switch (action) {
    case "get":
      return get(desk);
    case "store":
      return store(desk);
    case "erase":
      return erase(desk);
    case "list":
      return list(desk);
    case "version":
      return `docker-credential-coffer (coffer) v${version}\n`;
    default:
      throw new Refusal("unknown credential action: it is store, get, erase, list or version");
  }
}

async function get(desk: HelperDesk): Promise<string> {
  const ServerURL = await readServer(desk.world);
  const stored = await useKeyring(desk, (keyring, call) => keyring.getPassword(SERVICE, ServerURL, call()));
  if (stored === null) throw new Refusal(NOT_FOUND);
  return `${JSON.stringify({ ServerURL, ...loginOf(stored) })}\n`;
}

async function store(desk: HelperDesk): Promise<string> {
  const { ServerURL, Username, Secret } = parseObject(await readInput(desk.world));
  if (typeof ServerURL !== "string" || ServerURL === "") throw new Refusal(NO_SERVER);
  if (typeof Username !== "string" || Username === "") throw new Refusal(NO_USERNAME);
  const login = JSON.stringify({ Username, Secret: typeof Secret === "string" ? Secret : "" } satisfies Login);
  await useKeyring(desk, (keyring, call) => keyring.setPassword(SERVICE, ServerURL, login, call()), { writes: true });
  return "";
}

async function erase(desk: HelperDesk): Promise<string> {
  const server = await readServer(desk.world);
  await useKeyring(desk, (keyring, call) => keyring.deletePassword(SERVICE, server, call()), { writes: true });
  return "";
}

async function list(desk: HelperDesk): Promise<string> {
  const found = await useKeyring(desk, (keyring, call) => keyring.findCredentials(SERVICE, call()));
  const users = found.map(({ username, password }) => [username, loginOf(password).Username]);
  return `${JSON.stringify(Object.fromEntries(users))}\n`;
}

async function readServer(world: World): Promise<string> {
  const server = (await readInput(world)).trim();
  if (server === "") throw new Refusal(NO_SERVER);
  return server;
}

function loginOf(stored: string): Login {
  const { Username, Secret } = parseObject(stored);
  return { Username: String(Username ?? ""), Secret: String(Secret ?? "") };
}
