// Somebody who has installed the package: uses the command, the library and coffer/testing, and type-checks his program.
import { mkdirSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { must, npm } from "./shell.mjs";

const VALUE = "p\u00e4ss 'word' \"$HOME\" `x`\n# second line\n";

const USE_LIBRARY = `
  const { env, openStore, isCofferError, Sensitive } = library;
  const store = await openStore({ url: process.env.COFFER_STORE, key: process.env.COFFER_KEY });
  const secret = await store.read("app/PASSWORD");
  assert.equal(Buffer.from(secret.value.reveal()).toString(), process.env.EXPECTED);
  assert.equal(String(secret.value), "[sensitive]");
  const { PASSWORD } = await env({ namespaces: ["app"], only: ["PASSWORD"] });
  assert.equal(PASSWORD, process.env.EXPECTED);
  await assert.rejects(store.commit("app", [{ op: "put", name: "PASSWORD", value: Sensitive.fromText("x"), expect: null }]),
    (error) => isCofferError(error, "CONFLICT"));
  await store.close();
  const objects = testing.faultyStore(testing.openMemoryStore(), () => undefined);
  assert.equal(await objects.get("heads/none"), null);
`;

const PROGRAMS = {
  "esm.mjs": `import assert from "node:assert/strict";
import * as library from "coffer";
import * as testing from "coffer/testing";
${USE_LIBRARY}`,
  "common.cjs": `const assert = require("node:assert/strict");
(async () => {
  const [library, testing] = [await import("coffer"), await import("coffer/testing")];
${USE_LIBRARY}})();
`,
  "filled.cjs": `import("coffer/env").then(() => require("./print.cjs"));
`,
  "required.cjs": `require("coffer/env");
require("./print.cjs");
`,
  "filled.mjs": `import "coffer/env";
import "./print.cjs";
`,
  "print.cjs": `process.stdout.write(process.env.PASSWORD + Object.keys(process.env).filter((name) => name.startsWith("COFFER_")));
`,
  "contract.test.mjs": `import { describe, it } from "node:test";
import { objectStoreContract, openMemoryStore } from "coffer/testing";
objectStoreContract("memory", async () => {
  const store = openMemoryStore();
  return { store, dispose: () => store.close() };
}, { describe, it });
`,
};

const TYPED = `
export async function password(path: string): Promise<string | null> {
  const store: SecretStore = await openStore({ url: "folder:./here", key: "key-file:./key" });
  // @ts-expect-error a path is text: what comes from the package is typed, and not any
  await store.read(42);
  const secret = await store.read(path);
  return secret === null ? null : Buffer.from(secret.value.reveal()).toString("utf8");
}
export async function settings(): Promise<{ DB_URL: string; BILLING_TOKEN: string }> {
  const chosen = await env({ only: ["DB_URL", "TOKEN"], map: { DB_URL: "DB_URL" }, prefix: "BILLING_" });
  // @ts-expect-error nobody asked for it
  void chosen.OTHER;
  // @ts-expect-error an option of another name would be passed over
  await env({ only: ["DB_URL"], namespace: "app" });
  const all = await env();
  // @ts-expect-error what was not asked for by name may be missing
  all.DB_URL.length;
  return chosen;
}
export const flaky: ObjectStore = faultyStore(openMemoryStore(), ({ operation }) => operation === "put" ? { kind: "after" } : undefined);
`;

const TYPED_PROGRAMS = {
  "typed.mts": `import { env, openStore, type SecretStore } from "coffer";
import "coffer/env";
import { faultyStore, type ObjectStore, openMemoryStore } from "coffer/testing";
${TYPED}`,
  "typed.cts": `import type { SecretStore } from "coffer" with { "resolution-mode": "import" };
export async function head(): Promise<string | undefined> {
  const { openStore } = await import("coffer");
  const store: SecretStore = await openStore({ url: "memory:" });
  const head = await store.head("app");
  return head === null || head === "unchanged" ? undefined : head.commit;
}
`,
};

/** Installs the tarball into an empty folder with that Node, as npm does it, without running any script. */
export function install(tarball, { node, folder, cut }) {
  mkdirSync(folder);
  writeFileSync(join(folder, "package.json"), '{ "private": true }');
  const options = ["--ignore-scripts", "--omit=optional", "--engine-strict", "--no-audit", "--no-fund", "--silent"];
  // Nothing is needed but the tarball: what it depends on is optional.
  npm(["install", ...options, "--offline", tarball], { node, cwd: folder, without: cut ?? [] });
}

/** Everything that somebody would do first. Throws at the first thing that is not as promised. */
export function useAll({ node, folder, cut, manifest }) {
  const home = join(folder, "home");
  mkdirSync(home);
  const settings = {
    COFFER_STORE: `folder:${join(home, "store")}`,
    COFFER_KEY: `key-file:${join(home, "master.key")}`,
  };
  const env = {
    PATH: [dirname(node), process.env.PATH].join(delimiter),
    HOME: home,
    USERPROFILE: home,
    ...settings,
    EXPECTED: VALUE,
  };
  const run = (line, more = {}) => {
    const [command, ...args] = [...(cut ?? []), ...line];
    return must(command, args, { cwd: folder, env, ...more });
  };
  const bin =
    process.platform === "win32"
      ? [node, join(folder, "node_modules", manifest.name, manifest.bin.coffer)]
      : [join(folder, "node_modules/.bin/coffer")];
  const coffer = (args, more) => run([...bin, ...args], more);
  same("coffer --version", coffer(["--version"]).trim(), manifest.version);
  coffer(["init"]);
  coffer(["put", "app/PASSWORD"], { input: VALUE });
  same("coffer get", coffer(["get", "app/PASSWORD"]), VALUE);
  const print = "process.stdout.write(process.env.PASSWORD + process.version)";
  same("coffer exec", coffer(["exec", "app/", "--", node, "-e", print]), VALUE + run([node, "--version"]).trim());
  coffer(["exec", "app/", "--", node, "-e", "process.exit(42)"], { code: 42 });
  coffer(["verify"]);
  coffer(["get", "app/NOTHING"], { code: 3 });
  for (const [name, text] of Object.entries(PROGRAMS)) writeFileSync(join(folder, name), text);
  run([node, "esm.mjs"]);
  run([node, "common.cjs"]);
  run([node, "--test", "contract.test.mjs"]);
  const filled = { env: { ...env, COFFER_NAMESPACE: "app" } };
  for (const line of [["--import", "coffer/env", "print.cjs"], ["filled.mjs"], ["filled.cjs"], ["required.cjs"]]) {
    same(line.join(" "), run([node, ...line], filled), VALUE);
  }
  run([node, "--import", "coffer/env", "print.cjs"], { code: 125 });
}

/** A strict program against the types as they are delivered, with no error skipped in them. */
export function typeCheck({ folder, root, moduleResolution }) {
  const module = moduleResolution === "bundler" ? "esnext" : "nodenext";
  const compilerOptions = {
    ...{ target: "es2023", lib: ["es2023"], module, moduleResolution, strict: true, skipLibCheck: false, noEmit: true },
    ...{ exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true, types: ["node"] },
    typeRoots: [join(root, "node_modules/@types")],
  };
  const files = Object.keys(TYPED_PROGRAMS).filter((name) => module === "nodenext" || name.endsWith(".mts"));
  for (const name of files) writeFileSync(join(folder, name), TYPED_PROGRAMS[name]);
  const settings = join(folder, `tsconfig.${moduleResolution}.json`);
  writeFileSync(settings, JSON.stringify({ compilerOptions, files }));
  must(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "-p", settings], {
    cwd: folder,
    env: process.env,
  });
}

function same(what, actual, expected) {
  if (actual !== expected)
    throw new Error(`${what} gave ${JSON.stringify(actual)} and not ${JSON.stringify(expected)}`);
}
