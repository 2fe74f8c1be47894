import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { canStartSession, startSession } from "../secret-service.js";
import { checkOf } from "./languages.js";
import { Likeness } from "./likeness.js";
import { type Block, type Page, ROOT } from "./page.js";
import { quote, Session } from "./session.js";
import type { Stage } from "./stage.js";

interface Suggestion {
  readonly from: number;
  readonly to: number;
  readonly lines: readonly string[];
}

/**
 * Runs all blocks of a page, in order, and gives what is wrong, each with its place. Where the environment says `COFFER_DOCS=write`, the page
 * gets the real outputs instead; they are to be read before they are committed.
 */
export async function runPage(page: Page): Promise<string[]> {
  if (page.blocks.length === 0) return [];
  const faults: string[] = [];
  const suggestions: Suggestion[] = [];
  const session = new Session();
  const stage: Stage = {
    page,
    session,
    likeness: new Likeness(),
    report: (line, fault) => void faults.push(`${page.path}:${line}: ${fault}`),
    suggest: (from, to, lines) => void suggestions.push({ from, to, lines }),
  };
  try {
    await runBlocks(stage);
  } catch (error) {
    faults.push(`${page.path}: ${error instanceof Error ? error.message : String(error)}`);
  } finally {
    session.close();
  }
  if (process.env.COFFER_DOCS === "write") rewrite(page, suggestions);
  return faults;
}

async function runBlocks(stage: Stage): Promise<void> {
  const { page, session } = stage;
  const isForKeychain = ({ words }: Block): boolean => words.includes("keychain");
  const desktop = page.blocks.some(isForKeychain) && canStartSession() ? await startSession() : null;
  const variables = Object.entries(desktop?.env ?? {}).map(([name, value]) => `${name}=${quote(value)}`);
  if (desktop !== null) await session.run(`export ${variables.join(" ")}`);
  try {
    for (const block of page.blocks) {
      if (desktop !== null || !isForKeychain(block)) await checkOf(block, page.path)(block, stage);
    }
  } finally {
    await desktop?.stop();
  }
}

function rewrite({ path, text }: Page, suggestions: readonly Suggestion[]): void {
  const lines = text.split("\n");
  for (const { from, to, lines: better } of suggestions.toReversed()) lines.splice(from - 1, to - from, ...better);
  writeFileSync(join(ROOT, path), lines.join("\n"));
}
