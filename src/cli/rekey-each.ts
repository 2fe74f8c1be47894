import { CofferError, isCofferError } from "../errors.js";
import type { RekeyOptions, RekeyReport } from "../vault/rekeying/contract.js";
import type { Task } from "./command.js";
import { startProgress } from "./output/progress.js";
import { showNamespace } from "./output/render.js";

type Manner = Required<Pick<RekeyOptions, "dryRun" | "onProgress" | "signal">>;

/**
 * Gives namespaces new keys one after the other. Where there are several all of it is rehearsed first: what cannot be opened is found out everywhere before anything
 * is written anywhere. Throws the first failure, whose hint says what is done already.
 */
export async function rekeyEach(
  task: Task,
  namespaces: readonly string[],
  { dryRun }: { readonly dryRun: boolean },
  act: (namespace: string, manner: Manner) => Promise<RekeyReport>,
): Promise<RekeyReport[]> {
  const progress = startProgress(task);
  const round = async (isRehearsal: boolean): Promise<RekeyReport[]> => {
    const done: RekeyReport[] = [];
    for (const namespace of namespaces) {
      const onProgress = (count: number, of: number): void =>
        progress.show(`${showNamespace(namespace)}: ${count} of ${of} commits`);
      // Not `session.call()`: a long history may take longer than any one answer of the store.
      const manner = { dryRun: isRehearsal, onProgress, signal: task.world.signal };
      done.push(
        await act(namespace, manner).catch((error: unknown) => Promise.reject(saying(isRehearsal ? [] : done, error))),
      );
    }
    return done;
  };
  try {
    if (namespaces.length > 1 && !dryRun) await round(true);
    return await round(dryRun);
  } finally {
    await progress.end();
  }
}

function saying(done: readonly RekeyReport[], error: unknown): unknown {
  if (!isCofferError(error) || done.length === 0) return error;
  const names = done.map(({ namespace }) => showNamespace(namespace)).join(", ");
  const hint = [error.hint, `${names}: done already`].filter((text) => text !== undefined).join("; ");
  return new CofferError(error.code, error.message, { hint, cause: error.cause });
}
