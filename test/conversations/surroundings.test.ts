import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { COFFER, Desk, scrub } from "./desk.js";

const VALUE = "s3cret-CANARY";

describe.concurrent("around the command", () => {
  const desk = new Desk();
  beforeAll(async () => {
    await desk.must(["init"]);
    await desk.must(["put", "big"], { stdin: new Uint8Array(1_048_576).fill(0x61) });
    await desk.must(["put", "bin", "--binary"], { stdin: "\u001b[2Jx" });
    await desk.must(["put", "text"], { stdin: "no line end" });
  });
  afterAll(() => desk.clear());

  it("a reader that goes away ends it quietly, with 0", async () => {
    const { stdout, stderr } = await desk.shell('coffer get big | head -c 1; echo " $PIPESTATUS"');
    expect({ stdout, stderr }).toEqual({ stdout: "a 0\n", stderr: "" });
    const write = await desk.shell("coffer put piped v --json | true; coffer get piped");
    expect(write).toMatchObject({ stdout: "v", stderr: "" });
  });

  it("a full disk under stdout is a failure", async () => {
    if (!existsSync("/dev/full")) return expect(process.platform).not.toBe("linux");
    const { stdout, stderr } = await desk.shell("coffer get text > /dev/full; echo $?");
    expect(stdout).toBe("1\n");
    expect(stderr).toBe("coffer: error: cannot write to stdout: ENOSPC\n");
  });

  it("without stdin, stdout or stderr at all it does what it can", async () => {
    expect((await desk.shell("coffer get text <&- 2>&-; echo $?")).stdout).toBe("no line end0\n");
    expect((await desk.shell("coffer put closed v >&- 2>&-; coffer get closed")).stdout).toBe("v");
  });

  it("no home: with -s and -k everything works, without memory, which --verbose says", async () => {
    const away = ["-s", `folder:${desk.home}/away`, "-k", `key-file:${desk.home}/away.key`];
    const env = { HOME: "" };
    await desk.must(["init", ...away], { env });
    await desk.must(["put", "A", "v", ...away], { env });
    const { code, stdout, stderr } = await desk.coffer(["get", "A", "--verbose", ...away], { env });
    expect({ code, stdout, stderr: scrub(stderr, desk) }).toEqual({
      code: 0,
      stdout: "v",
      stderr: "coffer: no home: heads are not remembered\ncoffer: store folder:~/away, key key-file:~/away.key\n",
    });
  });

  it("no home and no -s: two lines, exit 2", async () => {
    expect(await desk.coffer(["get", "A"], { env: { HOME: "" } })).toMatchObject({
      code: 2,
      stderr:
        "coffer: error: no store is given, and there is no home to look in\n" +
        "coffer: hint: give -s or COFFER_STORE, or set HOME\n",
    });
  });

  it("flags win over variables, and variables over what is built in", async () => {
    const variables = {
      COFFER_STORE: `folder:${desk.home}/var`,
      COFFER_KEY: "key-file:~/var.key",
      COFFER_NAMESPACE: "ns/",
    };
    await desk.must(["init"], { env: variables });
    await desk.must(["put", "A", "v"], { env: variables });
    expect(await desk.must(["list"], { env: variables })).toBe("ns/A\n");
    expect(await desk.must(["get", "A", "-N", "ns", "-s", "folder:./var", "-k", "key-file:./var.key"])).toBe("v");
    expect((await desk.coffer(["get", "A", "-N", "other"], { env: variables })).code).toBe(3);
    expect((await desk.coffer(["get", "/A"], { env: variables })).code).toBe(3);
  });

  it("memory: forgets everything with the process", async () => {
    expect((await desk.coffer(["init", "-s", "memory:"])).code).toBe(0);
    expect((await desk.coffer(["get", "A", "-s", "memory:"])).code).toBe(3);
  });

  it("SIGINT while stdin is read: 130, and nothing is written", async () => {
    const child = spawn(process.execPath, [COFFER, "put", "stopped", "-v"], {
      env: desk.env(),
      stdio: ["pipe", "ignore", "pipe"],
    });
    let stderr = "";
    child.stderr.on("data", (chunk: Buffer) => {
      stderr += chunk.toString();
      // The store is open by then, and the value is being waited for.
      if (stderr.includes("coffer: store")) child.kill("SIGINT");
    });
    const code = await new Promise((resolve) => child.once("close", resolve));
    expect(code).toBe(130);
    expect((await desk.coffer(["get", "stopped"])).code).toBe(3);
  });

  it("a second SIGINT ends it even where the system never answers", async () => {
    const pipe = join(desk.home, "pipe");
    expect((await desk.run("mkfifo", [pipe])).code).toBe(0);
    // Nobody will ever write into it: the call that opens it does not come back.
    const child = spawn(process.execPath, [COFFER, "put", "stuck", `@${pipe}`, "-v"], {
      env: desk.env(),
      stdio: ["ignore", "ignore", "pipe"],
    });
    let again: NodeJS.Timeout | undefined;
    child.stderr.on("data", (chunk: Buffer) => {
      if (chunk.toString().includes("coffer: store")) again ??= setInterval(() => child.kill("SIGINT"), 100);
    });
    const signal = await new Promise((resolve) => child.once("close", (_code, by) => resolve(by)));
    clearInterval(again);
    expect(signal).toBe("SIGINT");
    expect((await desk.coffer(["get", "stuck"])).code).toBe(3);
  });

  it("exec leaves stdin to the program and passes signals on", async () => {
    const child = spawn(
      process.execPath,
      [
        COFFER,
        "exec",
        "--only",
        "text",
        "--map",
        "X=text",
        "--",
        "sh",
        "-c",
        "trap 'echo got; exit 9' TERM; echo ready; while :; do sleep 0.05; done",
      ],
      { env: desk.env(), stdio: ["ignore", "pipe", "inherit"] },
    );
    let stdout = "";
    child.stdout.on("data", (chunk: Buffer) => {
      stdout += chunk.toString();
      if (stdout === "ready\n") child.kill("SIGTERM");
    });
    expect(await new Promise((resolve) => child.once("close", resolve))).toBe(9);
    expect(stdout).toBe("ready\ngot\n");
  });

  it("exec leaves the pipes it shares with the program as they are", async () => {
    const flags = "import fcntl, os; print([fcntl.fcntl(fd, fcntl.F_GETFL) & os.O_NONBLOCK for fd in (0, 1, 2)])";
    const { stdout } = await desk.shell(`: | coffer exec --only text -v -- python3 -c '${flags}' 2>&1 | cat`);
    expect(stdout).toContain("[0, 0, 0]");
  });

  it("a state folder that cannot be made does not stop a read", async () => {
    const env = { XDG_STATE_HOME: join(desk.file("plain-file", ""), "below") };
    expect(await desk.coffer(["get", "text"], { env })).toMatchObject({ code: 0, stdout: "no line end" });
  });
});

