import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { COFFER, Desk } from "./conversations/desk.js";

/**
 * How long a command takes to start is mostly how much it loads. So what each may load is a list, and not longer by accident: a static import
 * in a module that all share is a file, a builtin of Node or 10 KB more at every `get`.
 */

const RECORD = fileURLToPath(new URL("loaded-modules/record.cjs", import.meta.url));

interface Loaded {
  /** Our own files, without the hash in their names. */
  readonly chunks: readonly string[];
  readonly bytes: number;
  /** Node's modules that we ask for. */
  readonly builtins: readonly string[];
  /** The files and folders that it looked into besides. */
  readonly files: readonly string[];
}

const desk = new Desk();

beforeAll(async () => {
  await desk.must(["init"]);
  await desk.must(["put", "ns/NAME", "value"]);
});
afterAll(() => desk.clear());

async function load(...args: readonly string[]): Promise<Loaded> {
  const record = join(desk.home, "loaded.json");
  const { code } = await desk.run(process.execPath, ["--require", RECORD, COFFER, ...args], {
    env: { LOADED_MODULES_FILE: record },
  });
  expect(code).toBe(0);
  // What record.cjs has just written.
  const loaded = JSON.parse(readFileSync(record, "utf8")) as {
    chunks: { path: string; bytes: number }[];
    builtins: string[];
    files: string[];
  };
  return {
    chunks: loaded.chunks.map(({ path }) => basename(path).replace(/(-[\w-]{8})?\.cjs$/, "")).sort(),
    bytes: loaded.chunks.reduce((sum, { bytes }) => sum + bytes, 0),
    builtins: loaded.builtins.sort(),
    files: loaded.files,
  };
}

const START = ["coffer", "rolldown-runtime"];

describe("what a command loads", () => {
  it("for `--version` is what finds the verb, and nothing of Node's that takes long", async () => {
    const { chunks, bytes, builtins, files } = await load("--version");
    expect(chunks).toEqual(START);
    expect(builtins).toEqual(["fs", "path", "util"]);
    expect(bytes).toBeLessThan(65_000);
    expect(files).toEqual([]);
  });

  it("for help is the verb and the words for it, but no store and no cipher", async () => {
    const { chunks, bytes, builtins, files } = await load("list", "--help");
    expect(chunks).toEqual([...START, "help", "list", "reading"].sort());
    expect(builtins).toEqual(["fs", "path", "util"]);
    expect(bytes).toBeLessThan(90_000);
    expect(files).toEqual([]);
  });

  it("for `get` is five files: neither what writes, verifies or reads the past, nor a parser, prompt, agent or cloud", async () => {
    const { chunks, bytes, builtins } = await load("get", "ns/NAME");
    expect(chunks).toEqual([...START, "engine", "get", "reading"].sort());
    expect(builtins).toEqual(["crypto", "fs", "path", "timers/promises", "util"]);
    expect(bytes).toBeLessThan(190_000);
  });

  it("for `exec` is that and what starts a program", async () => {
    const { chunks, bytes, builtins } = await load("exec", "ns/", "--", "true");
    expect(chunks).toEqual([...START, "engine", "exec", "reading", "run-child", "select-input", "write-input"].sort());
    expect(builtins).toEqual(["child_process", "crypto", "fs", "os", "path", "timers/promises", "util"]);
    expect(bytes).toBeLessThan(225_000);
  });

  it("opens the key, the head, and what is remembered of it, each once", async () => {
    const { files } = await load("get", "ns/NAME");
    expect(files.map((file) => file.replace(desk.home, "~").replace(/[0-9a-f]{32,}/g, "…"))).toEqual([
      expect.stringMatching(/master\.key$/),
      expect.stringMatching(/\/heads\/…\/…\.json$/),
      expect.stringMatching(/\/_heads\/_ns$/),
      expect.stringMatching(/\/_heads\/_ns\/1\.….…$/),
    ]);
  });
});
