import { KEY_BYTES, randomBytes } from "../../core/ciphers.js";
import { Sensitive } from "../../core/sensitive.js";
import { CofferError, isCofferError } from "../../errors.js";
import type { KeyProvider } from "../../keys/key-provider.js";
import { createMasterKey, openKeyProvider } from "../../open/key-providers.js";
import { resolveUrl } from "../../open/resolve-url.js";
import { findFolders } from "../../settings/folders.js";
import { isExplicit } from "../../settings/origin.js";
import { findKeyUrl, findPinnedKey } from "../../settings/settings.js";
import { findSurroundings } from "../../settings/surroundings.js";
import type { Command, Task } from "../command.js";
import { asPool, readContext } from "../input/context-input.js";
import { readIdentities } from "../input/identity-input.js";
import { findNamespacesOf, readNamespaces } from "../input/namespaces-input.js";
import { askPassphrase } from "../input/passphrase-input.js";
import { assertNothingKept, reportRekeying } from "../output/rekey-report.js";
import { say } from "../output/render.js";
import { rekeyEach } from "../rekey-each.js";
import { asVault, withStore } from "../session.js";

/** `coffer recover NS/… --identity FILE|-` */
export const recover: Command = {
  arguments: [{ name: "NS/", help: "the namespaces; without them the default one", optional: true, repeats: true }],
  options: ["all", "identity", "to", "head", "accept-unproven", "context", "contexts", "skip-context", "message"],
  meanings: { to: "the master key from now on; made where it is not there" },
  notes: [
    "The master key is lost, and you have the recovery key that `coffer init --recovery` showed: everything that was wrapped for it gets a new master key. Before anything is written it is checked that all of it is as it was written.",
    "That the recovery key opens something does not say who made it: anybody can wrap keys for it. So the head must stand on a commit that this machine remembers, under the same keys, or be the one that you name with --head, its id in full.",
  ],
  examples: [
    ["coffer recover prod/ --identity recovery.txt", "on a machine that has read it before"],
    ["coffer recover prod/ --identity - --to key-file:/etc/new.key --head c0123…", "on another, with the head's id"],
  ],
  json: ["namespaces", "dryRun"],
  run: async (task) => {
    const namespaces = readNamespaces(task);
    const options = await readOptions(task, namespaces);
    const to = keyMaker(task);
    const reports = await withStore(
      task,
      async (session) => {
        const vault = asVault(session.store, "recover");
        const chosen = await findNamespacesOf(task, vault, session, namespaces);
        return rekeyEach(task, chosen, { dryRun: false }, (namespace, manner) =>
          vault.recover(namespace, { ...options, ...manner, to: manner.dryRun ? passingKey : to.open }),
        );
      },
      { key: "unused", writes: true },
    );
    await reportRekeying(task, reports, { dryRun: false });
    await adviseOnProfile(task, to.url);
    assertNothingKept(reports, { dryRun: false });
    return 0;
  },
};

async function readOptions(task: Task, namespaces: readonly string[] | null): Promise<Options> {
  const { flags } = task;
  flags.assertAtMostOne("head", "accept-unproven");
  const head = flags.text("head");
  if (head !== undefined && namespaces?.length !== 1) {
    throw new CofferError("USAGE", "--head is the head of one namespace: recover them one by one");
  }
  if (head !== undefined && !/^c[0-9a-f]{64}$/.test(head)) {
    throw new CofferError("USAGE", "--head takes a commit id in full", {
      hint: "`coffer log NS/ --json` of somebody who has read it shows it; a part of it could be imitated",
    });
  }
  const message = flags.text("message");
  return {
    identities: await readIdentities(task),
    context: asPool(await readContext(task)),
    skipContext: flags.has("skip-context"),
    acceptUnproven: flags.has("accept-unproven"),
    ...(head === undefined ? {} : { head }),
    ...(message === undefined ? {} : { message }),
  };
}

type Options = Omit<Parameters<ReturnType<typeof asVault>["recover"]>[1], "to" | "onProgress" | "signal">;

/** What stands for the new key while it is not yet clear that there will be one. */
async function passingKey(): Promise<KeyProvider> {
  const { openMasterKey } = await import("../../keys/key-file.js");
  return openMasterKey(Sensitive.from(randomBytes(KEY_BYTES)), "key-file:");
}

/** The new master key: opened, or made, when it is first asked for. */
function keyMaker(task: Task): { url: string; open: () => Promise<KeyProvider> } {
  const home = findFolders(task.world).home ?? undefined;
  const named = task.flags.text("to");
  const url = resolveUrl("key", named ?? findKeyUrl(task), home);
  const pinned = named === undefined ? findPinnedKey(task) : undefined;
  const around = {
    ...findSurroundings(task),
    askPassphrase: (wanted: { isNew: boolean }) => askPassphrase(task, wanted),
  };
  let opened: Promise<KeyProvider> | undefined;
  const openOrMake = async (): Promise<KeyProvider> => {
    try {
      return await openKeyProvider(url, around, pinned);
    } catch (error) {
      if (!isCofferError(error, "NOT_FOUND")) throw error;
      if (pinned !== undefined) throw pinnedAndGone(url, pinned, error);
      if (!(await createMasterKey(url, home))) throw error;
      await say(task, `made the master key ${url}`);
      await say(task, "back this key up now: whoever loses it loses the secrets");
      return openKeyProvider(url, around);
    }
  };
  return {
    url,
    open: () => {
      opened ??= openOrMake();
      return opened;
    },
  };
}

/** A profile goes on naming the key that is lost until somebody changes it. */
async function adviseOnProfile(task: Task, url: string): Promise<void> {
  const { chosen } = task.sources;
  if (chosen === null || !isExplicit(chosen) || chosen.profile?.key === undefined) return;
  const home = findFolders(task.world).home ?? undefined;
  if (resolveUrl("key", chosen.profile.key, home) === url) return;
  const { name } = chosen;
  await say(
    task,
    `the profile ${name} still names ${chosen.profile.key}: remove it (coffer profile remove ${name}) and make it anew (coffer init -p ${name} --recovery, with -s and -k ${url})`,
  );
}

function pinnedAndGone(url: string, pinned: string, cause: unknown): CofferError {
  return new CofferError("NOT_FOUND", `there is no key at ${url}, and a new one cannot be the pinned ${pinned}`, {
    hint: "say where the new key is to lie: --to URL",
    cause,
  });
}
