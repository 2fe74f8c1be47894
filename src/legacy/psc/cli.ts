import { openAws } from "../../aws/aws.js";
import { openSsm, type Ssm } from "../../aws/ssm/client.js";
import { quote } from "../../core/name.js";
import { printable } from "../../core/printable.js";
import { CofferError, isCofferError } from "../../errors.js";
import type { ToolWorld } from "../tool-world.js";
import { type Order, parseOrder, renderHelp } from "./arguments.js";
import type { Desk } from "./desk.js";

/** What psc calls the session of a role. */
const SESSION = "AssumeRoleCredstashSession1";

type RunCommand = (desk: Desk) => Promise<void>;

const RUNNERS: Readonly<Record<string, () => Promise<RunCommand>>> = {
  "decrypt-env": async () => (await import("./decrypt-env.js")).decryptEnv,
  ls: async () => (await import("./list.js")).list,
  ll: async () => (await import("./list.js")).list,
  get: async () => get,
  set: async () => (await import("./set.js")).set,
  "set-file": async () => (await import("./set.js")).setFile,
  delete: async () => remove,
};

/** psc's command line: https://github.com/smooch/parameter-store-client. Resolves to 0; throws `USAGE` for what cannot be meant, and nothing else of that code. */
export async function runPsc(args: readonly string[], world: ToolWorld): Promise<number> {
  const [command = "-h", ...rest] = args;
  if (/^(-h|--h(e(l(p)?)?)?)$/.test(command)) {
    await world.stdout.write(renderHelp());
    return 0;
  }
  const order = parseOrder(command, rest);
  if (order === null) {
    await world.stdout.write(renderHelp(command));
    return 0;
  }
  const run = await RUNNERS[command]?.();
  // A file that cannot be read is an argument that cannot be, as in the original.
  const file = command === "set-file" ? await (await import("./set.js")).readSource(order, world) : null;
  if (run !== undefined) await useDesk(order, world, file, run);
  return 0;
}

async function useDesk(order: Order, world: ToolWorld, file: Uint8Array | null, run: RunCommand): Promise<void> {
  const [region, profile, roleArn] = ["region", "profile", "arn"].map((name) => order.option(name) || undefined);
  let ssm: Ssm | undefined;
  try {
    const aws = await openAws({
      env: world.env,
      askMfaCode: world.askMfaCode,
      onSlow: world.onSlow,
      ...(region === undefined ? {} : { region }),
      ...(profile === undefined ? {} : { profile }),
      ...(roleArn === undefined ? {} : { roleArn, roleSessionName: SESSION }),
    });
    ssm = openSsm(aws);
    const debug = async (text: string): Promise<void> => {
      if (order.has("debug")) await world.stderr.write(`psc: ${printable(text)}\n`);
    };
    await run({ order, ssm, world, file, debug });
  } catch (error) {
    throw asFailure(error);
  } finally {
    ssm?.close();
  }
}

/** psc ends with 1 for all that went wrong after its arguments were read. */
function asFailure(error: unknown): unknown {
  if (!isCofferError(error, "USAGE") && !isCofferError(error, "UNSUPPORTED")) return error;
  return new CofferError("FAILED", error.message, {
    ...(error.hint === undefined ? {} : { hint: error.hint }),
    cause: error,
  });
}

/** `psc get`: the value and a line end; of what is not there, the line end alone. */
async function get({ order, ssm, world, debug }: Desk): Promise<void> {
  const name = order.positional("secret_name");
  const found = (await ssm.get([name], { decrypt: true }, world.signal)).find((each) => each.name === name);
  await debug(found === undefined ? `${name} is not there` : `${name} is version ${found.version}`);
  await world.stdout.write(Buffer.concat([found?.value?.reveal() ?? new Uint8Array(), Buffer.from("\n")]));
}

/** `psc delete` */
async function remove({ order, ssm, world }: Desk): Promise<void> {
  const name = order.positional("secret_name");
  if (!(await ssm.delete(name, world.signal))) {
    throw new CofferError("NOT_FOUND", `no secret named ${quote(name)}`, { hint: "psc ls shows what there is" });
  }
  await world.stdout.write(`Successfully deleted secret ${name}.\n`);
}
