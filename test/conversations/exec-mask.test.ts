import { createHash, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Desk } from "./desk.js";
import { ended, sh, spawnCoffer, waitFor } from "./running.js";

const PEM = `-----BEGIN KEY-----\n${"AbCdEf+/".repeat(8)}\n${"GhIjKl+/".repeat(8)}\n-----END KEY-----\n`;
const SECRETS = { PASS: "hunter22", URL: 'postgres://u:"p w"@db/x', PIN: "4711", KEY: PEM, BYTES: "unused" };

const desk = new Desk();
beforeAll(async () => {
  await desk.must(["init"]);
  await desk.must(["import", "t/", "--from", "json", "-"], { stdin: JSON.stringify(SECRETS) });
});
afterAll(() => desk.clear());

const masked = (...args: readonly string[]): string[] => ["exec", "t/", "--mask", ...args];

describe.concurrent("a program under exec --mask", () => {
  it("prints *** for what it was given, on stdout and stderr, and its exit code is its own", async () => {
    const line = 'echo "<$PASS>"; echo "[$URL]" >&2; exit 7';
    expect(await desk.coffer(masked(...sh(line)))).toMatchObject({ code: 7, stdout: "<***>\n", stderr: "[***]\n" });
  });

  it.each([
    ["base64", 'printf %s "$PASS" | base64', "***\n"],
    ["base64 in the midst of something", 'printf "user:%s@host" "$PASS" | base64', "dXNlcjp***kBob3N0\n"],
    ["base64 in lines", 'printf %s "$KEY" | base64', /^(\*\*\*\n)+$/],
    ["JSON", `node -p 'JSON.stringify({ url: process.env.URL })'`, '{"url":"***"}\n'],
    ["a URL", `node -p '"?q=" + encodeURIComponent(process.env.URL)'`, "?q=***\n"],
    ["a form", `node -p 'new URLSearchParams({ q: process.env.URL }).toString()'`, "q=***\n"],
    ["some lines of it", 'echo "$KEY" | tail -n +3', "***\n***\n\n"],
    ["other indentation", 'echo "$KEY" | sed "s/^/    /"', /^( {4}\*\*\*\n){4} {4}\n$/],
  ])("prints *** also where it makes of it: %s", async (_, line, printed) => {
    const { stdout } = await desk.coffer(masked(...sh(line)));
    if (typeof printed === "string") expect(stdout).toBe(printed);
    else expect(stdout).toMatch(printed);
  });

  it("prints what is shorter than 8 bytes as it is, unless --mask-short is given", async () => {
    expect(await desk.must(masked(...sh('echo "$PIN $PASS"')))).toBe("4711 ***\n");
    expect(await desk.must(["exec", "t/", "--mask-short", ...sh('echo "$PIN $PASS 4712"')])).toBe("*** *** 4712\n");
  });

  it("prints *** for a value that it has as a file", async () => {
    const line = 'cat "$PASS"; cat "$KEY"; echo "$PASS"';
    const files = ["--as-file", "PASS=fd", "--as-file", "KEY=./key.pem"];
    expect(await desk.must(masked(...files, ...sh(line)))).toBe("******/dev/fd/3\n");
  });

  it("prints *** for what its environment refers to", async () => {
    const args = ["exec", "--mask", ...sh('echo "$A"')];
    expect(await desk.must(args, { env: { A: "coffer:t/PASS" } })).toBe("***\n");
  });

  it("passes bytes of all kinds, and colours, as they are", async () => {
    const bytes = randomBytes(3_000_000);
    const file = desk.file("bytes", bytes);
    const result = await desk.coffer(masked(...sh(`cat ${file}; printf '\\033[1m%s\\033[0m' "$PASS"`)));
    const end = "\x1b[1m***\x1b[0m";
    expect(hash(result.bytes)).toBe(hash(Buffer.concat([bytes, Buffer.from(end)])));
  });

  it("holds the first half of a secret back until the other has come", async () => {
    const line = 'printf "a hunt"; echo half >&2; read -r _; printf "er22 z"; exit 0';
    const { stdout } = await desk.shell(
      `mkfifo go; exec 3<>go; coffer exec t/ --mask ${quoted(...sh(line))} <&3 2> >(read -r _; echo go >&3)`,
    );
    expect(stdout).toBe("a *** z");
  });

  it("is ended by SIGPIPE where nobody reads, as without a mask", async () => {
    const { stdout } = await desk.shell(`coffer exec t/ --mask -- yes hunter22 | head -n 2; echo "\${PIPESTATUS[0]}"`);
    expect(stdout).toBe("***\n***\n141\n");
  });

  it("gets signals, and ends as they end it", async () => {
    const child = spawnCoffer(desk, masked(...sh("echo ready; exec sleep 1000")));
    await waitFor(child, "ready");
    child.kill("SIGTERM");
    expect(await ended(child)).toBe(143);
  });

  it("may print 300 MB, and coffer's memory stays as it is", async () => {
    const line = "head -c 150000000 /dev/zero; yes 'some line of a log' | head -c 150000000; echo end; read -r _";
    const { stdout } = await desk.shell(
      `mkfifo hold; exec 3<>hold
       coffer exec t/ --mask ${quoted(...sh(line))} <&3 | { head -c 300000000 | cksum; read -r end
         grep VmHWM /proc/$(pgrep -o -f -- "exec t/ --mask -- sh -c head -c 150000000")/status; echo >&3; }`,
    );
    expect(stdout).toMatch(/^\d+ 300000000\n/);
    expect(Number(/VmHWM:\s+(\d+) kB/.exec(stdout)?.[1])).toBeLessThan(160_000);
  });

  it("hides nothing where there is nothing to hide", async () => {
    expect(await desk.must(masked("--only", "PIN", ...sh('echo "$PIN"')))).toBe("4711\n");
  });

  it("is not started with --replace, nor with a value that is too long to be found", async () => {
    const both = await desk.coffer(["exec", "t/", "--mask", "--replace", "--", "true"]);
    expect([both.code, both.stderr]).toEqual([125, "coffer: error: --replace and --mask exclude each other\n"]);
    await desk.must(["put", "long/BIG", "-"], { stdin: "x".repeat(1_048_577) });
    const long = await desk.coffer(["exec", "long/", "--mask", "--as-file", "BIG=fd", ...sh("echo started")]);
    expect(long).toMatchObject({ code: 125, stdout: "" });
    expect(long.stderr).toContain('cannot hide "BIG"');
  });
});

