import { existsSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Desk } from "./desk.js";
import { ended, sh, spawnCoffer, waitFor } from "./running.js";

const BYTES = Uint8Array.from({ length: 300_000 }, (_, index) => index % 256);

const desk = new Desk();
beforeAll(async () => {
  await desk.must(["init"]);
  await desk.must(["import", "f/"], { stdin: "A=1\nB=2\n" });
  await desk.must(["put", "f/RAW"], { stdin: BYTES });
  await desk.must(["put", "t/A", "1"]);
  await desk.must(["put", "l/LONG"], { stdin: "x".repeat(131_072) });
  await desk.must(["put", "n/NUL", "--binary"], { stdin: "CANARY\0" });
  await desk.must(["put", "b/BYTES", "--binary"], { stdin: Uint8Array.of(0x43, 0xff) });
});
afterAll(() => desk.clear());

describe.concurrent("exec --as-file", () => {
  it("NAME=PATH: a file of mode 0600 with exactly the bytes, its path in NAME, gone afterwards", async () => {
    const path = join(desk.home, "raw.file");
    const { code, bytes, stderr } = await desk.coffer([
      ...["exec", "f/", "--as-file", `RAW=${path}`],
      ...sh('echo "$RAW" $A; stat -c %a "$RAW" 2>/dev/null || stat -f %Lp "$RAW"; cat "$RAW"; exit 7'),
    ]);
    expect({ code, stderr }).toEqual({ code: 7, stderr: "" });
    expect(bytes).toEqual(Buffer.concat([Buffer.from(`${path} 1\n600\n`), BYTES]));
    expect(existsSync(path)).toBe(false);
  });

  it("NAME=fd: an open file that nobody can find, with exactly the bytes", async () => {
    const { code, bytes, stderr } = await desk.coffer([
      ...["exec", "f/", "--as-file", "RAW=fd"],
      ...sh('echo "$RAW"; cat "$RAW"; cat <&3 | wc -c >&2; exit 5'),
    ]);
    expect(code).toBe(5);
    expect(bytes.subarray(0, 10).toString()).toBe("/dev/fd/3\n");
    expect(bytes.subarray(10)).toEqual(Buffer.from(BYTES));
    // Elsewhere than on Linux /dev/fd/N shares its position with N: read once, it is at its end.
    expect(stderr.trim()).toBe(process.platform === "linux" ? "300000" : "0");
  });

  it("NAME=fd lies in XDG_RUNTIME_DIR, without a name in it", async () => {
    const run = new Desk();
    const line = 'readlink "$A"; ls -A "$XDG_RUNTIME_DIR"';
    const { stdout } = await desk.coffer(["exec", "f/", "--only", "A", "--as-file", "A=fd", ...sh(line)], {
      env: { XDG_RUNTIME_DIR: run.home },
    });
    if (process.platform === "linux") expect(stdout).toMatch(new RegExp(`^${run.home}/.* \\(deleted\\)\\n$`));
    expect(readdirSync(run.home)).toEqual([]);
    run.clear();
  });

  it("several, by the names that --map and --prefix give", async () => {
    const path = join(desk.home, "several.file");
    const run = await desk.coffer([
      ...["exec", "f/", "--only", "A,B", "--map", "X=RAW", "--prefix", "P_"],
      ...["--as-file", "P_B=fd", "--as-file", `P_A=${path}`, "--as-file", "X=fd"],
      ...sh('echo "$P_A $P_B $X"; cat "$P_A" "$P_B"; wc -c < "$X"'),
    ]);
    expect(run.stdout.replace(/ +300/, "300")).toBe(`${path} /dev/fd/3 /dev/fd/4\n12300000\n`);
    expect(existsSync(path)).toBe(false);
  });

  it.each([
    ["dies of a signal", "kill -KILL $$", 137],
    ["has removed it itself", 'rm "$A"', 0],
  ])("is gone when the program %s", async (what, line, code) => {
    const path = join(desk.home, `${what}.file`);
    const run = await desk.coffer(["exec", "f/", "--only", "A", "--as-file", `A=${path}`, ...sh(line)]);
    expect({ ...run, there: existsSync(path) }).toMatchObject({ code, stderr: "", there: false });
  });

  it.each([
    ["there is no such program", ["--", "no-such-program"], 127],
    ["the program's interpreter is missing", ["--", "./lost"], 126],
  ])("is gone when %s", async (what, program, code) => {
    desk.file("lost", "#!/no/such/interpreter\n", 0o700);
    const path = join(desk.home, `${what}.file`);
    const run = await desk.coffer(["exec", "f/", "--only", "A", "--as-file", `A=${path}`, ...program]);
    expect({ code: run.code, there: existsSync(path) }).toEqual({ code, there: false });
  });

  it("is gone when SIGTERM ends the program", async () => {
    const path = join(desk.home, "term.file");
    const child = spawnCoffer(desk, ["exec", "t/", "--as-file", `A=${path}`, ...sh('cat "$A"; echo; exec sleep 1000')]);
    await waitFor(child, "1\n");
    expect(existsSync(path)).toBe(true);
    child.kill("SIGTERM");
    expect(await ended(child)).toBe(143);
    expect(existsSync(path)).toBe(false);
  });

  it("starts nothing, leaves what is there, and is 125 in every such case", async () => {
    const theirs = desk.file("theirs", "theirs");
    symlinkSync(join(desk.home, "nowhere"), join(desk.home, "link"));
    const first = join(desk.home, "first.file");
    const refused: [args: string[], says: RegExp][] = [
      [["--as-file", "NONE=fd"], /no secret goes by the name "NONE"/],
      [["--only", "A", "--as-file", "B=fd"], /no secret goes by the name "B"/],
      [["--as-file", "A=fd", "--as-file", "A=x"], /"A" twice/],
      [["--as-file", "A"], /NAME=PATH or NAME=fd/],
      [["--as-file", `B=${first}`, "--as-file", `A=${theirs}`], /theirs is there already, and is not replaced/],
      [["--as-file", `A=${desk.home}/link`], /link is there already/],
      [["--as-file", `A=${desk.home}/no/such/folder`], /ENOENT/],
      [["--map", "LD_PRELOAD=A", "--as-file", "LD_PRELOAD=x"], /able to run code/],
      [["--map", "a.b=A", "--as-file", "a.b=x"], /no name for an environment variable/],
    ];
    for (const [args, says] of refused) {
      const only = args.includes("--only") ? [] : ["--only", "A,B"];
      const run = await desk.coffer(["exec", "f/", ...only, ...args, ...sh("echo started")]);
      expect(run, args.join(" ")).toMatchObject({ code: 125, stdout: "", stderr: expect.stringMatching(says) });
    }
    expect(readFileSync(theirs, "utf8")).toBe("theirs");
    expect([first, join(desk.home, "nowhere"), join(desk.home, "x")].filter(existsSync)).toEqual([]);
  });

  it.each(["raw.part", "fd"])("starts nothing and leaves nothing where there is no room for it: %s", async (path) => {
    // No file may grow beyond a few KiB.
    const line = `ulimit -f 8; coffer exec f/ --as-file RAW=${path} -- sh -c 'echo started'; echo $?; ls ${path}`;
    const { stdout, stderr } = await desk.shell(line);
    expect(stdout).toBe("125\n");
    expect(stderr).toMatch(/^coffer: error: cannot make (the file raw\.part|a file) for the program/);
  });

  it.each([
    ["more than 128 KiB", "l/", "LONG", /LONG \(too long .* 128 KiB/],
    ["NUL", "n/", "NUL", /NUL \(holding a NUL byte/],
    ["what is not UTF-8", "b/", "BYTES", /BYTES \(not UTF-8/],
  ])("carries %s, which the environment cannot, and says so", async (_, namespace, name, says) => {
    const refused = await desk.coffer(["exec", namespace, ...sh("echo started")]);
    expect(refused).toMatchObject({ code: 125, stdout: "", stderr: expect.stringMatching(says) });
    expect(refused.stderr).toContain("hint: hand it over with `--as-file NAME=PATH`");
    expect(refused.stderr).not.toContain("CANARY");
    const blocked = await desk.coffer(["exec", namespace, "--as-file", `${name}=/dev/null`, ...sh("echo started")]);
    expect(blocked).toMatchObject({ code: 125, stdout: "" });
    expect(blocked.stderr).not.toContain("CANARY");
    const taken = await desk.coffer(["exec", namespace, "--as-file", `${name}=fd`, ...sh(`cat "$${name}"`)]);
    expect(taken.bytes).toEqual((await desk.coffer(["get", `${namespace}${name}`])).bytes);
  });
});
