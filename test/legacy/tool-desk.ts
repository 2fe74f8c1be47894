import { Readable } from "node:stream";
import { isCofferError } from "../../src/errors.js";
import { renderFailure } from "../../src/failures.js";
import type { RunTool, ToolWorld } from "../../src/legacy/tool-world.js";

export interface ToolResult {
  readonly code: number;
  readonly stdout: string;
  readonly bytes: Buffer;
  readonly stderr: string;
}

export interface ToolCircumstances {
  readonly stdin?: string | Uint8Array;
  readonly now?: () => Date;
  readonly terminal?: boolean;
  readonly author?: string;
  readonly signal?: AbortSignal;
}

/** Runs the command line of an older tool in this process, and says how `coffer as` would end. */
export async function runTool(
  run: RunTool,
  args: readonly string[],
  { stdin, now = () => new Date(), terminal = false, author = "root@vm", signal }: ToolCircumstances = {},
): Promise<ToolResult> {
  const [out, err]: [Buffer[], Buffer[]] = [[], []];
  const world: ToolWorld = {
    stdin: {
      kind: terminal ? "terminal" : stdin === undefined ? "none" : "stream",
      stream: Readable.from(stdin === undefined ? [] : [Buffer.from(stdin)]),
    },
    stdout: { isTerminal: false, write: async (data) => void out.push(Buffer.from(data)) },
    stderr: { isTerminal: false, write: async (data) => void err.push(Buffer.from(data)) },
    env: process.env,
    platform: process.platform,
    now,
    author: () => author,
    signal: signal ?? new AbortController().signal,
    releaseSignals: () => {},
    askHidden: async () => "",
    askMfaCode: async () => "",
    onSlow: () => {},
  };
  const code = await run(args, world).catch((error: unknown) => {
    err.push(Buffer.from(renderFailure(error)));
    return isCofferError(error, "USAGE") || isCofferError(error, "UNSUPPORTED") ? 2 : 1;
  });
  const bytes = Buffer.concat(out);
  return { code, stdout: bytes.toString("utf8"), bytes, stderr: Buffer.concat(err).toString("utf8") };
}
