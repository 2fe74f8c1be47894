import { decodeUtf8 } from "../core/bytes.js";
import type { Sensitive } from "../core/sensitive.js";
import { CofferError } from "../errors.js";
import { isVault, openStore } from "../open/open-store.js";
import { isExplicit } from "../settings/origin.js";
import type { Profile } from "../settings/profiles/profile.js";
import { findSurroundings } from "../settings/surroundings.js";
import type { Task } from "./command.js";
import { say, showNamespace } from "./output/render.js";

/** A recovery key that was just made. */
export interface NewRecoveryKey {
  readonly recipient: string;
  readonly identity: Sensitive;
}

/** Shows it, for the one and only time, as an age identity file on stdout, and says on stderr what it is for. */
export async function showRecoveryKey(
  task: Task,
  { recipient, identity }: NewRecoveryKey,
  store: string,
): Promise<void> {
  await say(task, "this is the recovery key, shown once and kept nowhere: whoever has it can read every secret");
  await say(task, "print it, or keep it on a medium of its own, away from this machine and from the store");
  const lines = [
    `# recovery key of the Coffer store ${store}`,
    `# made ${task.world.now().toISOString()}`,
    `# public key: ${recipient}`,
    revealText(identity),
  ];
  await task.world.stdout.write(`${lines.join("\n")}\n`);
}

/** The same for who reads JSON. */
export function recoveryJson({ recipient, identity }: NewRecoveryKey): Record<string, string> {
  return { recipient, identity: revealText(identity) };
}

/** Throws `USAGE` where there is no profile to write the recipient into: who writes later would not wrap for it. False where the profile has one. */
export function wantsRecovery({ flags, sources: { chosen } }: Task): boolean {
  if (!flags.has("recovery")) return false;
  if (chosen === null || !isExplicit(chosen)) {
    throw new CofferError(
      "USAGE",
      "--recovery writes the recovery key's public half into a profile, and none is named",
      {
        hint: "name one, it is made where it is not there: -p NAME",
      },
    );
  }
  return findRecovery(chosen.profile) === undefined;
}

/** The URL of the recovery key that a profile names. */
export function findRecovery(profile: Profile | null): string | undefined {
  return profile?.also_wrap?.find((url) => url.startsWith("age:"));
}

/** A new one, kept nowhere. */
export async function makeRecovery(): Promise<NewRecoveryKey> {
  return (await import("../keys/recovery-identity.js")).makeRecoveryKey();
}

/** What there was before the recovery key does not open by it. */
export async function adviseOnRest(task: Task, url: string, recipient: string): Promise<void> {
  const store = await openStore({ url, ...findSurroundings(task) });
  try {
    const namespaces = isVault(store) ? await store.namespaces() : [];
    if (namespaces.length === 0) return;
    await say(
      task,
      `${namespaces.map(showNamespace).join(", ")}: sealed before, and not for the recovery key; this adds it: coffer rotate-key -p ${task.sources.chosen?.name} --all --new-key age:${recipient}`,
    );
  } finally {
    await store.close();
  }
}

function revealText(identity: Sensitive): string {
  return decodeUtf8(identity.reveal()) ?? "";
}
