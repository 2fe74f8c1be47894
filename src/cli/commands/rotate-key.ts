import { CofferError } from "../../errors.js";
import { findKeyId, openKeyWrapper } from "../../open/key-providers.js";
import { findSurroundings } from "../../settings/surroundings.js";
import type { RekeyOptions } from "../../vault/rekeying/contract.js";
import { parseDuration } from "../arguments/time-input.js";
import type { Command, Task } from "../command.js";
import { asPool, readContext } from "../input/context-input.js";
import { findNamespacesOf, readNamespaces } from "../input/namespaces-input.js";
import { askPassphrase } from "../input/passphrase-input.js";
import { assertNothingKept, reportRekeying } from "../output/rekey-report.js";
import { rekeyEach } from "../rekey-each.js";
import { asVault, withStore } from "../session.js";

/** `coffer rotate-key [NS/…|--all]` */
export const rotateKey: Command = {
  arguments: [{ name: "NS/", help: "the namespaces; without them the default one", optional: true, repeats: true }],
  options: ["all", "older-than", "new-key", "drop-key", "context", "contexts", "skip-context", "message", "dry-run"],
  meanings: { "older-than": "only where the keys are older (90d, 12h)" },
  notes: [
    "Makes a new data key for each namespace and seals everything anew that is current or staged, in one commit. No version changes its number. From then on the namespace is sealed for whom your profile names: its key, and also_wrap.",
    "--new-key has everything that can still be read wrapped for another master key as well, older versions included; --drop-key takes a master key's wrappings away once everything opens without it. An interruption leaves everything readable; the same command goes on.",
  ],
  examples: [
    ["coffer rotate-key prod/ --contexts contexts.txt", "new data keys for one namespace"],
    ["coffer rotate-key --all --older-than 90d", "only where they are older"],
    ["coffer rotate-key --all --new-key key-file:/etc/new.key", "a second master key opens everything"],
    ["coffer rotate-key --all -k key-file:/etc/new.key --drop-key key-file:/etc/old.key", "and the first one nothing"],
  ],
  exits: [
    [1, "something keeps the key that it has; it is named"],
    [5, "something does not open: nothing was changed"],
  ],
  json: ["namespaces", "dryRun"],
  run: async (task) => {
    const namespaces = readNamespaces(task);
    const options = await readOptions(task);
    const dryRun = task.flags.has("dry-run");
    const reports = await withStore(
      task,
      async (session) => {
        const vault = asVault(session.store, "rotate-key");
        const chosen = await findNamespacesOf(task, vault, session, namespaces);
        return rekeyEach(task, chosen, { dryRun }, (namespace, manner) =>
          vault.rekey(namespace, { ...options, ...manner }),
        );
      },
      { writes: true },
    );
    await reportRekeying(task, reports, { dryRun });
    assertNothingKept(reports, { dryRun });
    return 0;
  },
};

async function readOptions(task: Task): Promise<RekeyOptions> {
  const { flags } = task;
  const around = {
    ...findSurroundings(task),
    askPassphrase: (wanted: { isNew: boolean }) => askPassphrase(task, wanted),
  };
  const [newKey, dropKey, message] = [flags.text("new-key"), flags.text("drop-key"), flags.text("message")];
  return {
    context: asPool(await readContext(task)),
    skipContext: flags.has("skip-context"),
    ...(message === undefined ? {} : { message }),
    ...readAge(flags.text("older-than")),
    ...(newKey === undefined ? {} : { newKey: await openKeyWrapper(newKey, around) }),
    ...(dropKey === undefined ? {} : { dropKey: await findKeyId(dropKey, around) }),
  };
}

function readAge(text: string | undefined): { olderThan?: number } {
  if (text === undefined) return {};
  const olderThan = parseDuration(text);
  if (olderThan !== null) return { olderThan };
  throw new CofferError("USAGE", "--older-than is no duration", { hint: "it is written 90d, 12h or 1d12h" });
}
