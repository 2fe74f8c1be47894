import { joinPath } from "../../core/name.js";
import { CofferError } from "../../errors.js";
import { findDefaultNamespace } from "../../settings/settings.js";
import { WRITE_OPTIONS } from "../arguments/options.js";
import { resolvePath } from "../arguments/path.js";
import type { Command } from "../command.js";
import { planValue } from "../input/generated-value.js";
import { commitOptions, readWriteInput, reportCommit } from "../input/write-input.js";
import { withStore } from "../session.js";

/** `coffer generate PATH` */
export const generate: Command = {
  arguments: [{ name: "PATH", help: "the secret: NAMESPACE/NAME, or NAME in the default namespace" }],
  options: ["length", "alphabet", "words", "uuid", "hex", "base64", "rsa", "ed25519", "print", ...WRITE_OPTIONS],
  notes: [
    "Makes a value from the system's random numbers, every character with the same chance, and stores it as a new version. Nobody sees it unless you --print it. On stderr it says how many bits of chance it has: 128 are more than anybody guesses.",
    "The words of --words are no words of a language but five letters each that can be said, such as lusab-babad.",
  ],
  examples: [
    ["coffer generate prod/billing/SESSION_KEY", "32 letters and digits"],
    ["coffer generate prod/billing/SESSION_KEY --hex 32 --stage next", "64 hexadecimal digits, for later"],
    ["coffer generate prod/billing/PASSPHRASE --words 6 --print", "six words, also printed"],
    ["coffer generate prod/auth/SIGNING_KEY --ed25519", "a private key"],
  ],
  exits: [[4, "the secret or the namespace is not what --if-version or --if-commit says"]],
  json: ["commit", "namespace", "sequence", "changed", "dryRun"],
  run: async (task) => {
    const { flags, world } = task;
    const { namespace, name } = resolvePath(task.arguments[0] ?? "", findDefaultNamespace(task) ?? "");
    const make = planValue(flags);
    if (flags.has("print") && flags.has("json"))
      throw new CofferError("USAGE", "--print and --json exclude each other", { hint: "read it with `coffer get`" });
    const input = await readWriteInput(task);
    const { stage, context, expectVersion: expect } = input;
    await withStore(
      task,
      async (session) => {
        const { value, what } = await make();
        const change = {
          ...({ op: "put", name, value, type: "text" } as const),
          ...(stage === undefined ? {} : { stage }),
          ...(context === undefined ? {} : { context }),
          ...(expect === undefined ? {} : { expect }),
        };
        const options = await commitOptions(task, session, namespace, input);
        const commit = await session.store.commit(namespace, [change], options);
        const version = commit.changes.at(-1)?.version ?? "";
        const full = joinPath(namespace, name);
        const done =
          stage === undefined ? `${full} is version ${version}` : `${full} version ${version} is staged as ${stage}`;
        // What was not stored would be of no use to anybody.
        if (flags.has("print") && !input.dryRun) await world.stdout.write(Buffer.concat([value.reveal(), ENDING]));
        await reportCommit(task, commit, { dryRun: input.dryRun, line: `${done}: ${what}` });
      },
      { writes: true },
    );
    return 0;
  },
};

const ENDING = Buffer.from("\n");
