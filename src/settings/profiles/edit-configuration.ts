import { type Configuration, PROFILE_TEXTS, type Profile } from "./profile.js";
import { leadsTo, listStatements, type Statement } from "./toml-statements.js";

/**
 * A change of the configuration: what is to become of the file's text, and what must then be read from it. Everything else in the text,
 * comments and blanks too, stays as it is.
 */
export interface Edit {
  readonly text: (before: string, read: Configuration) => string;
  readonly result: (before: Configuration) => Configuration;
}

/** The new profile stands at the end. */
export function addProfile(name: string, profile: Profile): Edit {
  return {
    text: (before) => {
      const above = before === "" || before.endsWith("\n") ? before : `${before}\n`;
      return `${above}${above === "" ? "" : "\n"}[profiles.${writeKey(name)}]\n${writePairs(profile)}`;
    },
    result: (before) => ({ ...before, profiles: new Map(before.profiles).set(name, profile) }),
  };
}

/** `more` must hold nothing that the profile has already. */
export function addToProfile(name: string, more: Profile): Edit {
  return {
    text: (before) => {
      const last = listStatements(before).findLast(({ path }) => leadsTo(["profiles", name], path));
      const at = last?.end ?? before.length;
      return `${before.slice(0, at)}\n${writePairs(more).trimEnd()}${before.slice(at)}`;
    },
    result: (before) => ({
      ...before,
      profiles: new Map(before.profiles).set(name, { ...before.profiles.get(name), ...more }),
    }),
  };
}

/** The profile must have an `also_wrap` already. */
export function addFurtherKey(name: string, url: string): Edit {
  const withUrl = (profile: Profile | undefined): string[] => [...(profile?.also_wrap ?? []), url];
  return {
    text: (before, { profiles }) => {
      const path = ["profiles", name, "also_wrap"];
      const old = listStatements(before).find((one) => one.path.length === path.length && leadsTo(path, one.path));
      // One that has no line of its own, in an inline table, is left to who reads the result again and refuses it.
      if (old === undefined) return before;
      const value = `[${withUrl(profiles.get(name)).map(writeText).join(", ")}]`;
      const equals = before.indexOf("=", old.start);
      return `${before.slice(0, equals)}= ${value}${before.slice(old.end)}`;
    },
    result: (before) => {
      const profile = { ...before.profiles.get(name), also_wrap: withUrl(before.profiles.get(name)) };
      return { ...before, profiles: new Map(before.profiles).set(name, profile) };
    },
  };
}

/** If it is the one in use, none is afterwards. */
export function removeProfile(name: string): Edit {
  return {
    text: (before, { profile }) => {
      const goes = ({ path }: Statement): boolean =>
        leadsTo(["profiles", name], path) || (profile === name && path[0] === "profile");
      return cut(before, listStatements(before).filter(goes));
    },
    result: (before) => {
      const left = new Map(before.profiles);
      left.delete(name);
      return { ...before, profile: before.profile === name ? null : before.profile, profiles: left };
    },
  };
}

export function useProfile(name: string): Edit {
  return {
    text: (before) => {
      const line = `profile = ${writeText(name)}`;
      const [now] = listStatements(before).filter(({ path }) => path.length === 1 && path[0] === "profile");
      if (now !== undefined) return before.slice(0, now.start) + line + before.slice(now.end);
      const mark = before.startsWith("\ufeff") ? "\ufeff" : "";
      return `${mark}${line}\n${before === mark ? "" : "\n"}${before.slice(mark.length)}`;
    },
    result: (before) => ({ ...before, profile: name }),
  };
}

function writePairs(profile: Profile): string {
  const texts = PROFILE_TEXTS.flatMap((key) => {
    const text = profile[key];
    return text === undefined ? [] : [`${key} = ${writeText(text)}\n`];
  });
  const { also_wrap: urls } = profile;
  return [...texts, ...(urls === undefined ? [] : [`also_wrap = [${urls.map(writeText).join(", ")}]\n`])].join("");
}

function writeKey(key: string): string {
  return /^[A-Za-z0-9_-]+$/.test(key) ? key : writeText(key);
}

/** TOML's quoted texts take JSON's escapes. DEL, which JSON leaves alone, no profile holds. */
function writeText(text: string): string {
  return JSON.stringify(text);
}

/** Without the lines of these statements, and without the blank ones behind them. */
function cut(text: string, statements: readonly Statement[]): string {
  let left = text;
  for (const { start, end } of statements.toReversed()) {
    const line = left.lastIndexOf("\n", start - 1) + 1;
    const blanks = /^(?:[ \t]*\r?\n)*/.exec(left.slice(end))?.[0].length ?? 0;
    left = left.slice(0, start === 0 ? 0 : line) + left.slice(end + blanks);
  }
  const wasLast = statements.at(-1)?.end === text.trimEnd().length;
  return wasLast ? left.trimEnd() + (left.trimEnd() === "" ? "" : "\n") : left;
}
