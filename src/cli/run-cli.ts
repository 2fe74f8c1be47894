import { CofferError } from "../errors.js";
import { exitCodeOf, renderFailure } from "../failures.js";
import { EXIT_OWN_FAILURE } from "../run/outcome.js";
import { NO_SOURCES } from "../settings/origin.js";
import { readSources } from "../settings/sources.js";
import { suggest } from "../settings/suggest.js";
import { OutputClosed, type World } from "../world.js";
import { checkGlobalFlags } from "./arguments/global-flags.js";
import { type Outline, outlineArguments, parseArguments, shieldTool } from "./arguments/parse-arguments.js";
import type { Command, Task } from "./command.js";
import { HIDDEN_VERBS, VERBS } from "./command-table.js";
import { say } from "./output/render.js";
import { VERSION } from "./version.js";

/** Runs one command line (without the program's own name) and resolves to the exit code. Never throws. */
export async function runCli(args: readonly string[], world: World): Promise<number> {
  const outline = outlineArguments(shieldTool(args));
  try {
    return await dispatch(outline, world);
  } catch (error) {
    // Whoever closed the pipe has seen enough. A write has happened by now, and must not look as if it had not.
    if (error instanceof OutputClosed) return 0;
    const { json, verbose } = outline;
    await world.stderr.write(renderFailure(error, { json, verbose, color: wantsColor(outline, world) }));
    return outline.verb === "exec" ? EXIT_OWN_FAILURE : exitCodeOf(error);
  }
}

async function dispatch(outline: Outline, world: World): Promise<number> {
  const { verb, others } = outline;
  if (outline.wantsVersion) return print(world, `${VERSION}\n`);
  if (verb === undefined) {
    const { flags } = parseArguments(others, []);
    if (flags.has("help")) return print(world, (await loadHelp()).renderOverview(VERBS));
    throw new CofferError("USAGE", "no verb is given", { hint: "`coffer help` lists the verbs" });
  }
  const row = [...VERBS, ...HIDDEN_VERBS].find(({ name }) => name === verb);
  if (row === undefined) throw unknownVerb(verb);
  const command = await row.load();
  const { flags, positionals, rest } = parseArguments(others, command.options);
  if (flags.has("help")) {
    return print(world, (await loadHelp()).renderCommandHelp(row.name, row.summary, command));
  }
  const bare = makeTask(world, flags, positionals, rest, command);
  if (!HIDDEN_VERBS.includes(row)) checkGlobalFlags(bare);
  const fault = findArgumentFault(bare, command);
  if (fault !== null) throw await misused(row.name, command, fault);
  const task = {
    ...bare,
    sources: await readSources(bare, { settings: command.settings, tell: (text) => say(bare, text) }),
  };
  return (await command.run(task)) ?? 0;
}

/** Asked for, or at a terminal where nobody has asked for none: https://no-color.org */
function wantsColor({ color }: Outline, { stderr, env }: World): boolean {
  if (color === "always" || color === "never") return color === "always";
  return stderr.isTerminal && !env.NO_COLOR && env.TERM !== "dumb";
}

async function print(world: World, text: string): Promise<number> {
  await world.stdout.write(text);
  return 0;
}

function makeTask(
  world: World,
  flags: Task["flags"],
  positionals: readonly string[],
  rest: readonly string[] | null,
  command: Command,
): Task {
  const common = { world, flags, verbs: VERBS, sources: NO_SOURCES };
  if (command.rest !== undefined) return { ...common, arguments: positionals, rest: rest ?? [] };
  return { ...common, arguments: [...positionals, ...(rest ?? [])], rest: [] };
}

/** What is wrong with the number of arguments, or null. */
function findArgumentFault({ arguments: given }: Task, command: Command): string | null {
  const needed = command.arguments.filter(({ optional }) => optional !== true);
  const missing = needed[given.length];
  if (missing !== undefined) return `${missing.name} is missing`;
  const endless = command.arguments.at(-1)?.repeats === true;
  // What is too much is not repeated: it may be a value.
  return !endless && given.length > command.arguments.length ? "too many arguments" : null;
}

async function misused(name: string, command: Command, fault: string): Promise<CofferError> {
  const { usageOf } = await loadHelp();
  return new CofferError("USAGE", `${name}: ${fault}`, { hint: `usage: ${usageOf(name, command)}` });
}

function loadHelp(): Promise<typeof import("./help.js")> {
  return import("./help.js");
}

/** Names the verb only where it looks like one: it may be anything that was typed in the wrong place. */
function unknownVerb(verb: string): CofferError {
  const guess = suggest(
    verb,
    VERBS.map(({ name }) => name),
  );
  const hint = guess === undefined ? "`coffer help` lists the verbs" : `did you mean \`coffer ${guess}\`?`;
  const shown = /^[a-z]{1,16}(-[a-z]{1,16})?$/.test(verb) ? `unknown verb ${verb}` : "the first argument is no verb";
  return new CofferError("USAGE", shown, { hint });
}
