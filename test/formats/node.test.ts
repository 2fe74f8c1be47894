import { fileURLToPath } from "node:url";
import { describe, test } from "vitest";
import { type Consumer, prove } from "./proof.js";
import { isThere, runIn } from "./run.js";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const PRINT = "process.stdout.write(JSON.stringify(Object.entries(process.env)))";

/** By the Node that runs the tests: with `CI`, each that we promise has its turn. */
const envFile: Consumer = async (bytes) => {
  const output = await runIn({ ".env": bytes }, process.execPath, ["--env-file=.env", "-e", PRINT]);
  return new Map(JSON.parse(output.toString("utf8")));
};

const parsing =
  (call: string): Consumer =>
  async (bytes) => {
    const script = `const text = require("fs").readFileSync("file", "utf8"); process.stdout.write(JSON.stringify(Object.entries(${call})))`;
    const output = await runIn({ file: bytes }, process.execPath, ["-e", script], { NODE_PATH: `${ROOT}node_modules` });
    return new Map(JSON.parse(output.toString("utf8")));
  };

const isInstalled = (name: string): boolean =>
  isThere(
    process.execPath,
    ["-e", `require(${JSON.stringify(`${ROOT}node_modules/${name}`)})`],
    `the package ${name}`,
    { needed: false },
  );

describe.each(["dotenv", "node-dotenv"])("%s", (format) => {
  test("node --env-file reads exactly what is not refused", () => prove(format, envFile));

  test("util.parseEnv reads exactly what is not refused", () =>
    prove(format, parsing('require("util").parseEnv(text)')));

  test.skipIf(!isInstalled("dotenv"))("the dotenv package reads exactly what is not refused", () =>
    prove(format, parsing('require("dotenv").parse(text)')),
  );
});

describe("ini", () => {
  test.skipIf(!isInstalled("ini"))("npm's ini reads exactly what is not refused", () =>
    prove("ini", parsing('require("ini").parse(text)')),
  );
});
