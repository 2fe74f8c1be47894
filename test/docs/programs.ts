import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import ts from "typescript";
import { type Block, type Page, ROOT } from "./page.js";
import { quote } from "./session.js";
import { runAside, type Stage } from "./stage.js";

/** A program without a name is run where the page's shell stands; one that has a name is run by what follows it. */
export async function checkProgram({ language, words, text, line }: Block, stage: Stage): Promise<void> {
  if (words.length > 0) return;
  const { outputText } = ts.transpileModule(text, {
    compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023, verbatimModuleSyntax: true },
  });
  const program = language === "ts" ? outputText : text;
  // A file and no `--eval`: that would look for packages elsewhere.
  const file = `"$PWD/.block-${line}.mjs"`;
  const script = `printf '%s' ${quote(program)} > ${file}\ntrap 'rm -f ${file}' EXIT\nnode ${file}`;
  await runAside(stage, line, script);
}

/** All programs of these pages against the types of the package as it is built; gives what the compiler says. */
export function typeCheck(pages: readonly Page[]): string[] {
  const folder = mkdtempSync(join(tmpdir(), "coffer-types-"));
  try {
    mkdirSync(join(folder, "node_modules"));
    symlinkSync(ROOT, join(folder, "node_modules/coffer"));
    writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
    const files = pages.flatMap(({ path, blocks }) =>
      blocks
        .filter(({ language }) => language === "ts")
        .map(({ text, line }) => {
          const file = join(folder, `${path.replaceAll("/", "-")}-${line}.mts`);
          writeFileSync(file, `export {};\n${text}\n`);
          return file;
        }),
    );
    const program = ts.createProgram(files, {
      ...{ target: ts.ScriptTarget.ES2023, lib: ["lib.es2023.d.ts"], strict: true, noEmit: true },
      ...{ module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext },
      ...{ types: ["node"], typeRoots: [join(ROOT, "node_modules/@types")], skipLibCheck: true },
    });
    return ts.getPreEmitDiagnostics(program).map(describeFault);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function describeFault({ file, start = 0, messageText }: ts.Diagnostic): string {
  const line = file?.getLineAndCharacterOfPosition(start).line ?? 0;
  return `${file?.fileName ?? ""}, its line ${line}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`;
}
