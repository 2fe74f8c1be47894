import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Desk } from "./desk.js";

const PACKAGE = fileURLToPath(new URL("../..", import.meta.url));

// As a program for keytar has it, but for the first line.
const PROGRAM = `const keytar = require("coffer/keytar");
const tell = (value) => console.log(JSON.stringify(value));
(async () => {
  tell(await keytar.getPassword("app", "ana"));
  tell((await keytar.setPassword("app", "ana", "canary-1")) === undefined);
  await keytar.setPassword("app", "ben é/?", "canary-2");
  tell(await keytar.getPassword("app", "ana"));
  tell(await keytar.findCredentials("app"));
  tell(await keytar.findPassword("app"));
  tell([await keytar.deletePassword("app", "ana"), await keytar.deletePassword("app", "ana")]);
  tell([await keytar.findPassword("other"), await keytar.findCredentials("other")]);
  await keytar.setPassword("app", "", "x").catch((error) => tell(error.message));
})();
`;

describe("a program written for keytar", () => {
  const desk = new Desk();

  beforeAll(async () => {
    mkdirSync(join(desk.home, "node_modules"));
    symlinkSync(PACKAGE, join(desk.home, "node_modules/coffer"));
    // What lies above might be a package of this name.
    writeFileSync(join(desk.home, "package.json"), '{ "private": true }');
    writeFileSync(join(desk.home, "program.cjs"), PROGRAM);
    writeFileSync(
      join(desk.home, "whole.mjs"),
      'import keytar from "coffer/keytar"; console.log(Object.keys(keytar).sort().join());',
    );
    await desk.must(["init"]);
  });
  afterAll(() => desk.clear());

  it("goes on with coffer/keytar in its place", async () => {
    const { code, stdout, stderr } = await desk.run(process.execPath, [join(desk.home, "program.cjs")]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout.split("\n")).toEqual([
      "null",
      "true",
      '"canary-1"',
      '[{"account":"ana","password":"canary-1"},{"account":"ben é/?","password":"canary-2"}]',
      '"canary-1"',
      "[true,false]",
      "[null,[]]",
      '"account has to be a text that is not empty"',
      "",
    ]);
  });

  it("may import it as a whole", async () => {
    const { stdout } = await desk.run(process.execPath, [join(desk.home, "whole.mjs")]);
    expect(stdout).toBe("deletePassword,findCredentials,findPassword,getPassword,setPassword\n");
  });

  it("keeps where the command line finds it", async () => {
    const { stdout } = await desk.run(process.execPath, [
      "-e",
      'import("coffer/keytar").then((k) => k.setPassword("list", "cleo", "canary-3"))',
    ]);
    expect(stdout).toBe("");
    expect(await desk.must(["get", "keyring/list/cleo"])).toBe("canary-3");
  });
});
