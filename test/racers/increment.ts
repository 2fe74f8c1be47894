// A child process of ../folder-store.test.ts: ROOT NAME COUNT. Adds the lines `NAME 1`, `NAME 2` … to one object by
// compare-and-set, and says the number of each that the store acknowledged.
import { writeSync } from "node:fs";
import { openFolderStore } from "../../src/objects/folder.js";

const [root = "", name = "", count = "0"] = process.argv.slice(2);
const store = openFolderStore(root);

for (let number = 1; number <= Number(count); number++) {
  while (!(await addLine(`${name} ${number}\n`)));
  writeSync(1, `${number}\n`);
}

async function addLine(line: string): Promise<boolean> {
  const held = await store.get("heads/counter");
  const bytes = Buffer.concat([held?.bytes ?? new Uint8Array(), Buffer.from(line)]);
  return (
    (await store.put("heads/counter", bytes, held === null ? { absent: true } : { etag: held.etag })) !== "refused"
  );
}
