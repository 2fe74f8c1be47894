import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Cloud, startCloud } from "../aws/cloud.js";
import { findEmulator } from "../aws/emulator.js";
import { findPython } from "../python.js";
import { type CredstashScene, openCredstashScene } from "./credstash-scene.js";
import { CREDSTASH, type Original, startOriginal } from "./original.js";

const source = findEmulator();
const python = source === null ? null : findPython(CREDSTASH);

const name = fc
  .string({ unit: fc.constantFrom(..."abAB09._/- +é😀$'\"`"), minLength: 1, maxLength: 8 })
  .filter((text) => !text.startsWith("-") && text.trim() === text);
const value = fc.oneof(
  fc.string({ unit: "binary", maxLength: 100 }),
  fc.constantFrom("", "yes", "a\r\nb\n", "word ".repeat(60), '"quoted", and: #more', "012", "é\t😀"),
);
const secret = fc.record({
  name,
  value: value.filter((text) => !/^[-@]|\0/.test(text)),
  digest: fc.constantFrom("SHA", "SHA224", "SHA256", "SHA384", "SHA512", "MD5"),
  version: fc.constantFrom("1", "007", "12345678901234567890", "0", "42", "000000000000release"),
  comment: fc.constantFrom("", "why", "a ümlaut"),
});

