import { CofferError } from "../errors.js";
import type { Lookup, Tell } from "./lookup.js";
import { type ChosenProfile, isExplicit, NO_SOURCES, type Origin, type Sources } from "./origin.js";
import type { Configuration, HelperName } from "./profiles/profile.js";
import { findConfigurationFile, readConfiguration } from "./profiles/read-configuration.js";
import { findProject } from "./projects/find-project.js";
import type { Project } from "./projects/project.js";

/**
 * `needed`, if nothing is said. `none`: neither the configuration nor a project is read. `makes-profile`: the profile that is named
 * need not be there yet.
 */
export type SettingsUse = "needed" | "none" | "makes-profile";

/**
 * Reads the configuration and looks for a project, as far as there is use for them. Throws `INVALID` for files that are not what they
 * should be, `NOT_FOUND` for a profile that is not there, `ACCESS_DENIED` for a project that changed since it was trusted.
 */
export async function readSources(
  lookup: Omit<Lookup, "sources">,
  { settings, tell }: { readonly settings?: SettingsUse | undefined; readonly tell: Tell },
): Promise<Sources> {
  if (settings === "none") return NO_SOURCES;
  const configuration = await readConfiguration(lookup.world);
  const project = await findProject(lookup, tell);
  const chosen = chooseProfile(lookup, configuration, project);
  if (chosen !== null && chosen.profile === null && !(settings === "makes-profile" && isExplicit(chosen))) {
    throw noSuchProfile(chosen);
  }
  return { project, chosen };
}

/**
 * The same for a helper of another program, and the namespace that its section says. No project counts: what somebody's clone says is no business of who logs in.
 */
export async function readHelperSources(
  lookup: Omit<Lookup, "sources">,
  helper: HelperName,
): Promise<{ readonly sources: Sources; readonly namespace: string | undefined }> {
  const configuration = await readConfiguration(lookup.world);
  const { profile, namespace } = configuration.helpers.get(helper) ?? {};
  const chosen = chooseProfile(lookup, { ...configuration, profile: profile ?? configuration.profile }, null);
  if (chosen !== null && chosen.profile === null) throw noSuchProfile(chosen);
  return { sources: { project: null, chosen }, namespace };
}

/** Flag, variable, project, then the one that the configuration says to use. */
function chooseProfile(
  { flags, world }: Omit<Lookup, "sources">,
  configuration: Configuration,
  project: Project | null,
): ChosenProfile | null {
  const file = findConfigurationFile(world) ?? "";
  const candidates: readonly (readonly [name: string | null | undefined, origin: Origin])[] = [
    [flags.text("profile"), { from: "flag", name: "--profile" }],
    [world.env.COFFER_PROFILE || null, { from: "variable", name: "COFFER_PROFILE" }],
    [project?.profile, { from: "project", file: project?.file ?? "" }],
    [configuration.profile, { from: "configuration", file }],
  ];
  for (const [name, origin] of candidates) {
    if (name != null) return { name, origin, file, profile: configuration.profiles.get(name) ?? null };
  }
  return null;
}

function noSuchProfile({ name, origin }: ChosenProfile): CofferError {
  switch (origin.from) {
    case "project":
      return new CofferError("NOT_FOUND", `there is no profile ${name}, which ${origin.file} names`, {
        hint: `make one of your own: coffer profile add ${name}; or name another with -p`,
      });
    case "configuration":
      return new CofferError("NOT_FOUND", `there is no profile ${name}, which ${origin.file} says to use`, {
        hint: "choose one that is there: coffer profile use NAME",
      });
    default:
      return new CofferError("NOT_FOUND", "there is no such profile", {
        hint: "`coffer profile list` shows those there are",
      });
  }
}
