import { describe, test } from "vitest";
import { prove, proveNames } from "./proof.js";
import { isThere, readNulls, runIn } from "./run.js";

interface Shell {
  readonly format: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly source: string;
  /** Prints the names of all variables that a new shell has, one in a line. */
  readonly names: string;
}

const POSIX = {
  source: ". ./exported && /usr/bin/env -0",
  names: "set | sed -n 's/^\\([A-Za-z_][A-Za-z0-9_]*\\)=.*/\\1/p'",
};
const SHELLS: readonly Shell[] = [
  { format: "sh", command: "dash", args: [], ...POSIX },
  { format: "sh", command: "bash", args: ["--posix"], ...POSIX },
  {
    format: "bash",
    command: "bash",
    args: ["--norc"],
    source: "source ./exported && /usr/bin/env -0",
    names: "compgen -v",
  },
  {
    format: "zsh",
    command: "zsh",
    args: ["-f"],
    source: "source ./exported && /usr/bin/env -0",
    names: "print -l $\u007b(ko)parameters}",
  },
  {
    format: "fish",
    command: "fish",
    args: ["--no-config"],
    source: "source ./exported && /usr/bin/env -0",
    names: "set -n",
  },
];

describe.each(SHELLS)("$format, read by $command $args", ({ format, command, args, source, names }) => {
  const there = isThere(command, ["-c", "true"], `the format ${format}`);
  const consume = async (bytes: Uint8Array): Promise<ReadonlyMap<string, string>> =>
    readNulls(await runIn({ exported: bytes }, command, [...args, "-c", source]));

  test.skipIf(!there)("carries exactly what it does not refuse", () => prove(format, consume));

  test.skipIf(!there)("refuses the variables that the shell keeps for itself", async () => {
    const own = (await runIn({}, command, [...args, "-c", names]))
      .toString("utf8")
      .split("\n")
      .filter((name) => /^[A-Za-z_][A-Za-z0-9_]*$/.test(name));
    await proveNames(format, own, async (bytes) => consume(bytes).catch(() => new Map()));
  });
});
