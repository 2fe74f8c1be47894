import { CofferError } from "../../errors.js";
import type { Credential } from "../keyring.js";
import { type HelperDesk, type RunHelper, useKeyring } from "./helper-desk.js";
import { readInput } from "./read-input.js";

interface Asked {
  readonly operation: string;
  readonly service: string;
  readonly username: string | undefined;
  readonly mode: string;
  readonly output: string;
}

/**
 * `keyring get|set|del SERVICE [USERNAME]`, as pip, uv and twine call the command of Python's keyring: what is not there is exit 1 with nothing on stdout.
 * https://pypi.org/project/keyring/
 */
export const keyringCommand: RunHelper = async (args, desk) => {
  const asked = parse(args);
  switch (asked.operation) {
    case "get":
      return get(asked, desk);
    case "set":
      return set(asked, desk);
    case "del":
      await useKeyring(desk, (keyring, call) => keyring.deletePassword(asked.service, nameOf(asked), call()), {
        writes: true,
      });
      return 0;
    default:
      throw new CofferError("USAGE", "keyring: this operation is not known", { hint: "it is get, set or del" });
  }
};

async function get(asked: Asked, desk: HelperDesk): Promise<number> {
  const { service, username, mode, output } = asked;
  if (mode === "password") nameOf(asked);
  const found = await useKeyring(desk, (keyring, call) => keyring.getCredential(service, username, call()));
  if (found === null) return 1;
  await desk.world.stdout.write(render(found, mode, output));
  return 0;
}

function render({ username, password }: Credential, mode: string, output: string): string {
  const shown = mode === "creds" ? { username, password } : { password };
  if (output === "json") return `${JSON.stringify(shown)}\n`;
  return Object.values(shown)
    .map((line) => `${line}\n`)
    .join("");
}

/** From a person, or all that is piped in but its last line end, whichever the system writes. */
async function set(asked: Asked, desk: HelperDesk): Promise<number> {
  const { service } = asked;
  const username = nameOf(asked);
  const { world } = desk;
  const typed = world.stdin.kind === "stream" ? (await readInput(world)).replace(/\r?\n$/, "") : undefined;
  const password = typed ?? (await desk.askHidden(`password of ${username} for ${service}`));
  await useKeyring(desk, (keyring, call) => keyring.setPassword(service, username, password, call()), { writes: true });
  return 0;
}

function nameOf({ username }: Asked): string {
  if (username !== undefined) return username;
  throw new CofferError("USAGE", "keyring: the user name is missing", { hint: "only get --mode creds does without" });
}

function parse(args: readonly string[]): Asked {
  const words: string[] = [];
  const options = { mode: "password", output: "plain" };
  const waiting = [...args];
  for (let word = waiting.shift(); word !== undefined; word = waiting.shift()) {
    if (word === "--") {
      words.push(...waiting);
      break;
    }
    const [, name, inline] = /^--(mode|output)(?:=(.*))?$/.exec(word) ?? [];
    if (name === "mode" || name === "output") options[name] = inline ?? waiting.shift() ?? "";
    else words.push(word);
  }
  const [operation = "", service, username, ...more] = words;
  if (service === undefined || more.length > 0) {
    throw new CofferError("USAGE", "keyring takes an operation, a service and a user name");
  }
  assertOneOf("--mode", options.mode, ["password", "creds"]);
  assertOneOf("--output", options.output, ["plain", "json"]);
  return { operation, service, username, ...options };
}

function assertOneOf(name: string, value: string, known: readonly string[]): void {
  if (!known.includes(value)) throw new CofferError("USAGE", `keyring: ${name} is one of ${known.join(", ")}`);
}
