import { writeFileSync } from "node:fs";
import { VERBS } from "../../src/cli/command-table.js";
import { renderVerbsPage } from "./verbs-page.js";

/** Writes the page of verbs; scripts/docs.mjs calls it. */
export async function writeVerbs(file: string): Promise<void> {
  writeFileSync(file, await renderVerbsPage(VERBS));
}
