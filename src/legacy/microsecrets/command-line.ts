import type { Aws } from "../../aws/aws.js";
import { printable } from "../../core/printable.js";
import { CofferError } from "../../errors.js";
import { type Interspersed, parseInterspersed } from "../command-line/interspersed.js";
import type { Option } from "../command-line/option.js";
import type { ToolWorld } from "../tool-world.js";

/** What scripts may compare: the version of microsecrets whose commands these are. */
const VERSION = "microsecrets 0.3.4\n";
/** As in the original, whatever AWS_DEFAULT_REGION says. */
const REGION = "us-east-1";

/** What all three commands take. */
export const COMMON: readonly Option[] = [
  { name: "version", flags: ["--version"] },
  { name: "help", flags: ["-h", "--help"] },
  { name: "verbose", flags: ["-v", "--verbose"] },
  { name: "debug", flags: ["-d", "--debug"] },
  { name: "region", flags: ["-r", "--region"], takes: "value" },
  { name: "bucket", flags: ["-b", "--bucket"], takes: "value" },
  { name: "service", flags: ["-s", "--service"], takes: "value" },
];

/** A command line that was read. */
export class Line {
  readonly #parsed: Interspersed;

  /** Throws `USAGE`. */
  constructor(args: readonly string[], options: readonly Option[]) {
    this.#parsed = parseInterspersed(args, [...COMMON, ...options], { abbreviations: true });
  }

  /** What is no option, in order. */
  get rest(): readonly string[] {
    return this.#parsed.rest;
  }

  has(name: string): boolean {
    return this.#parsed.options.has(name);
  }

  all(name: string): readonly string[] {
    return this.#parsed.options.get(name) ?? [];
  }

  /** Of several the last counts; an empty one counts as none. */
  text(name: string): string | undefined {
    return this.all(name).at(-1) || undefined;
  }

  /** What is asked for instead of the command itself: its help, or the version. */
  answer(help: string): string | null {
    const first = [...this.#parsed.options.keys()].find((name) => name === "help" || name === "version");
    return first === undefined ? null : first === "help" ? help : VERSION;
  }

  bucket(): string {
    const bucket = this.text("bucket");
    if (bucket === undefined) throw refusal("no bucket is given", "name it with -b/--bucket BUCKET");
    return bucket;
  }

  service(): string {
    const service = this.all("service").at(-1);
    if (service === undefined) throw refusal("no service is given", "name it with -s/--service SERVICE");
    return service;
  }
}

/** Something is missing or too much. The original ends with 1 then, and not as for wrong options with 2. */
export function refusal(message: string, hint: string): CofferError {
  return new CofferError("INVALID", message, { hint: `${hint}; --help tells everything` });
}

/** Nothing is asked before there is a question. */
export async function openToolAws(line: Line, { env, askMfaCode, onSlow }: ToolWorld): Promise<Aws> {
  const { openAws } = await import("../../aws/aws.js");
  return openAws({ region: line.text("region") ?? REGION, env, askMfaCode, onSlow });
}

/** Says something on stderr. */
export async function say({ stderr }: ToolWorld, text: string): Promise<void> {
  await stderr.write(`coffer: ${printable(text)}\n`);
}

/** Says how it is done, with -v or -d. */
export async function explain(line: Line, world: ToolWorld, text: string): Promise<void> {
  if (line.has("verbose") || line.has("debug")) await say(world, text);
}