describe.skipIf(source === null || python === null)("coffer as credstash, and credstash itself", () => {
  let cloud: Cloud;
  let scene: CredstashScene;
  let original: Original;

  beforeAll(async () => {
    if (source === null || python === null) return;
    cloud = await startCloud(source);
    scene = openCredstashScene(cloud);
    await scene.newKey("alias/credstash");
    original = startOriginal(python, "credstash");
  });
  afterAll(async () => {
    original.close();
    scene.close();
    await cloud.stop();
  });

  /** Runs a command with both, which must print the same bytes and end alike; gives what they print. */
  async function both(...args: readonly string[]): Promise<string> {
    const theirs = await original.run(...args);
    const { code, stdout, stderr } = await scene.run(args);
    expect({ code, stdout }, `credstash ${args.join(" ")}: ${theirs.stderr}${stderr}`).toEqual({
      code: theirs.code,
      stdout: theirs.stdout,
    });
    return stdout;
  }

  it("read what either has written, whatever is in it, and print the same in every form", async () => {
    const table = await scene.newTable();
    const [all = []] = fc.sample(
      fc.uniqueArray(secret, { minLength: 16, maxLength: 16, selector: (each) => each.name }),
      {
        numRuns: 1,
        seed: 20260521,
      },
    );
    for (const [index, { name, value, digest, version, comment }] of all.entries()) {
      const args = ["-t", table, "put", "-v", version, "-d", digest, "-c", comment, "--", name, value];
      const run = index % 2 === 0 ? scene.run(args) : original.run(...args);
      expect(await run).toMatchObject({ code: 0, stdout: `${name} has been stored\n` });
    }
    for (const { name, value, version } of all) {
      expect(await both("-t", table, "get", "-n", "-v", version, "--", name)).toBe(value);
    }
    for (const form of ["json", "yaml"]) await both("-t", table, "getall", "-f", form);
    // The original makes new clients for each version of each name that matches, which takes it long.
    await both("-t", table, "get", "*", "-f", "csv");
    for (const pattern of ["a*", "*b", "none*"]) await both("-t", table, "get", pattern);
    await both("-t", table, "list");
    await both("-t", table, "keys");
    await both("-t", table, "put", all[0]?.name ?? "", "again", "-v", all[0]?.version ?? "");
  });

  it("write the same attributes, of the same types", async () => {
    const [ours, theirs] = [await scene.newTable(), await scene.newTable()];
    for (const more of [[], ["-c", "why"], ["-d", "SHA512", "a=b"]]) {
      await scene.must(
        "-t",
        ours,
        "put",
        "n",
        "v",
        ...more.filter((each) => each.includes("=")),
        "-a",
        ...more.filter((each) => !each.includes("=")),
      );
      await original.run(
        "-t",
        theirs,
        "put",
        "n",
        "v",
        ...more.filter((each) => each.includes("=")),
        "-a",
        ...more.filter((each) => !each.includes("=")),
      );
    }
    const shape = async (table: string): Promise<unknown> =>
      (await scene.items(table))
        .map((item) =>
          Object.entries(item)
            .map(([attribute, value]) => [
              attribute,
              Object.keys(value)[0],
              (value.S ?? value.B ?? "").length,
              /^(name|version|comment|digest)$/.test(attribute) ? value : null,
            ])
            .sort(),
        )
        .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
    expect(await shape(ours)).toEqual(await shape(theirs));
    expect(await shape(ours)).toHaveLength(3);
  });

  it("print harmless values for dotenv alike, in another order", async () => {
    const table = await scene.newTable();
    const values = { foo: "bar", "app.db": 'a b $HOME `x` "y" \\ #z', multi: "line 1\nline 2", "ümlaut-1": "é" };
    for (const [name, value] of Object.entries(values)) await scene.must("-t", table, "put", name, value);
    const lines = (text: string): string[] => text.split(/'\n/).sort();
    for (const args of [
      ["getall", "-f", "dotenv"],
      ["get", "*", "-f", "dotenv"],
    ]) {
      const theirs = await original.run("-t", table, ...args);
      expect(lines((await scene.run(["-t", table, ...args])).stdout)).toEqual(lines(theirs.stdout));
    }
  });

  it("count up from the same version, and take the same one for the latest", async () => {
    const table = await scene.newTable();
    for (const args of [["-v", "5"], ["-v", "2"], ["-a"], ["-v", ""], ["-a"], ["-v", "rel"]]) {
      await scene.must("-t", table, "put", "n", `value ${args.join("")}`, ...args);
      await both("-t", table, "get", "n");
    }
    await both("-t", table, "put", "n", "x", "-a");
    await both("-t", table, "list");
    await both("-t", table, "getall");
  });

  it("after a number without zeros go on with what both then take for the latest", async () => {
    const table = await scene.newTable();
    const { key = {}, contents = {}, hmac = {} } = await itemOf(table);
    for (const version of ["9", "10"])
      await scene.put(table, { key, contents, hmac, name: { S: "n" }, version: { S: version } });
    expect((await original.run("-t", table, "put", "n", "lost", "-a")).code).toBe(0);
    expect((await original.run("-t", table, "get", "n")).stdout).toBe("old\n");
    await scene.must("-t", table, "put", "n", "ours", "-a");
    expect(await both("-t", table, "get", "n")).toBe("ours\n");
    expect((await original.run("-t", table, "put", "n", "theirs", "-a")).code).toBe(0);
    expect(await both("-t", table, "get", "n")).toBe("theirs\n");
    expect(await both("-t", table, "get", "n", "-v", "9000000000000000010")).toBe("ours\n");
  });

  async function itemOf(
    table: string,
  ): ReturnType<CredstashScene["items"]> extends Promise<(infer Item)[]> ? Promise<Item> : never {
    await scene.must("-t", table, "put", "other", "old");
    const [item] = await scene.items(table);
    return item ?? {};
  }

  it("open under the same contexts, and delete the same", async () => {
    const table = await scene.newTable();
    await original.run("-t", table, "put", "theirs", "x", "a=b", "c=é");
    await scene.must("-t", table, "put", "ours", "y", "c=é", "a=b");
    for (const name of ["theirs", "ours"]) {
      for (const context of [["a=b", "c=é"], ["c=é", "a=b"], ["a=b"], [], ["a=b", "c=e"]]) {
        await both("-t", table, "get", name, ...context);
      }
    }
    await both("-t", table, "getall", "a=b", "c=é");
    expect(await scene.must("-t", table, "delete", "theirs")).toBe("Deleting theirs -- version 0000000000000000001\n");
    expect((await original.run("-t", table, "delete", "ours")).stdout).toBe(
      "Deleting ours -- version 0000000000000000001\n",
    );
    expect(await both("-t", table, "list")).toBe("");
  });

  it("put many of one object alike, and what is there already nowhere", async () => {
    const [ours, theirs] = [await scene.newTable(), await scene.newTable()];
    const object = '{"b": "1", "10": "2", "9": "", "n": 5, "b": "3", "é\\n": "\\u00e9"}';
    for (const more of [[], [], ["-a"], ["-v", "7"]]) {
      const { code, stdout } = await original.run("-t", theirs, "putall", object, ...more);
      expect(await scene.run(["-t", ours, "putall", object, ...more])).toMatchObject({ code, stdout });
    }
    for (const bad of ["[]", "x", '"text"', ""]) {
      const { code } = await original.run("-t", theirs, "putall", bad);
      expect({ bad, ...(await scene.run(["-t", ours, "putall", bad])) }).toMatchObject({ bad, code, stdout: "" });
    }
    const listed = (await original.run("-t", theirs, "list")).stdout;
    expect((await original.run("-t", ours, "list")).stdout).toBe(listed);
    expect(await scene.must("-t", ours, "list")).toBe(listed);
  });

  it("refuse the same command lines", async () => {
    const lines = [
      ["put"],
      ["put", "a", "b", "c"],
      ["put", "a", "b", "=c"],
      ["put", "a", "b", "c="],
      ["put", "a", "-a", "b"],
      ["put", "a", "b", "-d", "sha256"],
      ["put", "a", "b", "-v"],
      ["putall"],
      ["get"],
      ["getall", "-f", "xml"],
      ["list", "x"],
      ["keys", "x"],
      ["delete"],
      ["setup", "--tags", "x"],
      ["-p", "x", "-n", "y", "list"],
      ["--nothing"],
    ];
    for (const line of lines) {
      expect({ line, code: (await scene.run(line)).code }).toEqual({ line, code: 2 });
      expect({ line, code: (await original.run(...line)).code }).toEqual({ line, code: 2 });
    }
  });
});
