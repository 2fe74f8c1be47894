// Makes the format's test vectors: test/vectors/v1/*.json. Old ones are never edited; --force does it all the same.
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "tsdown";

const root = fileURLToPath(new URL("..", import.meta.url));
// Beside the dependencies, so that what is bundled still finds them.
const folder = mkdtempSync(join(root, "node_modules/coffer-vectors-"));
try {
  await build({
    config: false,
    cwd: root,
    entry: { main: "test/vectors/make/main.ts" },
    outDir: folder,
    format: "esm",
    platform: "node",
    dts: false,
    clean: false,
    report: false,
    logLevel: "warn",
  });
  const { writeVectors } = await import(pathToFileURL(join(folder, "main.mjs")).href);
  process.exitCode = await writeVectors(join(root, "test/vectors/v1"), { force: process.argv.includes("--force") });
} finally {
  rmSync(folder, { recursive: true, force: true });
}
