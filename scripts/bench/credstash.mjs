// A tool that does the same on AWS, for comparison: one item of DynamoDB and one data key of KMS for each version of each secret.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { CreateAliasCommand } from "@aws-sdk/client-kms";
import { startOnce } from "./processes.mjs";

const VERSION = "1.17.1";

/**
 * Installs it below `folder`, makes its table and its key's alias, and gives what starts it. `outside`: the variables of before the emulator, which pip needs.
 * Null when it cannot be had: no registry, most likely.
 */
export async function installCredstash(cloud, env, { folder, outside }) {
  const program = join(folder, "bin/credstash");
  spawnSync("python3", ["-m", "venv", folder], { env: outside, stdio: "ignore" });
  const install = ["install", "--quiet", `credstash==${VERSION}`, "setuptools<81"];
  spawnSync(join(folder, "bin/pip"), install, { env: outside, stdio: "ignore", timeout: 120_000 });
  if (!existsSync(program)) {
    console.error(`bench: NO COMPARISON: credstash ${VERSION} could not be installed (no registry?)`);
    return null;
  }
  const TargetKeyId = env.COFFER_KEY.replace(/^.*\//, "");
  await cloud.kms.send(new CreateAliasCommand({ AliasName: "alias/credstash", TargetKeyId }));
  // It writes a log into the working folder.
  const start = (...args) => startOnce(program, ["-r", env.AWS_REGION, ...args], { env, cwd: folder });
  await start("setup");
  return start;
}
