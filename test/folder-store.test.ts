import { spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openFolderStore } from "../src/objects/folder.js";
import type { ObjectStore } from "../src/objects/object-store.js";
import { transpileInto } from "./harness.js";

const INCREMENTS = 100;
const COMMITS = 40;
const COMMIT_KEYS = Array.from({ length: COMMITS }, (_, index) => `commits/prod/${index + 1}`);

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "coffer-racers-"));
  transpileInto(
    folder,
    "src/objects",
    "src/core",
    "src/errors.ts",
    "test/racers/increment.ts",
    "test/racers/rewrite.ts",
  );
});
afterAll(() => rmSync(folder, { recursive: true }));

describe("eight processes that increment one object by compare-and-set, half of them killed", () => {
  it("leave every acknowledged increment in it exactly once, in order, and none torn", async () => {
    const root = join(folder, "store");
    // Killed when it has acknowledged so many; the others never are.
    const lives = Array.from({ length: 8 }, (_, index) => (index % 2 === 0 ? null : randomInt(1, INCREMENTS)));
    const acknowledged = await Promise.all(
      lives.map((life, index) => race("increment", [root, `racer${index}`, String(INCREMENTS)], life)),
    );

    const lines = (await textAt(openFolderStore(root), "heads/counter")).split("\n").slice(0, -1);
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

describe("six processes that rewrite the same commits, half of them killed again and again", () => {
  it("leave every acknowledged line in each exactly once, never show an older one, and leave none on the disk", async () => {
    const root = join(folder, "rewritten");
    const store = openFolderStore(root);
    for (const key of COMMIT_KEYS) await store.put(key, Buffer.from("start\n"), { absent: true });
    let racing = true;
    const reading = readWhile(store, () => racing);
    const works = await Promise.all(Array.from({ length: 6 }, (_, writer) => rewriteAll(root, writer)));
    racing = false;
    const seen = await reading;

    for (const [index, key] of COMMIT_KEYS.entries()) {
      const lines = (await textAt(store, key)).split("\n").slice(0, -1);
      expect(`${lines.join("\n")}\n`.startsWith(seen.get(key) ?? "?"), `what was seen at ${key}`).toBe(true);
      expect(new Set(lines).size, `lines at ${key}: ${lines}`).toBe(lines.length);
      for (const names of works) expect(lines).toContain(names[index]);
      // Each line is one state, also those of processes that were killed before they could say so.
      const tokens = readdirSync(join(root, "_commits/_prod", `+${index + 1}`)).filter((name) => name.startsWith("@"));
      expect(tokens).toEqual([expect.stringMatching(`^@${lines.length - 1}\\.`)]);
    }
    expect(readdirSync(join(root, "_commits/_prod")).filter((name) => !name.startsWith("+"))).toEqual([]);
    expect(await listed(store)).toEqual([...COMMIT_KEYS].sort());
  });
});

/** Adds a line to every commit, by one process or, for every second writer, by several that are killed; gives the line at each. */
async function rewriteAll(root: string, writer: number): Promise<string[]> {
  const names: string[] = [];
  for (let process = 0; names.length < COMMITS; process++) {
    const name = `writer${writer}.${process}`;
    const from = names.length + 1;
    const life = writer % 2 === 0 ? null : Math.min(from + randomInt(0, 10), COMMITS - 1);
    const done = await race(
      "rewrite",
      [root, name, String(from), String(COMMITS)],
      life === null || life < from ? null : life,
    );
    while (names.length < done) names.push(name);
  }
  return names;
}

/** Reads all commits again and again, and gives what was seen last at each, which goes on from what was seen before. */
async function readWhile(store: ObjectStore, isGoingOn: () => boolean): Promise<Map<string, string>> {
  const seen = new Map(COMMIT_KEYS.map((key) => [key, "start\n"]));
  while (isGoingOn()) {
    for (const key of COMMIT_KEYS) {
      const text = await textAt(store, key);
      expect(
        text.startsWith(seen.get(key) ?? "?") && text.endsWith("\n"),
        `${key} was ${seen.get(key)}, is ${text}`,
      ).toBe(true);
      seen.set(key, text);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await listed(store)).toEqual([...COMMIT_KEYS].sort());
  }
  return seen;
}

async function textAt(store: ObjectStore, key: string): Promise<string> {
  const object = await store.get(key);
  return Buffer.from(object?.bytes ?? []).toString("utf8");
}

async function listed(store: ObjectStore): Promise<string[]> {
  const keys: string[] = [];
  for await (const key of store.list("commits/")) keys.push(key);
  return keys;
}

/** Runs one process until its end, or until it has acknowledged that number, and gives the last one that it did: 0 for none. */
async function race(racer: string, args: readonly string[], life: number | null): Promise<number> {
  const child = spawn(process.execPath, [join(folder, `test/racers/${racer}.js`), ...args], {
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
