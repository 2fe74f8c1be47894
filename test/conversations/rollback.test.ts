import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Desk, scrub } from "./desk.js";

interface Written {
  readonly commit: string;
  readonly changed: readonly unknown[];
}
interface Listed {
  readonly secrets: readonly {
    readonly name: string;
    readonly comment: string | null;
    readonly expires: string | null;
  }[];
}

describe.concurrent("rollback", () => {
  const desk = new Desk();
  beforeAll(async () => {
    await desk.must(["init"]);
    for (const value of ["1", "2"]) await desk.must(["put", "mis/A", value]);
  });
  afterAll(() => desk.clear());

  const headOf = async (namespace: string): Promise<string> => {
    const { commits } = (await desk.json(["log", namespace, "--limit", "1"])) as { commits: Written[] };
    return commits[0]?.commit ?? "";
  };

  it("a namespace: values and what stands beside them come back in one new commit, and history stays", async () => {
    await desk.must(["put", "ns/A", "1", "--comment", "first", "--expires", "2030-01-01"]);
    await desk.must(["put", "ns/CTX", "c", "-c", "app=a"]);
    await desk.must(["put", "ns/RAW", "--binary"], { stdin: "raw" });
    const then = await headOf("ns/");
    await desk.must(["put", "ns/A", "1"]);
    await desk.must(["put", "ns/CTX", "d"]);
    await desk.must(["delete", "ns/RAW"]);
    await desk.must(["put", "ns/NEW", "n"]);
    const before = await headOf("ns/");
    const pairs = ["-c", "app=a"];
    const tried = await desk.coffer(["rollback", "ns/", "--to", then, "--dry-run", ...pairs]);
    expect(tried).toMatchObject({ code: 0, stdout: "" });
    expect(tried.stderr).toBe(
      "coffer: changes in ns/\n  ~ A (comment, expires)\n  ~ CTX (context)\n  - NEW\n  + RAW\n" +
        "coffer: would do, and has not: 3 changed, 1 deleted\n",
    );
    expect(await headOf("ns/")).toBe(before);
    expect(scrub((await desk.coffer(["rollback", "ns/", "--to", then, ...pairs])).stderr, desk)).toContain(
      "coffer: 3 changed, 1 deleted (commit COMMIT)\n",
    );
    expect(await desk.must(["diff", "ns/", "--at", then, ...pairs])).toBe("");
    expect(await desk.must(["get", "ns/A", "--version", "1"])).toBe("1");
    expect(await desk.must(["get", "ns/A", "--at", before])).toBe("1");
    const { secrets } = (await desk.json(["list", "ns/"])) as Listed;
    expect(secrets).toMatchObject([
      { name: "A", version: "3", comment: "first", expires: "2030-01-01T00:00:00.000Z" },
      { name: "CTX", version: "3", context: ["app"] },
      { name: "RAW", version: "3", type: "binary" },
    ]);
    expect(await desk.must(["log", "ns/", "--limit", "1"])).toContain(`    rolled back to ${then.slice(0, 13)}\n`);
    const again = await desk.coffer(["rollback", "ns/", "--to", then, ...pairs]);
    expect(again).toMatchObject({ code: 0, stderr: "coffer: nothing to do: ns/ is as it was\n" });
    expect(((await desk.json(["rollback", "ns/", "--to", then, ...pairs])) as Written).changed).toEqual([]);
  });

  it("one secret: to a version, to a time, also from its deletion, and nothing else", async () => {
    for (const value of ["1", "2"]) await desk.must(["put", "one/A", value]);
    const second = await headOf("one/");
    await desk.must(["put", "one/B", "b"]);
    await desk.must(["delete", "one/A"]);
    const made = await desk.json(["rollback", "one/A", "--to", "1", "-m", "was right"]);
    expect(made).toMatchObject({ changed: [{ name: "A", version: "4", change: "changed" }], dryRun: false });
    expect(await desk.must(["get", "one/A"])).toBe("1");
    await desk.must(["rollback", "one/A", "--to", second]);
    expect([await desk.must(["get", "one/A"]), await desk.must(["get", "one/B"])]).toEqual(["2", "b"]);
    // Where it was not there yet it is deleted.
    await desk.must(["rollback", "one/B", "--to", second]);
    expect((await desk.coffer(["get", "one/B"])).code).toBe(3);
  });

  it("--stage: what comes back waits", async () => {
    for (const value of ["1", "2"]) await desk.must(["put", "wait/A", value]);
    await desk.must(["rollback", "wait/A", "--to", "1", "--stage", "next"]);
    expect([await desk.must(["get", "wait/A"]), await desk.must(["get", "wait/A", "--stage", "next"])]).toEqual([
      "2",
      "1",
    ]);
  });

  it("a terminal: shown, and asked", async () => {
    for (const value of ["1", "2"]) await desk.must(["put", "ask/A", value]);
    const no = await desk.terminal("coffer rollback ask/A --to 1", [["make them? [y/N] ", "n\r"]]);
    expect(no.stdout).toContain("  ~ A");
    expect([no.code, await desk.must(["get", "ask/A"])]).toEqual([130, "2"]);
    await desk.terminal("coffer rollback ask/A --to 1", [["make them? [y/N] ", "y\r"]]);
    expect(await desk.must(["get", "ask/A"])).toBe("1");
  });

  it("what was purged since is refused by name", async () => {
    for (const value of ["1", "2"]) await desk.must(["put", "gone/A", value]);
    const then = await headOf("gone/");
    await desk.must(["put", "gone/A", "3"]);
    await desk.must(["put", "gone/B", "b"]);
    await desk.must(["purge", "gone/A", "--versions", "2", "-y"]);
    const refused = await desk.coffer(["rollback", "gone/", "--to", then]);
    expect(refused.code).toBe(3);
    expect(refused.stderr).toContain('coffer: error: the value of then was purged: "gone/A"\n');
    expect((await desk.coffer(["rollback", "gone/A", "--to", "2"])).stderr).toContain("was purged");
    await desk.must(["rollback", "gone/B", "--to", then]);
    expect(await desk.must(["list", "gone/"])).toBe("gone/A\n");
  });

  it.each([
    [["rollback", "mis/"], 2, "rollback: --to is missing"],
    [["rollback", "mis/", "--to", "1"], 2, "a version is one secret's"],
    [["rollback", "mis/A", "--to", "0"], 2, "--to takes a whole number from 1 on"],
    [["rollback", "mis/A", "--to", "9"], 3, '"mis/A" has no version 9'],
    [["rollback", "mis/Z", "--to", "2999-01-01"], 3, 'no secret named "mis/Z", now or then'],
    [["rollback", "mis/", "--to", "2020-01-01"], 3, "mis/ had no commit yet"],
    [["rollback", "mis/", "--to", "c0123456789ab"], 3, "mis/ has no commit c0123456789ab"],
    [["rollback", "mis/A", "--to", "1", "--if-commit", "c0123456789ab"], 4, "the head of mis/ is not c0123456789ab"],
    [["rollback", "mis/A", "--to", "1", "--if-version", "1"], 4, '"mis/A" is at version 2'],
  ] as const)("mistakes: %j", async (args, code, message) => {
    const refused = await desk.coffer(args);
    expect({ code: refused.code, stdout: refused.stdout }).toEqual({ code, stdout: "" });
    expect(refused.stderr).toContain(`coffer: error: ${message}`);
  });
});
