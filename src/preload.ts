/**
 * `node --import coffer/env server.js` fills `process.env` before the program begins, from the trusted `coffer.toml` or `COFFER_*` variables, as
 * `coffer exec -- node server.js` would, without a process between. As the first import of a program it does the same, also for
 * what is imported after it; from CommonJS, `require("coffer/env")` or `await import("coffer/env")`. Where anything is missing or not permitted the process ends: two lines on stderr, exit code 125.
 *
 * It has no exports: importing it is what it does.
 *
 * @module coffer/env
 */

import { writeSync } from "node:fs";
import { EXIT_OWN_FAILURE } from "./run/outcome.js";
import { fillProcessEnv } from "./settings/environment/fill-process-env.js";
import { isFilledAlready, keepToOnce } from "./settings/environment/once-per-program.js";
import { answer, isAsked } from "./settings/environment/thread.js";

if (isAsked()) {
  void answer(async () => (await import("./settings/environment/whole-environment.js")).readWholeEnvironment());
} else if (!isFilledAlready()) {
  const { said, filled } = fillProcessEnv(import.meta.url);
  say(said);
  if (!filled) process.exit(EXIT_OWN_FAILURE);
  keepToOnce(import.meta.url);
}

function say(text: string): void {
  try {
    writeSync(2, text);
  } catch {
    // Talk that nobody can hear changes nothing.
  }
}
