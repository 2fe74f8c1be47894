import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./page.js";

// npm packs these without being told: https://docs.npmjs.com/cli/configuring-npm/package-json#files
const ALWAYS = ["README.md", "LICENSE", "package.json"];

/** What package.json says is packed. */
export function findPackedFiles(): readonly string[] {
  // Our own file, in npm's documented shape.
  const { files } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { files: readonly string[] };
  return files;
}

export function isPacked(path: string): boolean {
  return [...ALWAYS, ...findPackedFiles()].some((packed) => path === packed || path.startsWith(`${packed}/`));
}
