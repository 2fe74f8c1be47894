import type { Block } from "./page.js";
import { quote } from "./session.js";
import { runAside, type Stage } from "./stage.js";

const INSTRUCTIONS = ["FROM", "WORKDIR", "COPY", "RUN", "ENV", "USER", "EXPOSE", "ENTRYPOINT", "CMD", "LABEL"];
const KEPT_IN_THE_IMAGE = /key|secret|password|token|passphrase|\.env\b/i;

export interface Instruction {
  readonly name: string;
  readonly rest: string;
  readonly line: number;
}

/** Parses it; sees that nothing secret can get into a layer; runs what runs `coffer`, and what the image starts. */
export async function checkDockerfile(block: Block, stage: Stage): Promise<void> {
  const instructions = parseDockerfile(block);
  for (const { name, rest, line } of instructions) {
    if (!INSTRUCTIONS.includes(name)) stage.report(line, `${name} is no instruction that this test knows`);
    if (name === "COPY" && KEPT_IN_THE_IMAGE.test(rest)) stage.report(line, `a secret in a layer: ${rest}`);
    if (name === "ENV" && !/^\w+=\S+$/.test(rest)) stage.report(line, "ENV NAME=VALUE is what this test reads");
    const command = rest.replace(/^(--mount=\S+\s+)+/, "");
    if (name === "RUN" && command.startsWith("coffer "))
      await runAside(stage, line, command, environmentOf(instructions));
  }
  const start = [...argumentsOf(instructions, "ENTRYPOINT"), ...argumentsOf(instructions, "CMD")];
  if (start.length > 0) await runAside(stage, block.line, start.map(quote).join(" "), environmentOf(instructions));
}

export function parseDockerfile({ text, line }: Block): Instruction[] {
  const lines = text.split("\n");
  return lines.flatMap((each, index) => {
    if (each.trim() === "" || each.startsWith("#") || lines[index - 1]?.endsWith("\\")) return [];
    let whole = each;
    for (let at = index; whole.endsWith("\\"); ) whole = `${whole.slice(0, -1).trimEnd()} ${lines[++at]?.trim() ?? ""}`;
    const [, name = "", rest = ""] = /^(\S+)\s*(.*)$/.exec(whole) ?? [];
    return [{ name, rest, line: line + index }];
  });
}

/** The list form alone: the other one starts a shell, which keeps signals from the program. */
function argumentsOf(instructions: readonly Instruction[], wanted: string): string[] {
  const found = instructions.findLast(({ name }) => name === wanted);
  if (found === undefined) return [];
  const list: unknown = JSON.parse(found.rest);
  return Array.isArray(list) ? list.map(String) : [];
}

function environmentOf(instructions: readonly Instruction[]): Record<string, string> {
  return Object.fromEntries(
    instructions
      .filter(({ name }) => name === "ENV")
      .map(({ rest }) => [rest.split("=", 1)[0], rest.replace(/^\w+=/, "")]),
  ) as Record<string, string>; // Each has been seen to be NAME=VALUE.
}
