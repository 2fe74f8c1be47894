import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parseConsoleBlock } from "./console-block.js";
import { parseDockerfile } from "./dockerfile.js";
import { Likeness } from "./likeness.js";
import { anchorsOf, findBrokenLinks, findMissingPaths } from "./links.js";
import { parsePage } from "./page.js";
import { findUnknownCommands } from "./quoted-commands.js";
import { runPage } from "./run-page.js";
import { Session } from "./session.js";

const [ONE, OTHER] = ["c0123456789ab", "cfedcba987654"];
const page = (...lines: readonly string[]) => parsePage("docs/NONE.md", lines.join("\n"));
const block = (info: string, ...lines: readonly string[]) => page(`\`\`\`${info}`, ...lines, "```");

describe("likeness", () => {
  it.each([
    ["a time for a time", "at 2026-05-04 03:02:01Z", "at 2027-01-02 10:20:30Z"],
    ["an id for an id", `commit ${ONE}`, `commit ${OTHER}`],
    ["wide columns", "a  b", "a     b"],
  ])("takes %s", (_, shown, real) => {
    expect(new Likeness().compare(shown, real)).toBeNull();
  });

  it.each([
    ["another word", "done", "not done"],
    ["another number", "version 2", "version 3"],
    ["a time of another form", "2026-05-04 03:02:01Z", "2026-05-04T03:02:01.000Z"],
    ["a word in the place of an id", `commit ${ONE}`, "commit unknown"],
    ["one blank for two", "a  b", "a b"],
    ["a line more", "a", "a\nb"],
    ["two ids where one is shown twice", `${ONE} ${ONE}`, `${ONE} ${OTHER}`],
    ["one id where two are shown", `${ONE} ${OTHER}`, `${ONE} ${ONE}`],
    ["a value that is no id", "xxxxxxxxxxxxxxxxxxxxxx", "yyyyyyyyyyyyyyyyyyyyyy"],
  ])("does not take %s", (_, shown, real) => {
    expect(new Likeness().compare(shown, real)).toBe(real);
  });

  it("keeps an id for the whole page, short or in full, and in commands", () => {
    const names = new Likeness();
    const [full, otherFull] = [ONE.padEnd(65, "0"), OTHER.padEnd(65, "1")];
    expect(names.compare(ONE, OTHER)).toBeNull();
    expect(names.compare(full, otherFull)).toBeNull();
    expect(names.compare(full, otherFull.replace(/1$/, "2"))).not.toBeNull();
    expect(names.toReal(`get x --at ${ONE} --at 01234567 --head ${full}`)).toBe(
      `get x --at ${OTHER} --at fedcba98 --head ${otherFull}`,
    );
  });
});

describe("a page", () => {
  it("is told where an output is another", async () => {
    expect(await runPage(block("console", "$ echo one", "one", "$ echo two", "three"))).toEqual([
      "docs/NONE.md:4: $ echo two\n--- shown\nthree\n--- real\ntwo\n---",
    ]);
  });

  it("is told where a command fails and does not show it", async () => {
    expect(await runPage(block("console", "$ false"))).toEqual([expect.stringContaining("ends with 1")]);
    expect(await runPage(block("console", "$ false", "$ echo $?", "1"))).toEqual([]);
  });

  it.each([
    ["a language that nothing checks", block("ruby", "puts 1")],
    ["no language", block("", "text")],
    ["an indented block", page("Text:", "", "    coffer init")],
    ["a shell block that fails", block("sh", "true", "false", "true")],
    ["shell that is none", block("sh elsewhere", "if true")],
    ["a command that the project has not", block("sh npm", "npm run nothing")],
    ["JSON that is none", block("json", "{")],
    ["an unknown key of a project", block("toml", 'store = "folder:/srv"')],
    ["a program that throws", block("js", 'throw new Error("no")')],
    ["a secret in a layer", block("dockerfile", "FROM scratch", "COPY master.key /")],
    ["YAML of an unknown kind", block("yaml", "a: 1")],
    ["a unit that cannot start", block("ini /etc/systemd/system/a.service", "[Service]", "ExecStart=/srv/nothing")],
  ])("is told of %s", async (_, wrong) => {
    const [first] = await runPage(wrong);
    expect(first).toMatch(/^docs\/NONE\.md/);
  });

  it("that has a block without an end is no page", () => {
    expect(() => page("```sh", "true")).toThrow("never ends");
  });

  it("is told of links, paths and commands that lead nowhere", async () => {
    const wrong = page("# A b", "[x](#a-b) [y](#c) [z](GONE.md)", "`src/gone.ts` `coffer gone` `coffer get --gone`");
    expect([...anchorsOf(wrong)]).toEqual(["a-b"]);
    expect(findMissingPaths(wrong)).toEqual(["docs/NONE.md: there is no src/gone.ts"]);
    expect(await findUnknownCommands(wrong)).toHaveLength(2);
    expect(() => findBrokenLinks(page("[z](GONE.md)"))).not.toThrow();
    expect(findBrokenLinks(page("[z](GONE.md)"))).toEqual(["docs/NONE.md:1: GONE.md: there is no such file"]);
  });
});

it("a console block is commands, their further lines, what they print, and what is typed", () => {
  const [first, second] = parseConsoleBlock("$ cat <<END\n> a\n> END\na\n$ coffer put x\nvalue of x: ‹secret›\ndone");
  expect(first).toMatchObject({ command: "cat <<END\na\nEND", expected: ["a"], typed: [] });
  expect(second).toMatchObject({ expected: ["value of x:", "done"], typed: [["value of x: ", "secret"]] });
});

it("an instruction of a Dockerfile may take several lines", () => {
  const [, run] = parseDockerfile({
    language: "dockerfile",
    words: [],
    line: 1,
    text: "FROM x\nRUN a \\\n  b\nCMD []",
  });
  expect(run).toEqual({ name: "RUN", rest: "a b", line: 2 });
});

describe("a session", () => {
  let session: Session;
  beforeEach(() => {
    session = new Session();
  });
  afterEach(() => session.close());

  it("goes on from command to command, in places of its own", async () => {
    await session.run("cd /srv && export NAME=value && echo text > file");
    expect(await session.run('echo "$NAME $PWD $HOME"; cat /srv/file; false')).toEqual({
      output: "value /srv /home/ann\ntext\n",
      code: 1,
    });
    expect(await session.run("echo $?")).toMatchObject({ output: "1\n" });
  });
});
