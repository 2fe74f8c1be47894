import { dirname } from "node:path";
import { type CheckRow, ok, unknown, unmet, wrong } from "./check.js";
import { fileFault } from "./files.js";
import { assertThere } from "./store-checks.js";

const FOLDER = "folder:";
const KEY_FILE = "key-file:";

export const folderMode: CheckRow = {
  id: "folder-mode",
  applies: ({ storeUrl }) => storeUrl.startsWith(FOLDER),
  async look({ task, storeUrl, storeId }) {
    const { platform } = task.world;
    await assertThere(storeId);
    const folder = storeUrl.slice(FOLDER.length);
    if (platform === "win32") return unknown("folders have access lists here, and no modes");
    const mode = fileFault(folder, 0o077, platform);
    if (mode === null) return ok("only you can enter the store's folder");
    return wrong(`others can enter the store's folder (mode ${mode})`, `chmod 700 '${folder}'`);
  },
};

export const keyMode: CheckRow = {
  id: "key-mode",
  applies: ({ keyUrl }) => keyUrl.startsWith(KEY_FILE),
  async look({ task, keyUrl, keys }) {
    const { platform } = task.world;
    const file = keyUrl.slice(KEY_FILE.length);
    if (platform === "win32") return unknown("files have access lists here, and no modes");
    const folder = fileFault(dirname(file), 0o022, platform);
    const mode = fileFault(file, 0o077, platform);
    const isTaken = await keys().then(
      () => true,
      () => false,
    );
    // One that systemd hands over may have a mode that says otherwise.
    if (mode !== null && !isTaken) return wrong(`others can read the key file (mode ${mode})`, `chmod 600 '${file}'`);
    if (!isTaken) throw unmet("there is no key file to look at");
    if (folder !== null)
      return wrong(`others can exchange the key file: its folder has mode ${folder}`, `chmod go-w '${dirname(file)}'`);
    return ok("only you can read the key file");
  },
};
