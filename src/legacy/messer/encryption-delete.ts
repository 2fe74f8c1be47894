import { CofferError, isCofferError } from "../../errors.js";
import type { ToolWorld } from "../tool-world.js";
import type { RunCommand } from "./commands.js";
import { nameKey } from "./encryption.js";
import { findUsers } from "./key-users.js";
import { dataKeyAt } from "./layout.js";
import { type Session, withSession } from "./session.js";
import { readAnswer } from "./standard-input.js";

/** `messer encryption delete aws NAME [VERSION]`: exactly that key, and only what no item needs. */
export const deleteKey: RunCommand = (task) =>
  withSession(task, async (session) => {
    const { world, words } = task;
    const name = nameKey(words.need("key_name"));
    const version = words.find("key_version");
    if (version === "") {
      throw new CofferError("USAGE", "the version is empty: all of them would be deleted", {
        hint: "leave it out if that is meant",
      });
    }
    if (!words.has("no_prompt") && !(await confirm(world, name, version))) {
      await session.print("No action taken.");
      return 0;
    }
    const doomed = await findDoomed(session, name, version, world.signal);
    if (!words.has("force") && doomed.some((key) => !key.endsWith("/")))
      await assertUnused(session, name, version, world);
    if (version !== null) await session.tell(`Deleting Encryption Key: ${name}/${version}`);
    for (const key of doomed) {
      if (version === null) await session.tell(`Deleting Encryption Key: ${key}`);
      await session.keys.delete(key, world.signal);
    }
    if (version !== null && doomed.length === 0) await session.print(`Key ${name}/${version} was not found`);
    return 0;
  });

/** The object of a version, or those of all versions and of the folder: what lies deeper is another key. */
async function findDoomed(
  { keys }: Session,
  name: string,
  version: string | null,
  signal: AbortSignal,
): Promise<string[]> {
  const all = await keys.list(`${name}/`, signal);
  const wanted = version === null ? null : dataKeyAt(name, version);
  return all.filter((key) => (wanted === null ? !key.slice(name.length + 1).includes("/") : key === wanted));
}

async function assertUnused(session: Session, name: string, version: string | null, world: ToolWorld): Promise<void> {
  const users = await findUsers(session, name, version === null ? null : Number(version), world).catch(
    (error: unknown) => {
      if (!isCofferError(error, "ACCESS_DENIED")) throw error;
      throw new CofferError("ACCESS_DENIED", `whether items need ${name} cannot be seen: ${error.message}`, {
        hint: `${error.hint ?? ""}; --force deletes it all the same`,
        cause: error,
      });
    },
  );
  if (users.length === 0) return;
  const shown = users.slice(0, 5).join(", ");
  throw new CofferError(
    "CONFLICT",
    `${users.length} item(s) need ${dataKeyName(name, version)}: ${shown}${users.length > 5 ? ", …" : ""}`,
    {
      hint: "seal them anew first: messer bulk re-encrypt aws CONFIG; with --force nobody can ever read them again",
    },
  );
}

function dataKeyName(name: string, version: string | null): string {
  return version === null ? `the data key ${name}` : `the data key ${name}/${version}`;
}

async function confirm(world: ToolWorld, name: string, version: string | null): Promise<boolean> {
  await world.stdout.write(
    version === null
      ? `You are about to delete ${name} and all its versions.\nAre you sure? [N/y]: `
      : `You are about to delete the following:\nKey: ${name}\nVer: ${version}\n\nAre you sure? [N/y]: `,
  );
  const answer = (await readAnswer(world)).toLowerCase();
  if (answer === "y") return true;
  if (answer === "" || answer === "n") return false;
  throw new CofferError("INVALID", "the answer is neither y nor n", { hint: "--no-prompt does not ask" });
}
