import { chmodSync, existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { COFFER, Desk } from "./desk.js";
import { isThere, Typist, type TypistShell } from "./typist.js";

/** What is odd to one shell or another. Each lies in a namespace of its own, so that a Tab behind its slash completes it. */
const ODD = [
  "$(touch pwned)",
  "`touch pwned`",
  "a;touch pwned",
  "a&b|c>d<e",
  "a b",
  "it's",
  '"x"',
  "'end'",
  `x'y"z`,
  "é",
  "日本",
  "-dash",
  "co:lon",
  "eq=ual",
  "st*r",
  "~tilde",
  "$HOME",
  "{x,y}",
  "[ab]",
  "(x)",
  "ex!cl",
  "!!",
  "%t^@+,.x",
];

/** A home whose shells find `coffer` on their PATH, with the odd names in its store, and some at the root. */
async function furnish(desk: Desk): Promise<void> {
  mkdirSync(join(desk.home, "bin"));
  desk.file("bin/coffer", `#!/bin/sh\nexec '${process.execPath}' '${COFFER}' "$@"\n`);
  chmodSync(join(desk.home, "bin/coffer"), 0o700);
  desk.file("notes.txt", "");
  desk.file("no$(touch pwned) tes", "");
  await desk.must(["init"]);
  const root = { "-dash": "v1", "~tilde": "v2", "$(touch pwned)": "v3", plain: "v4", "pla ce": "v5" };
  await desk.must(["import", "/", "-", "--from", "json"], { stdin: JSON.stringify(root) });
  await desk.must(["put", "my ns/deep/it's", "v"]);
  await desk.must(["put", "my ns/A", "v"]);
  for (const [index, name] of ODD.entries()) await desk.must(["put", "--", `n${index}/${name}`, `value of ${name}`]);
}

/** What `coffer __complete` offers behind these words, in the plainest of the answers. */
async function offered(
  desk: Desk,
  words: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<string[]> {
  const { code, stdout, stderr } = await desk.coffer(["__complete", "zsh", "--", ...words], { env });
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return stdout.split("\n").slice(0, -1);
}

describe.concurrent("what is offered", () => {
  const desk = new Desk();
  beforeAll(() => furnish(desk));
  afterAll(() => desk.clear());

  it.each<[words: string[], lines: string[]]>([
    [["pu"], ["words\t", "put", "purge"]],
    [
      ["edit", "prod/", "--format", ""],
      ["words\t", "dotenv", "yaml"],
    ],
    [["__"], ["words\t"]],
    [
      ["list", "--de"],
      ["words\t", "--deleted"],
    ],
    [["list", "--deleted", "--de"], ["words\t"]],
    [
      ["list", "-l"],
      ["words\t", "-l"],
    ],
    [
      ["--json", "--col"],
      ["words\t", "--color"],
    ],
    [
      ["--color", "al"],
      ["words\t", "always"],
    ],
    [
      ["get", "--color=n"],
      ["words\t--color=", "never"],
    ],
    [
      ["export", "--for", "p"],
      ["words\t", "properties", "powershell", "python-dotenv"],
    ],
    [
      ["import", "--from", "p"],
      ["words\t", "properties", "python-dotenv"],
    ],
    [["import", "n0/", ""], ["files\t"]],
    [["get", "-o", ""], ["files\t"]],
    [
      ["get", "--output=not"],
      ["words\t--output=", "notes.txt"],
    ],
    [
      ["put", "X", "@not"],
      ["words\t@", "notes.txt"],
    ],
    [["put", "X", "@@not"], ["words\t"]],
    [
      ["exec", "--as-file", "KEY=not"],
      ["words\tKEY=", "notes.txt"],
    ],
    [
      ["exec", "--as-file=KEY=not"],
      ["words\t--as-file=KEY=", "notes.txt"],
    ],
    [["exec", "--as-file", "KE"], ["words\t"]],
    [["put", "X", "not"], ["words\t"]],
    [
      ["-s", "folder:bi"],
      ["words\tfolder:", "bin/"],
    ],
    [["exec", "n0/", "--", "x", ""], ["files\t"]],
    [
      ["help", "verif"],
      ["words\t", "verify"],
    ],
    [
      ["completion", ""],
      ["words\t", "bash", "zsh", "fish", "powershell"],
    ],
    [
      ["get", "pl"],
      ["words\t", "pla ce", "plain"],
    ],
    [
      ["get", "'my ns/'"],
      ["words\t", "my ns/A", "my ns/deep/"],
    ],
    [
      ["get", "/p"],
      ["words\t", "/pla ce", "/plain"],
    ],
    [
      ["delete", "plain", "my"],
      ["words\t", "my ns/"],
    ],
    [
      ["get", "-N", "my"],
      ["words\t", "my ns/"],
    ],
    [
      ["-N", "'my ns'", "get", "A"],
      ["words\t", "A"],
    ],
    [
      ["verify", "my\\ ns/"],
      ["words\t", "my ns/", "my ns/deep/"],
    ],
    [
      ["get", "--", "-"],
      ["words\t", "-dash"],
    ],
    [["get", "-s", "folder:/nowhere", "pl"], ["words\t"]],
    [["get", "-s", "nothing", "pl"], []],
    [["get", "-s", '"$STORE"', "pl"], ["words\t"]],
    [["get", "pl$(touch pwned)"], ["words\t"]],
    [["frobnicate", "pl"], ["words\t"]],
    [["get", "plain", "more"], ["words\t"]],
  ])("%j: %j", async (words, lines) => {
    const [kind = "", ...others] = await offered(desk, words);
    expect([kind, ...others.map((line) => line.split("\t", 1)[0])].filter((line) => line !== "")).toEqual(lines);
    expect(existsSync(join(desk.home, "pwned"))).toBe(false);
  });

  it("is the same without any key, and follows the variables", async () => {
    expect(await offered(desk, ["get", "A"], { COFFER_KEY: "key-file:/none", COFFER_NAMESPACE: "my ns" })).toEqual([
      "words\t",
      "A",
    ]);
  });

  it("is nothing, and silent, where settings are broken; verbs and flags are there all the same", async () => {
    const env = { COFFER_TIMEOUT: "x", COFFER_NAMESPACE: "//", COFFER_STORE: "x", HOME: "" };
    expect(await offered(desk, ["get", "pl"], env)).toEqual([]);
    expect(await offered(desk, ["pu"], env)).toEqual([
      "words\t",
      "put\tstore a secret",
      "purge\tdestroy versions for good",
    ]);
    for (const args of [["nosuch", "--", "x"], ["bash"], ["bash", "--", "", ""], ["powershell", "--", "?"]]) {
      expect(await desk.coffer(["__complete", ...args])).toMatchObject({ code: 0, stderr: "" });
    }
  });

  it("loads no store where no names are wanted", async () => {
    const hook = desk.file(
      "loaded.cjs",
      "process.on('exit', () => console.log(Object.keys(require.cache).join('\\n')))",
    );
    const loaded = async (...words: string[]): Promise<string> => {
      const args = ["--require", hook, COFFER, "__complete", "zsh", "--", ...words];
      return (await desk.run(process.execPath, args)).stdout;
    };
    expect(await loaded("get", "pl")).toMatch(/[/\\](vault|store-names)-/);
    for (const words of [["pu"], ["get", "--j"], ["get", "-o", ""], ["export", "--for", ""]]) {
      expect(await loaded(...words)).not.toMatch(/[/\\](vault|store-names|folder)-/);
    }
  });

  it("PowerShell hands over base64 and gets ASCII", async () => {
    const words = ["=get", "=n9/"].join("\0");
    const stdout = await desk.must(["__complete", "powershell", "--", Buffer.from(words).toString("base64url")]);
    expect(stdout).toBe('{"text":"\'n9/\\u00e9\'","shown":"n9/\\u00e9","tip":"n9/\\u00e9"}\n');
    const flags = Buffer.from("=export\0=--for=j").toString("base64url");
    expect(await desk.must(["__complete", "powershell", "--", flags])).toBe(
      '{"text":"--for=json","shown":"--for=json","tip":"--for=json"}\n',
    );
  });

  it("is not in help, nor is its verb guessed", async () => {
    expect(await desk.must(["help"])).not.toContain("__complete");
    expect((await desk.coffer(["help", "__complete"])).code).toBe(2);
    expect((await desk.coffer(["completion", "tcsh"])).code).toBe(2);
  });
});

const SHELLS: readonly TypistShell[] = ["bash", "zsh", "fish"];

describe.each(SHELLS.filter(isThere))("a Tab in %s", (shell) => {
  const desk = new Desk();
  let typist: Typist;
  beforeAll(async () => {
    await furnish(desk);
    typist = await Typist.start(shell, desk);
  });
  afterAll(() => {
    expect(existsSync(join(desk.home, "pwned"))).toBe(false);
    typist.leave();
    desk.clear();
  });

  it.each([
    ["coffer list --lo", ["list", "--long"]],
    ["coffer export n1/ --for=j", ["export", "n1/", "--for=json"]],
    ["coffer export n1/ --for j", ["export", "n1/", "--for", "json"]],
    ["coffer import n1/ note", ["import", "n1/", "notes.txt"]],
    ["coffer import n1/ 'no$", ["import", "n1/", "no$(touch pwned) tes"]],
    ["coffer put x @note", ["put", "x", "@notes.txt"]],
    ["coffer get --output=note", ["get", "--output=notes.txt"]],
    ["coffer get plai", ["get", "plain"]],
    ["coffer get '$(to", ["get", "$(touch pwned)"]],
    ["coffer get -- -d", ["get", "--", "-dash"]],
    ["coffer get \\~t", ["get", "~tilde"]],
    ["coffer get my\\ ns/deep/", ["get", "my ns/deep/it's"]],
    ["coffer get 'my ns'/deep/i", ["get", "my ns/deep/it's"]],
    ["true; coffer get my\\ ns/de", ["get", "my ns/deep/"]],
    ["coffer get co:none", ["get", "co:none"]],
  ])("%s becomes %j", async (line, called) => {
    expect(await typist.complete(line)).toEqual(called);
  });

  it.each(ODD.map((name, index) => [name, index] as const))("%s is inserted as that very name", async (name, index) => {
    // Behind an open quote it is we who quote for bash; the others do it themselves.
    for (const quote of shell === "bash" ? ["", "'", '"'] : [""]) {
      const line = `coffer get ${quote}n${index}/`;
      expect({ line, called: await typist.complete(line) }).toEqual({ line, called: ["get", `n${index}/${name}`] });
    }
  });

  it("what was completed gets the secret of that name", async () => {
    for (const name of ["$(touch pwned)", "a;touch pwned", "it's", "-dash", "é"]) {
      const called = await typist.complete(`coffer get n${ODD.indexOf(name)}/`);
      expect(await desk.must(called)).toBe(`value of ${name}`);
    }
  });

  it.each([
    "coffer get $(touch pwned) pla",
    "coffer get `touch pwned` pla",
    "coffer get '$(touch pwned)' '`touch pwned`",
  ])("runs nothing of what is typed: %s", async (line) => {
    expect(await typist.abandon(line, "coffer get plai")).toEqual(["get", "plain"]);
    expect(existsSync(join(desk.home, "pwned"))).toBe(false);
  });
});

describe.concurrent("the function in bash", () => {
  const desk = new Desk();
  beforeAll(() => furnish(desk));
  afterAll(() => {
    expect(existsSync(join(desk.home, "pwned"))).toBe(false);
    desk.clear();
  });

  /** Calls what `complete` has registered, as readline would, and gives what it replies. */
  async function reply(before: string, line: string, word: string, bash: readonly string[] = []): Promise<string> {
    const script = `${before}
      eval "$(coffer completion bash)"; complete -p coffer >&2
      COMP_LINE=$1 COMP_POINT=\${#1} COMP_WORDS=($1) COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
      _coffer coffer "$2" ""
      [ "\${#COMPREPLY[@]}" = 0 ] || printf '[%s]' "\${COMPREPLY[@]}"`;
    const env = { PATH: `${desk.home}/bin:${process.env.PATH}`, LANG: "C.UTF-8" };
    const { stdout, stderr } = await desk.run("bash", [...bash, "-c", script, "bash", line, word], { env });
    return `${stderr.replace("complete ", "")}${stdout}`;
  }

  it("replies with quoted words, the blank behind them", async () => {
    expect(await reply("", "coffer get pla", "pla")).toBe("-o nospace -F _coffer coffer\n[pla\\ ce ][plain ]");
  });

  it("works in POSIX mode, under set -eu, and without compopt", async () => {
    expect(await reply("set -eu", "coffer get pla", "pla", ["--posix"])).toContain("[pla\\ ce ][plain ]");
    expect(await reply("set -eu; enable -n compopt", "coffer get pla", "pla")).toBe(
      "-o default -o nospace -F _coffer coffer\n[pla\\ ce ][plain ]",
    );
  });

  it.each([
    ["coffer get n12/co:", "", "[lon ]"],
    ["coffer get n12/co:", "n12/co:", "[n12/co:lon ]"],
    ["coffer get 'pla", "pla", "[pla ce][plain]"],
    ["coffer delete $(touch pwned) pla", "pla", "[pla\\ ce ][plain ]"],
    ["coffer get pla", "other", ""],
    ["coffer -s $(touch pwned) get pla", "pla", ""],
    ["X='a b' coffer get pl", "pl", "[pla\\ ce ][plain ]"],
    ["coffer list >pla", "pla", ""],
    ["coffer put x 1; coffer get plai", "plai", "[plain ]"],
  ])("%s, of which [%s] is replaced: %s", async (line, word, replied) => {
    expect((await reply("", line, word)).split("\n")[1]).toBe(replied);
  });

  it("is silent where there is no coffer", async () => {
    expect(
      await reply(
        'coffer completion bash > c; eval "$(cat c)"; coffer() { cat c; }; PATH=/usr/bin:/bin',
        "coffer get pla",
        "pla",
      ),
    ).toBe("-o nospace -F _coffer coffer\n");
  });
});
