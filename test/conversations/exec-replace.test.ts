import { spawn, spawnSync } from "node:child_process";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { COFFER, Desk } from "./desk.js";
import { sh, waitFor } from "./running.js";

const desk = new Desk();
beforeAll(async () => {
  await desk.must(["init"]);
  await desk.must(["put", "t/A", "1"]);
});
afterAll(() => desk.clear());

/** A Node that can, here or where somebody says one is; null, and one loud line, where there is none. */
function findNewNode(): string | null {
  const candidates = [process.execPath, process.env.COFFER_TEST_NODE ?? ""].filter((path) => path !== "");
  const found = candidates.find((node) => spawnSync(node, ["-e", "process.exit(process.execve ? 0 : 1)"]).status === 0);
  if (found === undefined) {
    process.stderr.write("\n*** SKIPPED: exec --replace itself; set COFFER_TEST_NODE to a Node from 22.15 on ***\n\n");
  }
  return found ?? null;
}

describe.concurrent("exec --replace", () => {
  const exec = ["exec", "t/", "--replace"];

  it("is 125 and names the Node it needs where it cannot be, and nothing is started", async () => {
    if ("execve" in process) return expect(process.platform).not.toBe("win32");
    expect(await desk.coffer([...exec, ...sh("echo started")])).toMatchObject({
      code: 125,
      stdout: "",
      stderr: expect.stringMatching(/cannot put a program in its own place\ncoffer: hint: .*Node 22\.15 or 23\.11/),
    });
  });

  it("does not go together with --as-file", async () => {
    const run = await desk.coffer([...exec, "--as-file", "A=fd", ...sh("echo started")]);
    expect(run).toMatchObject({ code: 125, stdout: "", stderr: expect.stringContaining("exclude each other") });
  });

  const node = findNewNode();
  const cases: [what: string, args: string[], expected: object][] = [
    ["its environment, arguments and name", sh('echo "$A $0 $#" -- "$@"'), { code: 0, stdout: "1 sh 0 --\n" }],
    ["its exit code, and silence on stderr", sh("exit 9"), { code: 9, stdout: "", stderr: "" }],
    ["SIGPIPE and SIGXFSZ as they are anywhere else", sh("grep SigIgn /proc/self/status"), { stdout: /\t0+\n/ }],
    ["no variable of ours", ["--", "env"], { stdout: /^(?![\s\S]*COFFER_)/ }],
    ["127 where there is none", ["--", "no-such-program"], { code: 127, stdout: "" }],
    ["126 where its interpreter is missing", ["--", "./gone"], { code: 126, stdout: "" }],
    ["125 where the arguments are too long", ["--", "true", ...Array(40).fill("y".repeat(4000))], { code: 125 }],
  ];
  if (node !== null) {
    it.each(cases)("gives the program %s", async (_, program, expected) => {
      desk.file("gone", "#!/no/such/interpreter\n", 0o700);
      const run = await desk.run(node, [COFFER, ...exec, ...program], { env: { COFFER_TIMEOUT: "9" } });
      for (const [key, value] of Object.entries(expected)) {
        const seen = run[key as keyof typeof run]; // The keys are those of a result.
        if (value instanceof RegExp) expect(seen).toMatch(value);
        else expect(seen, run.stderr).toBe(value);
      }
    });

    it("gives the program the terminal as it was, though a passphrase was asked for", async () => {
      const other = new Desk();
      const key = ["-k", "passphrase:"];
      const env = { COFFER_PASSPHRASE: "opens" };
      await other.must(["init", ...key], { env });
      await other.must(["put", "p/A", "1", ...key], { env });
      const program = "python3 -c \"import os; print(os.get_blocking(0), input('ready '))\"";
      const { stdout } = await other.terminal(
        `'${node}' '${COFFER}' exec p/ ${key.join(" ")} --replace -- ${program}`,
        [
          ["assphrase", "opens\r"],
          ["ready ", "typed\r"],
        ],
      );
      expect(stdout).toContain("True typed");
      other.clear();
    });

    it("leaves no parent: the program has coffer's own process id, and dies of signals itself", async () => {
      const child = spawn(node, [COFFER, ...exec, ...sh('echo "$$"; exec cat')], {
        env: desk.env(),
        cwd: desk.home,
        stdio: ["pipe", "pipe", "inherit"],
      });
      await waitFor(child, `${child.pid}\n`);
      child.kill("SIGTERM");
      expect(await new Promise((resolve) => child.once("exit", (_, signal) => resolve(signal)))).toBe("SIGTERM");
    });
  }
});
