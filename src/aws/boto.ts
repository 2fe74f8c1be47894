import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";

/** An access key as its owner keeps it. */
export interface AccessKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** The access key in the file of the old boto library: BOTO_CONFIG, else ~/.boto; of a profile, where one is named. Null where there is none. */
export async function findBotoKey(
  env: Readonly<Record<string, string | undefined>>,
  profile?: string,
): Promise<AccessKey | null> {
  const file = env.BOTO_CONFIG || join(env.HOME || homedir(), ".boto");
  const text = await readFile(file, "utf8").catch(() => "");
  return parseBoto(text, profile);
}

/** The key of the section `[Credentials]`, or of `[profile NAME]`; null where it is not whole. */
export function parseBoto(text: string, profile?: string): AccessKey | null {
  const wanted = profile === undefined ? "Credentials" : `profile ${profile}`;
  const found = new Map<string, string>();
  let section = "";
  for (const line of text.split(/\r?\n/)) {
    section = /^\[([^\]]*)\]/.exec(line)?.[1]?.trim() ?? section;
    const [, name, value] = /^([A-Za-z_]+)\s*[=:]\s*(.*?)\s*$/.exec(line) ?? [];
    if (section === wanted && name !== undefined && value) found.set(name, value);
  }
  const accessKeyId = found.get("aws_access_key_id");
  const secretAccessKey = found.get("aws_secret_access_key");
  return accessKeyId === undefined || secretAccessKey === undefined ? null : { accessKeyId, secretAccessKey };
}
