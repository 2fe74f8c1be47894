import { compareSecrets, type Difference } from "../../core/compare-secrets.js";
import type { SecretPath } from "../../core/name.js";
import { CofferError } from "../../errors.js";
import { findDefaultNamespace } from "../../settings/settings.js";
import type { Command, Task } from "../command.js";
import { asPool, readContext } from "../input/context-input.js";
import { assertAnything, type Place, parsePlace, type ReadSide, readSide, type Side } from "../input/diff-input.js";
import { renderDifferences, summarizeDifferences, valueJson } from "../output/differences.js";
import { renderJson, say } from "../output/render.js";
import { withStore } from "../session.js";

/** `coffer diff NS/|PATH [NS/|PATH|@FILE]` */
export const diff: Command = {
  arguments: [
    { name: "NS/|PATH", help: "a namespace, or one secret" },
    {
      name: "NS/|PATH|@FILE",
      help: "what it is compared with; without it, the same at another revision",
      optional: true,
    },
  ],
  options: ["at", "to", "from", "reveal", "exit-code", "context", "contexts"],
  meanings: {
    at: "the first as it was at a commit id, time or date",
    to: "the second as it was then; without it, as it is now",
    from: "how the file is written, such as dotenv, json or yaml; else told from its name",
  },
  notes: [
    "Compares values and shows names: + is in the second alone, - in the first alone, ~ differs; with --verbose, = is the same. What was changed and put back is the same, whatever its version. Comments and dates are not compared.",
    "--reveal shows the values, in quotes and with control characters escaped.",
  ],
  examples: [
    ["coffer diff prod/billing/ --at 2026-05-04", "what has changed since"],
    ["coffer diff staging/billing/ prod/billing/", "two namespaces"],
    ["coffer diff prod/billing/ @.env --exit-code", "what import would change; exit code 1 if anything"],
  ],
  exits: [
    [1, "with --exit-code: there is a difference"],
    [3, "there is no such namespace, secret or commit"],
    [5, "the context of a secret is not given; it is named"],
  ],
  json: ["from", "to", "equal", "changes"],
  run: async (task) => {
    const sides = readSides(task);
    const context = asPool(await readContext(task));
    const [from, to] = await withStore(task, async (session) => {
      const first = await readSide(task, session, sides.from, context);
      return [first, await readSide(task, session, sides.to, context)] as const;
    });
    assertAnything([from, to], sides.paths);
    const destroyed = [...new Set([...from.destroyed, ...to.destroyed])];
    const changes = compare(from, to, sides).filter(({ name }) => !destroyed.includes(name));
    const equal = changes.every(({ change }) => change === "same");
    await show(task, { from, to, changes, equal });
    if (destroyed.length > 0) await say(task, `not compared, because it was purged: ${destroyed.join(", ")}`);
    return task.flags.has("exit-code") && !equal ? 1 : 0;
  },
};

interface Sides {
  readonly from: Side;
  readonly to: Side;
  /** The secrets that are named, where it is no namespaces that are compared. */
  readonly paths: readonly SecretPath[];
}

function readSides(task: Task): Sides {
  const { flags } = task;
  const [first = "", second] = task.arguments;
  const defaultNamespace = findDefaultNamespace(task) ?? "";
  const [at, to] = [flags.text("at"), flags.text("to")];
  const place = parsePlace(first, defaultNamespace);
  const from = { ...place, at };
  if (second?.startsWith("@") === true) {
    if (to !== undefined) throw new CofferError("USAGE", "--to is a revision, and a file has none");
    return { from, to: { file: second.slice(1) }, paths: pathsOf(place) };
  }
  if (flags.has("from")) throw new CofferError("USAGE", "--from is for a file, and none is named");
  if (second === undefined && at === undefined && to === undefined) {
    throw new CofferError("USAGE", "there is nothing to compare it with", {
      hint: "give a revision with --at, or another namespace, secret or @FILE",
    });
  }
  const other = second === undefined ? place : matching(place, parsePlace(second, defaultNamespace));
  return { from, to: { ...other, at: to }, paths: [...pathsOf(place), ...pathsOf(other)] };
}

/** A secret is compared with a secret: in a namespace with the one of its name. */
function matching(first: Place, second: Place): Place {
  if (first.name === null && second.name !== null) {
    throw new CofferError("USAGE", "a namespace cannot be compared with one secret");
  }
  return second.name === null ? { ...second, name: first.name } : second;
}

function pathsOf({ namespace, name }: Place): SecretPath[] {
  return name === null ? [] : [{ namespace, name }];
}

/** Two secrets are compared under the name of the first, whatever the second is called. */
function compare(from: ReadSide, to: ReadSide, { paths: [first] }: Sides): Difference[] {
  if (first === undefined) return compareSecrets(from.items, to.items);
  const { name } = first;
  const items =
    to.file === null ? to.items.map((item) => ({ ...item, name })) : to.items.filter((item) => item.name === name);
  return compareSecrets(from.items, items);
}

async function show(
  task: Task,
  found: { from: ReadSide; to: ReadSide; changes: readonly Difference[]; equal: boolean },
): Promise<void> {
  const { flags, world } = task;
  const reveal = flags.has("reveal");
  if (flags.has("json")) {
    const { from, to, changes, equal } = found;
    const document = {
      from: sideJson(from),
      to: sideJson(to),
      equal,
      changes: changes.map((each) => json(each, reveal)),
    };
    return world.stdout.write(renderJson(document));
  }
  const shown = flags.has("verbose") ? found.changes : found.changes.filter(({ change }) => change !== "same");
  await world.stdout.write(renderDifferences(shown, { reveal }));
  await say(task, summarizeDifferences(found.changes));
}

function sideJson({ namespace, commit, file }: ReadSide): Record<string, unknown> {
  return { namespace, commit, file };
}

function json({ name, change, from, to }: Difference, reveal: boolean): Record<string, unknown> {
  if (!reveal) return { name, change };
  const [old, now] = [from && valueJson(from.value), to && valueJson(to.value)];
  return {
    name,
    change,
    ...(old === null ? {} : { from: old.value, fromEncoding: old.encoding }),
    ...(now === null ? {} : { to: now.value, toEncoding: now.encoding }),
  };
}
