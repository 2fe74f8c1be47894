import { askTool, toolStep } from "./run-tool.js";
import type { Wiring, WiringDesk } from "./wiring.js";

// With ! git runs it by a shell, so that it needs no link. https://git-scm.com/docs/gitcredentials
const COFFER = "!coffer as git-credential";
const KEY = "credential.helper";

/** git's user configuration. Helpers are asked one after the other, so ours stands beside those that are there. */
export function wireGit(desk: WiringDesk): Wiring {
  const helpers = async (): Promise<string[]> => {
    const { stdout } = await askTool(desk, "git", ["config", "--global", "--get-all", KEY]);
    return stdout.split("\n").filter((line) => line !== "");
  };
  return {
    status: async () => {
      const all = await helpers();
      if (all.includes(COFFER)) return { asks: "coffer" };
      return all.length === 0 ? { asks: "nobody" } : { asks: "another", who: all.join(", ") };
    },
    install: async () =>
      (await helpers()).includes(COFFER) ? [] : [toolStep(desk, "git", "config", "--global", "--add", KEY, COFFER)],
    remove: async () =>
      (await helpers()).includes(COFFER)
        ? [toolStep(desk, "git", "config", "--global", "--unset-all", KEY, "^!coffer as git-credential$")]
        : [],
  };
}