describe.concurrent("at a terminal", () => {
  const desk = new Desk();
  beforeAll(async () => {
    await desk.must(["init"]);
    await desk.must(["put", "bin", "--binary"], { stdin: "\u001b[2Jx" });
    await desk.must(["put", "text"], { stdin: "no line end" });
  });
  afterAll(() => desk.clear());

  it("put asks twice and shows nothing of it", async () => {
    const { stdout } = await desk.terminal("coffer put asked; echo code=$?", [
      ["value of asked: ", `${VALUE}\r`],
      ["once more: ", `${VALUE}\r`],
    ]);
    expect(stdout).toContain("coffer: asked is version 1");
    expect(stdout).toContain("code=0");
    expect(stdout).not.toContain("CANARY");
    expect(await desk.must(["get", "asked"])).toBe(VALUE);
  });

  it("two entries that differ: exit 1, and nothing is stored", async () => {
    const { stdout } = await desk.terminal("coffer put differs; echo code=$?", [
      ["value of differs: ", `${VALUE}\r`],
      ["once more: ", `${VALUE}2\r`],
    ]);
    expect(stdout).toContain("the two entries differ");
    expect(stdout).toContain("code=1");
    expect(stdout).not.toContain("CANARY");
    expect((await desk.coffer(["get", "differs"])).code).toBe(3);
  });

  it.each([
    ["Ctrl-C", "\u0003", "code=130"],
    ["Ctrl-D", "\u0004", "code=2"],
    ["an empty line, twice", "\r", "code=2"],
  ])("%s at the prompt: nothing is stored, and the terminal echoes again", async (_key, typed, code) => {
    const { stdout } = await desk.terminal("coffer put stopped; echo code=$?; stty -a", [
      ["value of stopped: ", typed],
      ...(typed === "\r" ? [["once more: ", "\r"] as const] : []),
    ]);
    expect(stdout).toContain(code);
    expect(stdout).toMatch(/[ ;]icanon /);
    expect(stdout).toMatch(/[ ;\n]echo /);
    expect((await desk.coffer(["get", "stopped"])).code).toBe(3);
  });

  it("--no-input: exit 2 instead of asking", async () => {
    expect((await desk.terminal("coffer put never --no-input; echo code=$?", [])).stdout).toContain("code=2");
  });

  it("no store: it says so before it asks", async () => {
    const { stdout } = await desk.terminal("coffer put early -s folder:./none; echo code=$?", []);
    expect(stdout).toContain("there is no store");
    expect(stdout).toContain("code=3");
    expect(stdout).not.toContain("value of");
  });

  it("get ends the line that has no end, unless -n, and shows no bytes unless --force", async () => {
    const { stdout } = await desk.terminal(
      'coffer get text; echo "|"; coffer get text -n; echo "|"; coffer get bin; echo "code=$?"; coffer get bin --force | cat -v; coffer get bin --force; echo',
      [],
    );
    expect(stdout).toContain("no line end\r\n|\r\n");
    expect(stdout).toContain("no line end|\r\n");
    expect(stdout).toContain("code=2");
    expect(stdout).toContain("^[[2Jx");
    expect(stdout).toContain("\u001b[2Jx\r\n");
  });

  it("a value as an argument is taken, and it says why not to", async () => {
    const { stdout } = await desk.terminal("coffer put argument v; coffer put argument w -q; echo end", []);
    expect(stdout.match(/shell's history/g)).toHaveLength(1);
  });

  it("errors are painted there, unless somebody wants none of it", async () => {
    const { stdout } = await desk.terminal(
      "export TERM=xterm; coffer get; NO_COLOR=1 coffer get; coffer get --color never; coffer get 2>&1 | cat",
      [],
    );
    expect(stdout.match(/\u001b\[31merror:/g)).toHaveLength(1);
    expect(stdout.match(/coffer: error:/g)).toHaveLength(3);
  });

  it("what was stored cannot act on it", async () => {
    await desk.must(["put", "evil", "v", "--comment", "\u001b]0;owned\u0007", "-m", "\u202eevil\u001b[2J"]);
    const { stdout } = await desk.terminal(
      "coffer log; coffer history evil; coffer list -l; coffer get evil --json; coffer log --json",
      [],
    );
    expect(stdout).toContain("\\u001b[2J");
    expect(stdout).not.toMatch(/[\u001b\u202e\u0007]/);
  });
});

describe("a canary", () => {
  const desk = new Desk();
  beforeAll(async () => {
    await desk.must(["init"]);
    await desk.must(["put", "ns/A"], { stdin: VALUE });
    await desk.must(["put", "ns/B", "-c", "team=red"], { stdin: VALUE });
  });
  afterAll(() => desk.clear());

  it("is in no output of whatever fails, and neither is the key", async () => {
    const key = /1 (\S+)/.exec(readFileSync(join(desk.home, ".config/coffer/master.key"), "utf8"))?.[1] ?? "none";
    const file = desk.file("canary", VALUE);
    const failing: readonly (readonly string[])[] = [
      ["put", "ns/A", VALUE, VALUE],
      ["put", `ns/${"x".repeat(300)}`, VALUE],
      ["put", "ns/A", VALUE, "--if-version", "9"],
      ["put", "ns/A", VALUE, "--if-commit", "c00000000"],
      ["put", "ns/A", VALUE, "--expires", "never"],
      ["put", "ns/A", VALUE, "-s", "folder:./none"],
      ["put", "ns/A", VALUE, "-k", "key-file:./none"],
      ["put", "ns/A", VALUE, "-k", `key-file:${file}`],
      ["put", "ns/A", VALUE, "--submit", "--stage", "next"],
      ["put", "ns/A", VALUE, "--submit", "-s", "folder:./none"],
      ["put", "ns/A", `-${VALUE}`],
      ["put", "ns/A", `--${VALUE}`],
      ["put", "ns/A", `--binary=${VALUE}`],
      ["put", "ns/A", VALUE, "--timeout", "x"],
      ["put", "ns/A", `@${desk.home}/missing`],
      ["get", "ns/B", "-c", `team=${VALUE}`],
      ["get", "ns/B", "-c", VALUE],
      ["get", "ns/A", "-c", `team=${VALUE}`],
      ["get", "ns/B", "--contexts", file],
      ["get", "ns/A", "--field", "x"],
      ["get", "ns/A", "-o", "/dev/null"],
      ["get", "ns/A", "-o", "missing/folder/file"],
      ["export", "ns/", "--only", "A,NONE"],
      ["export", "ns/"],
      ["export", "ns/", "--for", "yaml"],
      ["exec", "ns/", "--only", "A", "--", "no-such-program"],
      ["exec", "ns/", "--only", "A", "--map", "LD_PRELOAD=A", "--", "true"],
      ["exec", "ns/", "--only", "A", "--map", "not a name=A", "--", "true"],
      ["import", "ns/", file],
      ["import", "ns/", file, "--from", "json"],
      ["import", "ns/", file, "--if-commit", VALUE],
      ["recover", "ns/", "--identity", file],
      ["rotate-key", "ns/", "--new-key", `key-file:${file}`],
      ["inbox", "ns/", "--accept", VALUE],
      [VALUE],
      ["delete", "ns/A", "ns/NONE"],
    ];
    const runs = failing.flatMap((args) => [args, [...args.slice(0, 1), "--verbose", "--json", ...args.slice(1)]]);
    const outputs: string[] = [];
    for (let next = 0; next < runs.length; next += 4) {
      const some = runs.slice(next, next + 4).map(async (args) => {
        const { code, stdout, stderr } = await desk.coffer(args, { stdin: VALUE });
        if (code === 0) outputs.push(`succeeded: ${args.join(" ")}`);
        if (/CANARY/.test(stdout + stderr) || (stdout + stderr).includes(key))
          outputs.push(`${args.join(" ")}: ${stdout}${stderr}`);
        if (/unexpected|\n {4}at /.test(stderr)) outputs.push(`a bug: ${args.join(" ")}: ${stderr}`);
      });
      await Promise.all(some);
    }
    expect(outputs).toEqual([]);
  });

  it("lies nowhere in the home in plain", async () => {
    const { stdout } = await desk.shell(`rm -f canary; grep -rlF CANARY . || true`);
    expect(stdout).toBe("");
    expect(readdirSync(desk.home).sort()).toEqual([".config", ".local"]);
  });
});
