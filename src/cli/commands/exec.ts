import { CofferError } from "../../errors.js";
import { renderFailure } from "../../failures.js";
import type { Outcome } from "../../run/outcome.js";
import { assertReplaceable, replaceProcess } from "../../run/replace-process.js";
import { useProgramStores } from "../../settings/environment/read-program.js";
import type { ProgramStores } from "../../settings/environment/referenced-stores.js";
import { type OptionName, READ_OPTIONS, SELECT_OPTIONS } from "../arguments/options.js";
import type { Command, Task } from "../command.js";
import { openLauncher } from "../running/launcher.js";
import { type ProgramInput, readHanded, readProgramInput } from "../running/program.js";
import { hostOf } from "../session.js";

const RUN_OPTIONS = [
  "pristine",
  "allow",
  "as-file",
  "mask",
  "mask-short",
  "watch",
  "interval",
  "signal",
  "restart",
  "replace",
  "expect",
  "psc",
] as const satisfies readonly OptionName[];

/** `coffer exec [NS/…] -- CMD [ARG…]` */
export const exec: Command = {
  arguments: [
    {
      name: "NS/",
      help: "the namespaces; without them the project's, the default one, or the root",
      optional: true,
      repeats: true,
    },
  ],
  rest: "CMD [ARG…]",
  options: [...SELECT_OPTIONS, ...RUN_OPTIONS, ...READ_OPTIONS],
  notes: [
    "Nothing is started if anything is missing. The exit code is the program's own: 128 and the signal's number where a signal ended it, 127 where it is not found, 126 where it cannot be run, 125 for everything of Coffer's. It ends when the program does, also while others that the program started still write.",
    "--as-file NAME=PATH makes a new file that its owner alone can read (mode 0600), never in the place of another, and removes it when the program ends. It stays if coffer itself is killed (SIGKILL, a power cut). NAME=fd leaves nothing: NAME then is /dev/fd/N, a file without a name, open in the program and in those it starts; read it once, or go back to its beginning first. A file called fd is ./fd. Bytes, NUL and more than 128 KiB can be handed over so, but not in the environment.",
    "A variable whose whole value is coffer:PATH, such as coffer:prod/billing/DB_URL, coffer:PATH?field=NAME or coffer:PATH#VERSION, holds that secret in the program; a missing one stops the start. coffer+URL/NAME is in the root of another store, coffer+URL//PATH anywhere in it: coffer+ssm:/prod/DB_URL, coffer+folder:/srv/vault//prod/DB_URL; a vault there is opened with the same key. The parts are percent-encoded. With --pristine nothing is inherited, and nothing referred to.",
    "--psc does the same for variables whose whole value is SECRET NAME, as psc's users have them: NAME is the whole name of a parameter of Parameter Store, in the account and region of the settings, whichever store these name.",
    "--mask puts *** in the place of what the program was given, wherever that stands in its stdout or stderr: each value of 8 bytes or more, each such line of one, and what base64, JSON and URLs make of them. --mask-short hides shorter values, too. The program then writes to pipes and not to a terminal; what could still become a secret is held back, at a terminal for a tenth of a second. What others write that it has left behind is lost a second after its end.",
    "--watch looks every --interval (60s; from 1s on) whether what the program was given has changed, and starts it anew: SIGTERM, after 10 seconds SIGKILL, then the new environment. With --signal it is sent that signal instead, after the files of --as-file have been replaced, each at one instant; the environment of a running program cannot change. When secrets cannot be read, or went back in time, the program goes on as it is, and it is said once. Ctrl-C and SIGTERM go to the program and end the watching.",
    "--replace needs Node 22.15 or 23.11 or later, and no Windows. Arguments and environment then hold 124 KiB together.",
  ],
  examples: [
    ["coffer exec prod/billing/ -- node server.js --port 80", "with all secrets of prod/billing"],
    ["coffer exec -- npm start", "with what the project's coffer.toml names"],
    ["coffer exec prod/ prod/billing/ --only DB_URL -- env", "with one of them; of several namespaces the later wins"],
    ["DB=coffer:prod/billing/DB_URL coffer exec -- sh -c 'test -n \"$DB\"'", "a variable that refers to a secret"],
    [
      "coffer exec prod/ --map TLS_KEY=tls.key --as-file TLS_KEY=fd -- sh -c 'openssl rsa -in \"$TLS_KEY\" -check'",
      "one of them as a file",
    ],
    ["coffer exec prod/billing/ --mask -- env", "prints *** for what is secret"],
    ["coffer exec prod/billing/ --watch --interval 5m -- node server.js", "starts it anew when its secrets change"],
  ],
  exits: [
    [125, "Coffer did not start the program"],
    [126, "it cannot be run"],
    [127, "it is not found"],
  ],
  run: async (task) => {
    assertTogether(task);
    const program = await readProgramInput(task);
    const outcome = task.flags.has("watch") ? await watch(task, program) : await runOnce(task, program);
    if ("error" in outcome) await writeFailure(task, outcome.error);
    else await tellLeft(task, outcome);
    return outcome.code;
  },
};

/** Throws before anything is read: `USAGE`, or `UNSUPPORTED` where this machine cannot do what is asked for. */
function assertTogether({ flags }: Task): void {
  // Nobody would be left to remove a file, to hide or to look; and Node closes every descriptor behind the third.
  for (const other of ["as-file", "mask", "mask-short", "watch"] as const) flags.assertAtMostOne("replace", other);
  if (flags.has("replace")) assertReplaceable();
  const lonely = (["interval", "signal", "restart"] as const).find((name) => flags.has(name));
  if (lonely === undefined || flags.has("watch")) return;
  throw new CofferError("USAGE", `--${lonely} says nothing without --watch`);
}

/** Resolves when the program has ended or could not be started; with --replace, in the latter case alone. */
async function runOnce(task: Task, program: ProgramInput): Promise<Outcome> {
  const launcher = task.flags.has("replace") ? null : await openLauncher(task, program);
  const handed = await useStores(task, program, (stores) => readHanded(task, stores, program));
  task.world.signal.throwIfAborted();
  if (launcher === null) return replaceProcess({ ...program, env: handed.env });
  const child = await launcher.start(handed);
  return child.kind === "running" ? child.ended : child;
}

async function watch(task: Task, program: ProgramInput): Promise<Outcome> {
  const { readWatchInput } = await import("../running/watch-input.js");
  const input = readWatchInput(task);
  const launcher = await openLauncher(task, program);
  const { runWatched } = await import("../running/run-watched.js");
  return runWatched(task, {
    launcher,
    input,
    useStores: (use) => useStores(task, program, use),
    read: (stores) => readHanded(task, stores, program),
    onEnd: (outcome) => tellLeft(task, outcome),
  });
}

function useStores<T>(task: Task, { request }: ProgramInput, use: (stores: ProgramStores) => Promise<T>): Promise<T> {
  return useProgramStores(task, hostOf(task), request, use);
}

async function tellLeft(task: Task, outcome: Outcome): Promise<void> {
  for (const path of ("left" in outcome && outcome.left) || []) {
    const left = new CofferError("FAILED", `could not remove ${path}`, { hint: "it holds a secret: remove it" });
    await writeFailure(task, left);
  }
}

async function writeFailure({ flags, world }: Task, error: CofferError): Promise<void> {
  await world.stderr.write(renderFailure(error, { json: flags.has("json") }));
}
