import { promises } from "node:fs";
import { decodeUtf8 } from "../../core/bytes.js";
import { quote } from "../../core/name.js";
import { Sensitive } from "../../core/sensitive.js";
import { CofferError } from "../../errors.js";
import { findParameterFault, isReserved } from "../../stores/ssm/limits.js";
import type { ToolWorld } from "../tool-world.js";
import type { Order } from "./arguments.js";
import type { Desk } from "./desk.js";

const PROMPT = "Enter the secret: ";

/** `psc set`: stores an argument, or what is typed where it is empty. The value is never shown. */
export async function set(desk: Desk): Promise<void> {
  await store(desk, Buffer.from(desk.order.positional("secret_value"), "utf8"));
}

/** `psc set-file`: stores the content of a file, its last line end too. */
export async function setFile(desk: Desk): Promise<void> {
  await store(desk, desk.file ?? new Uint8Array());
}

/** What `set-file` is to store. Throws `USAGE` for a file that cannot be read. */
export async function readSource(order: Order, { stdin }: ToolWorld): Promise<Uint8Array> {
  const path = order.positional("secret_value");
  if (path === "-") return stdin.kind === "none" ? new Uint8Array() : readAll(stdin.stream);
  try {
    return await promises.readFile(path);
  } catch (error) {
    throw new CofferError("USAGE", `the file ${quote(path)} cannot be read`, { cause: error });
  }
}

async function store({ order, ssm, world, debug }: Desk, given: Uint8Array): Promise<void> {
  const name = order.positional("secret_name");
  const [description, key] = [order.option("description"), order.option("key")];
  const bytes = given.byteLength > 0 ? given : await ask(world);
  assertStorable(name, bytes);
  const value = Sensitive.from(bytes);
  const { version } = await ssm.put(
    {
      name,
      value,
      ...(description === undefined ? {} : { description }),
      ...(key === undefined ? {} : { key }),
    },
    world.signal,
  );
  await debug(`${name} is version ${version}`);
  await world.stdout.write(`Successfully stored secret ${name} (description:${description ?? "None"}).\n`);
}

/** Looked at before anything is sent; how long a value may be, AWS knows by the account's tier. */
function assertStorable(name: string, value: Uint8Array): void {
  const fault = isReserved(name) ? 'begins with "aws" or "ssm", which AWS keeps for itself' : findParameterFault(name);
  if (fault !== null) throw new CofferError("INVALID", `the name ${quote(name)} ${fault}`);
  if (value.byteLength === 0) throw new CofferError("INVALID", "the secret is empty, which no parameter can be");
  if (decodeUtf8(value) === null) throw new CofferError("INVALID", "the secret is not UTF-8, and parameters are text");
}

/** One line: of a person, who does not see it, else of stdin, with the prompt where the original has it. */
async function ask({ stdin, stdout, askHidden }: ToolWorld): Promise<Uint8Array> {
  if (stdin.kind === "terminal") return Buffer.from(await askHidden(PROMPT), "utf8");
  await stdout.write(PROMPT);
  const typed = stdin.kind === "none" ? new Uint8Array() : await readAll(stdin.stream);
  if (typed.byteLength === 0) throw new CofferError("INVALID", "no secret was given: stdin is at its end");
  const end = typed.findIndex((byte) => byte === 0x0a || byte === 0x0d);
  return end === -1 ? typed : typed.subarray(0, end);
}

async function readAll(stream: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}
