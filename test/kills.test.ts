import { spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Commit } from "../src/core/secret-store.js";
import { Sensitive } from "../src/core/sensitive.js";
import { createKeyFile, openKeyFile } from "../src/keys/key-file.js";
import { openFolderStore } from "../src/objects/folder.js";
import { openFileMemory } from "../src/vault/heads/file-memory.js";
import { initVault } from "../src/vault/init.js";
import { openVault } from "../src/vault/vault.js";
import { transpileInto } from "./harness.js";

const WRITERS = 8;
const COMMITS = 100;
/** A process that is to be killed lives so long after its first commit at most, in ms. */
const LONGEST_LIFE = 800;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "coffer-kills-"));
  transpileInto(folder, "src/vault", "src/keys", "src/objects", "src/core", "src/errors.ts", "test/racers/commit.ts");
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What one writer's processes acknowledged, as messages of commits, and how many of them were killed. */
interface Work {
  readonly acknowledged: string[];
  readonly kills: number;
}

describe("eight processes that make a hundred commits each in one namespace, half of them killed at any moment", () => {
  it("lose no acknowledged commit, double none, tear none, and leave nothing to repair", async () => {
    await createKeyFile(join(folder, "key"));
    await initVault(openFolderStore(join(folder, "store")));
    const seed = randomInt(2 ** 31);
    const works = await Promise.all(Array.from({ length: WRITERS }, (_, writer) => work(writer, seed + writer)));
    expect(
      works.reduce((sum, { kills }) => sum + kills, 0),
      `kills with seed ${seed}`,
    ).toBeGreaterThan(0);

    const vault = await open();
    // The next command finds nothing in its way.
    await vault.commit("prod", [{ op: "put", name: "AFTERWARDS", value: Sensitive.fromText("x") }], {
      message: "after",
    });
    const chain: Commit[] = [];
    for await (const commit of vault.log("prod")) chain.unshift(commit);
    for await (const { problems } of vault.verify()) expect(problems, `with seed ${seed}`).toEqual([]);

    const messages = chain.map(({ message }) => message ?? "");
    expect(new Set(messages).size, `commits that are there once, with seed ${seed}`).toBe(messages.length);
    for (const [writer, { acknowledged }] of works.entries()) {
      expect(acknowledged).toHaveLength(COMMITS);
      const there = messages.filter((message) => message.startsWith(`WRITER${writer}`));
      expect(there.filter((message) => acknowledged.includes(message))).toEqual(acknowledged);
    }
    // Each commit has both of its changes, and one that nobody was told of may be there for each process that was killed.
    expect(chain.slice(0, -1).every(({ changes }) => changes.length === 2)).toBe(true);
    const unknown = works.reduce((sum, { kills }) => sum + kills, 0);
    expect(messages.length - 1 - WRITERS * COMMITS).toBeLessThanOrEqual(unknown);
  });
});

/** Lets processes work until they have acknowledged all commits of one writer; those of every second writer are killed again and again. */
async function work(writer: number, seed: number): Promise<Work> {
  const acknowledged: string[] = [];
  let kills = 0;
  const random = dice(seed);
  while (acknowledged.length < COMMITS) {
    // A name of its own for each process, so that what it made is known from what another made in its place.
    const name = `WRITER${writer}_${kills}`;
    const life = writer % 2 === 0 ? null : Math.floor(random() * LONGEST_LIFE);
    const { lines, killed } = await runProcess(name, COMMITS - acknowledged.length, life);
    acknowledged.push(...lines.map((line) => `${name} ${line}`));
    if (killed) kills++;
  }
  return { acknowledged, kills };
}

/** Runs one process to its end, or for so many ms after its first commit. */
async function runProcess(
  name: string,
  count: number,
  life: number | null,
): Promise<{ lines: string[]; killed: boolean }> {
  const racer = join(folder, "test/racers/commit.js");
  const child = spawn(process.execPath, [racer, folder, name, "1", String(count)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exit = once(child, "exit");
  const lines: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    if (lines.push(line) === 1 && life !== null) setTimeout(() => child.kill("SIGKILL"), life);
  }
  const [code, signal] = await exit;
  const killed = signal === "SIGKILL";
  expect(killed ? 0 : code, `exit of ${name}`).toBe(0);
  return { lines, killed };
}

async function open(): Promise<ReturnType<typeof openVault>> {
  return openVault({
    objects: openFolderStore(join(folder, "store")),
    keys: await openKeyFile(join(folder, "key")),
    memory: openFileMemory(join(folder, "memory")),
  });
}

/** Numbers from 0 to 1 (mulberry32). */
function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
