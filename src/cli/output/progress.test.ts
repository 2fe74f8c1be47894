import { describe, expect, it } from "vitest";
import type { World } from "../../world.js";
import { Flags } from "../arguments/flags.js";
import { startProgress } from "./progress.js";

interface Scene {
  readonly terminal?: boolean;
  readonly flags?: readonly string[];
}

/** A progress whose clock stands still, and what it has written. */
function scene({ terminal = true, flags = [] }: Scene = {}) {
  const written: string[] = [];
  const stderr = { isTerminal: terminal, write: async (data: Uint8Array | string) => void written.push(String(data)) };
  let time = 0;
  // Nothing else of the world is looked at.
  const task = { world: { stderr } as unknown as World, flags: new Flags(new Map(flags.map((name) => [name, []]))) };
  const progress = startProgress(task, () => time);
  const showAt = (at: number, text: string): void => {
    time = at;
    progress.show(text);
  };
  return { written, progress, showAt };
}

describe("progress", () => {
  it("is shown after a second, ten times a second at most, and taken away", async () => {
    const { written, progress, showAt } = scene();
    for (const at of [0, 999, 1000, 1050, 1099, 1100]) showAt(at, `${at} of 2000`);
    await progress.end();
    expect(written).toEqual(["\r\u001b[Kcoffer: 1000 of 2000", "\r\u001b[Kcoffer: 1100 of 2000", "\r\u001b[K"]);
  });

  it("of what is quickly done writes nothing", async () => {
    const { written, progress, showAt } = scene();
    showAt(500, "1 of 2");
    await progress.end();
    expect(written).toEqual([]);
  });

  it.each<[string, Scene]>([
    ["no terminal", { terminal: false }],
    ["--quiet", { flags: ["quiet"] }],
    ["--json", { flags: ["json"] }],
  ])("is not shown with %s", async (_, options) => {
    const { written, progress, showAt } = scene(options);
    showAt(5000, "1 of 2");
    await progress.end();
    expect(written).toEqual([]);
  });

  it("shows names without what acts on a terminal", () => {
    const { written, showAt } = scene();
    showAt(2000, "a\u001b[2Jb");
    expect(written.join("")).toContain("a\\u001b[2Jb");
  });
});
