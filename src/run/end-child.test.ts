import { constants } from "node:os";
import type { Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import { endChild } from "./end-child.js";
import { type RunningChild, startChild } from "./run-child.js";

/** A line of shell that says `ready` when it is. */
async function start(line: string): Promise<RunningChild> {
  const child = await startChild({
    command: "sh",
    args: ["-c", line],
    env: { PATH: process.env.PATH ?? "" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (child.kind !== "running") throw child.error;
  // It is a pipe, as was asked for.
  await new Promise((resolve) => (child.stdio[1] as Readable).once("data", resolve));
  return child;
}

describe("ending a child", () => {
  it("lets it end as it likes", async () => {
    const child = await start("trap 'exit 5' TERM; echo ready; while :; do sleep 0.01; done");
    expect(await endChild(child)).toEqual({ kind: "exited", code: 5 });
  });

  it("kills it when it does not", async () => {
    const child = await start("trap '' TERM; echo ready; while :; do sleep 0.01; done");
    const code = 128 + constants.signals.SIGKILL;
    expect(await endChild(child, 50)).toEqual({ kind: "signalled", signal: "SIGKILL", code });
  });

  it("does not mind that it has ended", async () => {
    const child = await start("echo ready; exit 6");
    await child.ended;
    expect(await endChild(child)).toEqual({ kind: "exited", code: 6 });
  });
});
