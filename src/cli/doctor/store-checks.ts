import { isCofferError } from "../../errors.js";
import { findFolders } from "../../settings/folders.js";
import { findConfigurationFile } from "../../settings/profiles/read-configuration.js";
import { findMinimumHead, findPinnedKey, findPinnedStore } from "../../settings/settings.js";
import { isKms, isS3 } from "../cloud/open-cloud.js";
import { type CheckRow, ok, unknown, unmet, wrong } from "./check.js";
import { fileFault, isWritable } from "./files.js";
import type { Patient } from "./patient.js";

export const settings: CheckRow = {
  id: "settings",
  async look({ task, storeUrl, keyUrl }) {
    const { chosen } = task.sources;
    const file = findConfigurationFile(task.world);
    const fault = file === null ? null : fileFault(file, 0o022, task.world.platform);
    if (fault !== null)
      return wrong(`others can change ${file} (mode ${fault}), and so where your secrets go`, `chmod 600 '${file}'`);
    const from = chosen === null ? "no profile" : `the profile ${chosen.name}`;
    return ok(`${from}: store ${storeUrl}, key ${keyUrl}`);
  },
};

export const store: CheckRow = {
  id: "store",
  essential: true,
  async look({ task, storeUrl, storeId }) {
    const found = await storeId();
    const pinned = findPinnedStore(task);
    if (found === null)
      return wrong(
        `there is no store at ${storeUrl}`,
        isS3(storeUrl) ? "make one: coffer setup" : "make one: coffer init",
      );
    if (pinned === undefined || pinned === found) return ok(`it is there, its id is ${found}`);
    return wrong(
      `the store at ${storeUrl} is ${found}, and not the pinned ${pinned}`,
      "name the right store; if it was exchanged on purpose, change the profile's store_id",
    );
  },
};

export const key: CheckRow = {
  id: "key",
  async look({ task, keys }) {
    const { id } = await keys();
    return ok(`it can be used, its id is ${id}${findPinnedKey(task) === undefined ? "" : ", as pinned"}`);
  },
};

export const pins: CheckRow = {
  id: "pins",
  async look({ task, storeUrl, keyUrl }) {
    const store = findPinnedStore(task) !== undefined;
    const key = findPinnedKey(task) !== undefined || /^aws-kms:arn:[^:]+:kms:[^:]+:\d+:key\//.test(keyUrl);
    if (store && key) return ok("the store's id and the key are pinned");
    const missing = [store ? [] : ["the store's id"], key ? [] : ["the key"]].flat().join(" and ");
    const hint = "pin them in a profile: coffer init -p NAME, with the same -s and -k";
    if (!isS3(storeUrl) && !isKms(keyUrl)) return ok(`${missing}: not pinned`, hint);
    if (key && (await isRemembered(task, storeUrl)))
      return ok("the key is named by its ARN, and the store's id is remembered", hint);
    return wrong(`${missing}: not pinned, and others can exchange what is in a cloud`, hint);
  },
};

async function isRemembered(task: Patient["task"], storeUrl: string): Promise<boolean> {
  const { heads } = findFolders(task.world);
  if (heads === null) return false;
  const { openFileMemory } = await import("../../vault/heads/file-memory.js");
  return (await openFileMemory(heads).findStore(storeUrl)) !== null;
}

export const list: CheckRow = {
  id: "list",
  async look({ storeId, namespaces }) {
    await assertThere(storeId);
    const found = await namespaces();
    return ok(`namespaces can be listed: ${found.length}`);
  },
};

export const read: CheckRow = {
  id: "read",
  async look({ objects, namespaces, storeId, call }) {
    await assertThere(storeId);
    const { headKey } = await import("../../core/layout.js");
    const [first] = await namespaces().catch(() => []);
    if (first !== undefined) await (await objects()).get(headKey(first), call());
    return ok("objects can be read");
  },
};

export const memory: CheckRow = {
  id: "memory",
  async look({ task }) {
    const { heads } = findFolders(task.world);
    const isPinned = findMinimumHead(task) !== undefined;
    if (heads !== null && (await isWritable(heads))) return ok(`what was seen of heads is remembered in ${heads}`);
    if (isPinned) return ok("nothing can be remembered, and COFFER_MIN_HEAD says what to expect");
    const hint = "give it a home that can be written to, or pin what to expect with COFFER_MIN_HEAD";
    if (heads === null) return unknown("there is no home: what was seen of heads is not remembered", hint);
    return wrong(`nothing can be kept in ${heads}: a store that goes back in time would not be noticed`, hint);
  },
};

/** Where there is no store, nothing of it can be looked at. */
export async function assertThere(storeId: Patient["storeId"]): Promise<void> {
  const found = await storeId().catch((error: unknown) => (isCofferError(error, "NOT_FOUND") ? null : undefined));
  if (found === null) throw unmet("there is no store to look at");
}
