// The tests' emulator of S3 and KMS behind their proxy, for scripts.
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "tsdown";

/** Starts it; null where there is none to be had, which is said on stderr. */
export async function startCloud(root) {
  // Beside the dependencies, so that what is bundled still finds them.
  const folder = mkdtempSync(join(root, "node_modules/coffer-aws-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
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
    deps: { neverBundle: [/^@(aws-sdk|smithy)\//, "hpagent"] },
  });
  const load = (name) => import(pathToFileURL(join(folder, `${name}.mjs`)).href);
  const source = (await load("emulator")).findEmulator();
  return source === null ? null : (await load("cloud")).startCloud(source);
}
