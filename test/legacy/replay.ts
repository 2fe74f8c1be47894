import { readFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import type { RunTool } from "../../src/legacy/tool-world.js";
import { runTool, type ToolResult } from "./tool-desk.js";

/** A step of a conversation with an older tool, as it was recorded. */
export interface Step {
  readonly argv?: readonly string[];
  readonly exit?: number;
  readonly stdout?: string;
  /** Each character is a byte. */
  readonly stdin?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Seconds, since S3 knows no finer times. */
  readonly sleep?: number;
  /** What the owner did. */
  readonly setup?: string;
  readonly note?: string;
}

/** The steps of a recording in test/vectors/legacy/. */
export function readRecording(name: string): readonly Step[] {
  // The file is ours, and each step is replayed.
  const { steps } = JSON.parse(readFileSync(new URL(`../vectors/legacy/${name}`, import.meta.url), "utf8")) as {
    steps: readonly Step[];
  };
  return steps;
}

/** What a recorded command is to come to; null for the text of help, which is our own. */
export function expectedOf({ exit = 0, stdout = "", note = "" }: Step): { code: number; stdout: string | null } {
  return { code: exit, stdout: note.includes("help text") ? null : stdout };
}

/** Does a recorded command again, with its variables besides ours. */
export async function replay(run: RunTool, { argv = [], stdin, env = {} }: Step): Promise<ToolResult> {
  const before = { ...process.env };
  Object.assign(process.env, env);
  try {
    return await runTool(run, argv, stdin === undefined ? {} : { stdin: Buffer.from(stdin, "latin1") });
  } finally {
    for (const name of Object.keys(env)) delete process.env[name];
    Object.assign(process.env, before);
  }
}

/** Waits until what is written next to S3 has a later time: it counts in seconds. */
export async function untilNextSecond(): Promise<void> {
  await wait(1_010 - (Date.now() % 1_000));
}
