import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

// dependency-cruiser checks nothing, and says so nowhere, when it cannot load a TypeScript that it knows. So: it must
// see the whole house, and every rule must bite.

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const RULES = join(ROOT, ".dependency-cruiser.cjs");
const CRUISER = join(ROOT, "node_modules/dependency-cruiser/bin/dependency-cruise.mjs");

interface Cruise {
  modules: { source: string; dependencies: { resolved: string; dependencyTypes: string[] }[] }[];
  summary: { violations: { rule: { name: string }; from: string; to: string }[] };
}

function cruise(folder: string, ...roots: string[]): Cruise {
  const args = [CRUISER, ...roots, "--config", RULES, "--output-type", "json"];
  const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: "utf8", maxBuffer: 2 ** 28 });
  if (stdout === "") throw new Error(`dependency-cruiser said nothing but: ${stderr}`);
  // The tool's own report, in its documented shape.
  return JSON.parse(stdout) as Cruise;
}

function filesBelow(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts"))
    .map((path) => `${folder}/${path}`)
    .sort();
}

describe("the real house", () => {
  let house: Cruise;
  beforeAll(() => {
    house = cruise(ROOT, "src");
  });

  test("every TypeScript file is seen", () => {
    const seen = house.modules.map((module) => module.source).filter((source) => /^src\/.*\.ts$/.test(source));
    expect(seen.sort()).toEqual(filesBelow("src"));
  });

  test("its imports are seen, those of types alone too", () => {
    const edges = house.modules.flatMap((module) => module.dependencies.map((to) => ({ from: module.source, ...to })));
    expect(edges.length).toBeGreaterThan(filesBelow("src").length / 2);
    const typeOnly = edges.find(
      ({ from, resolved }) => from === "src/objects/object-store.ts" && resolved === "src/core/call.ts",
    );
    expect(typeOnly?.dependencyTypes).toContain("type-only");
  });

  test("nothing but the one wrapper names Node's ciphers, or a way to them around the rules", () => {
    // Terminals, the machine's name and TLS may be asked for late: Node's modules for them are slow to load.
    const way =
      /create(De)?[cC]ipher|getBuiltinModule(?!\("node:(tty|os|https|tls)"\))|createRequire|webcrypto|crypto\.subtle|globalThis\.crypto/;
    const others = filesBelow("src").filter((path) => !/\.test\.ts$|^src\/core\/ciphers\.ts$/.test(path));
    expect(others.filter((path) => way.test(readFileSync(join(ROOT, path), "utf8")))).toEqual([]);
  });

  test("no rule is broken", () => {
    expect(house.summary.violations).toEqual([]);
  });
});