describe.concurrent("a program under exec --mask at a terminal", () => {
  it("is seen to ask though its question ends as a secret begins, and reads the answer", async () => {
    const line = 'printf "name? hunt"; read -r name; echo "$name has $PASS"; exit 3';
    const { stdout } = await desk.terminal(`coffer exec t/ --mask -- sh -c '${line}'; echo code=$?`, [
      ["name? hunt", "ben\r"],
    ]);
    expect(stdout).toContain("ben has ***\r\ncode=3");
  });

  it("gets Ctrl-C once", async () => {
    const line = 'trap "echo got it; exit 4" INT; echo ready; read -r _ || true; read -r _';
    const { stdout } = await desk.terminal(`coffer exec t/ --mask -- bash -c '${line}'; echo code=$?`, [
      ["ready", "\u0003"],
    ]);
    expect(stdout).toContain("got it\r\ncode=4");
    expect(stdout.match(/got it/g)).toHaveLength(1);
  });
});

it("is not there for a program under exec without --mask: it has our own stdout", async () => {
  const file = desk.file("out", "");
  await desk.shell(`coffer exec t/ ${quoted(...sh("readlink /proc/self/fd/1"))} > out`);
  expect(readFileSync(file, "utf8").trim()).toBe(file);
});

function quoted(...words: readonly string[]): string {
  return words.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(" ");
}

function hash(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
