import type { FormatRow } from "../../env/formats/table.js";
import { findOption, GLOBAL_OPTIONS, type OptionName } from "../arguments/options.js";
import type { Command, Task, Verb } from "../command.js";
import type { Answer, Candidate, Word } from "./answer.js";
import { SHELL_NAMES } from "./shell.js";
import { readTypedWords, splitFlag, type Typed } from "./typed-words.js";

const FILES: Answer = { kind: "files" };
const NOTHING: Answer = { kind: "words", prefix: "", candidates: [] };

/** The typed word, without what of it stays as it is. */
interface Place {
  readonly task: Task;
  readonly typed: Typed;
  readonly word: Word;
  readonly prefix: string;
}

/** What fits as the last of the words. A store is opened only where names are wanted; that may throw. */
export async function findCandidates(task: Task, words: readonly Word[]): Promise<Answer> {
  const typed = readTypedWords(words.slice(0, -1));
  const word = words.at(-1) ?? null;
  const place: Place = { task, typed, word, prefix: "" };
  if (typed.pending !== null) return offerValue(place, typed.pending);
  const row = task.verbs.find(({ name }) => name === typed.verb);
  if (!typed.terminated && word?.startsWith("-") === true) {
    const { name, value } = splitFlag(word);
    if (name === null || value === null) return offerFlags(place, await row?.load());
    return offerValue({ ...place, word: value, prefix: word.slice(0, word.indexOf("=") + 1) }, name);
  }
  if (row !== undefined) return offerArgument(place, await row.load());
  return typed.verb === undefined && !typed.terminated && typed.certain ? offerVerbs(place) : NOTHING;
}

async function offerArgument(place: Place, command: Command): Promise<Answer> {
  const { typed, word } = place;
  if (typed.terminated && command.rest !== undefined) return FILES;
  const last = command.arguments.at(-1);
  const argument = command.arguments[typed.position] ?? (last?.repeats === true ? last : undefined);
  if (argument !== undefined) return offerKind(place, argument.name);
  return word === "" && !typed.terminated ? offerFlags(place, command) : NOTHING;
}

async function offerValue(place: Place, name: OptionName): Promise<Answer> {
  if (name === "color") return offerWords(place, ["auto", "always", "never"]);
  if (name === "profile") return offerProfiles(place);
  if (name === "format" && place.typed.verb === "edit") return offerWords(place, ["dotenv", "yaml"]);
  if (name === "from") return offerFormats(place, ({ reads }) => reads);
  return offerKind(place, findOption(name)?.value ?? "");
}

/** The placeholders that help shows say what is wanted. */
async function offerKind(place: Place, kind: string): Promise<Answer> {
  const { word, prefix } = place;
  switch (kind) {
    case "PATH":
    case "PREFIX":
    case "NS/|PATH":
    case "NS/":
    case "NS":
    case "SRC":
    case "DST":
      return offerNames(place, { secrets: kind.includes("P") || kind === "SRC" || kind === "DST" });
    case "NS/|PATH|@FILE":
      return word?.startsWith("@") === true ? offerFiles(place, "@") : offerNames(place, { secrets: true });
    case "FILE":
    case "DIR":
      return prefix === "" ? FILES : offerFiles(place, "");
    case "URL":
      return offerFiles(place, /^[a-z][a-z-]*:/.exec(word ?? "")?.[0]);
    case "URL|PROFILE":
      return /^[a-z][a-z-]*:/.test(word ?? "") ? offerKind(place, "URL") : offerProfiles(place);
    case "VALUE":
      // A value itself is nobody's business; @@ is a value too.
      return offerFiles(place, /^@(?!@)/.exec(word ?? "")?.[0]);
    case "NAME=PATH|fd":
      return offerFiles(place, /^[^=]+=/.exec(word ?? "")?.[0]);
    case "FORMAT":
      return offerFormats(place, () => true);

    case "VERB":
      return offerVerbs(place);
    case "TOOL":
      return offerWords(
        place,
        (await import("../tool-table.js")).TOOLS.map(({ name }) => name),
      );
    case "SHELL":
      return offerWords(place, SHELL_NAMES);
    case "ROLE":
      return offerWords(place, (await import("../../policy/role.js")).ROLES);
    case "KIND":
      return offerWords(place, Object.keys((await import("../../policy/formats/formats.js")).POLICY_FORMATS));
    default:
      return NOTHING;
  }
}

function offerVerbs(place: Place): Answer {
  const rows = place.task.verbs.map(({ name, summary }: Verb) => ({ text: name, summary }));
  return offer(place, rows);
}

/** Those that this verb takes, that are there already, and that do not stand there yet, unless they may repeat. */
function offerFlags(place: Place, command: Command | undefined): Answer {
  const names: readonly OptionName[] = [...(command?.options ?? []), ...GLOBAL_OPTIONS];
  const candidates = names.flatMap((name) => {
    const option = findOption(name);
    if (option === undefined || option.later === true) return [];
    if (place.typed.flags.has(name) && option.repeats !== true) return [];
    const short = { text: `-${option.short}`, summary: option.help };
    // Not listed, but nothing is wrong with them.
    const shorts = option.short !== undefined && place.word === short.text ? [short] : [];
    return [...shorts, { text: `--${name}`, summary: option.help }];
  });
  return offer(place, candidates);
}

async function offerFormats(place: Place, fits: (row: FormatRow) => boolean): Promise<Answer> {
  const { FORMATS } = await import("../../env/formats/table.js");
  return offerWords(
    place,
    FORMATS.filter(fits).map(({ name }) => name),
  );
}

async function offerProfiles(place: Place): Promise<Answer> {
  const { readConfiguration } = await import("../../settings/profiles/read-configuration.js");
  const { profiles } = await readConfiguration(place.task.world);
  return offerWords(place, [...profiles.keys()]);
}

async function offerNames(place: Place, { secrets }: { secrets: boolean }): Promise<Answer> {
  const { task, typed, word } = place;
  if (word === null || !typed.certain) return NOTHING;
  const { findStoreNames } = await import("./store-names.js");
  const { offerPaths } = await import("./paths.js");
  const names = await findStoreNames({ ...task, flags: typed.flags }, word);
  const hyphens = typed.terminated || place.prefix !== "";
  return offerWords(place, offerPaths(names, word, { secrets, hyphens }));
}

/** `fixed`: what stands before the file in the same word; undefined where no file is wanted. */
async function offerFiles(place: Place, fixed: string | undefined): Promise<Answer> {
  if (fixed === undefined || place.word === null) return NOTHING;
  const { findFiles } = await import("./files.js");
  const word = place.word.slice(fixed.length);
  return offerWords({ ...place, word, prefix: place.prefix + fixed }, await findFiles(word));
}

function offerWords(place: Place, texts: readonly string[]): Answer {
  return offer(
    place,
    texts.map((text) => ({ text })),
  );
}

function offer({ word, prefix }: Place, candidates: readonly Candidate[]): Answer {
  if (word === null) return NOTHING;
  return { kind: "words", prefix, candidates: candidates.filter(({ text }) => text.startsWith(word)) };
}
