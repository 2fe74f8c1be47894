import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeVectors } from "./make-vectors.js";

/**
 * Writes the vectors that are missing into a folder. One that is there is never edited: where it would come out different, this fails, unless `force`.
 * The exit status.
 */
export async function writeVectors(folder: string, { force }: { readonly force: boolean }): Promise<number> {
  mkdirSync(folder, { recursive: true });
  const there = new Set(readdirSync(folder).filter((file) => file.endsWith(".json")));
  const made = await makeVectors();
  const different: string[] = [];
  let written = 0;
  for (const [name, text] of made) {
    const file = `${name}.json`;
    const isThere = there.delete(file);
    if (isThere && readFileSync(join(folder, file), "utf8") === text) continue;
    if (isThere && !force) different.push(file);
    else {
      writeFileSync(join(folder, file), text);
      written += 1;
    }
  }
  for (const file of different) console.error(`${file} would come out different: old vectors are never edited`);
  for (const file of there) console.error(`${file} is made by nothing`);
  console.log(`${made.size} vectors, ${written} written`);
  return different.length === 0 && there.size === 0 ? 0 : 1;
}
