import { CofferError } from "../../errors.js";
import { resolveUrl } from "../../open/resolve-url.js";
import { findFolders } from "../../settings/folders.js";
import { parseNamespace } from "../../settings/namespace.js";
import { addProfile, removeProfile, useProfile } from "../../settings/profiles/edit-configuration.js";
import {
  assertProfileName,
  type Configuration,
  EMPTY_CONFIGURATION,
  PROFILE_TEXTS,
  type Profile,
} from "../../settings/profiles/profile.js";
import { readPins } from "../../settings/profiles/profile-pins.js";
import { findConfigurationFile, readConfiguration } from "../../settings/profiles/read-configuration.js";
import { changeConfiguration } from "../../settings/profiles/write-configuration.js";
import { builtInUrl } from "../../settings/settings.js";
import { readSources } from "../../settings/sources.js";
import { suggest } from "../../settings/suggest.js";
import { awsSettings, findSurroundings } from "../../settings/surroundings.js";
import type { OptionName } from "../arguments/options.js";
import type { Command, Task } from "../command.js";
import { printable, renderJson, renderTable, say } from "../output/render.js";
import { callLimit } from "../session.js";

const OWN_OPTIONS = ["aws-profile", "role-arn", "role-session-name", "also-wrap"] as const satisfies OptionName[];

const ACTIONS: Readonly<Record<string, (task: Task, name: string | undefined) => Promise<void>>> = {
  add,
  list,
  show,
  use,
  remove,
};

/** `coffer profile add|list|show|use|remove [NAME]` */
export const profile: Command = {
  arguments: [
    { name: "ACTION", help: "add, list, show, use or remove" },
    { name: "NAME", help: "the profile; `show` without it shows the one that counts here", optional: true },
  ],
  options: ["long", ...OWN_OPTIONS],
  settings: "none",
  notes: [
    "A profile is a name for a store, its key and all that is needed to reach them: `-p NAME`, COFFER_PROFILE, or always, after `coffer profile use NAME`. `add` takes its settings as flags, and pins the ids of the store and the key it finds, so that neither can be exchanged later.",
  ],
  examples: [
    ["coffer profile add prod -s folder:/srv/secrets -k key-file:/etc/coffer.key", "makes one"],
    ["coffer profile use prod", "it counts from now on, where no other is named"],
    ["coffer profile list --long", "all of them, with their stores"],
  ],
  exits: [
    [3, "there is no such profile"],
    [4, "there is one of that name already"],
  ],
  json: ["file", "profile", "profiles"],
  run: async (task) => {
    const [action = "", name] = task.arguments;
    const run = Object.hasOwn(ACTIONS, action) ? ACTIONS[action] : undefined;
    if (run === undefined) throw unknownAction(action);
    if (name === undefined && ["add", "use", "remove"].includes(action)) {
      throw new CofferError("USAGE", `profile ${action}: NAME is missing`, {
        hint: `usage: coffer profile ${action} NAME`,
      });
    }
    assertFlags(task, action, name);
    await run(task, name);
    return 0;
  },
};

function unknownAction(action: string): CofferError {
  const guess = suggest(action, Object.keys(ACTIONS));
  return new CofferError("USAGE", "profile takes add, list, show, use or remove", {
    hint: guess === undefined ? "`coffer help profile` explains them" : `did you mean \`coffer profile ${guess}\`?`,
  });
}

/** A flag that would be passed over says that something else is meant. */
function assertFlags({ flags }: Task, action: string, name: string | undefined): void {
  if (action === "list" && name !== undefined) throw new CofferError("USAGE", "profile list takes no name");
  const settings: readonly OptionName[] = ["store", "key", "namespace", "region", ...OWN_OPTIONS];
  const idle = action === "add" ? [] : settings.filter((option) => flags.has(option));
  if (action !== "show" || name !== undefined) idle.push(...(flags.has("profile") ? (["profile"] as const) : []));
  if (idle.length === 0) return;
  throw new CofferError("USAGE", `profile ${action} takes no --${idle.join(", no --")}`, {
    hint: "settings go to `coffer profile add NAME`; a profile is named without -p here",
  });
}

async function add(task: Task, name = ""): Promise<void> {
  assertProfileName(name);
  const settings = readSettings(task);
  const urls = {
    store: settings.store ?? builtInUrl(task, "store"),
    key: settings.key ?? builtInUrl(task, "key"),
  };
  assertAbsent(name, await readConfiguration(task.world).catch(beginAnew));
  const around = { ...findSurroundings(task), aws: awsSettings(settings) };
  const { pins, unpinned } = await readPins(urls, { ...callLimit(task), ...around });
  const made = { ...settings, ...pins };
  await changeConfiguration(task.world, (before) => {
    assertAbsent(name, before);
    return addProfile(name, made);
  });
  await say(task, `made the profile ${name} in ${findConfigurationFile(task.world)}`);
  if (pins.store_id !== undefined) await say(task, `pinned the store's id, ${pins.store_id}`);
  if (pins.key_id !== undefined) await say(task, `pinned the key's id, ${pins.key_id}`);
  for (const reason of unpinned) await say(task, `${reason}; \`coffer init -p ${name}\` pins it`);
  if (task.flags.has("json")) await task.world.stdout.write(renderJson(profileJson(name, made, null)));
}

