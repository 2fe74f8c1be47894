import { joinPath, type SecretPath } from "../core/name.js";
import { CofferError } from "../errors.js";
import type { Submission, Submittable } from "../vault/submitting/contract.js";
import type { Task } from "./command.js";
import { readValue, typeOfValue } from "./input/value-input.js";
import type { WriteInput } from "./input/write-input.js";
import { renderJson, say, showNamespace } from "./output/render.js";
import { asVault, withStore } from "./session.js";

/** What is said of a state that who hands in cannot see, or is for who accepts to say. */
const FOREIGN = ["if-version", "if-commit", "stage", "own-key"] as const;

/** `coffer put --submit`: the value goes into the inbox of its namespace. Makes one data key, puts one object, and reads nothing. Throws `USAGE`. */
export async function handIn(
  task: Task,
  { namespace, name }: SecretPath,
  { message, context, dryRun }: WriteInput,
  { comment, expires }: Pick<Submittable, "comment" | "expires">,
): Promise<number> {
  assertOwnFlags(task);
  await withStore(
    task,
    async ({ store, call }) => {
      const vault = asVault(store, "put --submit");
      const value = await readValue(task, task.arguments[1], `value of ${joinPath(namespace, name)}`);
      const put = {
        name,
        value,
        type: typeOfValue(value, { binary: task.flags.has("binary") }),
        ...(comment === undefined ? {} : { comment }),
        ...(expires === undefined ? {} : { expires }),
      };
      const options = {
        ...call(),
        dryRun,
        ...(message === undefined ? {} : { message }),
        ...(context === undefined ? {} : { context }),
      };
      await report(task, await vault.submit(namespace, [put], options), dryRun);
    },
    { writes: "blindly" },
  );
  return 0;
}

function assertOwnFlags({ flags }: Task): void {
  const foreign = FOREIGN.filter((name) => flags.has(name)).map((name) => `--${name}`);
  if (foreign.length === 0) return;
  throw new CofferError("USAGE", `put --submit takes no ${foreign.join(" and no ")}`, {
    hint: "who hands in does not see what is there; who accepts can say it: coffer inbox",
  });
}

/** The fields of every write, and the submission's id: nothing has changed yet. */
async function report(task: Task, { id, namespace, puts }: Submission, dryRun: boolean): Promise<void> {
  if (task.flags.has("json")) {
    const submission = dryRun ? null : id;
    const document = { commit: null, namespace, sequence: null, changed: [], dryRun, submission };
    return task.world.stdout.write(renderJson(document));
  }
  const paths = puts.map(({ name }) => joinPath(namespace, name)).join(", ");
  if (dryRun) return say(task, `would do, and has not: hand in ${paths}`);
  await say(
    task,
    `${paths} is handed in as ${id}, and counts once it is accepted: coffer inbox ${showNamespace(namespace)}`,
  );
}
