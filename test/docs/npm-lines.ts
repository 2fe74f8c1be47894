import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Block, ROOT } from "./page.js";
import type { Stage } from "./stage.js";

const BUILT_IN = ["ci", "test", "pack", "link"];

/** The project's own commands: they take minutes, and this test is one of them. So: every script that is named must be there. */
export async function checkNpm({ text, line }: Block, { report }: Stage): Promise<void> {
  const { scripts } = readManifest();
  for (const [index, each] of text.split("\n").entries()) {
    for (const command of each.replace(/#.*/, "").split("&&")) {
      const [npm, verb = "", script = ""] = command.trim().split(/\s+/);
      const isKnown =
        npm === undefined || npm === "" || (npm === "npm" && isThere(verb, script, scripts)) || isTool(command);
      if (!isKnown) report(line + index, `not a command of the project: ${command.trim()}`);
    }
  }
}

function isThere(verb: string, script: string, scripts: Readonly<Record<string, string>>): boolean {
  return verb === "run" ? script in scripts : BUILT_IN.includes(verb);
}

/** One test file, or the command as it was built. */
function isTool(command: string): boolean {
  return /^\s*(COFFER_DOCS=write )?(npx vitest run test\/|npx vitest run src\/|node dist\/cli\/coffer\.cjs)/.test(
    command,
  );
}

function readManifest(): { readonly scripts: Readonly<Record<string, string>> } {
  // Our own file, in npm's documented shape.
  return JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { scripts: Record<string, string> };
}
