import type { Task } from "../command.js";
import type { MadeStore } from "../init-store.js";
import { findRecovery, recoveryJson, showRecoveryKey } from "../recovery-key.js";
import { renderJson, say } from "./render.js";

/** What was done before `init`: further fields of the JSON document, and whether anything was made or changed. */
interface Before {
  readonly fields: Readonly<Record<string, unknown>>;
  readonly changed: boolean;
}

/** Says what was made, and shows the recovery key, for the one time. */
export async function reportStore(
  task: Task,
  made: MadeStore,
  before: Before = { fields: {}, changed: false },
): Promise<void> {
  const { store, url, key, created, keyMade, recovery } = made;
  const isAsked = task.flags.has("recovery");
  if (task.flags.has("json")) {
    const shown = recovery === null ? null : recoveryJson(recovery);
    return task.world.stdout.write(renderJson({ ...before.fields, store, url, key, created, recovery: shown }));
  }
  const there = `there is a store at ${url} already, its id is ${store}`;
  if (!created) await say(task, before.changed ? there : `nothing to do: ${there}`);
  else {
    await say(task, `made a store at ${url}, its id is ${store}`);
    await say(task, `${keyMade ? "made the master key" : "its master key is"} ${key}`);
    if (keyMade) await say(task, "back this key up now: whoever loses it loses the secrets");
  }
  const { chosen } = task.sources;
  if (recovery !== null) await showRecoveryKey(task, recovery, store);
  else if (isAsked)
    await say(task, `the profile ${chosen?.name} has a recovery key already, ${findRecovery(chosen?.profile ?? null)}`);
}
