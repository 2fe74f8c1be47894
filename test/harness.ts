import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2023,
  module: ts.ModuleKind.ESNext,
  verbatimModuleSyntax: true,
};

/**
 * Turns the project's modules at these paths (files, or folders with all below them) into JavaScript in a folder, under
 * the same relative paths, for child processes that no test runner prepares. Types are not checked.
 */
export function transpileInto(folder: string, ...paths: readonly string[]): void {
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  for (const path of paths.flatMap(sourcesAt)) {
    const { outputText } = ts.transpileModule(readFileSync(join(ROOT, path), "utf8"), { compilerOptions: OPTIONS });
    const target = join(folder, path.replace(/\.ts$/, ".js"));
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, outputText);
  }
}

function sourcesAt(path: string): string[] {
  if (path.endsWith(".ts")) return [path];
  return readdirSync(join(ROOT, path), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"))
    .map((name) => join(path, name));
}
