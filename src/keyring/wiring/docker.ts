import { join } from "node:path";
import { CofferError } from "../../errors.js";
import { fileStep, readConfigurationFile } from "./configuration-file.js";
import type { Wiring, WiringDesk } from "./wiring.js";

/**
 * docker's configuration file, for which docker has no tool of its own: `credsStore` names the one helper for all registries.
 * https://docs.docker.com/reference/cli/docker/login/#credential-stores
 */
export function wireDocker(desk: WiringDesk): Wiring {
  const file = join(desk.env.DOCKER_CONFIG || join(desk.home, ".docker"), "config.json");
  const read = async (): Promise<Readonly<Record<string, unknown>>> => parse(await readConfigurationFile(file), file);
  return {
    status: async () => {
      const { credsStore: who } = await read();
      if (who === "coffer") return { asks: "coffer" };
      return typeof who === "string" && who !== "" ? { asks: "another", who } : { asks: "nobody" };
    },
    install: async () => {
      const before = await read();
      const { credsStore: who } = before;
      const link = desk.link("docker-credential");
      if (who === "coffer") return [link];
      if (typeof who === "string" && who !== "") throw isTaken(file, who);
      return [link, fileStep(file, render({ ...before, credsStore: "coffer" }), `"credsStore": "coffer" in ${file}`)];
    },
    remove: async () => {
      const { credsStore: who, ...others } = await read();
      return who === "coffer" ? [fileStep(file, render(others), `no "credsStore" in ${file}`)] : [];
    },
  };
}

function parse(text: string, file: string): Readonly<Record<string, unknown>> {
  if (text.trim() === "") return {};
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return { ...value };
  } catch {
    // It may hold logins, which the message would show.
  }
  throw new CofferError("INVALID", `${file} is no JSON object`, { hint: "mend it, then try again" });
}

/** As docker writes it. */
function render(configuration: object): string {
  return `${JSON.stringify(configuration, null, "\t")}\n`;
}

function isTaken(file: string, who: string): CofferError {
  return new CofferError("CONFLICT", `docker keeps its logins with ${who} already`, {
    hint: `take "credsStore" out of ${file} first; what is kept there stays there`,
  });
}
