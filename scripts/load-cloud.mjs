// The tests' emulator of S3 and KMS behind their proxy, for scripts.
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "tsdown";

/** Starts it; null where there is none to be had, which is said on stderr. */
export async function startCloud(root) {
  const { cloud, emulator } = await loadTests(root, { cloud: "test/aws/cloud.ts", emulator: "test/aws/emulator.ts" });
  const source = emulator.findEmulator();
  return source === null ? null : cloud.startCloud(source);
}

/** Parts of the tests, for scripts, by names of one's own. */
export async function loadTests(root, entry) {
  // Beside the dependencies, so that what is bundled still finds them.
  const folder = mkdtempSync(join(root, "node_modules/coffer-aws-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  await build({
    config: false,
    cwd: root,
    entry,
    outDir: folder,
    format: "esm",
    platform: "node",
    dts: false,
    clean: false,
    report: false,
    logLevel: "error",
    deps: { neverBundle: [/^@(aws-sdk|smithy)\//, "hpagent"] },
  });
  const load = async (name) => [name, await import(pathToFileURL(join(folder, `${name}.mjs`)).href)];
  return Object.fromEntries(await Promise.all(Object.keys(entry).map(load)));
}
