import { CofferError } from "../../errors.js";
import type { Origin } from "../../settings/origin.js";
import { findConfigurationFile } from "../../settings/profiles/read-configuration.js";
import { findSetting, type Setting, type SettingName } from "../../settings/setting.js";
import { builtInUrl, DEFAULT_TIMEOUT_SECONDS } from "../../settings/settings.js";
import type { Command, Task } from "../command.js";
import { renderJson, renderTable } from "../output/render.js";

/** `coffer config show` */
export const config: Command = {
  arguments: [{ name: "ACTION", help: "show" }],
  options: ["origin"],
  notes: [
    "Shows the settings as they count here and now. A flag wins over a variable, this over the project (which may say the profile and the namespace), this over the profile, this over what is built in.",
  ],
  examples: [
    ["coffer config show", "all settings"],
    ["coffer config show --origin -p prod", "those with this profile, and where each comes from"],
  ],
  json: ["file", "project", "settings"],
  run: async (task) => {
    const { world, flags } = task;
    if (task.arguments[0] !== "show") {
      throw new CofferError("USAGE", "config takes show", { hint: "usage: coffer config show [--origin]" });
    }
    const rows = collect(task);
    if (flags.has("json")) {
      const settings = rows.map(({ name, value, origin }) => ({ name, value, origin }));
      const project = task.sources.project?.file ?? null;
      await world.stdout.write(renderJson({ file: findConfigurationFile(world), project, settings }));
      return 0;
    }
    const cells = rows.map(({ name, value, origin }) => {
      const shown = typeof value === "string" ? value : (value?.join(" ") ?? "-");
      return flags.has("origin") ? [name, shown, origin === null ? "-" : describe(origin)] : [name, shown];
    });
    await world.stdout.write(renderTable(cells));
    return 0;
  },
};

interface Row {
  readonly name: string;
  readonly value: string | readonly string[] | null;
  readonly origin: Origin | null;
}

function collect(task: Task): Row[] {
  const { chosen, project } = task.sources;
  const row = (name: SettingName, builtIn: string | null = null): Row => {
    const setting: Setting | null =
      findSetting(task, name) ?? (builtIn === null ? null : { value: builtIn, origin: { from: "built-in" } });
    return { name, value: setting?.value ?? null, origin: setting?.origin ?? null };
  };
  const alsoWrap = chosen?.profile?.also_wrap;
  return [
    { name: "profile", value: chosen?.name ?? null, origin: chosen?.origin ?? null },
    row("store", builtInUrl(task, "store")),
    row("key", builtInUrl(task, "key")),
    row("namespace", "/"),
    row("region"),
    row("timeout", String(DEFAULT_TIMEOUT_SECONDS)),
    row("aws_profile"),
    row("role_arn"),
    row("role_session_name"),
    row("author"),
    row("store_id"),
    row("key_id"),
    list("also_wrap", alsoWrap, { from: "profile", profile: chosen?.name ?? "", file: chosen?.file ?? "" }),
    list(
      "exec",
      project?.exec?.map((namespace) => `${namespace}/`),
      { from: "project", file: project?.file ?? "" },
    ),
    list("names", project?.names, { from: "project", file: project?.file ?? "" }),
  ];
}

function list(name: string, value: readonly string[] | null | undefined, origin: Origin): Row {
  return value == null || value.length === 0 ? { name, value: null, origin: null } : { name, value, origin };
}

function describe(origin: Origin): string {
  switch (origin.from) {
    case "flag":
    case "variable":
      return origin.name;
    case "profile":
      return `profile ${origin.profile} in ${origin.file}`;
    case "built-in":
      return "built-in";
    default:
      return origin.file;
  }
}
