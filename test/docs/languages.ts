import { spawnSync } from "node:child_process";
import { parse as parseYaml } from "yaml";
import { parseDotenv } from "../../src/env/parse-dotenv.js";
import { checkCompose } from "./compose.js";
import { parseConsoleBlock, type Step } from "./console-block.js";
import { checkDockerfile } from "./dockerfile.js";
import { checkNpm } from "./npm-lines.js";
import type { Block } from "./page.js";
import { checkProgram } from "./programs.js";
import type { Check, Stage } from "./stage.js";
import { checkToml } from "./toml.js";
import { checkUnit } from "./unit.js";
import { checkWorkflow } from "./workflow.js";

const CHECKS: Readonly<Record<string, Check>> = {
  console: checkConsole,
  scene: checkShell,
  sh: checkShell,
  bash: checkShell,
  toml: named(checkToml),
  dotenv: named(async ({ text }) => void parseDotenv(Buffer.from(text), "the block")),
  json: named(async ({ text }) => void JSON.parse(text)),
  yaml: named(checkYaml),
  dockerfile: named(checkDockerfile),
  ini: named(checkUnit),
  js: named(checkProgram),
  ts: named(checkProgram),
};

/** Pages whose indented blocks are formulas: the vectors and the second reader are what checks them. */
const WITH_FORMULAS = ["docs/FORMAT.md"];
/** Pages that are generated from data whose tests run it: `scenes.ts`. */
const GENERATED = ["docs/VERBS.md"];

/** What tries out a block. Throws for a block that nothing would look at. */
export function checkOf({ language, line }: Block, page: string): Check {
  if (GENERATED.includes(page) || (language === "indented" && WITH_FORMULAS.includes(page))) return async () => {};
  const check = CHECKS[language];
  if (check !== undefined) return check;
  throw new Error(
    `line ${line}: nothing checks a block of ${language || "no language"}: CONTRIBUTING.md says what can`,
  );
}

/** A block that has a file's name behind its language is written there, for what follows. */
function named(check: Check): Check {
  return async (block, stage) => {
    const [path] = block.words;
    if (path !== undefined) await stage.session.write(path, stage.likeness.toReal(`${block.text}\n`));
    await check(block, stage);
  };
}

async function checkConsole(block: Block, stage: Stage): Promise<void> {
  const steps = parseConsoleBlock(block.text);
  for (const [index, step] of steps.entries()) {
    const { command, typed } = step;
    const { output, code } = await stage.session.run(stage.likeness.toReal(command), typed);
    const real = output.split("\n").map((line) => line.trimEnd());
    const better = stage.likeness.compare(step.expected.join("\n").trimEnd(), real.join("\n").trimEnd());
    if (better !== null) tell(block, step, better, stage);
    const isShown = /\$\?/.test(command) || steps[index + 1]?.command === "echo $?";
    if (code !== 0 && !isShown) stage.report(block.line + step.from, `ends with ${code}, and no \`echo $?\` shows it`);
  }
}

function tell(block: Block, { command, typed, expected, from, to }: Step, real: string, stage: Stage): void {
  stage.report(block.line + from - 1, `$ ${command}\n--- shown\n${expected.join("\n")}\n--- real\n${real}\n---`);
  const answers = new Map(typed.map(([prompt, answer]) => [prompt.trimEnd(), `${prompt}‹${answer}›`]));
  const lines = real === "" ? [] : real.split("\n").map((line) => answers.get(line) ?? line);
  stage.suggest(block.line + from, block.line + to, alignColumns(lines));
}

/** Columns are as wide as what is in them here, which is less than it was there. */
function alignColumns(lines: readonly string[]): string[] {
  const rows = lines.map((line) => (line.startsWith(" ") ? [line] : line.split(/(?<=\S) {2,}/)));
  const columns = Math.max(...rows.map((row) => row.length));
  const tables = rows.filter((row) => row.length > 1);
  const widths = Array.from({ length: columns }, (_, at) => Math.max(...tables.map((row) => row[at]?.length ?? 0)));
  return rows.map((row) =>
    (row.length === 1 ? row : row.map((cell, at) => cell.padEnd(widths[at] ?? 0))).join("  ").trimEnd(),
  );
}

/** `sh npm`: the project's own scripts; `sh elsewhere`: for another system than ours; `sh FILE`: a script; else run as it stands. */
async function checkShell(block: Block, stage: Stage): Promise<void> {
  const { words, text, line } = block;
  if (words[0] === "npm") return checkNpm(block, stage);
  const { status, stderr } = spawnSync("bash", ["-n"], { input: text, encoding: "utf8" });
  if (status !== 0) stage.report(line, stderr);
  if (words[0] === "elsewhere") return;
  if (words[0] !== undefined) return stage.session.write(words[0], stage.likeness.toReal(`${text}\n`));
  // The shell ends at what fails, and the page with it.
  const script = `set -e\n${stage.likeness.toReal(text)}\nset +e`;
  const { code, output } = await stage.session.run(script);
  if (code !== 0) stage.report(line, `ended with ${code}\n${output}`);
}

async function checkYaml(block: Block, stage: Stage): Promise<void> {
  const document: unknown = parseYaml(block.text, { strict: true, uniqueKeys: true });
  const has = (key: string): boolean => typeof document === "object" && document !== null && key in document;
  if (has("services")) return checkCompose(document, block, stage);
  if (has("jobs")) return checkWorkflow(document, block, stage);
  stage.report(block.line, "neither a compose file nor a workflow: nothing looks at it");
}
