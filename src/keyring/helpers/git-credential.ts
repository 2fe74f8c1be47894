import { CofferError } from "../../errors.js";
import type { Credential, Keyring } from "../keyring.js";
import { type RunHelper, useKeyring } from "./helper-desk.js";
import { readInput } from "./read-input.js";

type Attributes = ReadonlyMap<string, string>;

/**
 * `git-credential-coffer get|store|erase`: git's credential helper. The service is `PROTOCOL://HOST[/PATH]`; git says the path where `credential.useHttpPath` does.
 * An operation that is not known is nothing to do, and so is what names no host. https://git-scm.com/docs/gitcredentials, https://git-scm.com/docs/git-credential
 */
export const gitCredential: RunHelper = async ([operation], desk) => {
  if (operation !== "get" && operation !== "store" && operation !== "erase") return 0;
  const attributes = parse(await readInput(desk.world));
  const service = serviceOf(attributes);
  if (service === null) return 0;
  const writes = operation !== "get";
  const answer = await useKeyring(
    desk,
    (keyring, call) => {
      const act = operation === "get" ? get : operation === "store" ? store : erase;
      return act(keyring, service, attributes, call);
    },
    { writes },
  );
  if (answer !== "") await desk.world.stdout.write(answer);
  return 0;
};

type Act = (keyring: Keyring, service: string, attributes: Attributes, call: () => object) => Promise<string>;

const get: Act = async (keyring, service, attributes, call) => {
  const found = await keyring.getCredential(service, attributes.get("username"), call());
  return found === null ? "" : `username=${line(found, "username")}\npassword=${line(found, "password")}\n`;
};

const store: Act = async (keyring, service, attributes, call) => {
  const [username, password] = [attributes.get("username"), attributes.get("password")];
  if (username === undefined || password === undefined) return "";
  // git stores again what it has just been given.
  await keyring.keepPassword(service, username, password, call());
  return "";
};

/** Takes away only what git has tried in vain: somebody may have stored a better one meanwhile. */
const erase: Act = async (keyring, service, attributes, call) => {
  const [username, password] = [attributes.get("username"), attributes.get("password")];
  const isMeant = (found: Credential): boolean =>
    (username === undefined || found.username === username) && (password === undefined || found.password === password);
  await keyring.deletePasswords(service, isMeant, call());
  return "";
};

/** A line of the protocol ends at its first line end: what has one would begin another attribute, another host for instance. */
function line(credential: Credential, what: keyof Credential): string {
  if (!/[\n\r\0]/.test(credential[what])) return credential[what];
  throw new CofferError("INVALID", `the stored ${what} has a line end, which git's protocol cannot carry`);
}

function parse(text: string): Attributes {
  const attributes = new Map<string, string>();
  for (const each of text.split("\n")) {
    if (each === "") break;
    const equals = each.indexOf("=");
    if (equals < 0) throw new CofferError("INVALID", "a line that came in is no KEY=VALUE");
    attributes.set(each.slice(0, equals), each.slice(equals + 1));
  }
  return attributes;
}

function serviceOf(attributes: Attributes): string | null {
  const [protocol, host] = [attributes.get("protocol"), attributes.get("host")];
  if (!protocol || !host) return null;
  // git itself refuses such hosts; so does whoever answers for it.
  if (/[\r\0]/.test(protocol + host)) throw new CofferError("INVALID", "the host that came in has a control character");
  const path = attributes.get("path");
  return `${protocol}://${host}${path ? `/${path}` : ""}`;
}
