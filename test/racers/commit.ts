// A child process of ../kills.test.ts: FOLDER NAME FROM TO. Makes commits with the messages `NAME FROM` … `NAME TO` in one namespace of the
// store in FOLDER, and says the number of each once it is acknowledged.
import { writeSync } from "node:fs";
import { join } from "node:path";
import { Sensitive } from "../../src/core/sensitive.js";
import { openKeyFile } from "../../src/keys/key-file.js";
import { openFolderStore } from "../../src/objects/folder.js";
import { openFileMemory } from "../../src/vault/heads/file-memory.js";
import { openVault } from "../../src/vault/vault.js";

const [folder = "", name = "", from = "1", to = "0"] = process.argv.slice(2);
const vault = openVault({
  objects: openFolderStore(join(folder, "store")),
  keys: await openKeyFile(join(folder, "key")),
  memory: openFileMemory(join(folder, "memory")),
  timeout: 60_000,
});

for (let number = Number(from); number <= Number(to); number++) {
  const message = `${name} ${number}`;
  // Every fifth value lies in a blob.
  const value = Sensitive.fromText(number % 5 === 0 ? message.padEnd(5000) : message);
  await vault.commit(
    "prod",
    [
      { op: "put", name: "SHARED", value },
      { op: "put", name, value },
    ],
    { message },
  );
  writeSync(1, `${number}\n`);
}
