import { type Context, contextNames } from "../../core/context.js";
import { assertStage, joinPath, type SecretPath } from "../../core/name.js";
import type { Read, Secret } from "../../core/secret-store.js";
import { CofferError } from "../../errors.js";
import type { Task } from "../command.js";
import type { Session } from "../session.js";
import { asPool, type ContextInput, readContext } from "./context-input.js";

/** What the READ flags ask for. */
export interface ReadInput {
  readonly version?: string;
  readonly at?: string;
  readonly stage?: string;
  readonly context: ContextInput;
  /** Also what stands beside the value, where that has to be asked for on its own. */
  readonly details?: boolean;
}

/** Throws `USAGE`, `INVALID`. */
export async function readReadInput(task: Task): Promise<ReadInput> {
  const { flags } = task;
  flags.assertAtMostOne("version", "at", "stage");
  const version = flags.integer("version", 1);
  const at = flags.text("at");
  const stage = flags.text("stage");
  if (stage !== undefined) assertStage(stage);
  return {
    context: await readContext(task),
    ...(version === undefined ? {} : { version: String(version) }),
    ...(at === undefined ? {} : { at }),
    ...(stage === undefined ? {} : { stage }),
  };
}

/** For verbs over many secrets. Throws `USAGE` for `--version`, which means one. */
export function readOfMany({ version, at, stage, context }: ReadInput): Omit<Read, "signal"> {
  if (version !== undefined) {
    throw new CofferError("USAGE", "--version is for one secret", { hint: "--at shows all of them as they were" });
  }
  return {
    context: asPool(context),
    ...(at === undefined ? {} : { at }),
    ...(stage === undefined ? {} : { stage }),
  };
}

/** Reads one secret, or null where there is none. The pairs of `-c` must be those it names; of a pool it takes what it needs. */
export async function readOne(path: SecretPath, input: ReadInput, session: Session): Promise<Secret | null> {
  const { version, at, stage, context, details = false } = input;
  const full = joinPath(path.namespace, path.name);
  if (contextNames(context.pool).length === 0) {
    return session.store.read(full, {
      ...session.call(),
      context: context.given,
      details,
      ...(version === undefined ? {} : { version }),
      ...(at === undefined ? {} : { at }),
      ...(stage === undefined ? {} : { stage }),
    });
  }
  const secret =
    version === undefined
      ? await readFromPool(path, input, session)
      : await readVersionFromPool(full, version, input, session);
  if (secret !== null) assertAllUsed(context.given, secret);
  return secret;
}

async function readFromPool(
  { namespace, name }: SecretPath,
  input: ReadInput,
  session: Session,
): Promise<Secret | null> {
  const { secrets } = await session.store.readAll(
    { namespace },
    { ...readOfMany(input), ...session.call(), only: [name] },
  );
  return secrets[0] ?? null;
}

/** Which pairs a version takes is known once it is described: then it gets exactly these. */
async function readVersionFromPool(
  path: string,
  version: string,
  input: ReadInput,
  session: Session,
): Promise<Secret | null> {
  for await (const info of session.store.history(path, session.call())) {
    if (info.version !== version) continue;
    const pool = asPool(input.context);
    const pairs = info.context
      .filter((name) => Object.hasOwn(pool, name))
      .map((name) => [name, pool[name] ?? ""] as const);
    return session.store.read(path, { ...session.call(), version, context: Object.fromEntries(pairs) });
  }
  return null;
}

function assertAllUsed(given: Context, secret: Secret): void {
  const unused = contextNames(given).find((name) => !secret.context.includes(name));
  if (unused === undefined) return;
  throw new CofferError(
    "CONTEXT",
    `${joinPath(secret.namespace, secret.name)} is not sealed with a context pair ${JSON.stringify(unused)}`,
    {
      hint: "give exactly the pairs it was stored with",
    },
  );
}
