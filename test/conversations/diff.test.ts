import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Desk } from "./desk.js";

interface Written {
  readonly commit: string;
}

/** Each test has namespaces of its own in one store, so that they can run side by side. */
describe.concurrent("diff", () => {
  const desk = new Desk();
  beforeAll(async () => {
    await desk.must(["init"]);
    await desk.must(["put", "mis/A", "x"]);
  });
  afterAll(() => desk.clear());

  /** Stores a file's variables and gives the commit's id. */
  async function write(namespace: string, values: Readonly<Record<string, string>>): Promise<string> {
    const stdin = JSON.stringify(values);
    const { commit } = (await desk.json(["import", namespace, "--prune"], { stdin })) as Written;
    return commit;
  }

  it("two revisions: names and no values, and what was put back is the same", async () => {
    const first = await write("rev/", { KEPT: "1", BACK: "x", CHANGED: "old-hunter2", GONE: "g" });
    await write("rev/", { KEPT: "1", BACK: "y", CHANGED: "b" });
    const third = await write("rev/", { KEPT: "1", BACK: "x", CHANGED: "new-hunter2", NEW: "n" });
    const { code, stdout, stderr } = await desk.coffer(["diff", "rev/", "--at", first]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: "~ CHANGED\n- GONE\n+ NEW\n" });
    expect(stderr).toBe("coffer: 1 added, 1 removed, 1 changed, 2 same\n");
    expect(await desk.json(["diff", "rev/", "--at", first, "--to", third])).toEqual({
      from: { namespace: "rev", commit: first, file: null },
      to: { namespace: "rev", commit: third, file: null },
      equal: false,
      changes: [
        { name: "BACK", change: "same" },
        { name: "CHANGED", change: "changed" },
        { name: "GONE", change: "removed" },
        { name: "KEPT", change: "same" },
        { name: "NEW", change: "added" },
      ],
    });
    // Before its first commit a namespace held nothing.
    expect(await desk.must(["diff", "rev/", "--at", "2020-01-01"])).toBe("+ BACK\n+ CHANGED\n+ KEPT\n+ NEW\n");
  });

  it("--reveal: values in quotes, and nothing in them acts on a terminal", async () => {
    const first = await write("seen/", { A: "one\ttwo", B: "b" });
    await write("seen/", { A: "\u001b[31mred\u009b", C: "c" });
    await desk.must(["put", "seen/RAW"], { stdin: Uint8Array.of(0xff, 0x00) });
    expect(await desk.must(["diff", "seen/", "--at", first, "--reveal"])).toBe(
      '~ A\n    - "one\\ttwo"\n    + "\\u001b[31mred\\u009b"\n- B\n    - "b"\n+ C\n    + "c"\n+ RAW\n    + base64:/wA=\n',
    );
    const { changes } = (await desk.json(["diff", "seen/", "--at", first, "--reveal"])) as { changes: unknown[] };
    expect(changes[0]).toEqual({
      name: "A",
      change: "changed",
      from: "one\ttwo",
      fromEncoding: "utf8",
      to: "\u001b[31mred\u009b",
      toEncoding: "utf8",
    });
    expect(changes[3]).toEqual({ name: "RAW", change: "added", to: "/wA=", toEncoding: "base64" });
  });

  it("two namespaces, two secrets, and the exit code", async () => {
    await write("one/", { A: "1", B: "2" });
    await write("two/", { A: "1", B: "3" });
    const differ = await desk.coffer(["diff", "one/", "two/", "--exit-code", "-q"]);
    expect(differ).toMatchObject({ code: 1, stdout: "~ B\n", stderr: "" });
    expect(await desk.coffer(["diff", "one/A", "two/", "--exit-code", "-q"])).toMatchObject({ code: 0, stdout: "" });
    expect(await desk.must(["diff", "one/A", "two/B", "--reveal"])).toBe('~ A\n    - "1"\n    + "3"\n');
    expect(await desk.must(["diff", "one/", "two/", "-v"])).toBe("= A\n~ B\n");
  });

  it("a namespace and a file: what import would change", async () => {
    await write("file/", { A: "1", B: "2" });
    const file = desk.file("new.env", "A=1\nC=3\n");
    const found = await desk.coffer(["diff", "file/", `@${file}`, "--exit-code", "--json"]);
    expect(found.code).toBe(1);
    expect(JSON.parse(found.stdout)).toMatchObject({ equal: false, to: { namespace: null, commit: null, file } });
    expect(await desk.must(["diff", "file/", "@-"], { stdin: "A=1\nC=3\n" })).toBe("- B\n+ C\n");
    expect(await desk.must(["diff", "file/B", "@-", "--from", "yaml"], { stdin: "B: 2\nC: 3\n" })).toBe("");
    const wrong = await desk.coffer(["diff", "file/", "@-"], { stdin: "hunter2 is no variable\n" });
    expect(wrong.code).toBe(1);
    expect(wrong.stderr).not.toContain("hunter2");
  });

  it("a context that is not given is named, and nothing is compared", async () => {
    await desk.must(["put", "ctx/A", "1", "-c", "app=a"]);
    await desk.must(["put", "ctx/B", "1"]);
    const refused = await desk.coffer(["diff", "ctx/", "@-"], { stdin: "A=1\n" });
    expect(refused).toMatchObject({ code: 5, stdout: "" });
    expect(refused.stderr).toContain('"ctx/A" (app)');
    expect(await desk.must(["diff", "ctx/", "@-", "-c", "app=a"], { stdin: "A=1\n" })).toBe("- B\n");
  });

  it.each([
    [["diff", "none/", "--at", "2026-01-01"], 3, "nothing was ever written to none/"],
    [["diff", "mis/", "--at", "c0123456789ab"], 3, "mis/ has no commit c0123456789ab"],
    [["diff", "mis/", "--at", "yesterday"], 2, "a revision is a commit id"],
    [["diff", "mis/Z", "--at", "2999-01-01"], 3, 'no secret named "mis/Z"'],
    [["diff", "mis/"], 2, "there is nothing to compare it with"],
    [["diff", "mis/", "mis/A"], 2, "a namespace cannot be compared with one secret"],
    [["diff", "mis/", "@x", "--to", "2026-01-01"], 2, "--to is a revision, and a file has none"],
    [["diff", "mis/", "--from", "json", "--at", "2026-01-01"], 2, "--from is for a file, and none is named"],
  ] as const)("mistakes: %j", async (args, code, message) => {
    const refused = await desk.coffer(args);
    expect({ code: refused.code, stdout: refused.stdout }).toEqual({ code, stdout: "" });
    expect(refused.stderr).toContain(`coffer: error: ${message}`);
  });
});
