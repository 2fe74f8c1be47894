import type { CopyOrder } from "../../copying/contract.js";
import { parseRenaming, renameByFirst } from "../../copying/renaming.js";
import { CofferError } from "../../errors.js";
import type { Task } from "../command.js";
import { parsePlace } from "./diff-input.js";

/** What is copied where, and under which names. */
export type Route = Pick<CopyOrder, "source" | "target" | "rename">;

/** Throws `USAGE` for what cannot be copied onto one another. */
export function readRoute({ arguments: [from = "", to = ""], flags }: Task, defaultNamespace: string): Route {
  const source = parsePlace(from, defaultNamespace);
  const target = parsePlace(to, defaultNamespace);
  const renamings = flags.all("map").map(parseRenaming);
  if (source.name === null && target.name !== null)
    throw new CofferError("USAGE", "a namespace is copied into a namespace, and DST is one secret", {
      hint: "write it with a slash at its end",
    });
  if (target.name !== null && renamings.length > 0)
    throw new CofferError("USAGE", "--map gives names, and DST is one already");
  const recursive = flags.has("recursive");
  if (source.name !== null && recursive)
    throw new CofferError("USAGE", "-R takes what is below a namespace, and SRC is one secret");
  return { source: { ...source, recursive }, target, rename: renameByFirst(renamings) };
}
