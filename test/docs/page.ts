import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("../..", import.meta.url)).replace(/[/\\]$/, "");

/** A piece of a page between fences, or a hidden one that sets the scene. Lines count from 1. */
export interface Block {
  /** The first word behind the fence; `scene` for a hidden one, `indented` for what has no fence at all. */
  readonly language: string;
  /** The words after it. */
  readonly words: readonly string[];
  readonly text: string;
  /** The line of the first line of `text`. */
  readonly line: number;
}

export interface Page {
  /** Relative to the project, with slashes. */
  readonly path: string;
  readonly text: string;
  readonly blocks: readonly Block[];
  /** What stands outside of blocks, at the same line numbers. */
  readonly prose: string;
}

/** The pages that somebody reads, in no order of importance. */
export function findPages(): string[] {
  const docs = readdirSync(join(ROOT, "docs"), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".md"))
    .map((path) => `docs/${path.replaceAll("\\", "/")}`);
  return ["README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", ...docs.sort()];
}

export function readPage(path: string): Page {
  return parsePage(path, readFileSync(join(ROOT, path), "utf8"));
}

/** Throws for a fence that is never closed: what stands behind it would be seen by nobody. */
export function parsePage(path: string, text: string): Page {
  const blocks: Block[] = [];
  const prose: string[] = [];
  const lines = text.split("\n");
  for (let at = 0; at < lines.length; at++) {
    const opening = openingOf(lines, at);
    if (opening === null) {
      prose.push(lines[at] ?? "");
      continue;
    }
    const end = lines.findIndex((line, index) => index > at && opening.closes(line));
    if (end === -1 && opening.language !== "indented") throw new Error(`${path}:${at + 1}: a block that never ends`);
    const { language, words, skip } = opening;
    const until = end === -1 ? lines.length : end;
    blocks.push({ language, words, text: lines.slice(at + skip, until).join("\n"), line: at + skip + 1 });
    const last = language === "indented" ? until - 1 : until;
    prose.push(...Array<string>(last - at + 1).fill(""));
    at = last;
  }
  return { path, text, blocks, prose: prose.join("\n") };
}

interface Opening {
  readonly language: string;
  readonly words: readonly string[];
  /** How many lines are not of the block itself. */
  readonly skip: number;
  readonly closes: (line: string) => boolean;
}

function openingOf(lines: readonly string[], at: number): Opening | null {
  const line = lines[at] ?? "";
  const fence = /^(`{3,})(.*)$/.exec(line);
  if (fence !== null) {
    const [language = "", ...words] = (fence[2] ?? "").trim().split(/\s+/);
    return { language, words, skip: 1, closes: (other) => other === fence[1] };
  }
  if (line === "<!-- scene") return { language: "scene", words: [], skip: 1, closes: (other) => other === "-->" };
  const isIndented = /^( {4}|\t)/.test(line) && (at === 0 || lines[at - 1] === "");
  if (!isIndented) return null;
  return { language: "indented", words: [], skip: 0, closes: (other) => !/^( {4}|\t|$)/.test(other) };
}
