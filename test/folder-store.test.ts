import { spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openFolderStore } from "../src/objects/folder.js";
import { transpileInto } from "./harness.js";

const INCREMENTS = 100;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "coffer-racers-"));
  transpileInto(folder, "src/objects", "src/core", "src/errors.ts", "test/racers/increment.ts");
});
afterAll(() => rmSync(folder, { recursive: true }));

describe("eight processes that increment one object by compare-and-set, half of them killed", () => {
  it("leave every acknowledged increment in it exactly once, in order, and none torn", async () => {
    const root = join(folder, "store");
    // Killed when it has acknowledged so many; the others never are.
    const lives = Array.from({ length: 8 }, (_, index) => (index % 2 === 0 ? null : randomInt(1, INCREMENTS)));
    const acknowledged = await Promise.all(lives.map((life, index) => race(root, `racer${index}`, life)));

    const lines = (await contentOf(root)).split("\n").slice(0, -1);
    for (const [index, count] of acknowledged.entries()) {
      const numbers = lines
        .filter((line) => line.startsWith(`racer${index} `))
        .map((line) => Number(line.split(" ")[1]));
      expect(numbers).toEqual(Array.from({ length: numbers.length }, (_, at) => at + 1));
      // The one that was under way when its process was killed may have happened.
      const possible = lives[index] === null ? [INCREMENTS] : [count, count + 1];
      expect(possible, `of racer${index}, killed after ${lives[index]}`).toContain(numbers.length);
    }
    expect(lines.filter((line) => !/^racer[0-7] [0-9]+$/.test(line))).toEqual([]);
    // Leftovers of the killed are gone but for those that a later writer could not yet tell from another one's work.
    expect(readdirSync(join(root, "_heads/_counter")).filter((name) => name.startsWith("@"))).toHaveLength(1);
  });
});

/** Runs one process until its end, or until it has acknowledged so many increments, and gives how many it did. */
async function race(root: string, name: string, life: number | null): Promise<number> {
  const racer = join(folder, "test/racers/increment.js");
  const child = spawn(process.execPath, [racer, root, name, String(INCREMENTS)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exit = once(child, "exit");
  let count = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    count = Number(line);
    if (count === life) child.kill("SIGKILL");
  }
  const [code, signal] = await exit;
  // The signal may come when the last increment is done.
  expect(life !== null && signal === "SIGKILL" ? 0 : code).toBe(0);
  return count;
}

async function contentOf(root: string): Promise<string> {
  const object = await openFolderStore(root).get("heads/counter");
  return Buffer.from(object?.bytes ?? []).toString("utf8");
}
