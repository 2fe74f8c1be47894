import { constants } from "node:os";
import { describe, expect, it } from "vitest";
import type { Outcome } from "../outcome.js";
import { compilePatterns } from "./mask-filter.js";
import { type MaskedOptions, startMasked } from "./start-masked.js";

const PATTERNS = compilePatterns([Buffer.from("hunter22"), Buffer.from("correct horse")]);
const PATH = process.env.PATH ?? "";

interface Seen {
  readonly outcome: Outcome;
  readonly stdout: string;
  readonly stderr: string;
  readonly lost: readonly unknown[];
}

/** Runs a line of shell and gives what its sinks were given. */
async function run(line: string, options: Partial<MaskedOptions> = {}): Promise<Seen> {
  const [stdout, stderr, lost]: [Buffer[], Buffer[], unknown[]] = [[], [], []];
  const into = (chunks: Buffer[]) => ({
    isTerminal: false,
    write: async (bytes: Uint8Array) => void chunks.push(Buffer.from(bytes)),
  });
  const child = await startMasked({
    command: "sh",
    args: ["-c", line],
    env: { PATH },
    patterns: PATTERNS,
    stdout: into(stdout),
    stderr: into(stderr),
    onLost: (error) => lost.push(error),
    ...options,
  });
  const outcome = child.kind === "running" ? await child.ended : child;
  return { outcome, stdout: Buffer.concat(stdout).toString("latin1"), stderr: Buffer.concat(stderr).toString(), lost };
}

describe("a masked child", () => {
  it("has its stdout and stderr masked, each by itself and in order", async () => {
    const seen = await run("printf 'a hunt' ; printf 'x correct' >&2; printf 'er22 b'; printf ' horse y' >&2; exit 7");
    expect(seen).toEqual({ outcome: { kind: "exited", code: 7 }, stdout: "a *** b", stderr: "x *** y", lost: [] });
  });

  it("ends with the signal that it died of", async () => {
    const { outcome, stdout } = await run("echo hunter22; kill -TERM $$");
    expect(outcome).toEqual({ kind: "signalled", signal: "SIGTERM", code: 128 + constants.signals.SIGTERM });
    expect(stdout).toBe("***\n");
  });

  it("writes into pipes, which can be opened anew", async () => {
    expect(await run("echo hunter22 > /dev/stdout; echo hunter22 > /dev/stderr; test -p /dev/fd/1")).toMatchObject({
      outcome: { code: 0 },
      stdout: "***\n",
      stderr: "***\n",
    });
  });

  it("may write bytes of all kinds", async () => {
    const { stdout } = await run("printf '\\000\\377\\033[31mred\\033[0m\\200hunter22\\r\\n'");
    expect(stdout).toBe("\0\xff\x1b[31mred\x1b[0m\x80***\r\n");
  });

  it("is not waited for by who has lost his reader: its next write ends it", async () => {
    const gone = new Error("nobody reads");
    const { outcome, lost } = await run("exec yes hunter22", {
      stdout: { isTerminal: false, write: () => Promise.reject(gone) },
    });
    expect(outcome).toMatchObject({ kind: "signalled", signal: "SIGPIPE" });
    expect(lost).toEqual([gone]);
  });

  it("waits while its reader does, and loses nothing", async () => {
    let [bytes, running, most] = [0, 0, 0];
    const write = async (chunk: Uint8Array): Promise<void> => {
      most = Math.max(most, ++running);
      for (let turn = 0; turn < 3; turn++) await new Promise(setImmediate);
      bytes += chunk.byteLength;
      running--;
    };
    const { outcome } = await run("head -c 5000000 /dev/zero", { stdout: { isTerminal: false, write } });
    expect([outcome, bytes, most]).toEqual([{ kind: "exited", code: 0 }, 5_000_000, 1]);
  });

  it("has ended though others hold its output open; what they write within a second still comes", async () => {
    const { outcome, stdout } = await run("(echo first; sleep 0.3; echo hunter22; exec sleep 1000) & echo $!; exit 3");
    const pid = /^\d+$/m.exec(stdout)?.[0];
    expect(process.kill(Number(pid), "SIGKILL")).toBe(true);
    expect([outcome, stdout.split("\n").sort()]).toEqual([
      { kind: "exited", code: 3 },
      ["", "***", pid, "first"].sort(),
    ]);
  });

  it("has ended though others write on for ever", async () => {
    const { outcome, stdout } = await run("(while echo again; do sleep 0.02; done) & exit 4");
    expect([outcome, stdout.startsWith("again\n")]).toEqual([{ kind: "exited", code: 4 }, true]);
  });

  it("is shown what cannot be a secret yet after a moment, where the reader is a terminal", async () => {
    let shown = "";
    const { outcome } = await run("printf '%s name? hunt' $$; exec sleep 1000", {
      stdout: {
        isTerminal: true,
        write: async (bytes) => {
          shown += Buffer.from(bytes).toString();
          // What it waits for, and for ever.
          if (shown.endsWith("name? hunt")) process.kill(Number.parseInt(shown, 10), "SIGTERM");
        },
      },
    });
    expect([outcome.code, shown]).toEqual([143, expect.stringMatching(/^\d+ name\? hunt$/)]);
  });

  it("is not there when there is no such command", async () => {
    expect((await run("", { command: "./missing" })).outcome).toMatchObject({ kind: "not-found", code: 127 });
  });
});
