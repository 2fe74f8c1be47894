import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Desk, scrub } from "./desk.js";

describe.concurrent("purge", () => {
  const desk = new Desk();
  beforeAll(async () => {
    await desk.must(["init"]);
    for (const value of ["1", "2"]) await desk.must(["put", "mis/A", value]);
  });
  afterAll(() => desk.clear());

  const putAll = async (path: string, ...values: readonly string[]): Promise<void> => {
    for (const value of values) await desk.must(["put", path], { stdin: value });
  };
  const verified = async (): Promise<void> => void (await desk.must(["verify", "--all"]));

  it("versions: named first, destroyed on the disk, and everything verifies", async () => {
    const large = "x".repeat(5000);
    await putAll("one/A", "v1", large, "v3");
    const files = (): string[] =>
      readdirSync(join(desk.home, ".local/share/coffer/vault"), { recursive: true, encoding: "utf8" })
        .map((path) => join(desk.home, ".local/share/coffer/vault", path))
        .filter((path) => path.includes("one") && statSync(path).isFile());
    const sealed = files()
      .map((path) => readFileSync(path, "utf8"))
      .flatMap((text) => text.match(/(?<="values":\[")[^"]+/g) ?? []);
    expect(sealed).toHaveLength(2);
    const tried = await desk.coffer(["purge", "one/A", "--versions", "1-2", "--dry-run"]);
    expect(tried).toMatchObject({ code: 0, stdout: "" });
    expect(tried.stderr).toBe(
      "coffer: to be destroyed for good:\n  one/A versions 1-2\ncoffer: would do, and has not: 1 secret purged\n",
    );
    const { stderr } = await desk.coffer(["purge", "one/A", "--versions", "1,2", "-y"]);
    expect(scrub(stderr, desk)).toBe(
      "coffer: to be destroyed for good:\n  one/A versions 1-2\ncoffer: 1 secret purged (commit COMMIT)\n",
    );
    const left = files().map((path) => readFileSync(path, "utf8"));
    expect(left.some((text) => text.includes(sealed[0] ?? "?"))).toBe(false);
    expect(left.some((text) => text.includes(sealed[1] ?? "?"))).toBe(true);
    expect(files().filter((path) => path.includes("blobs"))).toEqual([]);
    expect(await desk.must(["get", "one/A"])).toBe("v3");
    expect((await desk.coffer(["get", "one/A", "--version", "1"])).stderr).toContain("was purged");
    expect(await desk.must(["history", "one/A"])).toMatch(/^3 .* text .*\n2 .* purged .*\n1 .* purged /);
    await verified();
    const again = await desk.coffer(["purge", "one/A", "--versions", "1-2"]);
    expect(again).toMatchObject({ code: 0, stderr: "coffer: nothing to purge in one/\n" });
  });

  it("all of a secret: its name goes as well, and a later one counts on", async () => {
    await putAll("all/A", "1", "2");
    expect(await desk.json(["purge", "all/A", "-y"])).toMatchObject({
      namespace: "all",
      sequence: 3,
      changed: [{ name: "A", version: "3", change: "deleted" }],
      dryRun: false,
      purged: [{ name: "A", versions: "all" }],
      destroyed: 2,
      removed: [],
    });
    expect((await desk.coffer(["history", "all/A"])).code).toBe(3);
    await putAll("all/A", "new");
    expect(await desk.must(["get", "all/A", "--version", "4"])).toBe("new");
    await verified();
  });

  it("--older-than: of a whole namespace, and not what is current or staged", async () => {
    await putAll("old/A", "1", "2");
    await putAll("old/B", "1");
    await desk.must(["put", "old/B", "next", "--stage", "next"]);
    await putAll("old/GONE", "1");
    await desk.must(["delete", "old/GONE"]);
    const young = await desk.coffer(["purge", "old/", "--older-than", "1d"]);
    expect(young).toMatchObject({ code: 0, stderr: "coffer: nothing to purge in old/\n" });
    const { purged } = (await desk.json(["purge", "old/", "--older-than", "0m", "-y"])) as { purged: unknown };
    expect(purged).toEqual([
      { name: "A", versions: [[1, 1]] },
      { name: "GONE", versions: "all" },
    ]);
    expect(await desk.must(["get", "old/B", "--stage", "next"])).toBe("next");
    await verified();
  });

  it("--orphans: asks, and leaves what is referred to", async () => {
    await putAll("orphans/A", "x".repeat(5000));
    expect(await desk.json(["purge", "orphans/", "--orphans"])).toMatchObject({
      commit: null,
      sequence: 1,
      removed: [],
    });
    const folder = join(desk.home, ".local/share/coffer/vault/_blobs/_orphans");
    const [blob = ""] = readdirSync(folder);
    await desk.shell(`cp "${folder}/${blob}" "${folder}/_0000000000000001-b${"a".repeat(64)}"`);
    const refused = await desk.coffer(["purge", "orphans/", "--orphans"]);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain("coffer: error: this cannot be undone, and there is nobody to ask\n");
    expect(readdirSync(folder)).toHaveLength(2);
    const { stderr } = await desk.coffer(["purge", "orphans/", "--orphans", "-y"]);
    expect(stderr).toContain("coffer: 1 object removed that nothing referred to\n");
    expect(readdirSync(folder)).toEqual([blob]);
  });

  it("asks at a terminal, and takes -y where there is none", async () => {
    await putAll("ask/A", "1", "2");
    for (const flags of [[], ["--no-input"]]) {
      const refused = await desk.coffer(["purge", "ask/A", ...flags]);
      expect(refused).toMatchObject({ code: 2, stdout: "" });
      expect(refused.stderr).toContain("  ask/A with all its versions\n");
    }
    const no = await desk.terminal("coffer purge ask/A", [["destroy this for good? [y/N] ", "\r"]]);
    expect([no.code, await desk.must(["get", "ask/A"])]).toEqual([130, "2"]);
    const yes = await desk.terminal("coffer purge ask/A", [["destroy this for good? [y/N] ", "yes\r"]]);
    expect([yes.code, (await desk.coffer(["get", "ask/A"])).code]).toEqual([0, 3]);
  });

  it.each([
    [["purge", "mis/"], 2, "of a namespace it has to be said what is to go"],
    [["purge", "mis/A", "--orphans"], 2, "--orphans is for a namespace"],
    [["purge", "mis/A", "--orphans", "--versions", "1"], 2, "--versions and --orphans exclude each other"],
    [["purge", "mis/A", "--versions", "2-1"], 2, "--versions takes numbers and ranges of them"],
    [["purge", "mis/A", "--versions", "0"], 2, "--versions takes numbers and ranges of them"],
    [["purge", "mis/A", "--older-than", "soon"], 2, "--older-than is no duration"],
    [["purge", "mis/A", "--versions", "9"], 3, '"mis/A" has no version 9'],
    [["purge", "mis/Z"], 3, 'there never was a secret named "mis/Z"'],
    [["purge", "none/", "--older-than", "1d"], 3, "nothing was ever written to none/"],
    [["purge", "mis/A", "--versions", "2"], 4, 'version 2 of "mis/A" is the current one'],
  ] as const)("mistakes: %j", async (args, code, message) => {
    const refused = await desk.coffer([...args, "-y"]);
    expect({ code: refused.code, stdout: refused.stdout }).toEqual({ code, stdout: "" });
    expect(refused.stderr).toContain(`coffer: error: ${message}`);
  });
});
