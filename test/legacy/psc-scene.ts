import { Readable } from "node:stream";
import {
  DeleteParametersCommand,
  DescribeParametersCommand,
  PutParameterCommand,
  SSMClient,
} from "@aws-sdk/client-ssm";
import { makeQuietly } from "../../src/aws/aws.js";
import { isCofferError } from "../../src/errors.js";
import { runPsc } from "../../src/legacy/psc/cli.js";
import type { ToolWorld } from "../../src/legacy/tool-world.js";
import { type Cloud, REGION } from "../aws/cloud.js";

/** What a run came to. */
export interface PscRun {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** What it failed with, null where it did not. */
  readonly error: unknown;
}

/** Parameter Store as its owner changes it, and psc's commands run in this process. */
export interface PscScene {
  readonly owner: SSMClient;
  run(
    args: readonly string[],
    options?: { stdin?: string | undefined; env?: Readonly<Record<string, string>>; typed?: string },
  ): Promise<PscRun>;
  /** Stores as a SecureString, with the account's own key. */
  put(name: string, value: string, more?: { Type?: "String"; KeyId?: string; Description?: string }): Promise<void>;
  empty(): Promise<void>;
  close(): void;
}

export function newPscScene(cloud: Cloud): PscScene {
  const owner = makeQuietly(() => new SSMClient({ region: REGION, endpoint: cloud.env.AWS_ENDPOINT_URL ?? "" }));
  return {
    owner,
    async run(args, { stdin, env = {}, typed } = {}) {
      const out = { stdout: "", stderr: "" };
      const world = worldOf(out, { ...cloud.env, ...env }, stdin, typed);
      try {
        return { code: await runPsc(args, world), ...out, error: null };
      } catch (error) {
        if (!isCofferError(error)) throw error;
        const code = isCofferError(error, "USAGE") || isCofferError(error, "UNSUPPORTED") ? 2 : 1;
        return { code, stdout: out.stdout, stderr: `${out.stderr}${error.message}\n${error.hint ?? ""}\n`, error };
      }
    },
    async put(name, value, more = {}) {
      await owner.send(
        new PutParameterCommand({ Name: name, Value: value, Type: "SecureString", Overwrite: true, ...more }),
      );
    },
    async empty() {
      for (;;) {
        const { Parameters = [] } = await owner.send(new DescribeParametersCommand({ MaxResults: 10 }));
        if (Parameters.length === 0) return;
        await owner.send(new DeleteParametersCommand({ Names: Parameters.map(({ Name }) => Name ?? "") }));
      }
    },
    close: () => owner.destroy(),
  };
}

function worldOf(
  out: { stdout: string; stderr: string },
  env: Readonly<Record<string, string>>,
  stdin: string | undefined,
  typed: string | undefined,
): ToolWorld {
  const output = (name: "stdout" | "stderr"): ToolWorld["stdout"] => ({
    isTerminal: false,
    write: async (data) => {
      out[name] += typeof data === "string" ? data : Buffer.from(data).toString("utf8");
    },
  });
  const kind = typed !== undefined ? "terminal" : stdin === undefined ? "none" : "stream";
  return {
    stdin: { kind, stream: Readable.from(stdin === undefined ? [] : [Buffer.from(stdin)]) },
    stdout: output("stdout"),
    stderr: output("stderr"),
    env,
    platform: process.platform,
    now: () => new Date(),
    author: () => undefined,
    signal: new AbortController().signal,
    releaseSignals: () => {},
    askHidden: async () => typed ?? "",
    askMfaCode: async () => "",
    onSlow: () => {},
  };
}
