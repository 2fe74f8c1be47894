import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { COFFER, Desk } from "./desk.js";
import { ended, sh, spawnCoffer, waitFor } from "./running.js";

const desk = new Desk();
beforeAll(async () => {
  await desk.must(["init"]);
  await desk.must(["put", "t/A", "1"]);
});
afterAll(() => desk.clear());

describe.concurrent("a program under exec", () => {
  it.each([
    [["--"]],
    [["--", "--", "x", "--"]],
    [["--json", "--help", "-v", "--only", "A", "--as-file", "A=fd", "--version"]],
    [["-", "", " ", "a\nb", "$HOME", "*", "é"]],
  ])("gets its arguments byte for byte: %j", async (args) => {
    const { bytes } = await desk.coffer(["exec", "t/", ...sh('printf "%s\\0" "$@"'), "sh", ...args]);
    expect(bytes.toString().split("\0").slice(0, -1)).toEqual(args);
  });

  it("sees the end of stdin, and all that came before it", async () => {
    const { stdout } = await desk.coffer(["exec", "t/", ...sh("wc -c; cat; echo end")], { stdin: "x".repeat(131_072) });
    expect(stdout.trim()).toBe("131072\nend");
    expect(await desk.coffer(["exec", "t/", "--", "cat"])).toMatchObject({ code: 0, stdout: "" });
  });

  it("is all that coffer waits for, whoever else holds stdout open", async () => {
    const child = spawnCoffer(desk, ["exec", "t/", ...sh('sleep 1000 & echo "$!"; exit 3')]);
    const [code, first] = await Promise.all([ended(child), waitFor(child, "\n")]);
    expect(code).toBe(3);
    // Still there, and still with our pipe: had coffer waited for its end, it would wait now.
    expect(process.kill(Number(first), "SIGKILL")).toBe(true);
  });

  it("as PID 1 of a container it is ended by SIGTERM, with 143", async () => {
    const permitted = canUnshare();
    if (!permitted) return expect(permitted).toBe(false);
    const coffer = [process.execPath, COFFER, "exec", "t/", ...sh("echo ready; exec sleep 1000")];
    const child = spawn("unshare", ["--fork", "--pid", "--kill-child", ...coffer], {
      env: desk.env(),
      cwd: desk.home,
      stdio: ["ignore", "pipe", "inherit"],
    });
    await waitFor(child, "ready");
    process.kill(Number(readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, "utf8")), "SIGTERM");
    expect(await ended(child)).toBe(143);
  });
});

describe.concurrent("a program under exec at a terminal", () => {
  it("gets Ctrl-C once, and coffer waits for what it makes of it", async () => {
    const program = [
      "import os, signal, sys",
      "got = []",
      // Not print: the signal may come while it is still at work on the line before.
      "def say(*words): os.write(1, (' '.join(map(str, words)) + '\\n').encode())",
      "def count(*_):",
      "  got.append(1)",
      "  say('interrupted', len(got))",
      "signal.signal(signal.SIGINT, count)",
      "say('ready')",
      "sys.stdin.readline()",
      "say('in all', len(got))",
      "sys.exit(9)",
    ].join("\n");
    const file = desk.file("interrupts.py", program);
    const { stdout } = await desk.terminal(`coffer exec t/ -- python3 ${file}; echo code=$?`, [
      ["ready", "\u0003"],
      ["interrupted 1", "go on\r"],
    ]);
    expect(stdout).toContain("in all 1\r\ncode=9");
  });

  it("gets Ctrl-D as the end of stdin", async () => {
    const line = "echo ready; cat; echo end; exit 4";
    const { stdout } = await desk.terminal(`coffer exec t/ -- sh -c '${line}'; echo code=$?`, [["ready", "\u0004"]]);
    expect(stdout).toContain("end\r\ncode=4");
  });

  it("stops on Ctrl-Z as coffer does, and goes on with it on fg", async () => {
    // The state and the group of every process are the first and third field behind its name.
    const states = `cat /proc/[0-9]*/stat 2>/dev/null | sed 's/.*) //' | awk -v g="$1" '$3 == g { print $1 }' | sort | uniq -c`;
    desk.file("states", states);
    const script = [
      "set -m",
      "coffer exec t/ -- sh -c 'echo ready; read -r line; echo \"read $line\"; exit 6'",
      "echo stopped=$?",
      // Each stops by itself, so a moment may pass between the two.
      'job=$(jobs -p); until [ "$(sh states $job | tr -s " ")" = " 2 T" ]; do :; done',
      "echo both",
      "fg > /dev/null",
      "echo code=$?",
    ].join("\n");
    if (!existsSync("/proc/self/stat")) return expect(process.platform).not.toBe("linux");
    const { stdout } = await desk.terminal(`cd "$HOME"\n${script}`, [
      ["ready", "\u001a"],
      ["both", "hello\r"],
    ]);
    expect(stdout).toContain("stopped=148");
    expect(stdout).toContain("read hello\r\ncode=6");
  });
});

/** False, and one loud line, where nobody may make a PID 1. */
function canUnshare(): boolean {
  if (spawnSync("unshare", ["--fork", "--pid", "--kill-child", "true"]).status === 0) return true;
  process.stderr.write("\n*** SKIPPED: exec as PID 1; `unshare --fork --pid` is not permitted here ***\n\n");
  return false;
}
