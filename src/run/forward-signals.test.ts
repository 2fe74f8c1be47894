import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { constants, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

// A signal sent to this process would hit the test runner, so each test starts a parent of its own: a small program
// that runs a child with the code under test, tells its outcome, and ends with the child's code.
const PARENT = `
import { constants } from "node:os";
import { runChild } from "./run/run-child.js";
const [terminal, command, ...args] = process.argv.slice(2);
const outcome = await runChild({ command, args, env: { PATH: process.env.PATH }, terminal: terminal === "terminal" });
const listening = Object.keys(constants.signals).filter((signal) => process.listenerCount(signal) > 0);
console.log("parent " + JSON.stringify({ ...outcome, listening }));
process.exitCode = outcome.code;
`;

// Tells of each signal it gets; ends when stdin does.
const CHILD = `
for (const signal of process.argv.slice(1)) process.on(signal, () => console.log("child got " + signal));
process.stdin.on("end", () => process.exit(7)).resume();
console.log("child ready " + process.pid);
`;

const SOURCES = dirname(dirname(fileURLToPath(import.meta.url)));
let root: string;

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "coffer-signals-"));
  mkdirSync(join(root, "run"));
  const sources = readdirSync(join(SOURCES, "run")).filter(
    (file) => file.endsWith(".ts") && !file.endsWith(".test.ts"),
  );
  for (const file of ["errors.ts", ...sources.map((name) => join("run", name))]) {
    const compilerOptions = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023 };
    const { outputText } = ts.transpileModule(readFileSync(join(SOURCES, file), "utf8"), { compilerOptions });
    writeFileSync(join(root, file.replace(/\.ts$/, ".js")), outputText);
  }
  writeFileSync(join(root, "package.json"), '{"type":"module"}');
  writeFileSync(join(root, "parent.js"), PARENT);
});

afterAll(() => rmSync(root, { recursive: true }));

interface Parent {
  readonly process: ChildProcess;
  /** The next line that anybody prints. */
  readonly line: () => Promise<string>;
  readonly ended: Promise<number | NodeJS.Signals | null>;
}

function start(terminal: "terminal" | "none", command: string, ...args: string[]): Parent {
  const parent = spawn(process.execPath, [join(root, "parent.js"), terminal, command, ...args], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const lines = createInterface({ input: parent.stdout })[Symbol.asyncIterator]();
  const ended = new Promise<number | NodeJS.Signals | null>((resolve) => {
    parent.on("exit", (code, signal) => resolve(code ?? signal));
  });
  return { process: parent, ended, line: async () => String((await lines.next()).value) };
}

function startListener(terminal: "terminal" | "none", ...signals: string[]): Parent {
  return start(terminal, process.execPath, "-e", CHILD, ...signals);
}

const FORWARDED = [
  "SIGTERM",
  "SIGHUP",
  "SIGINT",
  "SIGQUIT",
  "SIGUSR1",
  "SIGUSR2",
  "SIGWINCH",
  "SIGCONT",
  "SIGTSTP",
] as const;

describe("signals", () => {
  it.each(FORWARDED)("%s reaches the child, and the parent waits for it", async (signal) => {
    const parent = startListener("none", signal);
    expect(await parent.line()).toMatch(/^child ready/);
    parent.process.kill(signal);
    expect(await parent.line()).toBe(`child got ${signal}`);
    parent.process.stdin?.end();
    expect(await parent.line()).toBe('parent {"kind":"exited","code":7,"listening":[]}');
    expect(await parent.ended).toBe(7);
  });

  it.each(["SIGINT", "SIGQUIT"] as const)("%s is left to the terminal where there is one", async (signal) => {
    const parent = startListener("terminal", signal, "SIGTERM");
    await parent.line();
    parent.process.kill(signal);
    parent.process.kill("SIGTERM");
    // Had it been handed on, this line would not be the next one: they are handed on in order of number.
    expect(await parent.line()).toBe("child got SIGTERM");
    parent.process.stdin?.end();
    expect(await parent.ended).toBe(7);
  });

  it.each(["SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2"] as const)(
    "a child that dies of %s gives 128 and its number",
    async (signal) => {
      const parent = start("none", "sh", "-c", "ulimit -c 0; echo ready; exec cat");
      expect(await parent.line()).toBe("ready");
      parent.process.kill(signal);
      const code = 128 + constants.signals[signal];
      expect(await parent.line()).toBe(
        `parent {"kind":"signalled","code":${code},"signal":"${signal}","listening":[]}`,
      );
      expect(await parent.ended).toBe(code);
    },
  );

  it("end the parent only when the child has ended, however often they come", async () => {
    const parent = startListener("none", "SIGTERM");
    await parent.line();
    for (let count = 0; count < 3; count++) {
      parent.process.kill("SIGTERM");
      expect(await parent.line()).toBe("child got SIGTERM");
    }
    parent.process.stdin?.end();
    expect(await parent.ended).toBe(7);
  });

  it("wake a child that was stopped", async () => {
    const parent = startListener("none", "SIGCONT");
    const pid = Number((await parent.line()).split(" ").at(-1));
    process.kill(pid, "SIGSTOP");
    parent.process.kill("SIGCONT");
    expect(await parent.line()).toBe("child got SIGCONT");
    parent.process.stdin?.end();
    expect(await parent.ended).toBe(7);
  });

  it("leave no child behind", async () => {
    const parent = startListener("none");
    const pid = Number((await parent.line()).split(" ").at(-1));
    parent.process.kill("SIGTERM");
    expect(await parent.ended).toBe(143);
    expect(() => process.kill(pid, 0)).toThrow("ESRCH");
  });
});

it("the child's stdin ends with ours", async () => {
  const parent = start("none", "cat");
  parent.process.stdin?.end("hello\n");
  expect(await parent.line()).toBe("hello");
  expect(await parent.ended).toBe(0);
});
