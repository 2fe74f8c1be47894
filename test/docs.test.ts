import { describe, expect, it } from "vitest";
import { findBrokenLinks, findMissingPaths, linkedFiles } from "./docs/links.js";
import { findPackedFiles, isPacked } from "./docs/packed.js";
import { findPages, readPage } from "./docs/page.js";
import { typeCheck } from "./docs/programs.js";
import { findUnknownCommands } from "./docs/quoted-commands.js";
import { runPage } from "./docs/run-page.js";
import { takeTurns } from "./docs/turns.js";

const pages = findPages().map(readPage);
const paths = pages.map(({ path }) => [path] as const);
const pageAt = (path: string) => pages.find((page) => page.path === path) ?? readPage(path);

describe.concurrent("every block is as it is shown in", () => {
  // Each page is processes without end; more at once would only wait for each other.
  const inTurn = takeTurns(2);
  it.each(paths)("%s", async (path) => {
    expect((await inTurn(() => runPage(pageAt(path)))).join("\n\n")).toBe("");
  });
});

describe("every page", () => {
  it.each(paths)("links to what is there: %s", (path) => {
    expect(findBrokenLinks(pageAt(path))).toEqual([]);
  });

  it.each(paths)("names files that are there: %s", (path) => {
    expect(findMissingPaths(pageAt(path))).toEqual([]);
  });

  it.each(paths)("quotes verbs and flags that there are: %s", async (path) => {
    expect(await findUnknownCommands(pageAt(path))).toEqual([]);
  });

  const documents = paths.filter(([path]) => path.startsWith("docs/"));
  it.each(documents)("says in its first line what it is for, and in its last where to go next: %s", (path) => {
    const [title, , first] = pageAt(path).text.split("\n");
    expect(title).toMatch(/^# \S/);
    expect(first).toMatch(/^[A-Z].*\.$/);
    expect(pageAt(path).text.trimEnd().split("\n").at(-1)).toMatch(/^Next: .*\]\(/);
  });

  it("that is packed links to what is packed", () => {
    const packed = pages.filter(({ path }) => isPacked(path));
    const lost = packed.flatMap((page) =>
      linkedFiles(page)
        .filter((file) => !isPacked(file))
        .map((file) => `${page.path} → ${file}`),
    );
    expect(findPackedFiles()).toContain("docs");
    expect(lost).toEqual([]);
  });
});

it("programs in the pages have the types of the package", () => {
  expect(typeCheck(pages)).toEqual([]);
});
