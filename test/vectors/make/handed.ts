import type { Context } from "../../../src/core/context.js";
import { Sensitive } from "../../../src/core/sensitive.js";
import type { Vault } from "../../../src/vault/contract.js";
import type { Submission, Submittable } from "../../../src/vault/submitting/contract.js";
import { put, type Scene, vaultScene } from "./scene.js";
import type { Question } from "./vector.js";

/** A scene with one submission, and where it lies. */
export interface Handed {
  readonly scene: Scene;
  readonly id: string;
  readonly key: string;
}

export function handed(name: string, content: string | Uint8Array, more: Partial<Submittable> = {}): Submittable {
  return { name, value: typeof content === "string" ? Sensitive.fromText(content) : Sensitive.from(content), ...more };
}

/** A namespace of one secret, if `write` does not write another, and what is then handed in. */
export async function handIn(
  seed: string,
  puts: readonly Submittable[],
  {
    context = {},
    message,
    write = (vault) => vault.commit("prod", [put("KEY", "one")]),
    afterwards = async () => {},
  }: {
    context?: Context;
    message?: string;
    write?: (vault: Vault) => Promise<unknown>;
    afterwards?: (vault: Vault, submission: Submission) => Promise<unknown>;
  } = {},
): Promise<Handed> {
  let submission: Submission | undefined;
  const scene = await vaultScene(seed, "prod", async (vault) => {
    await write(vault);
    submission = await vault.submit("prod", puts, { context, ...(message === undefined ? {} : { message }) });
    await afterwards(vault, submission);
  });
  if (submission === undefined) throw new TypeError("something was handed in");
  return { scene, id: submission.id, key: `inbox/prod/${submission.id}` };
}

/** The question what a submission holds. */
export function open(id: string, more: Omit<Question, "do" | "id"> = {}): Question {
  return { do: "submission", id, ...more };
}
