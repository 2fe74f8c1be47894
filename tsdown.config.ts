import { defineConfig } from "tsdown";

/** What both builds share. */
const shared = {
  platform: "node",
  target: "node20.19",
  fixedExtension: false,
  failOnWarn: true,
  minify: false,
  report: false,
  // How long a plugin took says something of the machine, not of us, and must not fail the build.
  checks: { pluginTimings: false },
} as const;

export default defineConfig([
  {
    ...shared,
    name: "library",
    entry: { index: "src/index.ts", "testing/index": "src/testing/index.ts" },
    format: "esm",
    outDir: "dist",
    tsconfig: "tsconfig.build.json",
    dts: true,
  },
  {
    ...shared,
    // CommonJS in chunks, one per verb, starts fastest; and all of it is inside, so the command needs no node_modules; but what is not JavaScript.
    name: "cli",
    entry: { coffer: "src/cli/coffer.ts" },
    format: "cjs",
    outDir: "dist/cli",
    dts: false,
    deps: { alwaysBundle: [/^(?!@napi-rs\/keyring)/], neverBundle: ["@napi-rs/keyring"] },
    checks: { ...shared.checks, legacyCjs: false },
  },
]);
