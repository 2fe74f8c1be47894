// `npm run docs`: docs/VERBS.md, from the verbs themselves. test/docs.test.ts fails where it is not up to date.
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "tsdown";

const root = fileURLToPath(new URL("..", import.meta.url));
// Beside the dependencies, so that what is bundled still finds them.
const folder = mkdtempSync(join(root, "node_modules/coffer-docs-"));
try {
  await build({
    config: false,
    cwd: root,
    entry: { main: "test/docs/write-verbs.ts" },
    outDir: folder,
    format: "esm",
    platform: "node",
    dts: false,
    clean: false,
    report: false,
    logLevel: "warn",
  });
  const { writeVerbs } = await import(pathToFileURL(join(folder, "main.mjs")).href);
  await writeVerbs(join(root, "docs/VERBS.md"));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
