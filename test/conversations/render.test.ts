import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Desk, scrub } from "./desk.js";
import { sh } from "./running.js";

describe.concurrent("values in other texts", () => {
  const desk = new Desk();
  beforeAll(async () => {
    await desk.must(["init"]);
    await desk.must(["import", "prod/"], { stdin: 'DB_URL=postgres://db/x\nTOKEN="it\'s $5"\n' });
    await desk.must(["put", "prod/JSON"], { stdin: '{"user":"me","port":5432}' });
    await desk.must(["put", "other/B", "one"]);
    await desk.must(["put", "other/B", "two"]);
    await desk.must(["put", "TOP", "root"]);
  });
  afterAll(() => desk.clear());

  it("render: a template with values, to stdout or to a file that only its owner can read", async () => {
    const template =
      'url={{ coffer "prod/DB_URL" }}\ntoken={{ coffer "prod/TOKEN" | json }}\nb={{ coffer "other/B" }} {{ coffer "/TOP" }}\n';
    const filled = 'url=postgres://db/x\ntoken="it\'s $5"\nb=two root\n';
    expect(await desk.must(["render", desk.file("t.tmpl", template)])).toBe(filled);
    expect(await desk.must(["render", "-"], { stdin: template })).toBe(filled);
    const file = join(desk.home, "t.conf");
    const { stderr } = await desk.coffer(["render", "-", "-o", file], { stdin: template });
    expect(scrub(stderr, desk)).toBe("coffer: wrote ~/t.conf\n");
    expect(readFileSync(file, "utf8")).toBe(filled);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it("render: bare names are in the default namespace, and a template without values needs no store", async () => {
    expect(await desk.must(["render", "-", "-N", "prod"], { stdin: '{{ coffer "DB_URL" }}' })).toBe("postgres://db/x");
    const bare = new Desk();
    expect(await bare.must(["render", "-"], { stdin: "nothing\n" })).toBe("nothing\n");
    bare.clear();
  });

  it("render: where anything is unknown or missing nothing is written", async () => {
    const file = join(desk.home, "never.conf");
    const render = async (stdin: string): Promise<[number | null, string]> => {
      const { code, stdout, stderr } = await desk.coffer(["render", "-", "-o", file], { stdin });
      expect(stdout).toBe("");
      expect(existsSync(file)).toBe(false);
      return [code, stderr.split("\n")[0] ?? ""];
    };
    expect(await render('{{ coffer "prod/DB_URL" }}{{ coffer "prod/NONE" }}')).toEqual([
      3,
      expect.stringContaining("NONE"),
    ]);
    expect(await render('{{ coffer "never/A" }}')).toEqual([3, expect.stringContaining("A")]);
    expect(await render('x\n {{ coffer "prod/DB_URL" | upper }}')).toEqual([
      1,
      'coffer: error: stdin:2:25: there is no filter "upper"',
    ]);
    expect(await render('{{ coffer "prod/" }}')).toEqual([2, expect.stringContaining("namespace")]);
  });

  it("exec: a variable that refers to a secret holds it, a field of it, or a version of it", async () => {
    const env = {
      A: "coffer:prod/DB_URL",
      B: "coffer:prod/JSON?field=port",
      C: "coffer:other/B#1",
      D: "coffer:/TOP",
      E: "not coffer:x",
    };
    const line = 'printf "%s\\n" "$A" "$B" "$C" "$D" "$E"';
    const { code, stdout } = await desk.coffer(["exec", ...sh(line)], { env });
    expect({ code, stdout }).toEqual({ code: 0, stdout: "postgres://db/x\n5432\none\nroot\nnot coffer:x\n" });
  });

  it("exec: what comes from a namespace stands before a reference of the same name", async () => {
    const env = { DB_URL: "coffer:other/B", ALSO: "coffer:prod/TOKEN" };
    expect(await desk.must(["exec", "prod/", ...sh('printf "%s|%s" "$DB_URL" "$ALSO"')], { env })).toBe(
      "postgres://db/x|it's $5",
    );
    const only = ["exec", "prod/", "--only", "TOKEN", ...sh('printf "%s|%s" "$DB_URL" "$TOKEN"')];
    expect(await desk.must(only, { env: { DB_URL: "coffer:prod/DB_URL" } })).toBe("postgres://db/x|it's $5");
  });

  it.each([
    ["coffer:prod/NONE", "NONE"],
    ["coffer:never/A", "A"],
    ["coffer:prod/DB_URL#9", "version 9"],
    ["coffer:prod/JSON?field=none", "REF: the value has no field"],
    ["coffer:hunter 2", "REF begins like a reference and is none"],
    ["coffer+nowhere:/a/b", "REF refers to another store: the store is no URL of a kind"],
    ["coffer+folder:/nowhere/at/all/A", "A"],
  ])("exec: %s stops the start", async (reference, message) => {
    const { code, stdout, stderr } = await desk.coffer(["exec", ...sh("echo started")], { env: { REF: reference } });
    expect({ code, stdout }).toEqual({ code: 125, stdout: "" });
    expect(stderr).toContain(message);
    expect(stderr).not.toContain("hunter");
  });

  describe("of other stores", () => {
    let other: string;
    beforeAll(async () => {
      other = `folder:${desk.home}/other%20store`;
      const url = `folder:${desk.home}/other store`;
      await desk.must(["init", "-s", url]);
      await desk.must(["put", "-s", url, "far/away/A", "far"]);
      await desk.must(["put", "-s", url, "TOP", '{"user":"ada"}']);
    });

    it("exec: a variable that refers to them holds what is there, beside what is here", async () => {
      const env = { A: `coffer+${other}//far/away/A`, B: `coffer+${other}/TOP?field=user`, C: "coffer:other/B" };
      const line = 'printf "%s|" "$A" "$B" "$C" "$TOKEN"';
      expect(await desk.must(["exec", "prod/", "--only", "TOKEN", ...sh(line)], { env })).toBe("far|ada|two|it's $5|");
    });

    it("exec: no store of one's own is needed where none is asked for", async () => {
      const env = { A: `coffer+${other}//far/away/A#1`, COFFER_STORE: "folder:/nowhere/at/all" };
      expect(await desk.must(["exec", ...sh('printf %s "$A"')], { env })).toBe("far");
    });

    it("exec: one that is there by another name is the store of the settings", async () => {
      const env = { A: "coffer+folder:./.local/share/coffer/vault//other/B" };
      expect(await desk.must(["exec", ...sh('printf %s "$A"')], { env })).toBe("two");
    });

    it("render: a place in braces may hold a whole reference", async () => {
      const template = `{{ coffer "coffer+${other}//far/away/A" }} {{ coffer "coffer+${other}/TOP?field=user" | json }} {{ coffer "coffer:other/B#1" }} {{ coffer "other/B" }}`;
      expect(await desk.must(["render", "-"], { stdin: template })).toBe('far "ada" one two');
      const { code, stderr } = await desk.coffer(["render", "-"], { stdin: '{{ coffer "coffer:hunter 2" }}' });
      expect([code, stderr]).toEqual([2, expect.stringContaining("the template begins like a reference and is none")]);
    });
  });

  it("exec --pristine: nothing is inherited, and nothing referred to", async () => {
    const env = { REF: "coffer:prod/NONE" };
    expect(await desk.must(["exec", "prod/", "--pristine", "--only", "TOKEN", "--", "/usr/bin/env"], { env })).toBe(
      "TOKEN=it's $5\n",
    );
  });
});
