import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, watch, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { COFFER, Desk, type Result } from "./desk.js";

const YES = ["make them? [y/N] ", "y\r"] as const;

describe.concurrent("edit", () => {
  const desk = new Desk();
  /** Each test has its own, for others are editing at the same time. */
  const runtimeOf = (name: string): string => {
    const folder = join(desk.home, `run-${name}`);
    mkdirSync(folder, { mode: 0o700, recursive: true });
    return folder;
  };
  beforeAll(async () => {
    await desk.must(["init"]);
  });
  afterAll(() => desk.clear());

  /** An editor that is a shell script; `$file` is what is edited, `$turn` how often it was started. */
  function editor(name: string, script: string): string {
    const count = join(desk.home, `${name}.count`);
    const lines = [
      "#!/bin/bash",
      'file=$(for last; do :; done; echo "$last")',
      `turn=$(( $(cat "${count}" 2>/dev/null || echo 0) + 1 )); echo $turn > "${count}"`,
      `coffer() { "${process.execPath}" "${COFFER}" "$@"; }`,
      `cp "$file" "${desk.home}/${name}.$turn"`,
      script,
    ];
    const path = desk.file(`${name}-editor`, `${lines.join("\n")}\n`);
    chmodSync(path, 0o700);
    return path;
  }

  const seen = (name: string, turn = 1): string => readFileSync(join(desk.home, `${name}.${turn}`), "utf8");

  function edit(
    name: string,
    script: string,
    { args = "", typed = [YES] }: { args?: string; typed?: readonly (readonly [string, string])[] } = {},
  ): Promise<Result> {
    const line = `export XDG_RUNTIME_DIR='${runtimeOf(name)}' EDITOR='${editor(name, script)}'; coffer edit ${name}/ ${args}`;
    return desk.terminal(line, typed);
  }

  const importInto = (namespace: string, values: Readonly<Record<string, string>>): Promise<string> =>
    desk.must(["import", namespace], { stdin: JSON.stringify(values) });

  it("changes, adds and removes in one commit; comments and dates stay, and what the text cannot hold", async () => {
    await desk.must(["put", "one/A", "1", "--comment", "keep me", "--expires", "2030-01-01"]);
    await importInto("one/", { B: "two\nlines", GONE: "g" });
    await desk.must(["put", "one/RAW"], { stdin: Uint8Array.of(0xff) });
    await desk.must(["put", "one/tls key", "t"]);
    await desk.must(["put", "one/CTX", "c", "-c", "app=a"]);
    const script = `
      stat -c '%a %F' "$file" "$(dirname "$file")" > "$HOME/one.modes"
      env > "$HOME/one.env"
      sed -i -e 's/^A=.*/A="new value"/' -e '/^GONE/d' "$file"; echo 'NEW=n' >> "$file"`;
    const { code, stdout } = await edit("one", `COFFER_SEEN=1; ${script}`, { args: "-m 'by hand'" });
    expect(stdout).toContain("changes in one/\r\n  ~ A\r\n  - GONE\r\n  + NEW\r\n");
    expect(code).toBe(0);
    expect(seen("one")).toBe(
      "#! The secrets of one/ Save to change them; leave them as they are to change nothing.\n\n" +
        "A=1\nB='two\nlines'\nGONE=g\n" +
        "# CTX is left as it is: its context is not given (app)\n# RAW is left as it is: it is bytes\n# tls key is left as it is: this format cannot carry it\n",
    );
    expect(readFileSync(join(desk.home, "one.modes"), "utf8")).toBe("600 regular file\n700 directory\n");
    expect(await desk.json(["export", "one/", "--only", "A,B,NEW"])).toEqual({
      A: "new value",
      B: "two\nlines",
      NEW: "n",
    });
    expect(await desk.must(["list", "one/"])).toBe("one/A\none/B\none/CTX\none/NEW\none/RAW\none/tls key\n");
    const { secrets } = (await desk.json(["list", "one/"])) as { secrets: unknown[] };
    expect(secrets[0]).toMatchObject({
      name: "A",
      version: "2",
      comment: "keep me",
      expires: "2030-01-01T00:00:00.000Z",
    });
    expect(await desk.must(["log", "one/", "--limit", "1"])).toContain("    by hand\n");
    expect(readdirSync(runtimeOf("one"))).toEqual([]);
  });

  it("hands the editor nothing of Coffer's own", async () => {
    await importInto("own/", { A: "1" });
    await desk.terminal(
      `export COFFER_PASSPHRASE=hunter2 XDG_RUNTIME_DIR='${runtimeOf("own")}' EDITOR='${editor("own", 'env > "$HOME/own.env"')}'; coffer edit own/`,
      [],
    );
    const inherited = readFileSync(join(desk.home, "own.env"), "utf8");
    expect(inherited).toContain("HOME=");
    expect(inherited).not.toContain("hunter2");
  });

  it("unchanged, or an editor that fails: no commit", async () => {
    await importInto("same/", { A: "1" });
    const same = await edit("same", ":", { typed: [] });
    expect([same.code, same.stdout]).toEqual([0, expect.stringContaining("nothing was changed")]);
    await importInto("fails/", { A: "1" });
    const failed = await edit("fails", 'echo "A=2" > "$file"; exit 3', { typed: [] });
    expect([failed.code, failed.stdout]).toEqual([1, expect.stringContaining("the editor ended with 3")]);
    await importInto("no/", { A: "1" });
    const no = await edit("no", 'echo "A=2" > "$file"', { typed: [["make them? [y/N] ", "n\r"]] });
    expect(no.code).toBe(130);
    for (const namespace of ["same/", "fails/", "no/"]) expect(await desk.must(["get", `${namespace}A`])).toBe("1");
  });

  it("YAML carries every name and text", async () => {
    await importInto("yaml/", { "tls key": "a: [b", "012": "no\r\n" });
    const { code } = await edit("yaml", `sed -i 's/a: .b/c/' "$file"`, { args: "--format yaml" });
    expect([code, seen("yaml")]).toEqual([0, expect.stringContaining('"tls key": "a: [b"\n')]);
    expect(await desk.json(["export", "yaml/"])).toEqual({ "tls key": "c", "012": "no\r\n" });
  });

  it("a mistake comes back into the editor with its line; left as it is, it is an error", async () => {
    await importInto("wrong/", { A: "1" });
    const fixed = `[ $turn = 1 ] && echo 'A="open' > "$file" || echo 'A=2' > "$file"`;
    expect((await edit("wrong", fixed)).code).toBe(0);
    expect(seen("wrong", 2)).toBe('#! error: line:2: a quote that is never closed\nA="open\n');
    expect(await desk.must(["get", "wrong/A"])).toBe("2");
    await importInto("given/", { A: "1" });
    const given = await edit("given", `[ $turn = 1 ] && echo 'a/b=1' > "$file"; true`, { typed: [] });
    expect([given.code, given.stdout]).toEqual([1, expect.stringContaining("coffer: error: line:2:")]);
  });

  it("somebody else's changes count as well; what both have changed comes back into the editor", async () => {
    await importInto("both/", { A: "1", B: "1", C: "1" });
    const merged = `[ $turn = 1 ] && coffer put -q both/B theirs && sed -i 's/^A=1/A=ours/' "$file"`;
    const { code, stdout } = await edit("both", merged, { typed: [YES] });
    expect([code, stdout]).toEqual([
      0,
      expect.stringContaining("somebody else changed both/ meanwhile; both changes count"),
    ]);
    expect(await desk.json(["export", "both/"])).toEqual({ A: "ours", B: "theirs", C: "1" });

    await importInto("clash/", { A: "1", B: "1" });
    const clash = `
      if [ $turn = 1 ]; then coffer put -q clash/A $'their\\nlines'; coffer put -q clash/C new; sed -i -e 's/^A=1/A=ours/' "$file"
      else sed -i -e '/^# theirs/d' -e 's/^A=.*/A=agreed/' "$file"; fi`;
    const settled = await edit("clash", clash, { typed: [YES, YES] });
    expect(seen("clash", 2)).toContain("#! conflict: somebody else changed clash/ meanwhile as well: A\n");
    expect(seen("clash", 2)).toContain("# theirs: A='their\n# theirs: lines'\nA=ours\nB=1\nC=new\n");
    expect([settled.code, await desk.json(["export", "clash/"])]).toEqual([0, { A: "agreed", B: "1", C: "new" }]);

    await importInto("left/", { A: "1" });
    const left = `[ $turn = 1 ] && coffer put -q left/A theirs && sed -i 's/^A=1/A=ours/' "$file"; true`;
    const kept = await edit("left", left, { typed: [YES] });
    expect([kept.code, await desk.must(["get", "left/A"])]).toEqual([4, "theirs"]);
  });

  it("--stage, --dry-run, -c and a namespace that is new", async () => {
    await desk.must(["put", "flags/A", "1", "-c", "app=a"]);
    const change = `echo 'A=2' > "$file"`;
    await edit("flags", change, { args: "--stage next -c app=a" });
    expect(await desk.must(["get", "flags/A", "-c", "app=a"])).toBe("1");
    expect(await desk.must(["get", "flags/A", "--stage", "next", "-c", "app=a"])).toBe("2");
    const tried = await edit("flags", change, { args: "--dry-run -c app=a", typed: [] });
    expect([tried.code, tried.stdout]).toEqual([0, expect.stringContaining("would do, and has not: 1 changed")]);
    await edit("new", `echo 'A=1' >> "$file"`);
    expect(await desk.must(["get", "new/A"])).toBe("1");
  });

  it("needs a terminal", async () => {
    for (const args of [
      ["edit", "none/"],
      ["edit", "none/", "--no-input"],
    ]) {
      const refused = await desk.coffer(args, { env: { EDITOR: "false" } });
      expect([refused.code, refused.stderr]).toEqual([
        2,
        expect.stringContaining("coffer: error: edit needs a terminal\n"),
      ]);
    }
  });

  it.each(["SIGTERM", "SIGHUP", "SIGKILL"] as const)("%s: nothing is left that others could read", async (signal) => {
    const name = signal.toLowerCase();
    const folder = join(desk.home, name);
    mkdirSync(folder, { mode: 0o755 });
    await importInto(`${name}/`, { A: "hunter2" });
    const sleeper = editor(name, 'echo $PPID > "$HOME/$(basename "$0").pid"; exec sleep 60');
    const pid = `${sleeper}.pid`;
    const relay = "import pty, sys; pty.spawn(sys.argv[1:])";
    const child: ChildProcess = spawn("python3", ["-c", relay, process.execPath, COFFER, "edit", `${name}/`], {
      env: desk.env({ XDG_RUNTIME_DIR: folder, EDITOR: sleeper, TERM: "dumb" }),
      stdio: ["pipe", "ignore", "ignore"],
    });
    const coffer = Number(await appearing(pid));
    expect(readdirSync(folder)).toHaveLength(1);
    const gone = new Promise((resolve) => child.once("close", resolve));
    process.kill(coffer, signal);
    // Whoever is killed leaves an editor behind, at a terminal that is closed with this.
    if (signal === "SIGKILL") child.kill("SIGKILL");
    await gone;
    const left = readdirSync(folder).map((each) => statSync(join(folder, each)).mode & 0o777);
    expect(left).toEqual(signal === "SIGKILL" ? [0o700] : []);
    expect(await desk.must(["get", `${name}/A`])).toBe("hunter2");
  });

  /** What is in a file once there is something. */
  function appearing(file: string): Promise<string> {
    const look = (): string => (existsSync(file) ? readFileSync(file, "utf8").trim() : "");
    return new Promise((resolve) => {
      const watcher = watch(desk.home, () => {
        if (look() !== "") done();
      });
      const done = (): void => {
        watcher.close();
        resolve(look());
      };
      if (look() !== "") done();
    });
  }

  if (isEditorThere("vim")) {
    it("vim keeps nothing, whatever its settings say", async () => {
      await importInto("vim/", { A: "hunter2" });
      const kept = join(desk.home, "kept");
      mkdirSync(kept);
      const settings = `set backup writebackup backupdir=${kept} swapfile directory=${kept} undofile undodir=${kept} viminfo='100,n${kept}/info\n`;
      writeFileSync(join(desk.home, ".vimrc"), settings);
      // The text is put into a register, which vim would remember.
      const keys = `:silent! %s/hunter2/hunter3/\r:%y\r:w\r:silent! !ls -A ${kept} "$(dirname %)" > ${desk.home}/vim.left\r\r:wq\r`;
      const line = `export XDG_RUNTIME_DIR='${runtimeOf("vim")}' TERM=xterm EDITOR=vim; coffer edit vim/`;
      const { code } = await desk.terminal(line, [["A=hunter2", keys], YES]);
      expect([code, await desk.must(["get", "vim/A"])]).toEqual([0, "hunter3"]);
      expect(readdirSync(kept)).toEqual([]);
      expect(readFileSync(join(desk.home, "vim.left"), "utf8").match(/^.+$/gm)).toHaveLength(3);
    });
  }

  if (isEditorThere("nano")) {
    it("nano keeps nothing, whatever its settings say", async () => {
      await importInto("nano/", { A: "hunter2" });
      const kept = join(desk.home, "kept-by-nano");
      mkdirSync(kept);
      writeFileSync(
        join(desk.home, ".nanorc"),
        `set backup\nset backupdir "${kept}"\nset historylog\nset positionlog\n`,
      );
      // Looks for the value, which nano would remember, and changes its last character.
      const keys = "\u0017hunter2\r\u001b[C\u001b[C\u001b[C\u001b[C\u001b[C\u001b[C\u00043\u000f\r\u0018";
      const line = `export XDG_RUNTIME_DIR='${runtimeOf("nano")}' TERM=xterm EDITOR=nano; coffer edit nano/`;
      const { code } = await desk.terminal(line, [["A=hunter2", keys], YES]);
      expect([code, await desk.must(["get", "nano/A"])]).toEqual([0, "hunter3"]);
      expect(readdirSync(kept)).toEqual([]);
      expect(leftIn(join(desk.home, ".local/share/nano"))).toEqual([]);
      expect(leftIn(runtimeOf("nano"))).toEqual([]);
    });
  }

  if (isEditorThere("emacs")) {
    it("emacs keeps nothing, whatever its settings say", async () => {
      await importInto("emacs/", { A: "hunter2" });
      const kept = join(desk.home, "kept-by-emacs/");
      mkdirSync(kept);
      const all = `'(("." . "${kept}"))`;
      const settings = `(setq make-backup-files t backup-directory-alist ${all} auto-save-default t)\n`;
      writeFileSync(join(desk.home, ".emacs"), settings);
      // Looks for the value, and changes its last character.
      const keys = "\u0013hunter2\r\u007f3\u0018\u0013\u0018\u0003";
      const line = `export XDG_RUNTIME_DIR='${runtimeOf("emacs")}' TERM=xterm EDITOR='emacs -nw'; coffer edit emacs/`;
      const { code } = await desk.terminal(line, [["A=hunter2", keys], YES]);
      expect([code, await desk.must(["get", "emacs/A"])]).toEqual([0, "hunter3"]);
      expect(readdirSync(kept)).toEqual([]);
      expect(leftIn(runtimeOf("emacs"))).toEqual([]);
    });
  }
});

function leftIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: "utf8" }) : [];
}

/** False, and one loud line, where it is not on this machine. */
function isEditorThere(name: string): boolean {
  if (spawnSync(name, ["--version"]).status === 0) return true;
  process.stderr.write(`\n*** SKIPPED: edit in ${name}, which is not installed ***\n\n`);
  return false;
}
