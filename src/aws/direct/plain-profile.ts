import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Credentials } from "../credentials.js";

/** What a profile of AWS's own files says, where it says no more than this. */
export interface PlainProfile {
  readonly key: Credentials | undefined;
  readonly region: string | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;
type Fields = Readonly<Record<string, string>>;

/** What changes nothing of how AWS is asked, or what is read here. */
const PLAIN = /^(aws_access_key_id|aws_secret_access_key|aws_session_token|region|output|cli_[a-z_]+)$/;

/**
 * Reads a profile from ~/.aws/credentials and ~/.aws/config, or where AWS_SHARED_CREDENTIALS_FILE and AWS_CONFIG_FILE say; the former wins. Null for all that is not
 * plainly a key and a region (a role, SSO, an endpoint, a comment behind a value, a file that cannot be read): that is the SDK's to understand.
 * https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html
 */
export function readPlainProfile(name: string, env: Environment): PlainProfile | null {
  const home = env.HOME || env.USERPROFILE;
  if (!home || !/^[\w-]+$/.test(name)) return null;
  const config = readSection(
    env.AWS_CONFIG_FILE || join(home, ".aws", "config"),
    name === "default" ? name : `profile ${name}`,
  );
  const secrets = readSection(env.AWS_SHARED_CREDENTIALS_FILE || join(home, ".aws", "credentials"), name);
  if (config === null || secrets === null) return null;
  const { region, ...said } = { ...config, ...secrets };
  const { aws_access_key_id: accessKeyId, aws_secret_access_key: secretAccessKey, aws_session_token: token } = said;
  if (accessKeyId === undefined || secretAccessKey === undefined) return { key: undefined, region };
  const key = { accessKeyId, secretAccessKey, ...(token === undefined ? {} : { sessionToken: token }) };
  return { key, region };
}

/** The fields of a section; none where there is no file, or no such section. Null where it holds anything that is not plain. */
function readSection(file: string, section: string): Fields | null {
  const text = readText(file);
  if (text === null) return null;
  const fields: Record<string, string> = {};
  let isOurs = false;
  for (const line of text.split(/\r?\n/)) {
    if (/^\s*([#;].*)?$/.test(line)) continue;
    const header = /^\[(.*)\]$/.exec(line)?.[1];
    if (header === undefined && line.startsWith("[")) return null;
    if (header !== undefined) isOurs = header.trim().replace(/\s+/, " ").replace(/["']/g, "") === section;
    else if (isOurs) {
      const [, key = "", value = ""] = /^([a-z_]+)\s*=\s*(\S+)\s*$/.exec(line) ?? [];
      if (!PLAIN.test(key) || Object.hasOwn(fields, key)) return null;
      fields[key] = value;
    }
  }
  return fields;
}

function readText(file: string): string | null {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "ENOENT" ? "" : null;
  }
}
