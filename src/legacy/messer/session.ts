import { openAws } from "../../aws/aws.js";
import type { ToolWorld } from "../tool-world.js";
import type { MesserTask } from "./commands.js";
import { createDefaultConfig, defaultConfigFile, type MesserConfig, readConfig } from "./config.js";
import type { MesserKeys } from "./data-keys.js";
import type { MesserItems } from "./items.js";
import { openMesser } from "./open-messer.js";

/** One configuration in use. */
export interface Session {
  readonly config: MesserConfig;
  readonly items: MesserItems;
  readonly keys: MesserKeys;
  /** Prints a line that was asked for. */
  print(line: string): Promise<void>;
  /** Prints what happens; silence mutes it. */
  tell(line: string): Promise<void>;
  close(): void;
}

/** Does something with the configuration that a command line names, and closes what was opened for it. */
export async function withSession<T>({ world, words }: MesserTask, act: (session: Session) => Promise<T>): Promise<T> {
  const session = await openSession(await findConfigFile(world, words.find("config")), world);
  try {
    return await act(session);
  } finally {
    session.close();
  }
}

/** The file that is named, else the user's own, which is made where it is not there. */
export async function findConfigFile(world: ToolWorld, named: string | null): Promise<string> {
  if (named !== null) return named;
  const file = defaultConfigFile(world);
  await createDefaultConfig(file);
  return file;
}

/** Throws what `readConfig` throws; nothing is asked of AWS. */
export async function openSession(file: string, world: ToolWorld): Promise<Session> {
  const config = await readConfig(file);
  const { items, keys, close } = openMesser(config, await openAwsFor(config, world), world.now);
  const print = (line: string): Promise<void> => world.stdout.write(`${line}\n`);
  return { config, items, keys, close, print, tell: async (line) => (config.silent ? undefined : print(line)) };
}

function openAwsFor(config: MesserConfig, { env, askMfaCode, onSlow }: ToolWorld): ReturnType<typeof openAws> {
  const { region, roleArn, roleSessionName, awsProfile } = config;
  // A key in the environment outweighs a profile, as with boto.
  const hasKey = Boolean(env.AWS_ACCESS_KEY_ID && env.AWS_SECRET_ACCESS_KEY);
  return openAws({
    region,
    env,
    askMfaCode,
    onSlow,
    ...(awsProfile === null || hasKey ? {} : { profile: awsProfile }),
    ...(roleArn === null ? {} : { roleArn, roleSessionName }),
  });
}
