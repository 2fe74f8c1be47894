import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { constants, tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { inspect } from "node:util";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ChildFile } from "./child-files.js";
import type { Outcome } from "./outcome.js";
import { type ChildOptions, runChild, startChild } from "./run-child.js";

let root: string;

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "coffer-run-"));
});

afterAll(() => rmSync(root, { recursive: true }));

type Details = Partial<ChildOptions> & { readonly input?: string };

/** Runs a command whose stdin and stdout are pipes. */
async function capture(
  command: string,
  args: readonly string[],
  { input, ...details }: Details = {},
): Promise<[Outcome, string]> {
  const child = await startChild({ command, args, env: {}, stdio: ["pipe", "pipe", "inherit"], ...details });
  if (child.kind !== "running") throw child.error;
  const [stdin, stdout] = child.stdio;
  stdin?.end(input);
  return Promise.all([child.ended, stdout instanceof Readable ? text(stdout) : ""]);
}

function script(name: string, content: string): string {
  const path = join(root, name);
  writeFileSync(path, content);
  chmodSync(path, 0o755);
  return path;
}

function listeners(): number {
  return Object.keys(constants.signals).reduce((sum, signal) => sum + process.listenerCount(signal), 0);
}

async function refusal(command: string, details: Partial<ChildOptions> = {}): Promise<string> {
  const outcome = await runChild({ command, args: [], env: {}, ...details });
  return "error" in outcome ? `${outcome.code} ${outcome.error.message}` : outcome.kind;
}

describe("runChild", () => {
  it("passes every exit code on", async () => {
    const codes = Array.from({ length: 256 }, (_, code) => code);
    const outcomes: Outcome[] = [];
    // Eight at a time: each adds its listeners to this process, and Node warns of more than ten.
    for (let first = 0; first < codes.length; first += 8) {
      const batch = codes.slice(first, first + 8);
      outcomes.push(
        ...(await Promise.all(batch.map((code) => runChild({ command: "sh", args: ["-c", `exit ${code}`], env: {} })))),
      );
    }
    expect(outcomes).toEqual(codes.map((code) => ({ kind: "exited", code })));
  });

  it.each(["SIGHUP", "SIGINT", "SIGABRT", "SIGKILL", "SIGUSR1", "SIGSEGV", "SIGTERM"] as const)(
    "gives 128 and the number of %s for a child that died of it",
    async (signal) => {
      const number = constants.signals[signal];
      const outcome = await runChild({ command: "sh", args: ["-c", `ulimit -c 0; kill -${number} $$`], env: {} });
      expect(outcome).toEqual({ kind: "signalled", signal, code: 128 + number });
    },
  );

  it("leaves no listener behind, whatever the end", async () => {
    const before = listeners();
    await runChild({ command: "true", args: [], env: {} });
    await runChild({ command: "./missing", args: [], env: {} });
    await runChild({ command: script("lost", "#!/no/such/interpreter\n"), args: [], env: {} });
    await runChild({ command: "true", args: ["x".repeat(3_000_000)], env: {} }).catch(() => undefined);
    expect(listeners()).toBe(before);
  });

  it("hands arguments over byte for byte", async () => {
    const args = ["", " ", "a b", "--", "-n", "'\"`$HOME\\", "*", "é😀", "a\nb\n", "%PATH%", "^&|;", "\t", ""];
    const [, out] = await capture("sh", ["-c", 'printf "%s\\0" "$@"', "name", ...args]);
    expect(out.split("\0").slice(0, -1)).toEqual(args);
  });

  it("hands any arguments over byte for byte", async () => {
    const arg = fc.string({ unit: "binary" }).filter((value) => !value.includes("\0"));
    await fc.assert(
      fc.asyncProperty(fc.array(arg, { minLength: 1, maxLength: 20 }), async (args) => {
        const [, out] = await capture("printf", ["%s\\0", ...args]);
        expect(out.split("\0").slice(0, -1)).toEqual(args);
      }),
      { numRuns: 50 },
    );
  });

  it("gives the command its name as it was typed", async () => {
    const [, out] = await capture("sh", ["-c", "echo $0"]);
    symlinkSync("/bin/sh", join(root, "sh-link"));
    const [, linked] = await capture("./sh-link", ["-c", "echo $0"], { cwd: root });
    expect([out, linked]).toEqual(["sh\n", "./sh-link\n"]);
  });

  it("finds a program elsewhere than its name says, where it is told to", async () => {
    const options = { program: "/bin/sh" };
    expect(await capture("another name", ["-c", 'printf %s "$0"'], options)).toEqual([
      { kind: "exited", code: 0 },
      "another name",
    ]);
    expect(await refusal("sh", { program: "./sh", cwd: root })).toContain('no command "./sh"');
  });

  it("gives the child exactly the environment it is given", async () => {
    const env = Object.fromEntries([
      ["A", "1"],
      ["B", "x=y\n"],
      ["__proto__", "z"],
      ["É", ""],
    ]);
    const [, out] = await capture(process.execPath, ["-p", "JSON.stringify(Object.entries(process.env))"], { env });
    expect(new Map(JSON.parse(out))).toEqual(new Map(Object.entries(env)));
  });

  it("keeps Node's own variable from the child", async () => {
    process.env.NODE_V8_COVERAGE = join(root, "coverage");
    const [, out] = await capture("env", []);
    delete process.env.NODE_V8_COVERAGE;
    expect(out).toBe("");
  });

  it("finds the command in the PATH of this process, whatever the child's says", async () => {
    const [outcome, out] = await capture("sh", ["-c", 'echo "$PATH"'], { env: { PATH: "/nowhere" } });
    expect([outcome, out]).toEqual([{ kind: "exited", code: 0 }, "/nowhere\n"]);
  });

  it("lets stdin through to its end", async () => {
    const input = "line\n".repeat(100_000);
    const [outcome, out] = await capture("wc", ["-c"], { input });
    expect([outcome.code, out.trim()]).toEqual([0, "500000"]);
  });

  it("runs in the folder it is told, and finds relative paths from there", async () => {
    script("here", '#!/bin/sh\necho "$1"; pwd -P\n');
    const [, out] = await capture("./here", ["hello"], { cwd: root });
    expect(out).toMatch(/^hello\n\/.*coffer-run-/);
  });

  it("sends a signal to the child alone", async () => {
    const child = await startChild({ command: "cat", args: [], env: {}, stdio: ["pipe", "ignore", "inherit"] });
    expect(child.kind === "running" && child.send("SIGTERM") && (await child.ended)).toMatchObject({
      signal: "SIGTERM",
    });
    expect(child.kind === "running" && child.send("SIGTERM")).toBe(false);
  });
});

