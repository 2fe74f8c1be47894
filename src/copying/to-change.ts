import { contextNames } from "../core/context.js";
import type { Capabilities, Change, Origin, VersionInfo } from "../core/secret-store.js";
import type { Sensitive } from "../core/sensitive.js";
import type { CopyOrder, Losses, Step } from "./contract.js";

/** The change that makes a step, with all that the destination can keep; the value is null for a deletion. */
export function toChange(
  { target: { name }, info, context, expect }: Step,
  value: Sensitive | null,
  { to, history }: Pick<CopyOrder, "to" | "history">,
): Change {
  const { can } = to.store;
  if (value === null) return { op: "delete", name };
  const { type, comment, expires, stage, version } = info;
  const keeps = (what: Capabilities["metadata"][number]): boolean => can.metadata.includes(what);
  return {
    op: "put",
    name,
    value,
    type,
    ...(comment === null || !keeps("comment") ? {} : { comment }),
    ...(expires === null || !keeps("expires") ? {} : { expires }),
    ...(contextNames(context).length === 0 || !can.context ? {} : { context }),
    ...(stage === null || can.stages !== true ? {} : { stage }),
    ...(history && can.chooseVersion ? { version } : {}),
    // Who can be held to a head is.
    ...(expect === undefined || can.compareAndSet === "none" || can.log ? {} : { expect }),
    ...(keeps("origin") ? { origin: originOf(info) } : {}),
  };
}

/** What of these steps the destination does not keep. */
export function countLosses(steps: readonly Step[], can: Capabilities): Losses {
  const keeps = (what: Capabilities["metadata"][number]): boolean => can.metadata.includes(what);
  const count = (isLost: (step: Step) => boolean): number => steps.filter(isLost).length;
  return {
    comment: count(({ info }) => info.comment !== null && !keeps("comment")),
    expires: count(({ info }) => info.expires !== null && !keeps("expires")),
    type: count(({ info }) => info.type === "binary" && !keeps("type")),
    context: count(({ context }) => contextNames(context).length > 0 && !can.context),
    origin: count(({ info }) => !info.deleted && !keeps("origin")),
  };
}

/** What stands for a version in the origin of its copy; an origin cannot be without text. */
export function originVersion({ version }: VersionInfo): string {
  return version === "" ? "(none)" : version;
}

function originOf(info: VersionInfo): Origin {
  const { time, author } = info;
  return {
    version: originVersion(info),
    ...(time === null ? {} : { time }),
    ...(author === null ? {} : { author }),
  };
}
