import { spawnSync } from "node:child_process";
import { appendFileSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FORMATS } from "../../src/env/formats/table.js";
import { Desk, scrub } from "./desk.js";

/** Each test has namespaces of its own in one store, so that they can run side by side. */
describe.concurrent("formats", () => {
  const desk = new Desk();
  beforeAll(async () => {
    await desk.must(["init"]);
  });
  afterAll(() => desk.clear());

  it.each(FORMATS.map(({ name, reads }) => ({ name, reads })))(
    "$name: written, and read again where it can be",
    async ({ name, reads }) => {
      await desk.must(["import", `all-${name}/`], { stdin: "DB_URL=postgres://db/x\nTOKEN=t0ken\n" });
      const text = await desk.must(["export", `all-${name}/`, "--for", name]);
      expect(text).toContain(name === "k8s" ? Buffer.from("t0ken").toString("base64") : "t0ken");
      if (!reads) return;
      await desk.must(["import", `again-${name}/`, "--from", name], { stdin: text });
      expect(await desk.json(["export", `again-${name}/`])).toEqual({ DB_URL: "postgres://db/x", TOKEN: "t0ken" });
    },
  );

  it("export: what the format cannot carry is refused by name, without its value, and nothing is written", async () => {
    await desk.must(["import", "no/"], { stdin: '{"A":"fine","PEM":"hunter2\\nhunter3"}' });
    const file = desk.file("docker.env", "old");
    const refused = await desk.coffer(["export", "no/", "--for", "docker", "-o", file]);
    expect(refused).toMatchObject({ code: 2, stdout: "" });
    expect(refused.stderr).toBe(
      'coffer: error: cannot write "PEM" as a Docker env file: its value has more than one line\n' +
        "coffer: hint: JSON carries every name and every text; leave the others out by choosing names\n",
    );
    expect(readFileSync(file, "utf8")).toBe("old");
    expect((await desk.coffer(["export", "no/", "--for", "docker"])).stdout).toBe("");
  });

  it("export: names that no shell takes, and bytes that are no text", async () => {
    await desk.must(["put", "odd/my.name", "x"]);
    const name = await desk.coffer(["export", "odd/", "--for", "sh"]);
    expect(name).toMatchObject({ code: 2, stdout: "" });
    expect(name.stderr).toContain('"my.name"');
    expect(await desk.must(["export", "odd/", "--for", "sh", "--upper"])).toBe("export MY_NAME='x'\n");
    await desk.must(["put", "odd/RAW"], { stdin: Uint8Array.of(0xff, 0x00) });
    for (const format of ["json", "yaml", "csv"]) {
      const bytes = await desk.coffer(["export", "odd/", "--for", format]);
      expect(bytes).toMatchObject({ code: 2, stdout: "" });
      expect(bytes.stderr).toContain('"RAW"');
    }
    expect(await desk.must(["export", "odd/", "--for", "k8s", "--only", "RAW"])).toContain('"RAW": "/wA="');
  });

  it("export --json: sorted, and --for may not say otherwise", async () => {
    await desk.must(["import", "js/"], { stdin: '{"b":"2","B":"1","ü":"3"}' });
    expect(await desk.must(["export", "js/", "--json"])).toBe('{"B":"1","b":"2","ü":"3"}\n');
    expect((await desk.coffer(["export", "js/", "--json", "--for", "yaml"])).code).toBe(2);
  });

  it("export -o: whole, for its owner alone, through no link", async () => {
    await desk.must(["put", "out/A", "x"]);
    const target = desk.file("target", "old");
    symlinkSync(target, join(desk.home, "link"));
    const linked = await desk.coffer(["export", "out/", "-o", join(desk.home, "link")]);
    expect(linked.code).toBe(2);
    expect(readFileSync(target, "utf8")).toBe("old");
    await desk.must(["export", "out/", "-o", target]);
    expect(readFileSync(target, "utf8")).toBe("A=x\n");
    expect(statSync(target).mode & 0o777).toBe(0o600);
  });

  it("export -o: says so where git would commit the file, and nothing where it would not", async () => {
    await desk.must(["put", "git/A", "x"]);
    const folder = join(desk.home, "project");
    mkdirSync(folder);
    spawnSync("git", ["init", "--quiet"], { cwd: folder });
    writeFileSync(join(folder, ".gitignore"), "ignored.env\n");
    const write = async (file: string): Promise<string> =>
      scrub((await desk.coffer(["export", "git/", `--output=${file}`], { cwd: folder })).stderr, desk);
    expect(await write("ignored.env")).toBe("coffer: wrote 1 secret to ignored.env\n");
    expect(await write("-seen.env")).toBe(
      "coffer: wrote 1 secret to -seen.env\ncoffer: git would commit -seen.env: add it to .gitignore\n",
    );
    expect(await write("../outside.env")).toBe("coffer: wrote 1 secret to ../outside.env\n");
    const noGit = await desk.coffer(["export", "git/", "-o", "seen.env"], { cwd: folder, env: { PATH: "/nowhere" } });
    expect(noGit).toMatchObject({ code: 0, stderr: "coffer: wrote 1 secret to seen.env\n" });
  });

  it("export --for github-actions: masks on stdout, values at the end of the file that GITHUB_ENV names", async () => {
    await desk.must(["import", "gh/"], { stdin: '{"A":"50%","B":"one\\ntwo"}' });
    const file = desk.file("github_env", "");
    appendFileSync(file, "EARLIER=1\n");
    const { code, stdout } = await desk.coffer(["export", "gh/", "--for", "github-actions"], {
      env: { GITHUB_ENV: file },
    });
    expect(code).toBe(0);
    expect(stdout).toBe("::add-mask::50%25\n::add-mask::one%0Atwo\n::add-mask::one\n::add-mask::two\n");
    const text = readFileSync(file, "utf8");
    const delimiter = /^A<<(coffer_[0-9a-f]{32})$/m.exec(text)?.[1];
    expect(text).toBe(`EARLIER=1\nA<<${delimiter}\n50%\n${delimiter}\nB<<${delimiter}\none\ntwo\n${delimiter}\n`);
    const again = await desk.must(["export", "gh/", "--for", "github-actions"]);
    expect(again).toMatch(/^::add-mask::50%25\n/);
    expect(again).not.toContain(delimiter);
  });

  it("export --for sh: eval takes it in, whatever is in it", async () => {
    await desk.must(["put", "sh/A", "it's $(touch pwned) `id` \"\n!"]);
    const { stdout } = await desk.shell('eval "$(coffer export sh/ --for sh)"; printf %s "$A"');
    expect(stdout).toBe("it's $(touch pwned) `id` \"\n!");
  });

  it("import: a file's name says what is in it, and YAML stays text", async () => {
    const files: Readonly<Record<string, string>> = {
      "a.yaml": "A: 012345\nB: no\n",
      "a.toml": 'A = "012345"\nB = "no"\n',
      "a.csv": "name,value\nA,012345\nB,no\n",
      "a.ini": "A=012345\nB=no\n",
      "a.properties": "A=012345\nB: no\n",
      "a.tfvars": 'A = "012345"\nB = "no"\n',
      "a.sh": "A=012345; \nexport B='no'\n".replace("; ", ""),
    };
    for (const [name, text] of Object.entries(files)) {
      const namespace = name.replace(".", "-");
      await desk.must(["import", `${namespace}/`, desk.file(name, text)]);
      expect(await desk.json(["export", `${namespace}/`])).toEqual({ A: "012345", B: "no" });
    }
  });

  it("import: what is wrong is told by line and column, and never repeated", async () => {
    const wrong: readonly (readonly [from: string, text: string, message: string])[] = [
      ["yaml", "A: 1\nB: [hunter2]\n", 'stdin:2:4: the value of "B" is not a text'],
      ["toml", 'A = "1"\nB = hunter2\n', "stdin:2:5: not TOML"],
      ["csv", 'name,value\nA,"hunter2\n', "stdin:2:3: a quote that is never closed"],
      ["k8s", "kind: Secret\ndata:\n  A: hunter2!\n", 'stdin:3:6: the value of "A" is not Base64'],
    ];
    for (const [from, stdin, message] of wrong) {
      const { code, stderr } = await desk.coffer(["import", "bad/", "--from", from], { stdin });
      expect({ code, stderr: stderr.split("\n")[0] }).toEqual({ code: 1, stderr: `coffer: error: ${message}` });
      expect(stderr).not.toContain("hunter2");
    }
    expect((await desk.coffer(["export", "bad/"])).code).toBe(3);
  });

  it("import --prune: one commit that adds, changes and deletes", async () => {
    await desk.must(["import", "pr/"], { stdin: "KEEP=1\nCHANGE=1\nDROP=1\n" });
    const wanted = { stdin: "KEEP=1\nCHANGE=2\nNEW=1\n" };
    expect(await desk.json(["import", "pr/", "--prune", "--dry-run"], wanted)).toMatchObject({ commit: null });
    expect(await desk.json(["import", "pr/", "--prune"], wanted)).toMatchObject({
      sequence: 2,
      changed: expect.arrayContaining([
        { name: "CHANGE", version: "2", change: "changed" },
        { name: "DROP", version: "2", change: "deleted" },
        { name: "NEW", version: "1", change: "added" },
      ]),
    });
    expect(await desk.json(["export", "pr/"])).toEqual({ CHANGE: "2", KEEP: "1", NEW: "1" });
  });

  it("import at a terminal: shows the names that change, asks, and takes no for an answer", async () => {
    await desk.must(["import", "ask/"], { stdin: "KEEP=1\nCHANGE=1\nDROP=1\n" });
    const file = desk.file("ask.env", "KEEP=1\nCHANGE=hunter2\nNEW=hunter3\n");
    const shown = "coffer: changes in ask/\r\n  ~ CHANGE\r\n  + NEW\r\n  - DROP\r\n";
    const no = await desk.terminal(`coffer import ask/ ${file} --prune`, [["[y/N] ", "n\n"]]);
    expect(no.stdout).toContain(`${shown}coffer: make them? [y/N] n`);
    expect(no.stdout).toContain("stopped; nothing was changed");
    expect(await desk.json(["export", "ask/"])).toEqual({ CHANGE: "1", DROP: "1", KEEP: "1" });
    const dry = await desk.terminal(`coffer import ask/ ${file} --prune --dry-run`, []);
    expect(dry.stdout).toBe(`${shown}coffer: would do, and has not: 1 added, 1 changed, 1 deleted\r\n`);
    const piped = await desk.terminal(`cat ${file} | coffer import ask/ --prune`, [["[y/N] ", "y\n"]]);
    expect(piped.stdout).toContain(`${shown}coffer: make them? [y/N] y`);
    expect(await desk.json(["export", "ask/"])).toEqual({ CHANGE: "hunter2", KEEP: "1", NEW: "hunter3" });
    expect(`${no.stdout}${dry.stdout}${piped.stdout}`).not.toContain("hunter");
  });

  it("import -y at a terminal: shows the names and does not ask", async () => {
    const file = desk.file("yes.env", "A=1\n");
    const { code, stdout } = await desk.terminal(`coffer import yes/ ${file} -y`, []);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^coffer: changes in yes\/\r\n {2}\+ A\r\ncoffer: 1 added/);
  });
});
