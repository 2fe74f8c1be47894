import { askTool, toolStep } from "./run-tool.js";
import type { Wiring, WiringDesk } from "./wiring.js";

const KEY = "global.keyring-provider";
const PIP = ["-m", "pip", "config", "--user"];

/** pip's user configuration: it is to run the command `keyring`, which a link makes ours. https://pip.pypa.io/en/stable/topics/authentication/ */
export function wirePip(desk: WiringDesk): Wiring {
  const provider = async (): Promise<string> => (await askTool(desk, "python3", [...PIP, "get", KEY])).stdout.trim();
  return {
    status: async () => {
      const who = await provider();
      if (who === "subprocess") return { asks: "coffer" };
      return who === "" ? { asks: "nobody" } : { asks: "another", who };
    },
    install: async () => {
      const link = desk.link("keyring");
      return (await provider()) === "subprocess"
        ? [link]
        : [link, toolStep(desk, "python3", ...PIP, "set", KEY, "subprocess")];
    },
    remove: async () => ((await provider()) === "subprocess" ? [toolStep(desk, "python3", ...PIP, "unset", KEY)] : []),
  };
}
