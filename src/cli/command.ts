import type { Sources } from "../settings/origin.js";
import type { SettingsUse } from "../settings/sources.js";
import type { World } from "../world.js";
import type { Flags } from "./arguments/flags.js";
import type { OptionName } from "./arguments/options.js";

/** One run of a verb: its arguments, parsed, and what is around it. */
export interface Task {
  readonly world: World;
  readonly flags: Flags;
  readonly arguments: readonly string[];
  /** The project and the profile that count, for who looks up settings. */
  readonly sources: Sources;
  /** Every verb there is, for who explains them. */
  readonly verbs: readonly Verb[];
  /** Behind `--`, where the verb starts another program; else empty. */
  readonly rest: readonly string[];
}

export interface Argument {
  readonly name: string;
  readonly help: string;
  readonly optional?: true;
  /** It may stand any number of times; only the last can. */
  readonly repeats?: true;
}

/** A verb as the table has it: loaded when it is needed. */
export interface Verb {
  readonly name: string;
  readonly summary: string;
  readonly load: () => Promise<Command>;
}

/** What a verb is. Its help, and what is checked before it runs, come from this object. */
export interface Command {
  readonly arguments: readonly Argument[];
  /** What follows `--`, as help shows it, where the verb starts another program. */
  readonly rest?: string;
  /** What follows is another program's from its first word on, and needs no `--` before it. */
  readonly restIsBare?: true;
  readonly options: readonly OptionName[];
  /** What a flag means here, for help, where that is something of its own. */
  readonly meanings?: Readonly<Partial<Record<OptionName, string>>>;
  /** What it has settings for. */
  readonly settings?: SettingsUse;
  /** Paragraphs for help. */
  readonly notes?: readonly string[];
  readonly examples: readonly (readonly [command: string, what: string])[];
  /** Exit codes that mean something of its own here, for help; what all verbs share is in docs/VERBS.md. */
  readonly exits?: readonly (readonly [code: number, when: string])[];
  /** The fields of its JSON document, for help. */
  readonly json?: readonly string[];
  /** Resolves to the exit code; nothing is 0. */
  readonly run: (task: Task) => Promise<number | undefined>;
}