describe("planted violations", () => {
  // Rule, file, what it imports. The house of straw below holds one file for each end.
  const planted: [rule: string, from: string, to: string][] = [
    ["only-down-from-keyring", "src/keyring/up.ts", "src/cli/end.ts"],
    ["only-down-from-policy", "src/policy/up.ts", "src/keyring/end.ts"],
    ["only-down-from-settings", "src/settings/up.ts", "src/policy/end.ts"],
    ["only-down-from-failures", "src/failures.ts", "src/settings/end.ts"],
    ["only-down-from-copying", "src/copying/up.ts", "src/failures.ts"],
    ["only-down-from-open", "src/open/up.ts", "src/copying/end.ts"],
    ["only-down-from-legacy", "src/legacy/up.ts", "src/open/end.ts"],
    ["only-down-from-vault", "src/vault/up.ts", "src/legacy/end.ts"],
    ["only-down-from-stores", "src/stores/up.ts", "src/vault/end.ts"],
    ["only-down-from-objects", "src/objects/up.ts", "src/stores/end.ts"],
    ["only-down-from-keys", "src/keys/up.ts", "src/objects/end.ts"],
    ["only-down-from-aws", "src/aws/up.ts", "src/keys/end.ts"],
    ["only-down-from-env", "src/env/up.ts", "src/aws/end.ts"],
    ["only-down-from-run", "src/run/up.ts", "src/env/end.ts"],
    ["only-down-from-core", "src/core/up.ts", "src/run/end.ts"],
    ["only-down-from-world", "src/world.ts", "src/core/end.ts"],
    ["only-down-from-errors", "src/errors.ts", "src/world.ts"],
    ["only-down-from-vault", "src/vault/via-index.ts", "src/index.ts"],
    ["cli-not-through-index", "src/cli/through-index.ts", "src/index.ts"],
    ["cli-not-through-index", "src/cli/fills.ts", "src/preload.ts"],
    ["only-down-from-settings", "src/settings/fills.ts", "src/preload.ts"],
    ["index-not-from-cli", "src/index.ts", "src/cli/end.ts"],
    ["index-not-from-cli", "src/preload.ts", "src/cli/end.ts"],
    ["run-knows-nothing", "src/run/knows.ts", "src/core/end.ts"],
    ["env-stays-pure", "src/env/starts.ts", "src/run/end.ts"],
    ["core-stays-pure", "src/core/inspects.ts", "node:util"],
    ["core-stays-pure", "src/core/installed.ts", "straw"],
    ...["fs", "fs/promises", "net", "http", "https", "child_process", "os", "process", "tls", "dgram", "dns"].flatMap(
      (builtin): [string, string, string][] => [
        ["core-stays-pure", `src/core/${builtin.replace(/\W/, "-")}.ts`, `node:${builtin}`],
        ["env-stays-pure", `src/env/${builtin.replace(/\W/, "-")}.ts`, `node:${builtin}`],
      ],
    ),
    ["ciphers-only-crypto", "src/core/ciphers.ts", "node:fs"],
    ["sensitive-only-util", "src/core/sensitive.ts", "node:fs"],
    ["crypto-only-in-ciphers", "src/core/sealing.ts", "node:crypto"],
    ["crypto-only-in-ciphers", "src/vault/sealing.ts", "node:crypto"],
    ["crypto-only-in-ciphers", "src/keys/sealing.ts", "crypto"],
    ["aws-only-in-aws", "src/objects/s3.ts", "@aws-sdk/client-s3"],
    ["testing-below-cli", "src/testing/reaches-up.ts", "src/cli/end.ts"],
    ["testing-only-for-tests", "src/vault/forgets.ts", "src/testing/end.ts"],
    ["tests-stay-outside", "src/vault/tested.ts", "src/vault/end.test.ts"],
    ["no-dev-dependencies", "src/cli/developer.ts", "straw-dev"],
    ["parsers-kept-back", "src/cli/reads-toml.ts", "smol-toml"],
    ["parsers-kept-back", "src/env/formats/quotes-yaml.ts", "yaml"],
    ["age-only-in-recovery", "src/vault/wraps-by-age.ts", "age-encryption"],
    ["keychain-only-in-keychain", "src/keys/key-in-memory.ts", "@napi-rs/keyring"],
    ["no-unresolvable", "src/cli/nowhere.ts", "./gone.js"],
    ["no-circular", "src/vault/and-round.ts", "src/vault/round.ts"],
    ["no-orphans", "src/vault/orphan.ts", "src/vault/orphan.ts"],
  ];
  let folder: string;
  let straw: Cruise;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "coffer-rooms-"));
    build(folder, planted);
    straw = cruise(folder, "src");
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test.each(planted)("%s: %s → %s", (rule, from, to) => {
    const reported = straw.summary.violations.filter(
      (violation) => violation.from === from && violation.rule.name === rule,
    );
    const target = to.replace(/^node:/, "");
    expect(reported.map((violation) => violation.to)).toContainEqual(expect.stringContaining(target));
  });

  test("every rule has one", () => {
    // The configuration is CommonJS, as its tool wants it.
    const { forbidden } = createRequire(import.meta.url)(RULES) as { forbidden: { name: string }[] };
    expect([...new Set(planted.map(([rule]) => rule))].sort()).toEqual(forbidden.map(({ name }) => name).sort());
  });

  test("what is allowed is not reported", () => {
    const names = straw.summary.violations.map(({ from }) => from);
    expect(names).not.toContain("src/cli/end.ts");
    expect(names).not.toContain("src/vault/end.test.ts");
  });
});

/** A house in which each of these imports stands, written the ways that imports are written. */
function build(folder: string, imports: [rule: string, from: string, to: string][]): void {
  const texts = new Map<string, string>();
  const add = (path: string, line: string): void => void texts.set(path, `${texts.get(path) ?? ""}${line}\n`);
  for (const [index, [, from, to]] of imports.entries()) {
    if (from === to) add(from, "export const alone = true;");
    else add(from, written(index, from, to));
    if (/^src\/.*end(\.test)?\.ts$/.test(to)) add(to, `export type End = "${to}";\nexport const end = 1;`);
  }
  add("src/vault/round.ts", 'export { end } from "./end.js";\nimport "./and-round.js";');
  add("src/vault/end.test.ts", 'import "node:crypto";\nimport "../testing/end.js";\nimport "../cli/end.js";');
  add("src/cli/end.ts", 'import "../errors.js";\nimport "../vault/end.js";\nimport "node:fs";');
  add(
    "package.json",
    JSON.stringify({
      dependencies: { straw: "1.0.0", "@aws-sdk/client-s3": "1.0.0" },
      optionalDependencies: { "@napi-rs/keyring": "1.0.0" },
      devDependencies: { "straw-dev": "1.0.0", "smol-toml": "1.0.0", yaml: "1.0.0" },
    }),
  );
  add("tsconfig.json", '{ "compilerOptions": { "module": "NodeNext", "target": "ES2023" } }');
  for (const name of ["straw", "straw-dev", "smol-toml", "yaml", "@aws-sdk/client-s3", "@napi-rs/keyring"]) {
    add(`node_modules/${name}/package.json`, JSON.stringify({ name, version: "1.0.0", main: "index.js" }));
    add(`node_modules/${name}/index.js`, "exports.end = 1;");
  }
  for (const [path, text] of texts) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

function written(index: number, from: string, to: string): string {
  const climb = "../".repeat(from.split("/").length - 2) || "./";
  const specifier = to.startsWith("src/") ? climb + to.slice("src/".length).replace(/\.ts$/, ".js") : to;
  const forms = [
    `import type { End } from "${specifier}";\nexport type Seen${index} = End;`,
    `import { end } from "${specifier}";\nexport const seen${index} = end;`,
    `export const seen${index} = import("${specifier}");`,
    `export { end as seen${index} } from "${specifier}";`,
  ];
  return forms[index % forms.length] ?? "";
}
