import { existsSync, statSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { type Page, ROOT, readPage } from "./page.js";

/** What is wrong with a page's links to files and headings of the project. Links to elsewhere are not followed. */
export function findBrokenLinks(page: Page): string[] {
  return linksOf(page).flatMap(({ target, line }) => {
    const fault = faultOf(page, target);
    return fault === null ? [] : [`${page.path}:${line}: ${target}: ${fault}`];
  });
}

/** Links of a page to other files of the project, as paths from its root. */
export function linkedFiles(page: Page): string[] {
  return linksOf(page).flatMap(({ target }) => {
    const [path = ""] = target.split("#");
    return path === "" ? [] : [resolveFrom(page, path)];
  });
}

/** The names under which a page's headings can be linked to, as they are made by the places that show Markdown. */
export function anchorsOf({ prose }: Page): Set<string> {
  const anchors = new Set<string>();
  for (const [, title = ""] of prose.matchAll(/^#{1,6} (.+)$/gm)) {
    const bare = title
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\p{M} _-]/gu, "")
      .trim()
      .replaceAll(" ", "-");
    let anchor = bare;
    for (let again = 1; anchors.has(anchor); again++) anchor = `${bare}-${again}`;
    anchors.add(anchor);
  }
  return anchors;
}

// What a recipe leaves open, as in `src/keys/NAME.ts`.
const PLACEHOLDER = /VERB|NAME|TOOL/;

/** Paths that a page names in code, as `src/open.ts`, and that are not there. */
export function findMissingPaths({ path, prose }: Page): string[] {
  const named = [...prose.matchAll(/`((?:src|test|docs|scripts)\/[\w./-]+)`/g)].map(([, name = ""]) => name);
  return named
    .filter((name) => !PLACEHOLDER.test(name) && !existsSync(join(ROOT, name)))
    .map((name) => `${path}: there is no ${name}`);
}

function linksOf({ prose }: Page): { target: string; line: number }[] {
  return prose.split("\n").flatMap((text, index) => {
    const bare = text.replace(/`[^`]*`/g, (code) => "`".repeat(code.length));
    return [...bare.matchAll(/\]\(([^)\s]+)\)/g)]
      .map(([, target = ""]) => ({ target, line: index + 1 }))
      .filter(({ target }) => !/^[a-z]+:/.test(target));
  });
}

function faultOf(page: Page, target: string): string | null {
  const [path = "", anchor] = target.split("#");
  const file = path === "" ? page.path : resolveFrom(page, path);
  if (!existsSync(join(ROOT, file))) return "there is no such file";
  if (anchor === undefined || statSync(join(ROOT, file)).isDirectory()) return null;
  return anchorsOf(readPage(file)).has(anchor) ? null : "there is no such heading";
}

function resolveFrom(page: Page, path: string): string {
  return normalize(join(dirname(page.path), path))
    .replaceAll("\\", "/")
    .replace(/\/$/, "");
}
