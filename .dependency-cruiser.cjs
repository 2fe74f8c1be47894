// Who may import whom. `npm run check` holds it; test/rooms.test.ts proves that each rule bites.

const TEST = "\\.test\\.ts$";

// The rooms from top to bottom (docs/DESIGN.md): a room may import itself and what stands below it.
const ROOMS = [
  "cli/",
  "keyring/",
  "policy/",
  "settings/",
  "failures\\.ts$",
  "copying/",
  "open/",
  "legacy/",
  "vault/",
  "stores/",
  "objects/",
  "keys/",
  "aws/",
  "env/",
  "run/",
  "core/",
  "world\\.ts$",
  "errors\\.ts$",
];

const room = (name) => `^src/${name}`;
const rooms = (names) => `^src/(${names.join("|")})`;

const upwards = ROOMS.slice(1).map((name, index) => ({
  name: `only-down-from-${name.replace(/\W|ts\$$/g, "")}`,
  comment: "Imports go down only, so that every room can be read, tested and replaced without those above it.",
  severity: "error",
  from: { path: room(name), pathNot: TEST },
  to: { path: rooms([...ROOMS.slice(0, index + 1), "(index|preload)\\.ts$"]) },
}));

module.exports = {
  forbidden: [
    ...upwards,
    {
      name: "cli-not-through-index",
      comment:
        "src/index.ts is for those who install the library; importing it would load everything at each start. Importing src/preload.ts changes the process.",
      severity: "error",
      from: { path: "^src/", pathNot: [TEST, "^src/testing/"] },
      to: { path: "^src/(index|preload)\\.ts$" },
    },
    {
      name: "index-not-from-cli",
      comment: "The library must not drag the command line along.",
      severity: "error",
      from: { path: "^src/(index|preload)\\.ts$" },
      to: { path: "^src/cli/" },
    },
    {
      name: "run-knows-nothing",
      comment:
        "What starts a child process must not be able to reach a secret or a store: it gets an environment and bytes to mask.",
      severity: "error",
      from: { path: "^src/run/", pathNot: TEST },
      to: { pathNot: "^src/(run/|errors\\.ts$)", dependencyTypesNot: ["core"] },
    },
    {
      name: "env-stays-pure",
      comment:
        "Environment text is data in, data out: no files, network, processes or platform, so it can be fuzzed and trusted.",
      severity: "error",
      from: { path: "^src/env/", pathNot: TEST },
      to: {
        // The parsers of YAML and TOML are no work of ours.
        pathNot: "^src/(env/|core/|errors\\.ts$)|^(node:)?(buffer|string_decoder|util)$|node_modules/(smol-toml|yaml)/",
      },
    },
    {
      name: "core-stays-pure",
      comment:
        "Names, envelopes and documents are data in, data out. Ciphers have one door; hiding from `inspect` needs node:util.",
      severity: "error",
      from: { path: "^src/core/", pathNot: [TEST, "^src/core/(ciphers|sensitive)\\.ts$"] },
      to: { pathNot: "^src/(core/|errors\\.ts$)|^(node:)?buffer$" },
    },
    {
      name: "ciphers-only-crypto",
      comment: "The one door to the ciphers opens to nothing else.",
      severity: "error",
      from: { path: "^src/core/ciphers\\.ts$" },
      to: { pathNot: "^src/(core/|errors\\.ts$)|^(node:)?(buffer|crypto)$" },
    },
    {
      name: "sensitive-only-util",
      comment: "Sensitive hides its bytes from util.inspect and knows nothing else.",
      severity: "error",
      from: { path: "^src/core/sensitive\\.ts$" },
      to: { pathNot: "^src/(core/|errors\\.ts$)|^(node:)?(buffer|util)$" },
    },
    {
      name: "crypto-only-in-ciphers",
      comment:
        "Node accepts truncated GCM tags unless told not to, so nobody calls createCipheriv, createDecipheriv or their kin but the one wrapper. Hashes and random bytes come through it as well.",
      severity: "error",
      from: { path: "^(src|scripts)/", pathNot: [TEST, "^src/core/ciphers\\.ts$"] },
      to: { path: "^(node:)?crypto$" },
    },
    {
      name: "aws-only-in-aws",
      comment:
        "Regions, credentials, proxies, retries and error codes are decided in one place, and the SDK is loaded only through it.",
      severity: "error",
      from: { path: "^src/", pathNot: [TEST, "^src/aws/"] },
      to: { path: "(^|/)@(aws-sdk|aws-crypto|smithy)/|node_modules/hpagent/" },
    },
    {
      name: "testing-below-cli",
      comment:
        "coffer/testing exercises the engines through their interfaces; it has no business with verbs or drop-ins.",
      severity: "error",
      from: { path: "^src/testing/", pathNot: TEST },
      to: { path: "^src/(cli|legacy|keyring|policy|settings|run|index\\.ts$)" },
    },
    {
      name: "testing-only-for-tests",
      comment: "Fault injection and stores that forget must never run in earnest.",
      severity: "error",
      from: { path: "^src/", pathNot: [TEST, "^src/testing/"] },
      to: { path: "^src/testing/" },
    },
    {
      name: "tests-stay-outside",
      comment: "A test file runs tests when imported, and is not in the package.",
      severity: "error",
      from: { path: "^(src|scripts)/" },
      to: { path: [TEST, "^test/"], dependencyTypesNot: ["core"] },
    },
    {
      name: "no-dev-dependencies",
      comment:
        "What is shipped must not need what is not installed with it. smol-toml, yaml, age-encryption, hpagent and the AWS SDK are not needed: they are copied into the bundles.",
      severity: "error",
      from: { path: "^src/", pathNot: TEST },
      to: {
        dependencyTypes: ["npm-dev"],
        pathNot: "node_modules/(smol-toml|yaml|age-encryption|hpagent|@aws-sdk|@smithy)/",
      },
    },
    {
      name: "parsers-kept-back",
      comment:
        "The errors of the parsers of TOML and YAML show the lines of a file, so these modules alone call them and keep them back.",
      severity: "error",
      from: {
        path: "^src/",
        pathNot: "^src/(settings/profiles/toml-document|env/formats/(toml|yaml-document))\\.ts$",
      },
      to: { path: "node_modules/(smol-toml|yaml)/" },
    },
    {
      name: "age-only-in-recovery",
      comment:
        "age takes 60 ms to load and throws errors of its own about secrets: the two modules of the recovery key alone call it, when they need it.",
      severity: "error",
      from: { path: "^src/", pathNot: [TEST, "^src/keys/recovery-(recipient|identity)\\.ts$"] },
      to: { path: "(^|/)age-encryption" },
    },
    {
      name: "keychain-only-in-keychain",
      comment:
        "What speaks to the keychain is installed only where it can be, and chooses by itself a store that forgets. One module alone calls it, loads it when it is asked for, and pins the store.",
      severity: "error",
      from: { path: "^src/", pathNot: [TEST, "^src/keys/keychain\\.ts$"] },
      to: { path: "(^|/)@napi-rs/keyring" },
    },
    {
      name: "no-unresolvable",
      comment: "An import that leads nowhere is a rule that checks nothing.",
      severity: "error",
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: "no-circular",
      comment: "Modules in a circle can only be understood, loaded and changed all at once.",
      severity: "error",
      from: { path: "^src/" },
      to: { circular: true },
    },
    {
      name: "no-orphans",
      comment: "A file that nobody imports and that imports nothing is left over.",
      severity: "error",
      from: { orphan: true, path: "^src/", pathNot: [TEST, "^src/(cli/coffer|index|preload|testing/index)\\.ts$"] },
      to: {},
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^(dist|coverage)/" },
    // Type-only imports count: a type is knowledge, and TypeScript erases it before anybody else could see it.
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    detectProcessBuiltinModuleCalls: true,
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "require", "node", "default", "types"],
    },
  },
};
