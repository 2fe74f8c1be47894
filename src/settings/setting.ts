import type { Lookup, SettingFlag } from "./lookup.js";
import type { Origin } from "./origin.js";
import type { ProfileText } from "./profiles/profile.js";

/** A setting as it was written somewhere, and where. */
export interface Setting {
  readonly value: string;
  readonly origin: Origin;
}

/** Where each setting may be written besides a profile. */
const PLACES = {
  store: { option: "store", variable: "COFFER_STORE" },
  key: { option: "key", variable: "COFFER_KEY" },
  namespace: { option: "namespace", variable: "COFFER_NAMESPACE" },
  region: { option: "region", variable: "COFFER_REGION" },
  timeout: { option: "timeout", variable: "COFFER_TIMEOUT" },
  aws_profile: {},
  role_arn: {},
  role_session_name: {},
  author: { variable: "COFFER_AUTHOR" },
  store_id: { variable: "COFFER_STORE_ID" },
  key_id: {},
} as const satisfies Readonly<
  Record<ProfileText | "timeout", { readonly option?: SettingFlag; readonly variable?: string }>
>;

export type SettingName = keyof typeof PLACES;

/** Flag, variable, project, profile: the first that says it. An empty variable says nothing. */
export function findSetting({ flags, world, sources }: Lookup, name: SettingName): Setting | null {
  const { option, variable }: { option?: SettingFlag; variable?: string } = PLACES[name];
  const typed = option === undefined ? undefined : flags.text(option);
  if (typed !== undefined) return { value: typed, origin: { from: "flag", name: `--${option}` } };
  const set = variable === undefined ? undefined : world.env[variable];
  if (set && variable !== undefined) return { value: set, origin: { from: "variable", name: variable } };
  const { project, chosen } = sources;
  if (name === "namespace" && project !== null && project.namespace !== null) {
    return { value: project.namespace, origin: { from: "project", file: project.file } };
  }
  const kept = name === "timeout" ? undefined : chosen?.profile?.[name];
  if (kept === undefined || chosen === null) return null;
  return { value: kept, origin: { from: "profile", profile: chosen.name, file: chosen.file } };
}
