// `npm run aws`: an emulator of S3 and KMS behind the tests' proxy, with a bucket and a key, for trying things out by hand. Prints what to
// export on stdout, then runs until it is stopped:   eval "$(npm run --silent aws &)"   or in another terminal.
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "tsdown";

const root = fileURLToPath(new URL("..", import.meta.url));
// Beside the dependencies, so that what is bundled still finds them.
const folder = mkdtempSync(join(root, "node_modules/coffer-aws-"));
const remove = () => rmSync(folder, { recursive: true, force: true });
process.once("exit", remove);
await build({
  config: false,
  cwd: root,
  entry: { cloud: "test/aws/cloud.ts", emulator: "test/aws/emulator.ts" },
  outDir: folder,
  format: "esm",
  platform: "node",
  dts: false,
  clean: false,
  report: false,
  logLevel: "error",
  deps: { neverBundle: [/^@aws-sdk\//, "hpagent"] },
});
const load = (name) => import(pathToFileURL(join(folder, `${name}.mjs`)).href);
const { findEmulator } = await load("emulator");
const { startCloud } = await load("cloud");
const source = findEmulator();
if (source === null) process.exit(1);
const cloud = await startCloud(source);
const [bucket, key] = [await cloud.newBucket(), await cloud.newKey()];
for (const [name, value] of Object.entries({
  ...cloud.env,
  COFFER_STORE: `s3://${bucket}`,
  COFFER_KEY: `aws-kms:${key}`,
})) {
  console.log(`export ${name}='${value}'`);
}
console.error(
  "aws: ready; export these in another terminal, then: coffer init. Stop it with Ctrl-C; what it holds is gone then",
);
const stop = async () => {
  await cloud.stop();
  process.exit(0);
};
process.once("SIGINT", stop);
process.once("SIGTERM", stop);
