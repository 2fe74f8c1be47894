import type { Likeness } from "./likeness.js";
import type { Block, Page } from "./page.js";
import type { Session } from "./session.js";

/** Where the blocks of one page are tried out. */
export interface Stage {
  readonly page: Page;
  readonly session: Session;
  readonly likeness: Likeness;
  /** What is wrong, at a line of the page. */
  readonly report: (line: number, fault: string) => void;
  /** What would have to stand in the page instead of these lines (counted from 1, the second is the one after the last). */
  readonly suggest: (from: number, to: number, lines: readonly string[]) => void;
}

/** Tries out one block, or does nothing where it is not to be run by itself. */
export type Check = (block: Block, stage: Stage) => Promise<void>;

/** Runs a piece of shell as its own process, with these variables besides those of the page. Reports it unless it ends with 0. */
export async function runAside(
  { session, likeness, report }: Stage,
  line: number,
  script: string,
  env: Readonly<Record<string, string>> = {},
): Promise<void> {
  const variables = Object.entries(env).map(([name, value]) => `export ${name}="${value.replace(/["\\`]/g, "\\$&")}"`);
  const { output, code } = await session.run(likeness.toReal(`(\nset -e\n${[...variables, script].join("\n")}\n)`));
  if (code !== 0) report(line, `ended with ${code}: ${script}\n${output}`);
}
