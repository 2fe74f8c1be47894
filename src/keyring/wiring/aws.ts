import { join } from "node:path";
import { CofferError } from "../../errors.js";
import { fileStep, readConfigurationFile } from "./configuration-file.js";
import { toolStep } from "./run-tool.js";
import type { Wiring, WiringDesk } from "./wiring.js";

const KEY = "credential_process";

/**
 * A profile of AWS's configuration, which gets the access key of `aws/PROFILE`. AWS's tool sets it, and cannot take it out again.
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html
 */
export function wireAws(desk: WiringDesk): Wiring {
  const { env, home, name } = desk;
  const file = env.AWS_CONFIG_FILE || join(home, ".aws/config");
  if (name === undefined || !/^[A-Za-z0-9_.-]{1,64}$/.test(name)) throw unnamed();
  const command = `coffer as aws-credential-process ${name}`;
  const find = async (): Promise<Found> => findSetting(await readConfigurationFile(file), name);
  return {
    status: async () => {
      const { value } = await find();
      if (value === command) return { asks: "coffer" };
      return value === null ? { asks: "nobody" } : { asks: "another", who: value };
    },
    install: async () => {
      const { value } = await find();
      if (value === command) return [];
      if (value !== null) throw taken(file, name);
      return [toolStep(desk, "aws", "configure", "set", KEY, command, "--profile", name)];
    },
    remove: async () => {
      const { text, section, line, value } = await find();
      return value === command && line !== null
        ? [
            fileStep(
              file,
              text.replace(section, () => section.replace(line, "")),
              `no ${KEY} of the profile ${name} in ${file}`,
            ),
          ]
        : [];
    },
  };
}

interface Found {
  readonly text: string;
  /** The profile's own, with its header: another may have the same line. */
  readonly section: string;
  readonly line: string | null;
  readonly value: string | null;
}

/** The line of the profile's section, as it stands in the file. */
function findSetting(text: string, name: string): Found {
  const header = name === "default" ? "(?:profile\\s+)?default" : `profile\\s+${name.replaceAll(".", "\\.")}`;
  const [section = ""] = new RegExp(`^\\[\\s*${header}\\s*\\][^\\n]*\\n(?:(?!\\[).*\\n?)*`, "m").exec(text) ?? [];
  const [line = null, value = null] = new RegExp(`^${KEY}\\s*=\\s*(.*?)\\s*(?:\\n|$)`, "m").exec(section) ?? [];
  return { text, section, line, value };
}

function unnamed(): CofferError {
  return new CofferError("USAGE", "which profile of AWS is meant is not said", {
    hint: "name it: --aws-profile NAME; its access key is aws/NAME/ in the store",
  });
}

function taken(file: string, name: string): CofferError {
  return new CofferError("CONFLICT", `the AWS profile ${name} asks another program already`, {
    hint: `take ${KEY} out of ${file} first`,
  });
}
