/** One command of a console block, and what must stand below it. */
export interface Step {
  readonly command: string;
  /** The lines below it. */
  readonly expected: readonly string[];
  /** What a person types where, in order. Where there is something, the command has a terminal. */
  readonly typed: readonly (readonly [prompt: string, answer: string])[];
  /** Lines of the block, from 0: the first of what is expected, and the one after its last. */
  readonly from: number;
  readonly to: number;
}

// `value of prod/DB_URL: ‹correct horse›`: what is typed there, and not seen.
const TYPED = /^(.*)‹(.*)›$/;

/** Commands stand behind `$ `, their further lines behind `> `. Throws where anything comes before the first. */
export function parseConsoleBlock(text: string): Step[] {
  const lines = text.split("\n");
  const steps: Step[] = [];
  for (let at = 0; at < lines.length; ) {
    const line = lines[at] ?? "";
    if (!line.startsWith("$ ")) throw new Error(`no command: ${line}`);
    const more = countWhile(lines, at + 1, (other) => other === ">" || other.startsWith("> "));
    const command = [line, ...lines.slice(at + 1, at + 1 + more)].map((each) => each.slice(2)).join("\n");
    const from = at + 1 + more;
    const to = from + countWhile(lines, from, (other) => !other.startsWith("$ "));
    steps.push({ command, ...readExpected(lines.slice(from, to)), from, to });
    at = to;
  }
  return steps;
}

function readExpected(lines: readonly string[]): Pick<Step, "expected" | "typed"> {
  const typed = lines.flatMap((line) => {
    const [, prompt = "", answer = ""] = TYPED.exec(line) ?? [];
    return TYPED.test(line) ? [[prompt, answer] as const] : [];
  });
  return { expected: lines.map((line) => line.replace(TYPED, "$1").trimEnd()), typed };
}

function countWhile(lines: readonly string[], from: number, holds: (line: string) => boolean): number {
  const end = lines.findIndex((line, index) => index >= from && !holds(line));
  return (end === -1 ? lines.length : end) - from;
}
