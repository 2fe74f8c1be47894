import { parseToolCommandLine } from "../credentials/tool-command-line.js";
import type { ToolWorld } from "../tool-world.js";
import { type CommandName, GRAMMAR, type Request } from "./grammar.js";
import { type Run, runInSession } from "./session.js";

/** Each understands its arguments and reads its input, before AWS is asked for anything. Throws `USAGE`. */
const COMMANDS: Readonly<Record<CommandName, (request: Request, world: ToolWorld) => Promise<Run>>> = {
  delete: async (request) => (await import("./delete.js")).prepareDelete(request),
  get: async (request) => (await import("./get.js")).prepareGet(request),
  getall: async (request) => (await import("./getall.js")).prepareGetall(request),
  keys: async () => (await import("./list.js")).runKeys,
  list: async () => (await import("./list.js")).runList,
  put: async (request, world) => (await import("./put.js")).preparePut(request, world),
  putall: async (request, world) => (await import("./putall.js")).preparePutall(request, world),
  setup: async (request) => (await import("./setup.js")).prepareSetup(request),
};

/** `credstash …`: resolves to its exit code. Throws `USAGE` for arguments that are not understood, and what went wrong as an error of another code. */
export async function runCredstash(args: readonly string[], world: ToolWorld): Promise<number> {
  const request = parseToolCommandLine(args, GRAMMAR);
  if ("helpFor" in request) {
    const { helpOf } = await import("../credentials/tool-help.js");
    await world.stdout.write(helpOf(GRAMMAR, request.helpFor));
    return 0;
  }
  return runInSession(request, world, await COMMANDS[request.command](request, world));
}
