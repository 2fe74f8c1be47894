// A child process of ../folder-store.test.ts: ROOT NAME FROM TO. Adds the line `NAME` to each of the commits FROM … TO by rewriting it, and
// says the number of each that the store acknowledged.
import { writeSync } from "node:fs";
import { openFolderStore } from "../../src/objects/folder.js";

const [root = "", name = "", from = "1", to = "0"] = process.argv.slice(2);
const store = openFolderStore(root);

for (let number = Number(from); number <= Number(to); number++) {
  while (!(await addLine(`commits/prod/${number}`)));
  writeSync(1, `${number}\n`);
}

async function addLine(key: string): Promise<boolean> {
  const held = await store.get(key);
  if (held === null) throw new Error(`${key} is not there`);
  const bytes = Buffer.concat([held.bytes, Buffer.from(`${name}\n`)]);
  return (await store.put(key, bytes, { etag: held.etag })) !== "refused";
}