/** A file that `COFFER_CONFIG` names and that is not there yet is about to be made. */
function beginAnew(error: unknown): Configuration {
  if (error instanceof CofferError && error.code === "NOT_FOUND") return EMPTY_CONFIGURATION;
  throw error;
}

function assertAbsent(name: string, { profiles }: Configuration): void {
  if (!profiles.has(name)) return;
  throw new CofferError("CONFLICT", `there is a profile ${name} already`, {
    hint: `see it with \`coffer profile show ${name}\`; \`coffer profile remove ${name}\` makes room`,
  });
}

/** The flags as the profile will keep them: they must mean the same in every folder. */
function readSettings({ flags, world }: Task): Profile {
  const home = findFolders(world).home ?? undefined;
  const [store, key, namespace] = [flags.text("store"), flags.text("key"), flags.text("namespace")];
  const texts = {
    store: store === undefined ? undefined : resolveUrl("store", store, home),
    key: key === undefined ? undefined : resolveUrl("key", key, home),
    namespace: namespace === undefined ? undefined : parseNamespace(namespace) || "/",
    region: flags.text("region"),
    aws_profile: flags.text("aws-profile"),
    role_arn: flags.text("role-arn"),
    role_session_name: flags.text("role-session-name"),
  };
  const given = Object.entries(texts).flatMap(([name, text]) => (text === undefined ? [] : [[name, text] as const]));
  const faulty = given.find(([, text]) => text === "" || /[\u0000-\u001f\u007f-\u009f]/.test(text));
  if (faulty !== undefined) throw new CofferError("USAGE", `${faulty[0]} is empty or has control characters`);
  const alsoWrap = flags.all("also-wrap").map((url) => resolveUrl("key", url, home));
  return { ...Object.fromEntries(given), ...(alsoWrap.length === 0 ? {} : { also_wrap: alsoWrap }) };
}

async function list({ world, flags }: Task): Promise<void> {
  const { profile: used, profiles } = await readConfiguration(world);
  const rows = [...profiles].sort(([one], [other]) => (one < other ? -1 : 1));
  if (flags.has("json")) {
    const file = findConfigurationFile(world);
    const all = rows.map(([name, each]) => profileJson(name, each, used));
    await world.stdout.write(renderJson({ file, profile: used, profiles: all }));
    return;
  }
  const long = rows.map(([name, each]) => [name, name === used ? "in use" : "-", each.store ?? "-"]);
  await world.stdout.write(
    flags.has("long") ? renderTable(long) : rows.map(([name]) => `${printable(name)}\n`).join(""),
  );
}

async function show(task: Task, name?: string): Promise<void> {
  const { world, flags } = task;
  const { profile: used, profiles } = await readConfiguration(world);
  const shown = name ?? (await readSources(task, { tell: (text) => say(task, text) })).chosen?.name;
  if (shown === undefined) {
    throw new CofferError("NOT_FOUND", "no profile counts here", {
      hint: "name one: coffer profile show NAME, or always: coffer profile use NAME",
    });
  }
  const found = requireProfile(shown, profiles);
  if (flags.has("json")) return world.stdout.write(renderJson(profileJson(shown, found, used)));
  const rows = PROFILE_TEXTS.flatMap((key) => (found[key] === undefined ? [] : [[key, found[key]]]));
  const more = (found.also_wrap ?? []).map((url) => ["also_wrap", url]);
  await world.stdout.write(renderTable([["profile", shown], ...rows, ...more]));
}

async function use(task: Task, name = ""): Promise<void> {
  // First without touching anything: there may be no folder yet to change something in.
  requireProfile(name, (await readConfiguration(task.world)).profiles);
  await changeConfiguration(task.world, (before) => {
    requireProfile(name, before.profiles);
    return before.profile === name ? null : useProfile(name);
  });
  await say(task, `the profile ${name} counts from now on, where no other is named`);
  if (task.flags.has("json")) await task.world.stdout.write(renderJson({ profile: name }));
}

async function remove(task: Task, name = ""): Promise<void> {
  requireProfile(name, (await readConfiguration(task.world)).profiles);
  let wasUsed = false;
  const { profile: used } = await changeConfiguration(task.world, (before) => {
    requireProfile(name, before.profiles);
    wasUsed = before.profile === name;
    return removeProfile(name);
  });
  await say(
    task,
    `removed the profile ${name}${wasUsed ? "; none is in use now" : ""}; its store and key are as they were`,
  );
  if (task.flags.has("json")) await task.world.stdout.write(renderJson({ removed: name, profile: used }));
}

function requireProfile(name: string, profiles: Configuration["profiles"]): Profile {
  const found = profiles.get(name);
  if (found !== undefined) return found;
  const guess = suggest(name, [...profiles.keys()]);
  throw new CofferError("NOT_FOUND", "there is no such profile", {
    hint: guess === undefined ? "`coffer profile list` shows those there are" : `did you mean ${guess}?`,
  });
}

function profileJson(name: string, profile: Profile, used: string | null): Record<string, unknown> {
  const texts = PROFILE_TEXTS.map((key) => [key, profile[key] ?? null] as const);
  return { name, used: name === used, ...Object.fromEntries(texts), also_wrap: profile.also_wrap ?? [] };
}
