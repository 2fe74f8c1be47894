import type { CopyOrder, Side } from "../../copying/contract.js";
import { copySecrets } from "../../copying/copy.js";
import { findDefaultNamespace } from "../../settings/settings.js";
import type { Command, Task } from "../command.js";
import { asPool, readContexts } from "../input/context-input.js";
import { readRoute } from "../input/copy-input.js";
import { assertSame, previewSteps, reportCopy } from "../output/copy-report.js";
import { startProgress } from "../output/progress.js";
import { withTwoStores } from "../two-stores.js";

/** `coffer copy SRC DST` */
export const copy: Command = {
  arguments: [
    { name: "SRC", help: "a namespace (NS/), or one secret" },
    { name: "DST", help: "the namespace to copy into; for one secret also its path there" },
  ],
  options: [
    ...["store-from", "store-to", "history", "map", "recursive", "verify"],
    ...["context", "contexts", "dry-run", "message"],
  ] as const,
  meanings: {
    map: "RE=REPL: what RE matches as a whole becomes REPL, with $1 for a group",
    contexts: "from a file: K=V lines or a JSON object, also of objects for a path or NS/",
  },
  notes: [
    "From one store to another, or within one. Everything is read first, and what stands in the way is named before anything is written: then one commit for each namespace, or where a store has no such commits, version by version. What is there already is not written again, so that the same command goes on after an interruption. The source is left as it is.",
    "--store-from and --store-to take a store's URL, or the name of a profile; the other side is the store of your settings. A URL that is the store of one of your profiles is reached with that profile's key, region and roles; any other with those of your settings.",
    "--history copies all versions, oldest first, and deletions; each says as its origin which version, of when and by whom, it was. Without it what is current is copied.",
    "Where a store keeps no names of context pairs (creds3, credstash), each secret is tried without a context, then with all pairs that are given; a JSON file of --contexts may say which pairs a path takes.",
  ],
  examples: [
    ["coffer copy staging/billing/ prod/billing/", "what is current, into another namespace"],
    [
      "coffer copy / / --store-from creds3://old-bucket --map 'app\\.(.*)=prod/app/$1' --history --dry-run",
      "what would come over from creds3, and under which names",
    ],
    [
      "coffer copy prod/ prod/ -R --store-to backup --history --verify",
      "all versions into the store of the profile backup, compared afterwards",
    ],
  ],
  exits: [
    [1, "with --verify: values differ, and are named"],
    [2, "two secrets would become one, or a name cannot be: nothing was copied"],
    [4, "somebody changes the destination at the same time: repeat it"],
    [5, "the context of a secret is not given; it is named, and nothing was copied"],
  ],
  json: ["namespaces", "same", "verified", "differing", "dryRun"],
  run: async (task) => {
    const route = readRoute(task, findDefaultNamespace(task) ?? "");
    const contexts = await readContexts(task);
    const { flags } = task;
    const manner = { dryRun: flags.has("dry-run"), verify: flags.has("verify") };
    const given = { ...route, contexts: { pool: asPool(contexts), byPath: contexts.byPath } };
    return withTwoStores(task, manner, async (from, to) => {
      const progress = startProgress(task);
      const order = { ...given, ...wishes(task, from), from, to, onProgress: progress.show };
      const report = await copySecrets(order, manner).finally(progress.end);
      if (manner.dryRun) await previewSteps(task, report, order);
      await reportCopy(task, report, order);
      return assertSame(report, manner);
    });
  },
};

function wishes({ flags, world }: Task, from: Side): Pick<CopyOrder, "history" | "message" | "signal"> {
  return {
    history: flags.has("history"),
    message: flags.text("message") ?? `copied from ${from.store.url}`,
    signal: world.signal,
  };
}