describe("files for a child", () => {
  const files = (path: string): ChildFile[] => [
    { path: null, bytes: Buffer.from("three") },
    { path, bytes: Buffer.from("named") },
    { path: null, bytes: Buffer.from("four") },
  ];

  it("are there while it runs: descriptors from 3 on, and paths", async () => {
    const path = join(root, "named");
    const [, out] = await capture("cat", ["/dev/fd/3", "/dev/fd/4", path], { files: files(path) });
    expect([out, existsSync(path)]).toEqual(["threefournamed", false]);
  });

  it.each([
    ["exits", "exit 3"],
    ["dies of a signal", "kill -9 $$"],
    ["has removed its file", `rm "$1"`],
  ])("are gone when it %s", async (_, line) => {
    const path = join(root, "ends");
    await runChild({ command: "sh", args: ["-c", line, "sh", path], env: {}, files: files(path) });
    expect(existsSync(path)).toBe(false);
  });

  it.each([
    ["there is no such command", () => "./missing"],
    ["its interpreter is missing", () => script("no-interpreter", "#!/no/such/interpreter\n")],
  ])("are gone when %s", async (_, command) => {
    const path = join(root, "not-started");
    const outcome = await runChild({ command: command(), args: [], env: {}, files: files(path) });
    expect(["error" in outcome, existsSync(path)]).toEqual([true, false]);
  });

  it("stay away, and the child too, where something is in the way", async () => {
    const path = script("in-the-way", "theirs");
    const before = listeners();
    const touched = join(root, "touched");
    const run = runChild({ command: "touch", args: [touched], env: {}, files: files(path) });
    await expect(run).rejects.toMatchObject({ code: "CONFLICT" });
    expect([existsSync(touched), existsSync(path), listeners()]).toEqual([false, true, before]);
  });

  it("that cannot be removed are named", async () => {
    // A folder that turned into a file is in the way of unlink itself, for root too.
    const line = 'dir=$1; mv "$dir" "$dir.away"; : > "$dir"';
    const dir = join(root, "folder");
    mkdirSync(dir);
    const outcome = await runChild({
      command: "sh",
      args: ["-c", line, "sh", dir],
      env: { PATH: process.env.PATH ?? "" },
      files: files(join(dir, "x")),
    });
    expect(outcome).toEqual({ kind: "exited", code: 0, left: [join(dir, "x")] });
  });
});

describe("what cannot be run", () => {
  it("is 127 when there is none", async () => {
    expect(await refusal("no-such-command-anywhere")).toBe('127 no command "no-such-command-anywhere"');
  });

  it.each([
    ["a folder", () => "/", /^126 .*folder/],
    ["a script without its interpreter", () => script("bad", "#!/no/such/interpreter\n"), /^126 .*its interpreter/],
    ["a text without #!", () => script("text", "exit 0\n"), /^126 .*without `#!`/],
  ])("is 126 when it is %s", async (_, make, message) => {
    expect(await refusal(make())).toMatch(message);
  });

  it("is 126 when it may not be executed", async () => {
    const path = script("closed", "#!/bin/sh\n");
    chmodSync(path, 0o644);
    expect(await refusal(path)).toMatch(/^126 .*it may not be executed$/);
  });

  it("is our failure when arguments and environment are too long", async () => {
    const run = runChild({ command: "true", args: ["x".repeat(3_000_000)], env: {} });
    await expect(run).rejects.toMatchObject({
      code: "FAILED",
      message: expect.stringMatching(/too long for this system$/),
    });
  });

  it("is our caller's mistake when a value holds NUL, which is not shown", async () => {
    const run = runChild({ command: "true", args: [], env: { KEY: "canary\0" } });
    const error: unknown = await run.catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: "USAGE" });
    expect(inspect(error)).not.toMatch(/canary/);
  });
});
