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
  // The AWS SDK has each package twice. Without this some are taken as CommonJS, from which nothing that is not used can be left out: half as much again.
  inputOptions: { resolve: { mainFields: ["module", "main"] as string[] } },
} as const;

/**
 * rolldown 1.0 loses the default of a builtin that a module only hands on (`import https from "node:https"; export { https }`) where it makes CommonJS. The
 * AWS SDK has two such modules; test/aws/wire.test.ts runs what comes of them.
 */
const builtinsHandedOn = {
  name: "builtins-handed-on",
  transform: {
    filter: { id: /node_modules\/@smithy\/.*\/node-https?\.js$/ },
    handler: (code: string) => code.replace(/^import (\w+) from "node:/, 'import * as $1 from "node:'),
  },
};

/**
 * The command's files. What its first line imports is in `coffer.cjs`; what verbs that read share is in `reading`; the vault, as far as it reads, with
 * a folder and a key file, in `engine`. So a `get` opens five files. All else is in chunks that the bundler finds: one per verb and per
 * `await import()`. (test/loaded-modules.test.ts says what each verb may load.)
 */
const CHUNKS = [
  { name: "start", tags: ["$initial" as const], priority: 3 },
  {
    name: "reading",
    test: /src[\\/](?:cli[\\/](?:session|arguments[\\/]path|input[\\/](?:read|context)-input|output[\\/]version-json)|core[\\/](?:context|sensitive))\.ts$/,
    priority: 2,
  },
  {
    name: "engine",
    test: /src[\\/](?:vault[\\/](?:vault|heads[\\/](?:load-head|file-memory)|reading[\\/][a-z-]+)|objects[\\/]folder|keys[\\/]key-file)\.ts$/,
    priority: 1,
  },
  // What starts a program, for `exec` and for the older tools that do, in one file.
  { name: "run-child", test: /src[\\/](?:run[\\/]run-child|env[\\/]dangerous-names)\.ts$/, priority: 0 },
  // S3 and KMS as `get` and `put` ask them, with the SDK's signer and without the rest of it.
  { name: "aws", test: /src[\\/](?:aws[\\/]aws|objects[\\/]s3|keys[\\/]aws-kms)\.ts$/, priority: 0 },
];

export default defineConfig([
  {
    ...shared,
    name: "library",
    entry: {
      index: "src/index.ts",
      env: "src/preload.ts",
      keyring: "src/keyring/keyring.ts",
      keytar: "src/keyring/keytar.ts",
      "testing/index": "src/testing/index.ts",
    },
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
    plugins: [builtinsHandedOn],
    deps: { alwaysBundle: [/^(?!@napi-rs\/keyring)/], neverBundle: ["@napi-rs/keyring"] },
    // Less to read at every start. The names of functions, and lines, stay, for the stack of an unexpected error is what people report; and licences, and the
    // marks of whose code it is, from which the SBOM is made.
    minify: {
      compress: true,
      mangle: { toplevel: false, keepNames: { function: true, class: true } },
      codegen: { removeWhitespace: false },
    },
    outputOptions: { codeSplitting: { groups: CHUNKS }, comments: { legal: true, annotation: false, jsdoc: false } },
    checks: { ...shared.checks, legacyCjs: false },
  },
]);
