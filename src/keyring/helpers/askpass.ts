import { CofferError } from "../../errors.js";
import { type RunHelper, useKeyring } from "./helper-desk.js";

interface Wanted {
  readonly service: string;
  /** Null: whoever is first there. */
  readonly username: string | null;
  readonly what: "password" | "username";
}

/** Each kind of prompt that we know, and what it asks for. */
const PROMPTS: readonly (readonly [pattern: RegExp, wanted: (...parts: string[]) => Wanted])[] = [
  // git, https://git-scm.com/docs/gitcredentials
  [
    /^Username for '([a-z+]+:\/\/[^']+)': $/,
    (service) => ({ service: withoutSlash(service), username: null, what: "username" }),
  ],
  [
    /^Password for '([a-z+]+:\/\/)(?:([^@']+)@)?([^']+)': $/,
    (protocol, user, host) => ({
      service: withoutSlash(`${protocol}${host}`),
      username: user === "" ? null : decodeUser(user),
      what: "password",
    }),
  ],
  // OpenSSH
  [/^Enter passphrase for (?:key )?'?(.+?)'?: $/, (file) => ({ service: "ssh-key", username: file, what: "password" })],
  [
    /^(?:\([^)]*\) )?([^@\s]+)@(\S+?)'s password: $/,
    (user, host) => ({ service: `ssh://${host}`, username: user, what: "password" }),
  ],
  [/^\[sudo\] password for ([^:]+): $/, (user) => ({ service: "sudo", username: user, what: "password" })],
];

/**
 * `askpass PROMPT`: what ssh, sudo and git run to have a question answered (`SSH_ASKPASS`, `SUDO_ASKPASS`, `GIT_ASKPASS`). Only prompts of a known kind
 * are: whether a host is to be trusted, for instance, is nothing to answer with a password. What is not there is exit 1, and nothing on stdout.
 */
export const askpass: RunHelper = async ([prompt = ""], desk) => {
  const wanted = findWanted(prompt);
  if (wanted === null) {
    throw new CofferError("USAGE", "askpass does not know what this prompt asks for", {
      hint: "docs/HELPERS.md lists the prompts that it answers",
    });
  }
  const { service, username, what } = wanted;
  const found = await useKeyring(desk, (keyring, call) => keyring.getCredential(service, username, call()));
  if (found === null) return 1;
  await desk.world.stdout.write(`${found[what]}\n`);
  return 0;
};

/** What a prompt asks for; null where it is of no kind that we know. */
export function findWanted(prompt: string): Wanted | null {
  // Some ask without the blank at the end.
  const asked = prompt.endsWith(" ") ? prompt : `${prompt} `;
  for (const [pattern, wanted] of PROMPTS) {
    const match = pattern.exec(asked);
    if (match !== null) return wanted(...match.slice(1).map((part: string | undefined) => part ?? ""));
  }
  return null;
}

function withoutSlash(service: string): string {
  return service.replace(/\/+$/, "");
}

function decodeUser(user: string): string {
  try {
    return decodeURIComponent(user);
  } catch {
    return user;
  }
}
