import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync, renameSync, statSync } from "node:fs";
import { cp } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { COFFER, Desk } from "./desk.js";
import { sh } from "./running.js";

// For a machine that is very busy.
const PATIENCE_MS = 30_000;

/** A program under exec, and what it and coffer have said so far, one after the other. */
class Watched {
  readonly #child: ChildProcess;
  readonly ended: Promise<number | null>;
  output = "";
  #heard: () => void = () => {};

  constructor(desk: Desk, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    const all = [COFFER, "exec", ...args];
    this.#child = spawn(process.execPath, all, {
      env: desk.env(env),
      cwd: desk.home,
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.on("data", (chunk: Buffer) => {
        this.output += chunk.toString();
        this.#heard();
      });
    }
    this.ended = new Promise((resolve) => this.#child.once("close", resolve));
    void this.ended.then(() => this.#heard());
  }

  /** Resolves when that has been said, once more than it is said in `before`. */
  async said(text: string, before = ""): Promise<void> {
    const times = (all: string): number => all.split(text).length;
    const deadline = performance.now() + PATIENCE_MS;
    const timer = setTimeout(() => this.#heard(), PATIENCE_MS + 1);
    while (times(this.output) <= times(before)) {
      const isOver = this.#child.exitCode !== null || performance.now() > deadline;
      if (isOver) throw new Error(`never said ${text}:\n${this.output}`);
      await new Promise<void>((resolve) => {
        this.#heard = resolve;
      });
    }
    clearTimeout(timer);
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }
}

/** Says what it was given, and waits; ends with 3 when it is asked to. */
const WAITING = 'trap "echo asked; exit 3" TERM; echo "run $A"; while :; do sleep 0.05; done';
const OFTEN = ["--watch", "--interval", "1s"];

const desks: Desk[] = [];
afterAll(() => {
  for (const desk of desks) desk.clear();
});

async function scene(): Promise<Desk> {
  const desk = new Desk();
  desks.push(desk);
  await desk.must(["init"]);
  await desk.must(["put", "t/A", "value-1"]);
  return desk;
}

describe.concurrent("a program under exec --watch", () => {
  it("is started anew with what has changed, once, and not for what it was not given", async () => {
    const desk = await scene();
    const program = new Watched(desk, ["t/", "--only", "A", ...OFTEN, ...sh(WAITING)]);
    await program.said("run value-1");
    await desk.must(["put", "t/B", "another"]);
    await desk.must(["put", "t/A", "value-2"]);
    await program.said("run value-2");
    await desk.must(["put", "t/A", "value-2"]);
    await desk.must(["put", "t/B", "and another"]);
    await desk.must(["put", "t/A", "value-3"]);
    await program.said("run value-3");
    program.kill("SIGTERM");
    expect(await program.ended).toBe(3);
    const started = "coffer: A changed: the program is started anew\nasked\n";
    expect(program.output).toBe(`run value-1\n${started}run value-2\n${started}run value-3\nasked\n`);
  });

  it("ends coffer with its own code when it ends, and with that of a signal", async () => {
    const desk = await scene();
    expect((await desk.coffer(["exec", "t/", "--watch", ...sh("exit 7")])).code).toBe(7);
    expect((await desk.coffer(["exec", "t/", "--watch", ...sh("kill -KILL $$")])).code).toBe(137);
    expect((await desk.coffer(["exec", "t/", "--watch", "--", "./missing"])).code).toBe(127);
  });

  it("is sent a signal instead, when its file has been replaced at one instant", async () => {
    const desk = await scene();
    const line = `trap 'echo "now $(cat "$A")"' HUP; echo "file $A $(cat "$A")"; while :; do sleep 0.05; done`;
    const program = new Watched(desk, ["t/", ...OFTEN, "--signal", "HUP", "--as-file", "A=./a.txt", ...sh(line)]);
    await program.said("file ./a.txt value-1");
    const file = join(desk.home, "a.txt");
    const before = statSync(file);
    await desk.must(["put", "t/A", "value-2"]);
    await program.said("now value-2");
    const after = statSync(file);
    expect([after.mode & 0o777, after.ino === before.ino]).toEqual([0o600, false]);
    program.kill("SIGTERM");
    expect([
      await program.ended,
      existsSync(file),
      readdirSync(desk.home).filter((name) => name.includes("a.txt")),
    ]).toEqual([143, false, []]);
  });

  it("keeps the file that it has put in the place of ours", async () => {
    const desk = await scene();
    const line = `trap 'echo "got it"' HUP; rm a.txt; echo own > a.txt; echo ready; while :; do sleep 0.05; done`;
    const program = new Watched(desk, ["t/", ...OFTEN, "--signal", "HUP", "--as-file", "A=a.txt", ...sh(line)]);
    await program.said("ready");
    await desk.must(["put", "t/A", "value-2"]);
    await program.said("got it");
    expect(program.output).toContain("coffer: a.txt is not the file any more that was made for the program");
    program.kill("SIGKILL");
    expect(readFileSync(join(desk.home, "a.txt"), "utf8")).toBe("own\n");
  });

  it("goes on as it is when secrets cannot be read or went back in time, which is said once each, with no value", async () => {
    const desk = await scene();
    const vault = join(desk.home, ".local/share/coffer/vault");
    await cp(vault, `${vault}.old`, { recursive: true });
    const program = new Watched(desk, ["t/", ...OFTEN, ...sh(WAITING)]);
    await program.said("run value-1");
    await desk.must(["put", "t/A", "value-2"]);
    await program.said("run value-2");
    renameSync(vault, `${vault}.new`);
    renameSync(`${vault}.old`, vault);
    await program.said("coffer: error: the program goes on with the secrets that it has: t/ went back");
    renameSync(vault, `${vault}.old`);
    await program.said("coffer: error: the program goes on with the secrets that it has: t/ had commit");
    renameSync(`${vault}.new`, vault);
    await desk.must(["put", "t/A", "value-3"]);
    await program.said("run value-3");
    program.kill("SIGTERM");
    await program.ended;
    expect(program.output.match(/^run .*/gm)).toEqual(["run value-1", "run value-2", "run value-3"]);
    expect(program.output.match(/coffer: error: [^\n]*/g)).toHaveLength(2);
    expect(program.output.replace(/^run .*/gm, "")).not.toContain("value-");
  });

  it("is not started anew by a change after Ctrl-C or SIGTERM, which it got as well", async () => {
    const desk = await scene();
    const line = `trap 'echo interrupted' INT; ${WAITING}`;
    const program = new Watched(desk, ["t/", ...OFTEN, ...sh(line)]);
    await program.said("run value-1");
    program.kill("SIGINT");
    await program.said("interrupted");
    await desk.must(["put", "t/A", "value-2"]);
    program.kill("SIGTERM");
    expect([await program.ended, program.output]).toEqual([3, "run value-1\ninterrupted\nasked\n"]);
  });

  it("goes with --mask and --stage, several namespaces and references into another store", async () => {
    const desk = await scene();
    const other = join(desk.home, "other");
    await desk.must(["put", "t/A", "near-value"]);
    await desk.must(["init", "-s", `folder:${other}`]);
    await desk.must(["put", "-s", `folder:${other}`, "far/C", "far-value-1"]);
    await desk.must(["put", "u/B", "staged-1", "--stage", "next"]);
    const wait = "while :; do sleep 0.05; done";
    const line = `echo "run $A $B $C" | tee -a runs; ${wait}`;
    const args = ["t/", "u/", "--stage", "next", "--mask", ...OFTEN, ...sh(line)];
    const program = new Watched(desk, args, { C: `coffer+folder:${other}//far/C` });
    await program.said("run *** *** ***\n");
    await desk.must(["put", "-s", `folder:${other}`, "far/C", "far-value-2"]);
    await program.said("run *** *** ***\n", program.output);
    await desk.must(["put", "u/B", "staged-2", "--stage", "next"]);
    await program.said("run *** *** ***\n", program.output);
    program.kill("SIGTERM");
    expect(await program.ended).toBe(143);
    expect(readFileSync(join(desk.home, "runs"), "utf8")).toBe(
      "run near-value staged-1 far-value-1\nrun near-value staged-1 far-value-2\nrun near-value staged-2 far-value-2\n",
    );
    expect(program.output).not.toContain("value-");
  });

  it.each([
    [["--replace", "--watch"], "--replace and --watch exclude each other"],
    [["--interval", "5m"], "--interval says nothing without --watch"],
    [["--signal", "HUP"], "--signal says nothing without --watch"],
    [["--watch", "--interval", "100"], "--interval takes a duration from 1s to 24d"],
  ])("is not started with %j", async (flags, message) => {
    const desk = await scene();
    const { code, stdout, stderr } = await desk.coffer(["exec", "t/", ...flags, ...sh("echo started")]);
    expect([code, stdout, stderr.split("\n")[0]]).toEqual([125, "", `coffer: error: ${message}`]);
  });

  it("is not watched where it is given a version that never changes", async () => {
    const desk = await scene();
    const { code, stderr } = await desk.coffer(["exec", "--watch", "--", "true"], { env: { A: "coffer:t/A#1" } });
    expect([code, stderr]).toEqual([125, expect.stringContaining("there is nothing to watch")]);
  });
});
