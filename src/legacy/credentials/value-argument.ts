import { join } from "node:path";
import { decodeUtf8, encodeUtf8 } from "../../core/bytes.js";
import { Sensitive } from "../../core/sensitive.js";
import { CofferError } from "../../errors.js";
import { readInput, readInputFile } from "../read-input.js";
import type { ToolWorld } from "../tool-world.js";

/**
 * The value that an argument of creds3 or credstash means: itself; `@FILE`, with line ends as Python reads text (CRLF and CR become LF); or `-`, which is stdin as it comes. What is
 * not UTF-8 is taken as it is. Throws `USAGE` for a file that cannot be read, or the signal's reason.
 */
export async function readValueArgument(argument: string, world: ToolWorld): Promise<Sensitive> {
  if (argument === "-") return Sensitive.from(await readStandardInput(world));
  return argument.startsWith("@") ? readFileAsText(argument.slice(1), world) : Sensitive.fromText(argument);
}

async function readStandardInput({ stdin, signal }: ToolWorld): Promise<Uint8Array> {
  return stdin.kind === "none" ? new Uint8Array() : readInput(stdin.stream, signal);
}

async function readFileAsText(named: string, world: ToolWorld): Promise<Sensitive> {
  const bytes = await readFile(expandHome(named, world), world.signal);
  const text = decodeUtf8(bytes);
  return Sensitive.from(text === null ? bytes : encodeUtf8(text.replace(/\r\n?/g, "\n")));
}

async function readFile(file: string, signal: AbortSignal): Promise<Uint8Array> {
  try {
    return await readInputFile(file, signal);
  } catch (cause) {
    signal.throwIfAborted();
    throw new CofferError("USAGE", "the file that the value names cannot be read", {
      hint: "a value that begins with @ names a file; one that is to begin with @ itself comes in from stdin, with -",
      cause,
    });
  }
}

function expandHome(file: string, { env }: ToolWorld): string {
  return env.HOME !== undefined && /^~(\/|$)/.test(file) ? join(env.HOME, file.slice(1)) : file;
}
