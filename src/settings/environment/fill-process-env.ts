import { askThread } from "./thread.js";
import type { Answer } from "./whole-environment.js";

/**
 * Makes `process.env` what a program that `coffer exec` starts would find: the secrets over what was there, and no `COFFER_*` any more. Gives
 * what is to be said on stderr; where it was not possible nothing was changed.
 */
export function fillProcessEnv(moduleUrl: string): Omit<Answer, "environment"> & { readonly filled: boolean } {
  // What our own module answers, cloned.
  const { environment, said } = (askThread(moduleUrl) ?? NO_ANSWER) as Answer;
  if (environment !== null) replaceAll(environment);
  return { said, filled: environment !== null };
}

const NO_ANSWER: Answer = {
  environment: null,
  said: "coffer: error: the thread that reads the secrets ended without an answer\ncoffer: hint: try `coffer exec`\n",
};

/** First what goes, then what comes: on Windows both may be one variable. */
function replaceAll(environment: Readonly<Record<string, string>>): void {
  for (const name of Object.keys(process.env)) if (!Object.hasOwn(environment, name)) delete process.env[name];
  for (const [name, value] of Object.entries(environment)) {
    if (process.env[name] !== value) process.env[name] = value;
  }
}
